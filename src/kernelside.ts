import type { ISessionContext } from '@jupyterlab/apputils';
import { Notification } from '@jupyterlab/apputils';
import type { Notebook, NotebookPanel } from '@jupyterlab/notebook';
import type { Kernel } from '@jupyterlab/services';
import type { ITranslator, TranslationBundle } from '@jupyterlab/translation';
import type { ISignal } from '@lumino/signaling';
import { Attachments } from './attachments';
import { profilerChoice } from './choices';
import type {
  Arming,
  Attachment,
  CellSource,
  IArmRequest,
  IAttached,
  IMissing
} from './kernel';
import { arm, record } from './kernel';
import { Languages } from './languages';
import { warn } from './notices';

/** Offer to install the kernel side; resolves to true once that has worked. */
export type OfferInstall = (
  kernel: Kernel.IKernelConnection,
  name: string,
  missing: IMissing
) => Promise<boolean>;

/** Characters of source that a kernel is sent at most when it is attached. */
const SOURCE_LIMIT = 2e6;

/**
 * What has to be settled with a kernel before a cell can be profiled, and what a
 * person is told when it cannot be settled.
 */
export class KernelSide {
  constructor(options: {
    readonly translator: ITranslator;
    readonly offerInstall: OfferInstall;
  }) {
    this._offerInstallIn = options.offerInstall;
    this._trans = options.translator.load('jupyterlab_cell_profiler');
  }

  /** Emitted when `problem` may have a new answer. */
  get changed(): ISignal<unknown, void> {
    return this._languages.changed;
  }

  /** Why nothing can be profiled with a session's kernel; null when it may. */
  problem(context: ISessionContext): string | null {
    const language = this._languages.get(context);
    return language === null || language.toLowerCase() === 'python'
      ? null
      : this._trans.__(
          'Cell Profiler measures Python code only; the kernel “%1” runs %2.',
          context.kernelDisplayName,
          language
        );
  }

  /**
   * Make sure that a kernel can do what is asked; otherwise say why not.
   *
   * @returns Whether to run the cell.
   */
  async prepare(
    panel: NotebookPanel,
    kernel: Kernel.IKernelConnection,
    profilers: readonly string[]
  ): Promise<boolean> {
    const context = panel.sessionContext;
    let attachment = await this._attach(panel, kernel);
    const problem = this.problem(context);
    if (problem) {
      warn(problem);
      return false;
    }
    if (attachment.status === 'missing') {
      if (!(await this._offerInstall(context, kernel, attachment))) {
        return false;
      }
      attachment = await this._attach(panel, kernel);
    }
    switch (attachment.status) {
      case 'attached':
        return this._available(kernel, attachment, profilers);
      case 'canceled':
        return false;
      default:
        this._reportAttachment(context, kernel, attachment);
        return false;
    }
  }

  /** Whether all of these profilers can run in a kernel; otherwise say why not. */
  private _available(
    kernel: Kernel.IKernelConnection,
    attachment: IAttached,
    profilers: readonly string[]
  ): boolean {
    for (const name of profilers) {
      if (!Object.prototype.hasOwnProperty.call(attachment.profilers, name)) {
        warn(
          this._trans.__(
            'There is no profiler “%1”. This kernel has: %2.',
            name,
            Object.keys(attachment.profilers).join(', ')
          )
        );
        return false;
      }
      const reason = attachment.profilers[name];
      if (reason !== null) {
        // The person may mend it, for example install something: ask again then.
        this._attachments.forget(kernel);
        warn(
          this._trans.__(
            'The profiler “%1” cannot run in this kernel: %2',
            profilerChoice(name, this._trans).label,
            reason
          )
        );
        return false;
      }
    }
    return true;
  }

  /**
   * Tell the kernel that the next request, which JupyterLab is about to send, is
   * to be profiled. Sends at once and waits for nothing.
   */
  announce(
    panel: NotebookPanel,
    cellId: string,
    request: Pick<IArmRequest, 'profilers' | 'options'>
  ): void {
    const context = panel.sessionContext;
    const kernel = context.session?.kernel;
    if (!kernel || kernel.status === 'dead') {
      return;
    }
    // The kernel may have been chosen a moment ago, in JupyterLab's dialog.
    const problem = this.problem(context);
    if (problem) {
      warn(problem);
      return;
    }
    const attachment = this._attach(panel, kernel);
    const arming = arm(kernel, {
      ...request,
      cellId,
      path: panel.context.localPath
    });
    void this._report(context, kernel, attachment, arming);
  }

  /**
   * Have a kernel record each ordinary run, or no run any more. Sends at once.
   * Where that cannot be, the person is told why.
   *
   * @param mayAsk - whether the package may be offered to be installed, since a
   *   person has just asked for this
   * @returns whether the kernel does so; null when it did not answer and is to be
   *   asked again
   */
  async record(
    panel: NotebookPanel,
    kernel: Kernel.IKernelConnection,
    on: boolean,
    mayAsk: boolean
  ): Promise<boolean | null> {
    const context = panel.sessionContext;
    const request = { on, path: panel.context.localPath };
    let attaching = this._attach(panel, kernel);
    let recording = record(kernel, request);
    let attachment = await attaching;
    const problem = this.problem(context);
    if (problem || !on) {
      if (problem && on) {
        warn(problem);
      }
      // A kernel that was never told records nothing.
      return !problem && (await recording).status === 'done';
    }
    if (
      attachment.status === 'missing' &&
      mayAsk &&
      (await this._offerInstall(context, kernel, attachment))
    ) {
      attaching = this._attach(panel, kernel);
      recording = record(kernel, request);
      attachment = await attaching;
    }
    const answer = await recording;
    if (attachment.status === 'canceled' || answer.status === 'canceled') {
      return null;
    }
    if (attachment.status !== 'attached') {
      // Who has just closed the dialog knows.
      if (attachment.status === 'broken' || !mayAsk) {
        this._reportAttachment(
          context,
          kernel,
          attachment,
          this._trans.__(
            'Cells are not recorded: Cell Profiler is not installed in the kernel “%1”.',
            context.kernelDisplayName
          )
        );
      }
      return false;
    }
    if (answer.status === 'refused') {
      this._attachments.forget(kernel);
      warn(
        this._trans.__(
          'The kernel “%1” does not record its cells: %2',
          context.kernelDisplayName,
          answer.reason
        )
      );
      return false;
    }
    return true;
  }

  /** Say why a cell that is on its way will not be profiled. */
  private async _report(
    context: ISessionContext,
    kernel: Kernel.IKernelConnection,
    attaching: Promise<Attachment>,
    arming: Promise<Arming>
  ): Promise<void> {
    const attachment = await attaching;
    const armed = await arming;
    if (attachment.status === 'missing' || attachment.status === 'broken') {
      this._reportAttachment(context, kernel, attachment);
    } else if (armed.status === 'refused') {
      this._attachments.forget(kernel);
      warn(this._trans.__('The cell runs without a profile: %1', armed.reason));
    }
  }

  private _reportAttachment(
    context: ISessionContext,
    kernel: Kernel.IKernelConnection,
    attachment: Exclude<Attachment, { status: 'attached' | 'canceled' }>,
    missing: string = this._trans.__(
      'No profile: Cell Profiler is not installed in the kernel “%1”.',
      context.kernelDisplayName
    )
  ): void {
    const name = context.kernelDisplayName;
    if (attachment.status === 'missing') {
      Notification.warning(missing, {
        autoClose: false,
        actions: [
          {
            label: this._trans.__('Install…'),
            callback: () => {
              void this._offerInstall(context, kernel, attachment);
            }
          }
        ]
      });
    } else {
      warn(
        this._trans.__(
          'Cell Profiler does not work in the kernel “%1”: %2',
          name,
          attachment.reason
        )
      );
    }
  }

  private _attach(
    panel: NotebookPanel,
    kernel: Kernel.IKernelConnection
  ): Promise<Attachment> {
    return this._attachments.get(kernel, () => codeCells(panel.content));
  }

  /** One dialog for a kernel, however many cells wait for it. */
  private _offerInstall(
    context: ISessionContext,
    kernel: Kernel.IKernelConnection,
    missing: IMissing
  ): Promise<boolean> {
    let offer = this._offers.get(kernel);
    if (!offer) {
      offer = this._offerInstallIn(
        kernel,
        context.kernelDisplayName,
        missing
      ).finally(() => this._offers.delete(kernel));
      this._offers.set(kernel, offer);
    }
    return offer;
  }

  private readonly _offerInstallIn: OfferInstall;
  private readonly _trans: TranslationBundle;
  private readonly _attachments = new Attachments();
  private readonly _languages = new Languages();
  private readonly _offers = new Map<
    Kernel.IKernelConnection,
    Promise<boolean>
  >();
}

/** Ids and sources of the code cells that may have run; no more than is decent. */
function codeCells(notebook: Notebook): CellSource[] {
  const cells: CellSource[] = [];
  let size = 0;
  for (const cell of notebook.model?.cells ?? []) {
    const source = cell.type === 'code' ? cell.sharedModel.getSource() : '';
    size += source.length;
    if (source.trim() && size <= SOURCE_LIMIT) {
      cells.push([cell.id, source]);
    }
  }
  return cells;
}
