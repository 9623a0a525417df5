import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { IRunSummary } from '../lib/history';
import { merged } from '../lib/history';
import type { ICellNow, INotebookReport } from '../lib/report';
import { firstLineOf, reportOf } from '../lib/report';
import { sourceHash } from '../lib/sourcehash';
import type { IHistory } from '../tokens';

/** Runs of a notebook that the server is asked for, at most: the newest. */
const MOST = 10_000;

/** Milliseconds in which changes of the cells are looked at once. */
const SOON = 250;

/** What a report works with. */
export interface IReportModelOptions {
  readonly tracker: INotebookTracker;
  readonly history: IHistory;
  readonly trans: TranslationBundle;
}

/**
 * What is known of the cells of one notebook: from the server what ran before, from
 * the history of this page what has run since. It follows the notebook when it is
 * renamed, and works where the notebook is not open.
 */
export class ReportModel implements IDisposable {
  constructor(
    path: string,
    private readonly _options: IReportModelOptions
  ) {
    const { history, tracker } = _options;
    this._paths.add(path);
    this._path = path;
    history.changed.connect(this._onHistory, this);
    tracker.widgetAdded.connect(this._find, this);
    this._find();
    void this.refresh();
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    clearTimeout(this._timer);
    Signal.clearData(this);
  }

  /** Emitted when there is something else to see. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get path(): string {
    return this._path;
  }

  /** The open notebook, null where it is not. */
  get panel(): NotebookPanel | null {
    return this._panel;
  }

  get report(): INotebookReport {
    this._report =
      this._report ?? reportOf(this._path, this._cellsNow(), this._runs());
    return this._report;
  }

  /** Why less is known than there is, as a sentence. */
  get problem(): string | null {
    const { history, trans } = this._options;
    const { mode } = history.state;
    if (mode === 'session') {
      return trans.__(
        'The server keeps no history: this is what ran since the page was opened.'
      );
    }
    return this._problem === null
      ? null
      : trans.__(
          'What ran before cannot be had now: %1 This is what ran since the page was opened.',
          this._problem
        );
  }

  /** Ask the server what it knows. */
  async refresh(): Promise<void> {
    const { history } = this._options;
    const token = ++this._token;
    const found: IRunSummary[] = [];
    let problem: string | null = null;
    try {
      for (const path of this._paths) {
        let total = Infinity;
        for (let offset = 0; offset < Math.min(total, MOST);) {
          const page = await history.search({ path, kind: 'all' }, offset);
          found.push(...page.runs);
          offset += page.runs.length;
          total = page.runs.length > 0 ? page.total : 0;
        }
      }
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
    }
    if (token === this._token && !this._isDisposed) {
      this._problem = problem;
      if (problem === null) {
        this._found = found;
      }
      this._update();
    }
  }

  private _runs(): IRunSummary[] {
    const { history } = this._options;
    const isOwn = ({ path }: IRunSummary): boolean =>
      path !== null && this._paths.has(path);
    return merged(
      history.records.filter(isOwn),
      history.runs.filter(isOwn),
      // Without those that were deleted since.
      this._found.filter(({ id }) => history.find(id) !== null)
    );
  }

  private _cellsNow(): ICellNow[] | null {
    const cells = this._panel?.model?.sharedModel.cells;
    if (!cells) {
      return null;
    }
    const known = this._hashes;
    this._hashes = new Map();
    const found: ICellNow[] = [];
    cells.forEach((cell, index) => {
      if (cell.cell_type === 'code') {
        const source = cell.getSource();
        const hash = known.get(source) ?? sourceHash(source);
        this._hashes.set(source, hash);
        found.push({
          id: cell.id,
          index,
          number: index + 1,
          firstLine: firstLineOf(source),
          sourceHash: hash,
          hasRun: cell.toJSON().execution_count !== null
        });
      }
    });
    return found;
  }

  private _find(): void {
    const panel =
      this._options.tracker.find(
        ({ context }) => context.localPath === this._path
      ) ?? null;
    if (panel && panel !== this._panel) {
      this._panel = panel;
      panel.context.pathChanged.connect(this._onPath, this);
      panel.context.model.contentChanged.connect(this._onContent, this);
      panel.disposed.connect(this._onClosed, this);
      this._update();
    }
  }

  private _onClosed(panel: NotebookPanel): void {
    if (panel === this._panel) {
      this._panel = null;
      // There may be another view of it.
      this._find();
      this._update();
    }
  }

  /** Its runs until now were of the path before. */
  private _onPath(): void {
    if (this._panel) {
      this._path = this._panel.context.localPath;
      this._paths.add(this._path);
      this._update();
      void this.refresh();
    }
  }

  private _onHistory(): void {
    if (
      this._problem !== null &&
      this._options.history.state.mode === 'server'
    ) {
      // The server is there again.
      this._problem = null;
      void this.refresh();
    }
    this._update();
  }

  private _onContent(): void {
    if (this._timer === undefined) {
      this._timer = window.setTimeout(() => {
        this._timer = undefined;
        this._update();
      }, SOON);
    }
  }

  private _update(): void {
    this._report = null;
    if (!this._isDisposed) {
      this._changed.emit();
    }
  }

  private _isDisposed = false;
  private readonly _changed = new Signal<this, void>(this);
  private _path: string;
  /** Also those that the notebook had before it was renamed. */
  private readonly _paths = new Set<string>();
  private _panel: NotebookPanel | null = null;
  private _found: readonly IRunSummary[] = [];
  private _problem: string | null = null;
  private _report: INotebookReport | null = null;
  /** By source: most cells are as they were. */
  private _hashes = new Map<string, string>();
  private _timer: number | undefined;
  private _token = 0;
}
