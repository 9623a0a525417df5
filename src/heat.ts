import type { ISharedCodeCell } from '@jupyter/ydoc';
import { ViewPlugin, type EditorView, type ViewUpdate } from '@codemirror/view';
import type { CodeEditor } from '@jupyterlab/codeeditor';
import {
  EditorExtensionRegistry,
  type IEditorExtensionFactory
} from '@jupyterlab/codemirror';
import { nullTranslator, type ITranslator } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import { HeatField, type IEditorHeat } from './heat/field';
import type { OpenFiles } from './heat/openfiles';
import { CellPlace, FilePlace, type IPlace } from './heat/places';
import type { IHeatOptions } from './lib/heat';
import type { IFileProfiles, IProfileChange, IProfiles } from './tokens';

export type { HeatMetric } from './lib/heat';

/** Width of an editor in pixels below which hits, then shares, are left out. */
const NARROW = 560;
const VERY_NARROW = 380;

/** How heat is shown. */
export interface IHeatSettings extends IHeatOptions {
  readonly visible: boolean;
}

/** An editor of a code cell or a file that is open now. */
interface IOpenEditor {
  readonly view: EditorView;
  readonly place: CellPlace | FilePlace;
}

/** The profiles of files, and which files are open. */
export interface IHeatFiles {
  readonly profiles: IFileProfiles;
  readonly open: Pick<OpenFiles, 'changed' | 'pathOf'>;
}

/**
 * The heat in the editors of all notebooks and files: one editor extension, seeded
 * from the profiles when an editor is made and told when they change.
 */
export class Heat implements IDisposable {
  /**
   * @param options.files - without them files are not coloured, only cells
   */
  constructor(options: {
    profiles: IProfiles;
    files?: IHeatFiles;
    translator?: ITranslator;
  }) {
    const translator = options.translator ?? nullTranslator;
    this._profiles = options.profiles;
    this._files = options.files ?? null;
    this._field = new HeatField(translator.load('jupyterlab_cell_profiler'));
    this._profiles.changed.connect(this._onProfilesChanged, this);
    this._files?.profiles.changed.connect(this._onFileChanged, this);
    this._files?.open.changed.connect(this._onFileChanged, this);
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._dirty.clear();
    Signal.clearData(this);
  }

  /** How heat is shown. */
  get options(): IHeatSettings {
    return this._options;
  }

  /** Change how heat is shown; all open editors follow at once. */
  setOptions(options: Partial<IHeatSettings>): void {
    const next = { ...this._options, ...options };
    const { visible, metric, decimals } = this._options;
    if (
      next.visible !== visible ||
      next.metric !== metric ||
      next.decimals !== decimals
    ) {
      this._options = next;
      this._open.forEach(editor => this._redraw(editor));
    }
  }

  /** What to give to the registry of editor extensions. */
  extension(): IEditorExtensionFactory {
    return {
      name: 'cell-profiler-heat',
      factory: ({ model }) => {
        const place = this._placeOf(model);
        return (
          place &&
          EditorExtensionRegistry.createImmutableExtension([
            this._field.extension(() => this._heatOf(place)),
            ViewPlugin.define(view => this._track({ view, place }))
          ])
        );
      }
    };
  }

  /** What the model of an editor is of; null when it is neither cell nor file. */
  private _placeOf(model: CodeEditor.IModel): CellPlace | FilePlace | null {
    const cell = model.sharedModel as Partial<ISharedCodeCell>;
    const { cell_type: type, notebook, id } = cell;
    if (type === undefined) {
      const files = this._files;
      return (
        files && new FilePlace(files.profiles, () => files.open.pathOf(model))
      );
    }
    // Consoles have code cells without a notebook.
    return type === 'code' && notebook && id !== undefined
      ? new CellPlace(this._profiles, notebook, id)
      : null;
  }

  private _track(editor: IOpenEditor): {
    update(update: ViewUpdate): void;
    destroy(): void;
  } {
    this._open.add(editor);
    const { view } = editor;
    const measure = {
      key: editor,
      read: () => view.dom.clientWidth,
      // Not by a container query: that would make the cell's editor a container
      // for everything JupyterLab and others put into it. And no class, since
      // CodeMirror sets those of this node anew.
      write: (width: number) => {
        view.dom.dataset.cellProfilerWidth =
          width < VERY_NARROW ? 'least' : width < NARROW ? 'less' : 'all';
      }
    };
    return {
      update: update => {
        const heat = this._field.heatOf(update.state);
        if (
          heat.document !== null &&
          (update.geometryChanged ||
            heat !== this._field.heatOf(update.startState))
        ) {
          view.requestMeasure(measure);
        }
      },
      destroy: () => {
        this._open.delete(editor);
        this._dirty.delete(editor);
      }
    };
  }

  private _onProfilesChanged(_: IProfiles, change: IProfileChange): void {
    this._open.forEach(editor => {
      if (editor.place.kind === 'cell' && editor.place.isOf(change)) {
        this._redrawSoon(editor);
      }
    });
  }

  private _onFileChanged(_: unknown, path: string): void {
    this._open.forEach(editor => {
      if (editor.place.kind === 'file' && editor.place.path === path) {
        this._redrawSoon(editor);
      }
    });
  }

  /**
   * Redraw after what happens now is over: a cell that is moved loses its profile
   * and has it back within one change, and editors must not be changed while one
   * of them is being updated.
   */
  private _redrawSoon(editor: IOpenEditor): void {
    if (this._dirty.size === 0) {
      void Promise.resolve().then(() => {
        const editors = [...this._dirty];
        this._dirty.clear();
        editors
          .filter(each => this._open.has(each))
          .forEach(each => this._redraw(each));
      });
    }
    this._dirty.add(editor);
  }

  private _redraw(editor: IOpenEditor): void {
    const { view, place } = editor;
    const shown = this._field.heatOf(view.state);
    const next = this._heatOf(place);
    const running =
      next.document === null && shown.document !== null
        ? place.running(shown.document)
        : null;
    if (running === null || shown.document === null) {
      if (next.document !== shown.document || next.document !== null) {
        this._field.show(view, next);
      }
      return;
    }
    // The outputs are emptied when a run begins. Were the heat taken away until
    // the new profile comes, the code would jump to the left and back.
    this._field.show(view, {
      ...shown,
      blocks: place.blocks(shown.document, this._options, shown.beside),
      visible: this._options.visible,
      held: true
    });
    if (!shown.held) {
      const onChange = (): void => {
        if (running.isDisposed || running.executionState !== 'running') {
          running.changed.disconnect(onChange);
          running.disposed.disconnect(onChange);
          if (this._open.has(editor)) {
            this._redrawSoon(editor);
          }
        }
      };
      running.changed.connect(onChange);
      running.disposed.connect(onChange);
    }
  }

  private _heatOf(place: IPlace): IEditorHeat {
    const document = place.newest();
    const beside = document && place.beside(document);
    return {
      place: place.kind,
      document,
      beside,
      blocks: document ? place.blocks(document, this._options, beside) : [],
      visible: this._options.visible,
      held: false
    };
  }

  private _isDisposed = false;
  private _options: IHeatSettings = {
    visible: true,
    metric: 'self_time',
    decimals: 2
  };
  private readonly _dirty = new Set<IOpenEditor>();
  private readonly _field: HeatField;
  private readonly _files: IHeatFiles | null;
  private readonly _open = new Set<IOpenEditor>();
  private readonly _profiles: IProfiles;
}
