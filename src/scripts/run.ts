import type { Kernel, KernelMessage } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { ProfileDocument } from '../document';
import type { IMissing } from '../kernel';
import { attach, scriptCode } from '../kernel';
import type { IScriptAnswers } from '../lib/scripts';
import { scriptRequest } from '../lib/scripts';
import { readDocument } from '../lib/validate';
import { MIME_TYPE } from '../tokens';
import type { ScriptOutput } from './output';
import { attachmentProblem, lossProblem, refusal } from './problems';
import type { IScriptSession } from './session';

/**
 * - `waiting`: for its kernel;
 * - `running`;
 * - `stopping`: the script is being ended, what was measured is kept;
 * - `killing`: the kernel is being ended;
 * - `over`.
 */
export type RunState = 'waiting' | 'running' | 'stopping' | 'killing' | 'over';

/** What a run works with. */
export interface IScriptRunOptions {
  /** Of the script, in Jupyter. */
  readonly path: string;
  readonly answers: IScriptAnswers;
  /** By profiler. */
  readonly options: { readonly [profiler: string]: unknown };
  /** Start a kernel for this run alone. */
  readonly start: () => Promise<IScriptSession>;
  /** Offer to install the kernel side; true once that has worked. */
  readonly offerInstall: (
    kernel: Kernel.IKernelConnection,
    name: string,
    missing: IMissing
  ) => Promise<boolean>;
  readonly output: Pick<ScriptOutput, 'print' | 'flush'>;
  readonly trans: TranslationBundle;
}

/** One run of a script, from the start of its kernel to the end of it. */
export class ScriptRun implements IDisposable {
  constructor(private readonly _options: IScriptRunOptions) {
    this.done = this._run();
  }

  /** Resolved when it is over; never rejected. */
  readonly done: Promise<void>;

  /** Emitted when `state` changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get state(): RunState {
    return this._state;
  }

  get path(): string {
    return this._options.path;
  }

  get answers(): IScriptAnswers {
    return this._options.answers;
  }

  /** What people call the kernel; null before it is there. */
  get kernelName(): string | null {
    return this._kernelName;
  }

  /** What was measured; null when nothing was, or not yet. */
  get document(): ProfileDocument | null {
    return this._document;
  }

  /** Why there is no profile, or not a whole one, in sentences; null when all went well. */
  get problem(): string | null {
    return this._problem;
  }

  /** Milliseconds since the script was started, up to its end; 0 before. */
  get elapsed(): number {
    return this._started === null
      ? 0
      : (this._ended ?? Date.now()) - this._started;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** End whatever goes on, and the kernel. */
  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      Signal.clearData(this);
      const isRunning = this._state === 'running' || this._state === 'stopping';
      void this._session?.shutdown(isRunning);
    }
  }

  /** End the script; asked a second time, the kernel. */
  async stop(): Promise<void> {
    const { trans } = this._options;
    switch (this._state) {
      case 'running':
        this._go('stopping');
        try {
          await this._session?.interrupt();
        } catch {
          // Then the second press remains.
        }
        break;
      case 'waiting':
      case 'stopping': {
        const wasRunning = this._state === 'stopping';
        this._go('killing');
        this._problem = wasRunning
          ? trans.__(
              'The kernel was shut down before it could say what was measured.'
            )
          : trans.__('Stopped before the script was started.');
        await this._session?.shutdown();
        this._finish();
        break;
      }
    }
  }

  private async _run(): Promise<void> {
    try {
      await this._begin();
    } catch (error) {
      this._problem = this._problem ?? this._sentence(error);
    }
    this._finish();
    // Nobody else needs this kernel.
    await this._session?.shutdown();
  }

  private async _begin(): Promise<void> {
    const session = await this._options.start();
    if (this._isDisposed || this._isAborted) {
      await session.shutdown();
      return;
    }
    this._session = session;
    this._kernelName = session.name;
    this._changed.emit();
    const gone = new Promise<void>(resolve => {
      session.gone.connect((_, loss) => {
        this._problem = lossProblem(loss, this._options.trans);
        resolve();
      });
    });
    await Promise.race([this._measure(session), gone, this._aborted]);
  }

  private async _measure(session: IScriptSession): Promise<void> {
    if (!(await this._isReady(session)) || this._isAborted) {
      return;
    }
    const { answers, options, path } = this._options;
    this._started = Date.now();
    this._go('running');
    const future = session.kernel.requestExecute({
      code: scriptCode(scriptRequest(path, answers, options)),
      silent: false,
      store_history: false,
      allow_stdin: false,
      stop_on_error: false
    });
    future.onIOPub = message => this._take(message);
    let content: KernelMessage.IExecuteReplyMsg['content'];
    try {
      ({ content } = await future.done);
    } catch {
      // The kernel went away, and somebody has said so.
      return;
    }
    if (content.status === 'error' && this._problem === null) {
      this._refused(content.ename, content.evalue);
    } else if (this._document === null && this._problem === null) {
      this._problem = this._options.trans.__(
        'The script ended, and no profile came. The server may have dropped it, as it does when a kernel sends very much at once: have the script print less, or run it again.'
      );
    }
  }

  /** Whether the kernel side is there; otherwise `problem` says why not. */
  private async _isReady(session: IScriptSession): Promise<boolean> {
    const { offerInstall, trans } = this._options;
    const { kernel, name } = session;
    let attachment = await attach(kernel);
    if (attachment.status === 'missing' && !this._isAborted) {
      if (await offerInstall(kernel, name, attachment)) {
        attachment = await attach(kernel);
      }
    }
    if (attachment.status === 'attached') {
      return true;
    }
    this._problem = this._problem ?? attachmentProblem(attachment, name, trans);
    return false;
  }

  /** Take what the kernel sends while the script runs; it may be a stranger's. */
  private _take(message: KernelMessage.IIOPubMessage): void {
    const content = message.content as IContent;
    switch (message.header.msg_type) {
      case 'stream':
        if (typeof content.text === 'string') {
          this._options.output.print(
            content.name === 'stderr' ? 'stderr' : 'stdout',
            content.text
          );
        }
        break;
      case 'display_data': {
        const value = content.data?.[MIME_TYPE];
        if (value === undefined) {
          break;
        }
        const read = readDocument(value);
        if ('document' in read && !read.document.live) {
          this._document = read.document;
        } else if ('problem' in read) {
          this._problem = this._options.trans.__(
            'The kernel sent a profile that cannot be read. Its Cell Profiler may be of another version than this one: update both.'
          );
        }
        break;
      }
      case 'error':
        this._refused(content.ename, content.evalue);
        break;
    }
  }

  /** The kernel side could not run the script, and says why. */
  private _refused(ename: unknown, evalue: unknown): void {
    const name = this._kernelName ?? '';
    this._problem = refusal(ename, evalue, name, this._options.trans);
  }

  private _sentence(error: unknown): string {
    const text = error instanceof Error ? error.message : String(error);
    return this._options.trans.__('The kernel could not be started: %1', text);
  }

  private get _isAborted(): boolean {
    return this._state === 'killing' || this._state === 'over';
  }

  private _go(state: RunState): void {
    if (this._state !== 'over' && !this._isDisposed) {
      this._state = state;
      if (state === 'killing') {
        this._abort();
      }
      this._changed.emit();
    }
  }

  private _finish(): void {
    if (this._state !== 'over') {
      this._options.output.flush();
      this._ended = Date.now();
      this._go('over');
    }
  }

  private _abort!: () => void;
  private readonly _aborted = new Promise<void>(resolve => {
    this._abort = resolve;
  });
  private _document: ProfileDocument | null = null;
  private _ended: number | null = null;
  private _isDisposed = false;
  private _kernelName: string | null = null;
  private _problem: string | null = null;
  private _session: IScriptSession | null = null;
  private _started: number | null = null;
  private _state: RunState = 'waiting';
  private readonly _changed = new Signal<this, void>(this);
}

/** What is used of the content of messages; a stranger's, so nothing need be there. */
interface IContent {
  readonly name?: unknown;
  readonly text?: unknown;
  readonly data?: { readonly [mimeType: string]: unknown };
  readonly ename?: unknown;
  readonly evalue?: unknown;
}
