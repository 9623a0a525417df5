import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { Marks } from './marks';
import type { IReportModelOptions, ReportModel } from './model';
import type { IRecordingOptions } from './recording';
import { Recording } from './recording';
import type { ReportTabs } from './tabs';

/** What is needed for all notebooks. */
export interface IWatchOptions
  extends Omit<IRecordingOptions, 'history'>, IReportModelOptions {
  readonly tracker: INotebookTracker;
  readonly tabs: Pick<ReportTabs, 'changed' | 'isOpen'>;
  /** Show the report of a notebook. */
  readonly open: (path: string) => void;
}

/** Records the open notebooks whose switch is on, and marks their cells. */
export class NotebookWatches implements IDisposable {
  constructor(private readonly _options: IWatchOptions) {
    const { tracker } = _options;
    tracker.forEach(panel => this._add(tracker, panel));
    tracker.widgetAdded.connect(this._add, this);
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    Signal.clearData(this);
    this._watches.forEach(watch => watch.dispose());
    this._watches.clear();
  }

  /** Switch the recording of an open notebook. */
  async set(panel: NotebookPanel, on: boolean): Promise<void> {
    await this._watches.get(panel)?.recording.set(on);
  }

  private _add(_: INotebookTracker, panel: NotebookPanel): void {
    this._watches.set(panel, new NotebookWatch(panel, this._options));
    panel.disposed.connect(this._remove, this);
  }

  private _remove(panel: NotebookPanel): void {
    this._watches.get(panel)?.dispose();
    this._watches.delete(panel);
  }

  private _isDisposed = false;
  private readonly _watches = new Map<NotebookPanel, NotebookWatch>();
}

/** One notebook: its cells are marked while it is recorded, or its report is open. */
class NotebookWatch implements IDisposable {
  constructor(
    private readonly _panel: NotebookPanel,
    private readonly _options: IWatchOptions
  ) {
    const { recordSwitch, tabs } = _options;
    this.recording = new Recording(_panel, _options);
    recordSwitch.changed.connect(this._update, this);
    tabs.changed.connect(this._update, this);
    _panel.context.pathChanged.connect(this._update, this);
    this._update();
  }

  readonly recording: Recording;

  get isDisposed(): boolean {
    return this.recording.isDisposed;
  }

  dispose(): void {
    this.recording.dispose();
    Signal.clearData(this);
    this._unmark();
  }

  private get _isMarked(): boolean {
    const { recordSwitch, tabs } = this._options;
    const path = this._panel.context.localPath;
    return !this.isDisposed && (recordSwitch.isOn(path) || tabs.isOpen(path));
  }

  private _update(): void {
    if (!this._isMarked) {
      this._unmark();
    } else if (!this._marks) {
      void this._mark();
    }
  }

  private async _mark(): Promise<void> {
    // With the first notebook that is marked: all others pay nothing.
    const [{ Marks }, { ReportModel }] = await Promise.all([
      import('./marks'),
      import('./model')
    ]);
    if (this._isMarked && !this._marks) {
      const { open, trans } = this._options;
      const panel = this._panel;
      const { context } = panel;
      this._model = new ReportModel(context.localPath, this._options);
      this._marks = new Marks({
        panel,
        model: this._model,
        onOpen: () => open(context.localPath),
        trans
      });
    }
  }

  private _unmark(): void {
    this._marks?.dispose();
    this._model?.dispose();
    this._marks = null;
    this._model = null;
  }

  private _marks: Marks | null = null;
  private _model: ReportModel | null = null;
}
