import { URLExt } from '@jupyterlab/coreutils';
import type { Kernel, ServiceManager, Session } from '@jupyterlab/services';
import { ServerConnection } from '@jupyterlab/services';
import { UUID } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import { nameOf, sessionPath } from '../lib/scripts';

/** What runs of scripts are called among the sessions of the server. */
const TYPE = 'cell-profiler-script';

/** Milliseconds that an interrupted kernel has to end its script before it is shut down. */
const GRACE = 3000;

/** How a kernel went away that nobody ended. */
export type Loss = 'died' | 'lost';

/** A kernel of its own for one run of a script. */
export interface IScriptSession extends IDisposable {
  readonly kernel: Kernel.IKernelConnection;
  /** What people call the kernel. */
  readonly name: string;
  /** Emitted once, when the kernel dies or cannot be reached any more. */
  readonly gone: ISignal<IScriptSession, Loss>;
  /** Have the kernel side end the script, and keep what was measured. */
  interrupt(): Promise<void>;
  /**
   * End the kernel and whatever runs in it; `dispose` does so, too.
   *
   * @param isRunning - whether a script is to be ended first
   */
  shutdown(isRunning?: boolean): Promise<void>;
}

/** What starts sessions. */
export type Services = Pick<
  ServiceManager.IManager,
  'sessions' | 'kernelspecs' | 'serverSettings'
>;

/**
 * Start a kernel in the working directory of a script.
 *
 * @param directory - a path in Jupyter
 * @param kernel - name of its kernelspec
 * @throws Error when the server cannot start it
 */
export async function startSession(
  services: Services,
  path: string,
  directory: string,
  kernel: string
): Promise<IScriptSession> {
  const session = await services.sessions.startNew({
    path: sessionPath(path, directory, UUID.uuid4()),
    name: nameOf(path),
    type: TYPE,
    kernel: { name: kernel }
  });
  return new ScriptSession(services, session);
}

class ScriptSession implements IScriptSession {
  constructor(
    private readonly _services: Services,
    private readonly _session: Session.ISessionConnection
  ) {
    const kernel = _session.kernel;
    if (!kernel) {
      throw new Error('The server started a session without a kernel.');
    }
    this.kernel = kernel;
    kernel.statusChanged.connect(this._onStatus, this);
    kernel.connectionStatusChanged.connect(this._onConnection, this);
    window.addEventListener('pagehide', this._onPageHide);
  }

  readonly kernel: Kernel.IKernelConnection;

  get name(): string {
    const { name } = this.kernel;
    const specs = this._services.kernelspecs.specs?.kernelspecs;
    return specs?.[name]?.display_name ?? name;
  }

  get gone(): ISignal<this, Loss> {
    return this._gone;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    void this.shutdown();
  }

  async interrupt(): Promise<void> {
    await this.kernel.interrupt();
  }

  async shutdown(isRunning = false): Promise<void> {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    window.removeEventListener('pagehide', this._onPageHide);
    if (isRunning && !this.kernel.isDisposed) {
      // A kernel that is ended while it waits cannot clean up behind its script.
      await Promise.race([this._ended(), wait(GRACE)]);
    }
    Signal.clearData(this);
    try {
      if (!this._session.isDisposed) {
        await this._session.shutdown();
      }
    } catch {
      // It was gone before, or the server is: then nothing is left to end.
    }
    this._session.dispose();
  }

  /** Interrupt the kernel, and wait until it has nothing to do. */
  private async _ended(): Promise<void> {
    const { kernel } = this;
    const idle = new Promise<void>(resolve => {
      kernel.statusChanged.connect((_, status) => {
        if (status !== 'busy') {
          resolve();
        }
      }, this);
    });
    try {
      await kernel.interrupt();
      await idle;
    } catch {
      // It does not answer: it is shut down all the same.
    }
  }

  private _onStatus(_: unknown, status: Kernel.Status): void {
    // The server would start it again, with nothing to do.
    if (status === 'autorestarting' || status === 'dead') {
      this._lose('died');
    } else if (status === 'restarting' || status === 'terminating') {
      this._lose('lost');
    }
  }

  private _onConnection(_: unknown, status: Kernel.ConnectionStatus): void {
    if (status === 'disconnected' && !this.kernel.isDisposed) {
      this._lose('lost');
    }
  }

  private _lose(loss: Loss): void {
    if (!this._isLost && !this._isDisposed) {
      this._isLost = true;
      this._gone.emit(loss);
    }
  }

  /** The page is left: nothing else would end the kernel. */
  private _onPageHide = (): void => {
    const { baseUrl } = this._services.serverSettings;
    const url = URLExt.join(baseUrl, 'api/sessions', this._session.id);
    void ServerConnection.makeRequest(
      url,
      // Sent also after the page is gone.
      { method: 'DELETE', keepalive: true },
      this._services.serverSettings
    ).catch(() => undefined);
  };

  private _isDisposed = false;
  private _isLost = false;
  private readonly _gone = new Signal<this, Loss>(this);
}

function wait(milliseconds: number): Promise<void> {
  return new Promise(resolve => {
    setTimeout(resolve, milliseconds);
  });
}
