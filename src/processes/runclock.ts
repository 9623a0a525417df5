import type { ISessionContext } from '@jupyterlab/apputils';
import type { Kernel, KernelMessage } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

/** Milliseconds after which a run is long. */
export const LONG = 2000;

/** Something that runs in the kernel. */
export interface IRun {
  /** The message that asked for it; null when that was before this page was there. */
  readonly request: string | null;
}

/**
 * Whether the kernel of a notebook has run a cell for long.
 *
 * It listens to what the kernel says of each request, from this page or another one:
 * the kernel's status alone would be idle after a subshell has answered.
 */
export class RunClock implements IDisposable {
  /**
   * @param _long - milliseconds
   */
  constructor(
    private readonly _context: ISessionContext,
    private readonly _long = LONG
  ) {
    _context.iopubMessage.connect(this._onMessage, this);
    _context.statusChanged.connect(this._onStatus, this);
    _context.connectionStatusChanged.connect(this._onConnection, this);
    _context.kernelChanged.connect(this._onKernel, this);
    this._onKernel();
  }

  /** Emitted when a run begins, has become long, or ends. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** What runs now. */
  get run(): IRun | null {
    return this._run;
  }

  /** Whether it has run for long. */
  get isLong(): boolean {
    return this._isLong;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      window.clearTimeout(this._timer);
      Signal.clearData(this);
    }
  }

  private _onMessage(_: unknown, message: KernelMessage.IMessage): void {
    const parent = message.parent_header as IParent;
    if (parent.msg_id === undefined || parent.subshell_id) {
      return;
    }
    const { msg_type } = message.header;
    if (msg_type === 'execute_input') {
      this._begin({ request: parent.msg_id });
    } else if (msg_type === 'status' && this._run) {
      const { execution_state } = message.content as {
        execution_state?: unknown;
      };
      if (execution_state === 'idle' && this._endsRun(parent)) {
        this._end();
      }
    }
  }

  /** Whether what runs has ended when the kernel has done this request. */
  private _endsRun({ msg_id, msg_type, session }: IParent): boolean {
    if (this._run?.request !== null) {
      return msg_id === this._run?.request;
    }
    // Of what came before nothing is known, but requests are done one after another;
    // the server sends some past that order, so of the others only those of this page.
    return (
      msg_type === 'execute_request' ||
      (msg_type === 'kernel_info_request' &&
        session === this._context.session?.kernel?.clientId)
    );
  }

  private _onStatus(_: unknown, status: Kernel.Status): void {
    if (ENDS.has(status)) {
      this._end();
    } else {
      this._catchUp();
    }
  }

  private _onConnection(_: unknown, status: Kernel.ConnectionStatus): void {
    // What happens meanwhile goes unseen.
    if (status !== 'connected') {
      this._end();
      this._known = false;
    } else {
      this._catchUp();
    }
  }

  private _onKernel(): void {
    this._end();
    this._known = false;
    this._catchUp();
  }

  /** A run that began before this page was there: the kernel is busy at first sight. */
  private _catchUp(): void {
    const kernel = this._context.session?.kernel;
    if (this._known || !kernel) {
      return;
    }
    if (kernel.status === 'busy') {
      this._known = true;
      this._begin({ request: null });
    } else if (kernel.status === 'idle') {
      this._known = true;
    }
  }

  private _begin(run: IRun): void {
    this._known = true;
    window.clearTimeout(this._timer);
    this._run = run;
    this._isLong = false;
    this._timer = window.setTimeout(() => {
      this._isLong = true;
      this._changed.emit();
    }, this._long);
    this._changed.emit();
  }

  private _end(): void {
    if (this._run) {
      window.clearTimeout(this._timer);
      this._run = null;
      this._isLong = false;
      this._changed.emit();
    }
  }

  private readonly _changed = new Signal<this, void>(this);
  private _isDisposed = false;
  /** Whether it is known what this connection's kernel does. */
  private _known = false;
  private _run: IRun | null = null;
  private _isLong = false;
  private _timer = 0;
}

/** After these nothing runs any more. */
const ENDS: ReadonlySet<Kernel.Status> = new Set<Kernel.Status>([
  'restarting',
  'autorestarting',
  'terminating',
  'dead'
]);

/** Of the request that a message belongs to. */
interface IParent {
  readonly msg_id?: string;
  readonly msg_type?: string;
  readonly session?: string;
  readonly subshell_id?: string | null;
}
