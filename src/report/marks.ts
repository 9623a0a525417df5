import type { Cell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ICellMark } from '../lib/report';
import { marksOf } from '../lib/report';
import { formatShare, formatValue } from '../lib/units';
import { warmth } from '../views/Bar';
import type { ReportModel } from './model';

/** Of cells that have a mark. */
const MARKED = 'jp-CellProfiler-marked';

/** Keys that press a mark; the notebook would edit the cell. */
const PRESS = ['Enter', ' '];

/** What marks work with. */
export interface IMarksOptions {
  readonly panel: NotebookPanel;
  readonly model: ReportModel;
  /** Show the report. */
  readonly onOpen: () => void;
  readonly trans: TranslationBundle;
}

/**
 * Marks in the margin of a notebook, beside the cells that take much of the time.
 *
 * Each is a child of its cell's node, the last one, out of the flow: a windowed
 * notebook takes it along, and nothing moves. A cell that is moved is a new widget
 * and gets a new one.
 */
export class Marks implements IDisposable {
  constructor(private readonly _options: IMarksOptions) {
    const { model, panel } = _options;
    model.changed.connect(this._drawSoon, this);
    panel.context.model.cells.changed.connect(this._drawSoon, this);
    this._drawSoon();
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      window.cancelAnimationFrame(this._frame);
      Signal.clearData(this);
      [...this._marks.keys()].forEach(cell => this._remove(cell));
    }
  }

  /** Once in a frame; by then a cell that came or was moved has its widget. */
  private _drawSoon(): void {
    if (this._frame === 0) {
      this._frame = window.requestAnimationFrame(() => {
        this._frame = 0;
        this._draw();
      });
    }
  }

  private _draw(): void {
    const { model, panel } = this._options;
    if (this._isDisposed || panel.isDisposed) {
      return;
    }
    const wanted = marksOf(model.report);
    const { widgets } = panel.content;
    this._marks.forEach((_, cell) => {
      if (cell.isDisposed || !wanted.has(cell.model.id)) {
        this._remove(cell);
      }
    });
    for (const cell of widgets) {
      const mark = wanted.get(cell.model.id);
      if (mark && cell.model.type === 'code') {
        this._show(cell, mark);
      }
    }
  }

  private _show(cell: Cell, mark: ICellMark): void {
    let node = this._marks.get(cell);
    if (!node) {
      node = this._create();
      this._marks.set(cell, node);
      cell.addClass(MARKED);
    }
    if (cell.node.lastElementChild !== node) {
      cell.node.append(node);
    }
    const { trans } = this._options;
    const share = formatShare(mark.share, 1);
    const time = formatValue(mark.wall, 'seconds');
    node.style.setProperty(
      '--jp-cell-profiler-warmth',
      warmth(mark.share, 1).toFixed(3)
    );
    node.dataset.share = (100 * mark.share).toFixed(0);
    node.firstElementChild!.textContent = trans.__(
      '%1 · %2',
      formatShare(mark.share, 1, 1),
      shortTime(time)
    );
    const sentences = [
      trans.__(
        '%1 of the time of this notebook’s cells: %2 in the newest run.',
        share,
        time
      ),
      mark.cell.isChanged
        ? trans.__('The cell has changed since.')
        : mark.cell.profilers.length > 0
          ? trans.__('It was profiled, which may have made it slower.')
          : '',
      trans.__('Press for the report.')
    ];
    node.title = sentences.filter(sentence => sentence).join(' ');
    node.setAttribute('aria-label', node.title);
  }

  private _create(): HTMLElement {
    const node = document.createElement('button');
    node.type = 'button';
    node.className = 'jp-CellProfiler-mark';
    node.append(document.createElement('span'));
    node.addEventListener('click', () => this._options.onOpen());
    node.addEventListener('keydown', event => {
      if (PRESS.includes(event.key)) {
        event.stopPropagation();
      }
    });
    return node;
  }

  private _remove(cell: Cell): void {
    this._marks.get(cell)?.remove();
    this._marks.delete(cell);
    if (!cell.isDisposed) {
      cell.removeClass(MARKED);
    }
  }

  private _isDisposed = false;
  private readonly _marks = new Map<Cell, HTMLElement>();
  private _frame = 0;
}

/**
 * A time that fits below the prompt. A tooltip has room for the whole one.
 *
 * @param time - as `formatValue` writes it
 */
function shortTime(time: string): string {
  const [first, ...rest] = time.split('\u00a0');
  return rest.length > 0 ? `>\u202f${first}` : first;
}
