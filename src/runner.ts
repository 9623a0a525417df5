import type {
  ISessionContext,
  ISessionContextDialogs
} from '@jupyterlab/apputils';
import type { Cell } from '@jupyterlab/cells';
import type { Notebook, NotebookPanel } from '@jupyterlab/notebook';
import { NotebookActions } from '@jupyterlab/notebook';
import type { Kernel } from '@jupyterlab/services';
import type { ITranslator, TranslationBundle } from '@jupyterlab/translation';
import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { AskSetup } from './apart';
import { ApartRuns } from './apart';
import type { OfferInstall } from './kernelside';
import { KernelSide } from './kernelside';
import { APART } from './lib/apart';
import { tell, warn } from './notices';
import type { IProfilerSettings } from './settings';
import { chosenOptions } from './settings';

/** What `cell-profiler:run` is told. */
export interface IRunRequest {
  /** Names of profilers; the default one of the settings when absent or empty. */
  readonly profilers?: readonly string[];
  /** Options by profiler. */
  readonly options?: { readonly [profiler: string]: unknown };
}

/** Runs cells under profilers. */
export interface IRunner {
  /** Emitted when `isRunning` or `problem` may have a new answer. */
  readonly changed: ISignal<IRunner, void>;
  /** Whether a profiled run is on its way in a notebook, queued ones included. */
  isRunning(notebook: Notebook): boolean;
  /**
   * Why nothing can be profiled with this kernel, as a sentence; null when
   * nothing speaks against it. No kernel is no problem: a run then asks for one.
   */
  problem(context: ISessionContext): string | null;
  /**
   * Run the active cell of a notebook once, under profilers.
   *
   * @returns Whether the cell ran to its end, as `NotebookActions` say it.
   */
  run(panel: NotebookPanel, request?: IRunRequest): Promise<boolean>;
  /**
   * Have the kernel of a notebook record each ordinary run, or no run any more. The
   * request is on its way when this returns. Where that cannot be, the person is
   * told why.
   *
   * @param mayAsk - whether a person has just asked for it, and may be asked back
   * @returns whether the kernel does so; null when there is no kernel, or it did not
   *   answer: it is to be asked again
   */
  record(
    panel: NotebookPanel,
    on: boolean,
    mayAsk: boolean
  ): Promise<boolean | null>;
  /** Interrupt the kernel of a notebook. */
  stop(panel: NotebookPanel): Promise<void>;
}

export const IRunner = new Token<IRunner>(
  'jupyterlab-cell-profiler:IRunner',
  'Runs cells under profilers.'
);

/** Options of a {@link Runner}. */
export interface IRunnerOptions {
  readonly translator: ITranslator;
  readonly settings: IProfilerSettings;
  readonly dialogs?: ISessionContextDialogs;
  readonly offerInstall: OfferInstall;
  /** Asks what runs before a cell in a process of its own. */
  readonly askSetup?: AskSetup;
}

/** States in which a kernel answers in a moment, or as soon as it has started. */
const SOON: readonly ISessionContext.KernelDisplayStatus[] = [
  'idle',
  'starting',
  'restarting',
  'autorestarting',
  'connecting',
  'unknown'
];

/**
 * Runs cells under profilers: JupyterLab's own run, announced to the kernel
 * directly before. It never sees what comes of it; that is in the cell's outputs.
 */
export class Runner implements IRunner {
  constructor(options: IRunnerOptions) {
    this._options = options;
    this._trans = options.translator.load('jupyterlab_cell_profiler');
    this._kernels = new KernelSide(options);
    this._apart = new ApartRuns(this._trans, options.askSetup);
    this._kernels.changed.connect(() => this._changed.emit());
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  isRunning(notebook: Notebook): boolean {
    return (this._running.get(notebook)?.size ?? 0) > 0;
  }

  problem(context: ISessionContext): string | null {
    return this._kernels.problem(context);
  }

  async run(panel: NotebookPanel, request: IRunRequest = {}): Promise<boolean> {
    const notebook = panel.content;
    const cell = notebook.activeCell;
    if (!notebook.model || !cell) {
      return false;
    }
    if (cell.model.type === 'markdown') {
      return this._runPlainly(panel, cell);
    }
    if (cell.model.type !== 'code') {
      tell(this._trans.__('A raw cell has no code that could be profiled.'));
      return false;
    }
    if (!cell.model.sharedModel.getSource().trim()) {
      tell(this._trans.__('This cell is empty: there is nothing to profile.'));
      return false;
    }
    const problem = this.problem(panel.sessionContext);
    if (problem) {
      warn(problem);
      return false;
    }

    // A second press on a cell that is on its way already means the same run.
    const running = this._running.get(notebook) ?? new Set<string>();
    const id = cell.model.id;
    if (running.has(id)) {
      return false;
    }
    this._running.set(notebook, running.add(id));
    this._changed.emit();
    try {
      return await this._runProfiled(panel, cell, request);
    } finally {
      running.delete(id);
      this._changed.emit();
    }
  }

  async record(
    panel: NotebookPanel,
    on: boolean,
    mayAsk: boolean
  ): Promise<boolean | null> {
    const kernel = panel.sessionContext.session?.kernel;
    return kernel && kernel.status !== 'dead'
      ? this._kernels.record(panel, kernel, on, mayAsk)
      : null;
  }

  async stop(panel: NotebookPanel): Promise<void> {
    try {
      await panel.sessionContext.session?.kernel?.interrupt();
    } catch (reason) {
      warn(
        this._trans.__(
          'The kernel could not be interrupted: %1',
          String(reason)
        )
      );
    }
  }

  private async _runProfiled(
    panel: NotebookPanel,
    cell: Cell,
    request: IRunRequest
  ): Promise<boolean> {
    const context = panel.sessionContext;
    const notebook = panel.content;
    const profilers = request.profilers?.length
      ? request.profilers
      : [this._options.settings.values.defaultProfiler];

    // A busy kernel gets the questions and the cell in one go, so that the cell
    // takes its place in the queue at once. Any other one answers soon. A kernel
    // that is busy with such a question is as good as idle, and cells must not
    // overtake each other.
    const kernel = context.session?.kernel;
    if (
      kernel &&
      (SOON.includes(context.kernelDisplayStatus) ||
        this._preparing.has(kernel))
    ) {
      this._preparing.add(kernel);
      try {
        if (!(await this._kernels.prepare(panel, kernel, profilers))) {
          return false;
        }
      } finally {
        this._preparing.delete(kernel);
      }
      if (panel.isDisposed || cell.isDisposed) {
        return false;
      }
    }

    let options: { readonly [profiler: string]: unknown } | null =
      this._optionsOf(profilers, request);
    // Without a question the cell takes its place in the queue at once, see above.
    if (profilers.some(name => APART.includes(name))) {
      options = await this._apart.settle(
        notebook,
        cell.model.id,
        profilers,
        options
      );
      if (options === null || panel.isDisposed || cell.isDisposed) {
        return false;
      }
    }
    const settled = options;

    // This signal is emitted after all questions that JupyterLab may have, and
    // right before the request goes out: nothing stays armed when a dialog ends
    // the run, and nothing comes between the announcement and the cell.
    const announce = (
      _: unknown,
      scheduled: { notebook: Notebook; cell: Cell }
    ) => {
      if (scheduled.cell === cell) {
        NotebookActions.executionScheduled.disconnect(announce);
        this._kernels.announce(panel, cell.model.id, {
          profilers,
          options: settled
        });
      }
    };
    NotebookActions.executionScheduled.connect(announce);
    try {
      return await this._runPlainly(panel, cell);
    } finally {
      NotebookActions.executionScheduled.disconnect(announce);
    }
  }

  /** The options of the settings, and before them those of this run. */
  private _optionsOf(
    profilers: readonly string[],
    { options = {} }: IRunRequest
  ): { [profiler: string]: unknown } {
    const merged: { [profiler: string]: unknown } = {
      ...chosenOptions(this._options.settings.values, profilers)
    };
    for (const [name, given] of Object.entries(options)) {
      const isObject = typeof given === 'object' && given !== null;
      merged[name] = isObject
        ? { ...(merged[name] as object | undefined), ...given }
        : given;
    }
    return merged;
  }

  /** JupyterLab's own run of one cell, whatever else is selected. */
  private _runPlainly(panel: NotebookPanel, cell: Cell): Promise<boolean> {
    const notebook = panel.content;
    const { dialogs, settings, translator } = this._options;
    if (settings.values.advance && notebook.activeCell === cell) {
      notebook.deselectAll();
      return NotebookActions.runAndAdvance(
        notebook,
        panel.sessionContext,
        dialogs,
        translator
      );
    }
    return NotebookActions.runCells(
      notebook,
      [cell],
      panel.sessionContext,
      dialogs,
      translator
    );
  }

  private readonly _options: IRunnerOptions;
  private readonly _trans: TranslationBundle;
  private readonly _changed = new Signal<this, void>(this);
  /** Ids of cells under way; they stay when a cell gets a new widget by a move. */
  private readonly _running = new WeakMap<Notebook, Set<string>>();
  private readonly _kernels: KernelSide;
  private readonly _apart: ApartRuns;
  private readonly _preparing = new Set<Kernel.IKernelConnection>();
}
