import type { CodeCell, ICodeCellModel } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import type { PanelLayout } from '@lumino/widgets';
import type { ProfileDocument } from '../document';
import { liveState } from '../lib/live';
import type { IProfilerSettings } from '../settings';
import type { INavigator } from '../tokens';
import { MIME_TYPE } from '../tokens';
import type { ILiveStripProps } from '../views/LiveStrip';
import type { Ending } from './ending';
import { endedOutput } from './ending';
import type * as strip from './strip';

/** What runs are shown with. */
export interface ILiveOptions {
  readonly settings: IProfilerSettings;
  readonly trans: TranslationBundle;
  /** Interrupts the kernel of a notebook. */
  readonly stop: (panel: NotebookPanel) => void;
  /** Shows lines; without it they are no links. */
  readonly navigator?: INavigator;
}

/** Milliseconds between two drawings: five a second. */
const PACE = 200;

/** One run that goes on, shown below its cell. */
export class LiveRun implements IDisposable {
  /**
   * @param request - id of the message that asked the kernel for it
   * @param isOwn - whether that message was sent from here
   */
  constructor(
    private readonly _panel: NotebookPanel,
    private _document: ProfileDocument,
    readonly request: string,
    readonly isOwn: boolean,
    private readonly _options: ILiveOptions
  ) {
    // As it is now: a person may edit the cell while it runs.
    this._source = this._cell?.model.sharedModel.getSource().split('\n') ?? [];
    this._drawSoon();
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Take the strip away. */
  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      window.clearTimeout(this._timer);
      window.cancelAnimationFrame(this._frame);
      this._strip?.dispose();
      this._strip = null;
    }
  }

  /** Show a newer document of the same run. */
  update(document: ProfileDocument): void {
    this._document = document;
    this._drawSoon();
  }

  /** Keep what was streamed as an output of the cell: no finished document will come. */
  keep(ending: Ending): void {
    const { model } = this._panel;
    const outputs = (this._cell?.model as ICodeCellModel | undefined)?.outputs;
    if (!outputs || (!this.isOwn && model?.collaborative)) {
      // In a shared notebook everybody gets what one of them writes.
      return;
    }
    for (let i = 0; i < outputs.length; i++) {
      const data = outputs.get(i).data[MIME_TYPE] as
        { id?: unknown } | undefined;
      if (data?.id === this._document.id) {
        // A second view of the notebook was faster.
        return;
      }
    }
    const { trans } = this._options;
    outputs.add(endedOutput(this._document, ending, this._source, trans));
  }

  /** The cell; it has another widget after it was moved. */
  private get _cell(): CodeCell | undefined {
    const { cellId } = this._document.target;
    return this._panel.content.widgets.find(
      (cell): cell is CodeCell =>
        cell.model.id === cellId && cell.model.type === 'code'
    );
  }

  /** Draw in a frame to come, not more often than a person can follow. */
  private _drawSoon(): void {
    if (this._waits || this._isDisposed) {
      return;
    }
    this._waits = true;
    this._timer = window.setTimeout(
      () => {
        this._frame = window.requestAnimationFrame(() => void this._draw());
      },
      Math.max(0, this._drawn + PACE - Date.now())
    );
  }

  private async _draw(): Promise<void> {
    try {
      // With the first run only: a notebook without one pays nothing.
      this._views = this._views ?? (await import('./strip'));
    } catch {
      // As after an update of the extension: the finished profile will say so.
      return;
    }
    this._waits = false;
    this._drawn = Date.now();
    const cell = this._cell;
    if (this._isDisposed || !cell) {
      return;
    }
    if (cell.isPlaceholder()) {
      // Not yet in the page, in a windowed notebook.
      void cell.ready.then(() => this._drawSoon());
      return;
    }
    if (this._strip?.isDisposed || this._strip?.parent !== cell) {
      this._strip?.dispose();
      this._strip = new this._views.StripWidget(this._props(cell));
      const layout = cell.layout as PanelLayout;
      // Below the outputs: the last one is the cell's footer.
      layout.insertWidget(layout.widgets.length - 1, this._strip);
    } else {
      this._strip.draw(this._props(cell));
    }
  }

  private _props(cell: CodeCell): ILiveStripProps {
    const { navigator, settings, stop, trans } = this._options;
    const { decimals, memoryWarning } = settings.values;
    return {
      live: liveState(this._document),
      source: line => this._source[line - 1] ?? null,
      decimals,
      warning: memoryWarning,
      onStop: () => stop(this._panel),
      onLine: navigator
        ? line =>
            void navigator.open(
              { cellId: cell.model.id, path: '', line },
              cell.node
            )
        : null,
      trans
    };
  }

  private readonly _source: readonly string[];
  private _isDisposed = false;
  private _views: typeof strip | null = null;
  private _strip: strip.StripWidget | null = null;
  private _waits = false;
  private _drawn = -Infinity;
  private _timer = 0;
  private _frame = 0;
}
