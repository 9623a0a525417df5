import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

/** The open notebooks, as far as the history asks for them. */
export class Places implements IDisposable {
  /**
   * @param _tracker - null where there are no notebooks
   */
  constructor(private readonly _tracker: INotebookTracker | null) {
    _tracker?.forEach(panel => this._watch(panel));
    _tracker?.widgetAdded.connect((_, panel) => this._watch(panel), this);
    _tracker?.currentChanged.connect(this._tell, this);
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    Signal.clearData(this);
  }

  /** Emitted when another notebook is the current one, or cells may have moved. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Path of the notebook that a person works in, or worked in last. */
  get currentPath(): string | null {
    return this._tracker?.currentWidget?.context.localPath ?? null;
  }

  /** The active cell of that notebook. */
  get activeCell(): { readonly path: string; readonly cellId: string } | null {
    const path = this.currentPath;
    const cellId = this._tracker?.activeCell?.model.id;
    return path === null || cellId === undefined ? null : { path, cellId };
  }

  /** An open notebook. */
  notebook(path: string | null): NotebookPanel | null {
    return path === null
      ? null
      : (this._tracker?.find(({ context }) => context.localPath === path) ??
          null);
  }

  /** 1-based place of a cell in its notebook; null where that is not open. */
  position(path: string | null, cellId: string | null): number | null {
    const cells = this.notebook(path)?.model?.sharedModel.cells ?? [];
    const index = cells.findIndex(({ id }) => id === cellId);
    return index < 0 ? null : index + 1;
  }

  /** The text of a cell in an open notebook; null where there is none. */
  source(path: string | null, cellId: string | null): string | null {
    const cells = this.notebook(path)?.model?.sharedModel.cells ?? [];
    return cells.find(({ id }) => id === cellId)?.getSource() ?? null;
  }

  private _watch(panel: NotebookPanel): void {
    panel.context.pathChanged.connect(this._tell, this);
    panel.context.model.cells.changed.connect(this._tell, this);
    panel.disposed.connect(this._tell, this);
    this._tell();
  }

  private _tell(): void {
    this._changed.emit();
  }

  private _isDisposed = false;
  private readonly _changed = new Signal<this, void>(this);
}
