import type { IDocumentWidget } from '@jupyterlab/docregistry';
import type { FileEditor, IEditorTracker } from '@jupyterlab/fileeditor';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

/** Which file the model of an editor is of. */
export class OpenFiles implements IDisposable {
  constructor(private readonly _tracker: IEditorTracker) {
    _tracker.forEach(widget => this._add(_tracker, widget));
    _tracker.widgetAdded.connect(this._add, this);
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    Signal.clearData(this);
  }

  /** Emitted with the path of each file that is opened, or renamed while it is open. */
  get changed(): ISignal<this, string> {
    return this._changed;
  }

  /** Paths of the files that are open. */
  get paths(): readonly string[] {
    const paths = new Set<string>();
    this._tracker.forEach(({ context }) => paths.add(context.localPath));
    return [...paths];
  }

  /** Null for the model of something else, and for a file not yet known. */
  pathOf(model: object): string | null {
    return this._paths.get(model) ?? null;
  }

  private _add(_: unknown, widget: IDocumentWidget<FileEditor>): void {
    const { context } = widget;
    const note = (): void => {
      this._paths.set(context.model, context.localPath);
      this._changed.emit(context.localPath);
    };
    // Two views of a file share its context.
    if (!this._paths.has(context.model)) {
      context.pathChanged.connect(note, this);
    }
    note();
  }

  private _isDisposed = false;
  private readonly _changed = new Signal<this, string>(this);
  private readonly _paths = new WeakMap<object, string>();
}
