import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import type { ITranslator, TranslationBundle } from '@jupyterlab/translation';
import { nullTranslator } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import { Widget } from '@lumino/widgets';
import * as React from 'react';
import type { ProfileDocument } from './document';
import type { ReadResult } from './lib/validate';
import { readDocument } from './lib/validate';
import type { IComparisons, INavigator, INeighbours, IRerun } from './tokens';
import { MIME_TYPE } from './tokens';
import type * as views from './views';
import type { IViewOptionsSource } from './views/options';
import type { IProfileState } from './views/state';
import { INITIAL_STATE } from './views/state';

/** Name of the browser's performance mark of the first paint of a document, `detail: {id}`. */
export const RENDERED_MARK = 'cell-profiler:rendered';

/** What a renderer needs besides the document. */
export interface IRendererOptions {
  /** Shows lines; without it line numbers are no links. */
  readonly navigator?: INavigator;
  /** Runs the cell again; without it, or outside notebooks, there are no buttons for that. */
  readonly rerun?: IRerun;
  /** Knows other runs of the same source; without it a run is shown alone. */
  readonly neighbours?: INeighbours;
  /** Leads to comparisons with the run before; without it there is no button for that. */
  readonly comparisons?: IComparisons;
  /** The whole of what a notebook has a summary of; without it the summary is shown. */
  readonly whole?: (id: string) => Promise<ProfileDocument>;
  readonly translator?: ITranslator;
  /** How numbers are shown. */
  readonly view: IViewOptionsSource;
}

/**
 * Views, charts and the Python grammar, loaded with the first profile: a notebook
 * without one pays nothing.
 */
type Views = typeof views;

/** Draws a profile document, in an output or as a file. Needs no kernel. */
export class ProfileRenderer
  extends ReactWidget
  implements IRenderMime.IRenderer
{
  constructor(options: IRendererOptions & { readonly mimeType?: string }) {
    super();
    this._mimeType = options.mimeType ?? MIME_TYPE;
    this._navigator = options.navigator ?? null;
    this._rerun = options.rerun ?? null;
    this._neighbours = options.neighbours ?? null;
    this._comparisons = options.comparisons ?? null;
    this._whole = options.whole ?? null;
    this._source = options.view;
    this._trans = (options.translator ?? nullTranslator).load(
      'jupyterlab_cell_profiler'
    );
    this.addClass('jp-CellProfiler-output');
    this._source.changed.connect(this._redraw, this);
    this._neighbours?.changed.connect(this._onOthers, this);
    this._comparisons?.changed.connect(this._onOthers, this);
  }

  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._source.changed.disconnect(this._redraw, this);
    this._neighbours?.changed.disconnect(this._onOthers, this);
    this._comparisons?.changed.disconnect(this._onOthers, this);
    super.dispose();
  }

  /**
   * Draw a document. The first one at once, since somebody waits for it; updates
   * of a display once in a frame, the newest wins.
   *
   * @returns resolved when React has it
   */
  renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    this._value = model.data[this._mimeType];
    if (!this._read) {
      this._state = {
        ...INITIAL_STATE,
        ...tabOf(model.metadata[this._mimeType])
      };
    }
    this._drawing = this._drawing ?? this._drawSoon();
    return this._drawing;
  }

  protected render(): React.ReactElement | null {
    if (!this._views || !this._read) {
      return null;
    }
    const { Problem, Profile } = this._views;
    if ('problem' in this._read) {
      return <Problem problem={this._read.problem} trans={this._trans} />;
    }
    const navigator = this._navigator;
    const { kind, path } = this._read.document.target;
    const target = { kind, ...(path === undefined ? {} : { path }) };
    return (
      <Profile
        read={this._read}
        options={this._source.values}
        beside={this._beside(this._read.document)}
        state={this._state}
        onState={state => {
          this._state = state;
        }}
        open={
          navigator &&
          (location => navigator.open({ ...location, target }, this.node))
        }
        canOpen={location =>
          navigator?.canOpen({ ...location, target }, this.node) ?? false
        }
        profileLines={this._profileLines(this._read.document)}
        profileAgain={this._profileAgain(this._read.document)}
        compare={this._compare(this._read.document)}
        onDrawn={this._mark}
        trans={this._trans}
      />
    );
  }

  /** Another run of the same source, to be shown with this one. */
  private _beside(document: ProfileDocument): ProfileDocument | null {
    return this._neighbours?.beside(document, this.node) ?? null;
  }

  /** Only when it makes a difference: every output of every notebook hears of each change. */
  private _onOthers(): void {
    const document =
      this._read && 'document' in this._read ? this._read.document : null;
    if (!document || this.isDisposed) {
      return;
    }
    const beside = this._beside(document);
    const isComparable = this._comparisons?.canCompare(document) ?? false;
    if (beside !== this._shownBeside || isComparable !== this._isComparable) {
      this._shownBeside = beside;
      this._isComparable = isComparable;
      this._redraw();
    }
  }

  /** The way to what changed since the run before; null where there is none. */
  private _compare(document: ProfileDocument): (() => void) | null {
    const comparisons = this._comparisons;
    this._isComparable = comparisons?.canCompare(document) ?? false;
    return comparisons && this._isComparable
      ? () => comparisons.compare(document)
      : null;
  }

  /** The way on to the lines of a function; null where the cell cannot be run. */
  private _profileLines(
    document: ProfileDocument
  ): views.IProfileProps['profileLines'] {
    const rerun = this._rerun;
    return rerun?.canRunLines(document, this.node)
      ? (name, place) =>
          void rerun.profileLines(document, name, place, this.node)
      : null;
  }

  /** The way on to another profiler; null where the cell cannot be run. */
  private _profileAgain(
    document: ProfileDocument
  ): views.IProfileProps['profileAgain'] {
    const rerun = this._rerun;
    return rerun?.canRun(document, this.node)
      ? (profilers, options) =>
          void rerun.profileAgain(document, profilers, options, this.node)
      : null;
  }

  private async _drawSoon(): Promise<void> {
    try {
      if (this._read) {
        await new Promise(resolve => requestAnimationFrame(resolve));
      }
      this._views = this._views ?? (await loadViews(this._trans));
    } finally {
      this._drawing = null;
    }
    if (this.isDisposed) {
      return;
    }
    const value = this._value;
    const read = await this._withWhole(readDocument(value));
    if (this.isDisposed || value !== this._value) {
      return; // Another one came meanwhile.
    }
    this._read = read;
    if ('document' in read) {
      const names = read.document.profilers.map(({ name }) => name);
      this.node.dataset.profilers = names.join(' ');
    } else {
      delete this.node.dataset.profilers;
    }
    this._redraw();
    await this.renderPromise;
  }

  /** The document, or the whole of it where it is a summary and the whole can be had. */
  private async _withWhole(read: ReadResult): Promise<ReadResult> {
    if (!('document' in read) || !read.document.summary) {
      return read;
    }
    const { id } = read.document;
    if (this._read && 'document' in this._read) {
      const { document } = this._read;
      if (document.id === id && !document.summary) {
        return this._read; // It was there before it was shortened.
      }
    }
    try {
      const document = await this._whole?.(id);
      return document ? { ...read, document } : read;
    } catch {
      return read; // The view says that it is a summary.
    }
  }

  private _redraw(): void {
    if (!this.isDisposed) {
      this.onUpdateRequest(Widget.Msg.UpdateRequest);
    }
  }

  /** Marks the first paint of a document: the task after the frame that has it. */
  private _mark = (id: string): void => {
    if (id === this._marked) {
      return;
    }
    this._marked = id;
    const mark = (): void => {
      if (!this.isDisposed) {
        // Not every page can be measured.
        performance.mark?.(RENDERED_MARK, { detail: { id } });
      }
    };
    requestAnimationFrame(() => setTimeout(mark, 0));
  };

  private readonly _mimeType: string;
  private readonly _navigator: INavigator | null;
  private readonly _neighbours: INeighbours | null;
  private readonly _comparisons: IComparisons | null;
  private readonly _whole: ((id: string) => Promise<ProfileDocument>) | null;
  private _shownBeside: ProfileDocument | null = null;
  private _isComparable = false;
  private readonly _rerun: IRerun | null;
  private readonly _source: IViewOptionsSource;
  private readonly _trans: TranslationBundle;
  private _value: unknown;
  private _read: ReadResult | null = null;
  private _views: Views | null = null;
  private _drawing: Promise<void> | null = null;
  private _state: IProfileState = INITIAL_STATE;
  private _marked: string | null = null;
}

/** The view that whoever draws a document wants to see first. */
function tabOf(metadata: unknown): { tab?: string } {
  const { tab } = (metadata ?? {}) as { tab?: unknown };
  return typeof tab === 'string' ? { tab } : {};
}

async function loadViews(trans: TranslationBundle): Promise<Views> {
  try {
    return await import('./views');
  } catch {
    // As after an update of the extension while the page is open.
    throw new Error(
      trans.__('Cell Profiler could not be loaded. Reload the page.')
    );
  }
}

/**
 * The factory for outputs and, with `dataType: 'string'`, for documents
 * `*.cellprofile.json`: so a file that is no JSON becomes a sentence, too.
 */
export function createRendererFactory(
  options: IRendererOptions
): IRenderMime.IRendererFactory {
  return {
    safe: true,
    mimeTypes: [MIME_TYPE],
    defaultRank: 0,
    createRenderer: ({ mimeType }) =>
      new ProfileRenderer({ ...options, mimeType })
  };
}
