import type { ISessionContext } from '@jupyterlab/apputils';
import type { Kernel, KernelMessage } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

/** Milliseconds after which a run is long. */
export const LONG = 2000;

/** What the server says of all kernels. */
export type IKernels = Pick<Kernel.IManager, 'running' | 'runningChanged'>;

/** Something that runs in the kernel. */
export interface IRun {
  /** The message that asked for it; null when that was before this page was there. */
  readonly request: string | null;
}

/**
 * Whether the kernel of a notebook has run a cell for long.
 *
 * It listens to what the kernel says of each request, from this page or another one:
 * the kernel's status alone would be idle after a subshell has answered. And to what this
 * page asks: a cell that holds the GIL from its beginning keeps the kernel from saying
 * anything.
 */
export class RunClock implements IDisposable {
  /**
   * @param _long - milliseconds
   */
  constructor(
    private readonly _context: ISessionContext,
    private readonly _kernels: IKernels,
    private readonly _long = LONG
  ) {
    _context.iopubMessage.connect(this._onMessage, this);
    _context.statusChanged.connect(this._onStatus, this);
    _context.connectionStatusChanged.connect(this._onConnection, this);
    _context.kernelChanged.connect(this._onKernel, this);
    _kernels.runningChanged.connect(this._catchUp, this);
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
      this._sent.clear();
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
      if (parent.msg_id !== this._run?.request) {
        this._begin({ request: parent.msg_id });
      }
      return;
    }
    const { execution_state } = message.content as {
      execution_state?: unknown;
    };
    if (msg_type === 'status' && execution_state === 'idle') {
      const isFree = this._isFreeAfter(parent);
      this._known = this._known || isFree;
      this._done(parent.msg_id);
      if (this._run?.request === null && isFree) {
        this._end();
      }
    }
  }

  private _onAnyMessage(_: unknown, args: Kernel.IAnyMessageArgs): void {
    const { direction, msg } = args;
    const { msg_id, msg_type } = msg.header;
    const { subshell_id } = msg.header as IParent;
    if (direction === 'recv') {
      // A kernel that drops a request may leave out its status.
      if (msg_type === 'execute_reply') {
        this._done((msg.parent_header as IParent).msg_id);
      }
    } else if (
      msg_type === 'execute_request' &&
      !subshell_id &&
      !(msg.content as { silent?: unknown }).silent
    ) {
      this._sent.add(msg_id);
      if (!this._run) {
        this._begin({ request: msg_id });
      }
    }
  }

  /** A request is done; the next one of this page has its turn. */
  private _done(request: string | undefined): void {
    if (request !== undefined) {
      this._sent.delete(request);
      if (this._run?.request === request) {
        this._end();
        const [next] = this._sent;
        if (next !== undefined) {
          this._begin({ request: next });
        }
      }
    }
  }

  /**
   * Whether a kernel that has done this request has nothing else to do: requests are
   * done one after another. The server sends some past that order, so of others than
   * cells only those of this page count.
   */
  private _isFreeAfter({ msg_type, session }: IParent): boolean {
    return (
      msg_type === 'execute_request' ||
      (msg_type === 'kernel_info_request' &&
        session === this._context.session?.kernel?.clientId)
    );
  }

  private _onStatus(_: unknown, status: Kernel.Status): void {
    if (ENDS.has(status)) {
      this._sent.clear();
      this._end();
    } else {
      this._catchUp();
    }
  }

  private _onConnection(_: unknown, status: Kernel.ConnectionStatus): void {
    // What happens meanwhile goes unseen.
    if (status !== 'connected') {
      this._sent.clear();
      this._end();
      this._known = false;
    } else {
      this._catchUp();
    }
  }

  private _onKernel(): void {
    this._kernel?.anyMessage.disconnect(this._onAnyMessage, this);
    this._kernel = this._context.session?.kernel ?? null;
    this._kernel?.anyMessage.connect(this._onAnyMessage, this);
    this._sent.clear();
    this._end();
    this._known = false;
    this._catchUp();
  }

  /** A run that began before this page was there: the kernel is busy at first sight. */
  private _catchUp(): void {
    const kernel = this._context.session?.kernel;
    if (this._known || !kernel || kernel.connectionStatus !== 'connected') {
      return;
    }
    // To this page a kernel says nothing before it has done what it does.
    const status =
      kernel.status === 'unknown' ? this._statusOf(kernel.id) : kernel.status;
    if (status === 'busy') {
      this._begin({ request: null });
    } else if (status === 'idle') {
      this._known = true;
    }
  }

  /** What the server knows of a kernel. */
  private _statusOf(kernelId: string): string | undefined {
    for (const { execution_state, id } of this._kernels.running()) {
      if (id === kernelId) {
        return execution_state;
      }
    }
    return undefined;
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
  private _kernel: Kernel.IKernelConnection | null = null;
  private _run: IRun | null = null;
  /** What this page asked for and is not done, in order. */
  private readonly _sent = new Set<string>();
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
