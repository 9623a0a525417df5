import type { ISharedCodeCell, ISharedNotebook } from '@jupyter/ydoc';
import {
  StateEffect,
  StateField,
  type Extension,
  type Text
} from '@codemirror/state';
import {
  Decoration,
  EditorView,
  ViewPlugin,
  WidgetType,
  type DecorationSet,
  type ViewUpdate
} from '@codemirror/view';
import type { CodeEditor } from '@jupyterlab/codeeditor';
import {
  EditorExtensionRegistry,
  type IEditorExtensionFactory
} from '@jupyterlab/codemirror';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';

/** Milliseconds after which a line is no news any more. */
const SHINES = 10000;

/** Pixels that are kept free above and below a line that is scrolled to. */
const MARGIN = 40;

/** An editor of a code cell that is open now. */
interface IOpenEditor {
  readonly view: EditorView;
  readonly notebook: ISharedNotebook;
  readonly cellId: string;
}

/** The line of a notebook that glows. */
interface IGlowing {
  readonly cellId: string;
  /** 1-based. */
  readonly line: number;
  readonly timer: number;
}

/**
 * Marks the line that runs in the editor of its cell, one in a notebook, until the cell
 * ends, its text changes, or some seconds have passed.
 */
export class Glow implements IDisposable {
  constructor(
    trans: TranslationBundle,
    private readonly _shines = SHINES
  ) {
    const mark = Decoration.widget({
      widget: new Mark(trans.__('running')),
      side: 1
    });
    const row = Decoration.line({ class: 'jp-CellProfiler-glow' });
    this._draw = (text, line) => {
      if (line === null || line < 1 || line > text.lines) {
        return Decoration.none;
      }
      const { from, to } = text.line(line);
      return Decoration.set([row.range(from), mark.range(to)]);
    };
    this._field = StateField.define<DecorationSet>({
      create: () => Decoration.none,
      update: (value, { docChanged, effects, newDoc }) => {
        let result = docChanged ? Decoration.none : value;
        for (const effect of effects) {
          if (effect.is(this._set)) {
            result = this._draw(newDoc, effect.value);
          }
        }
        return result;
      },
      provide: field => EditorView.decorations.from(field)
    });
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    [...this._glowing.keys()].forEach(notebook => this.clear(notebook));
  }

  /** What to give to the registry of editor extensions. */
  extension(): IEditorExtensionFactory {
    return {
      name: 'cell-profiler-glow',
      factory: ({ model }) => {
        const place = placeOf(model);
        return (
          place &&
          EditorExtensionRegistry.createImmutableExtension(
            this._extensionOf(place)
          )
        );
      }
    };
  }

  /** Let a line glow; the one before in this notebook goes out. */
  show(notebook: ISharedNotebook, cellId: string, line: number): void {
    this.clear(notebook);
    const timer = window.setTimeout(() => this.clear(notebook), this._shines);
    this._glowing.set(notebook, { cellId, line, timer });
    this._each(notebook, cellId, view =>
      view.dispatch({ effects: this._set.of(line) })
    );
  }

  /** Scroll the line that glows into view, if its editor is in the page. */
  reveal(notebook: ISharedNotebook): void {
    const glowing = this._glowing.get(notebook);
    if (glowing) {
      this._each(notebook, glowing.cellId, view => {
        const { doc } = view.state;
        if (glowing.line <= doc.lines) {
          view.dispatch({
            effects: EditorView.scrollIntoView(doc.line(glowing.line).from, {
              y: 'nearest',
              yMargin: MARGIN
            })
          });
        }
      });
    }
  }

  /** Let no line of a notebook glow. */
  clear(notebook: ISharedNotebook): void {
    const glowing = this._glowing.get(notebook);
    if (glowing) {
      this._forget(notebook);
      this._each(notebook, glowing.cellId, view =>
        view.dispatch({ effects: this._set.of(null) })
      );
    }
  }

  private _extensionOf(place: Omit<IOpenEditor, 'view'>): Extension {
    const { notebook, cellId } = place;
    const initial = ({ doc }: { readonly doc: Text }): DecorationSet => {
      // An editor is made when its cell is scrolled to.
      const glowing = this._glowing.get(notebook);
      return this._draw(doc, glowing?.cellId === cellId ? glowing.line : null);
    };
    return [
      this._field.init(initial),
      ViewPlugin.define(view => {
        const editor = { view, ...place };
        this._open.add(editor);
        return {
          update: ({ docChanged }: ViewUpdate) => {
            if (docChanged && this._glowing.get(notebook)?.cellId === cellId) {
              this._forget(notebook);
            }
          },
          destroy: () => {
            this._open.delete(editor);
          }
        };
      })
    ];
  }

  private _forget(notebook: ISharedNotebook): void {
    window.clearTimeout(this._glowing.get(notebook)?.timer);
    this._glowing.delete(notebook);
  }

  /** A notebook may be open in several views. */
  private _each(
    notebook: ISharedNotebook,
    cellId: string,
    callback: (view: EditorView) => void
  ): void {
    this._open.forEach(editor => {
      if (editor.notebook === notebook && editor.cellId === cellId) {
        callback(editor.view);
      }
    });
  }

  private _isDisposed = false;
  private readonly _draw: (text: Text, line: number | null) => DecorationSet;
  private readonly _field: StateField<DecorationSet>;
  private readonly _glowing = new Map<ISharedNotebook, IGlowing>();
  private readonly _open = new Set<IOpenEditor>();
  private readonly _set = StateEffect.define<number | null>();
}

/** The cell of an editor; null when it is none of a notebook. */
function placeOf(model: CodeEditor.IModel): Omit<IOpenEditor, 'view'> | null {
  const cell = model.sharedModel as Partial<ISharedCodeCell>;
  const { cell_type: type, notebook, id } = cell;
  return type === 'code' && notebook && id !== undefined
    ? { notebook, cellId: id }
    : null;
}

/** Says in words what the colour says. */
class Mark extends WidgetType {
  constructor(private readonly _text: string) {
    super();
  }

  eq(other: Mark): boolean {
    return other._text === this._text;
  }

  toDOM(): HTMLElement {
    const node = document.createElement('span');
    node.className = 'jp-CellProfiler-glowMark';
    node.textContent = `◂ ${this._text}`;
    return node;
  }
}
