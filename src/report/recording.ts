import type { NotebookPanel } from '@jupyterlab/notebook';
import { NotebookActions } from '@jupyterlab/notebook';
import type { Kernel, KernelMessage } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ProfileDocument } from '../document';
import { RECORD_DISPLAY } from '../lib/live';
import { readDocument } from '../lib/validate';
import { warn } from '../notices';
import type { IRunner } from '../runner';
import type { IHistory } from '../tokens';
import { MIME_TYPE } from '../tokens';
import type { RecordSwitch } from './switch';

/** What recording works with. */
export interface IRecordingOptions {
  readonly runner: Pick<IRunner, 'record' | 'problem'>;
  readonly history: Pick<IHistory, 'add'>;
  readonly recordSwitch: RecordSwitch;
  readonly trans: TranslationBundle;
}

/**
 * Keeps the kernel of one notebook told whether to record, and brings the records
 * into the history.
 *
 * A kernel forgets with each restart. It is told when its status says that it lives
 * again, and at the latest right before a cell goes out to it.
 */
export class Recording implements IDisposable {
  constructor(
    private readonly _panel: NotebookPanel,
    private readonly _options: IRecordingOptions
  ) {
    const { context, sessionContext } = _panel;
    this._path = context.localPath;
    sessionContext.iopubMessage.connect(this._onMessage, this);
    sessionContext.statusChanged.connect(this._onStatus, this);
    sessionContext.connectionStatusChanged.connect(this._onConnection, this);
    sessionContext.kernelChanged.connect(this._onKernel, this);
    context.pathChanged.connect(this._onPath, this);
    _options.recordSwitch.changed.connect(this._ensure, this);
    NotebookActions.executionScheduled.connect(this._onScheduled, this);
    this._ensure();
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    Signal.clearData(this);
  }

  get isOn(): boolean {
    return this._options.recordSwitch.isOn(this._path);
  }

  /** A person presses the switch; it stays off where the kernel cannot record. */
  async set(on: boolean): Promise<void> {
    const { recordSwitch, runner, trans } = this._options;
    const { sessionContext } = this._panel;
    if (!on) {
      recordSwitch.set(this._path, false);
      return;
    }
    const problem = runner.problem(sessionContext);
    if (problem !== null) {
      warn(problem);
      return;
    }
    if (this.kernel?.status === 'busy') {
      // It answers when its cell has ended; until then it is what the person says.
      recordSwitch.set(this._path, true);
      return;
    }
    if (this._isAsking) {
      return;
    }
    this._isAsking = true;
    let done: boolean | null;
    try {
      const { kernel } = this;
      done = await runner.record(this._panel, true, true);
      this._told = done === true ? kernel : null;
    } finally {
      this._isAsking = false;
    }
    if (done === false) {
      warn(
        trans.__(
          '“Record every cell” stays off: the kernel “%1” cannot record.',
          sessionContext.kernelDisplayName
        )
      );
    } else if (!this._isDisposed) {
      // Without an answer it is told with the next sign of life.
      recordSwitch.set(this._path, true);
    }
  }

  private get kernel(): Kernel.IKernelConnection | null {
    return this._panel.sessionContext.session?.kernel ?? null;
  }

  /** Tell the kernel unless it knows. What is to be sent is sent at once. */
  private _ensure(): void {
    const { kernel } = this;
    if (this._isDisposed || this._isAsking || !kernel) {
      return;
    }
    if (this.isOn && this._told !== kernel) {
      this._told = kernel;
      void this._tell(kernel);
    } else if (!this.isOn && this._told === kernel) {
      this._told = null;
      void this._options.runner.record(this._panel, false, false);
    }
  }

  private async _tell(kernel: Kernel.IKernelConnection): Promise<void> {
    const { recordSwitch, runner, trans } = this._options;
    const path = this._path;
    const done = await runner.record(this._panel, true, false);
    if (this._isDisposed || this._told !== kernel || done === true) {
      return;
    }
    this._told = null;
    if (done === false && this.kernel === kernel) {
      // It would be a lie to let it stay on.
      recordSwitch.set(path, false);
      warn(trans.__('“Record every cell” is off for %1 now.', path));
    }
  }

  private _onScheduled(_: unknown, scheduled: { notebook: unknown }): void {
    if (scheduled.notebook === this._panel.content) {
      this._ensure();
    }
  }

  private _onKernel(): void {
    this._told = null;
    this._ensure();
  }

  private _onStatus(_: unknown, status: Kernel.Status): void {
    switch (status) {
      case 'restarting':
      case 'autorestarting':
      case 'dead':
        this._told = null;
        break;
      case 'starting':
      case 'idle':
      case 'busy':
        this._ensure();
        break;
    }
  }

  /** A restart while the connection was lost goes unseen. */
  private _onConnection(_: unknown, status: Kernel.ConnectionStatus): void {
    if (status === 'connected') {
      this._ensure();
    } else {
      this._told = null;
    }
  }

  /** The notebook was renamed, or saved under another name. */
  private _onPath(): void {
    const { recordSwitch } = this._options;
    const wasOn = this._told !== null || recordSwitch.isOn(this._path);
    this._path = this._panel.context.localPath;
    if (wasOn) {
      recordSwitch.set(this._path, true);
    }
    // The kernel writes the path into its records.
    this._told = null;
    this._ensure();
  }

  private _onMessage(_: unknown, message: KernelMessage.IMessage): void {
    const content = message.content as IContent;
    if (
      message.header.msg_type === 'update_display_data' &&
      content.transient?.display_id?.startsWith?.(RECORD_DISPLAY) &&
      this.isOn
    ) {
      const read = readDocument(content.data?.[MIME_TYPE]);
      const document = 'document' in read ? this._placed(read.document) : null;
      if (document) {
        this._options.history.add(document);
      }
    }
  }

  /**
   * The record with the notebook's path as it is now; null when it is none of a cell
   * of this notebook: a console, or another notebook, may share the kernel.
   */
  private _placed(document: ProfileDocument): ProfileDocument | null {
    const { live, profilers, target } = document;
    const cells = this._panel.model?.sharedModel.cells ?? [];
    return live === undefined &&
      profilers.length === 0 &&
      target.cellId !== undefined &&
      cells.some(({ id }) => id === target.cellId)
      ? { ...document, target: { ...target, path: this._path } }
      : null;
  }

  private _isDisposed = false;
  private _path: string;
  /** The kernel that knows, since its last start, that it is to record. */
  private _told: Kernel.IKernelConnection | null = null;
  /** Whether a person is being asked whether to install the package. */
  private _isAsking = false;
}

/** What is used of the content of messages; a stranger's, so nothing need be there. */
interface IContent {
  readonly data?: { readonly [mimeType: string]: unknown };
  readonly transient?: { readonly display_id?: string };
}
