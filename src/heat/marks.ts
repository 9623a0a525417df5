import { RangeSetBuilder, type RangeSet, type Text } from '@codemirror/state';
import { Decoration, GutterMarker, type DecorationSet } from '@codemirror/view';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ILineHeat } from '../lib/heat';
import { describeLine, type HeatPlace, type MarkState } from './describe';
import type { IPlacedBlock } from './placement';

/** What an editor shows of the heat. */
export interface IVisuals {
  readonly lines: DecorationSet;
  /** The figures, in the gutter of their own. */
  readonly figures: RangeSet<GutterMarker>;
  /** The colour of the line, in all gutters. */
  readonly rows: RangeSet<GutterMarker>;
}

/** Characters of the widest figures, so that columns align over all lines. */
interface IWidths {
  readonly hits: number;
  readonly time: number;
  readonly share: number;
  readonly memory: number;
}

/** From left to right; the bar of the time stands between time and memory. */
const FIGURES = ['hits', 'time', 'share'] as const;

/** Draw placed blocks. */
export function drawBlocks(
  blocks: readonly IPlacedBlock[],
  text: Text,
  { held, place }: { readonly held: boolean; readonly place: HeatPlace },
  trans: TranslationBundle
): IVisuals {
  const widths = widthsOf(blocks);
  const rows: { heat: ILineHeat; from: number; state: MarkState }[] = [];
  for (const { marks, fresh } of blocks) {
    const state = held ? 'held' : fresh ? 'fresh' : 'stale';
    for (const { heat, anchor } of marks) {
      rows.push({ heat, from: text.lineAt(anchor).from, state });
    }
  }
  rows.sort((one, other) => one.from - other.from);
  const lines = new RangeSetBuilder<Decoration>();
  const figures = new RangeSetBuilder<GutterMarker>();
  const colours = new RangeSetBuilder<GutterMarker>();
  let last = -1;
  for (const { heat, from, state } of rows) {
    // Excerpts of one cell may overlap: a function and one inside it.
    if (from === last) {
      continue;
    }
    last = from;
    const row = rowClasses(heat, state);
    lines.add(from, from, lineDecoration(heat, row));
    figures.add(
      from,
      from,
      new FiguresMarker(heat, { state, place }, widths, trans)
    );
    colours.add(from, from, new RowMarker(row));
  }
  return {
    lines: lines.finish(),
    figures: figures.finish(),
    rows: colours.finish()
  };
}

/** Nothing to show. */
export const NO_VISUALS: IVisuals = {
  lines: Decoration.none,
  figures: new RangeSetBuilder<GutterMarker>().finish(),
  rows: new RangeSetBuilder<GutterMarker>().finish()
};

function lineDecoration(heat: ILineHeat, row: string): Decoration {
  return Decoration.line({
    attributes: {
      class: `jp-CellProfiler-heatLine ${row}`,
      'data-heat': String(heat.heat)
    }
  });
}

/**
 * Colour in ten steps: a class, since gutters take nothing else. Lines with next
 * to nothing have none, so that the others stand out.
 */
function rowClasses(heat: ILineHeat, state: MarkState): string {
  const step = `jp-CellProfiler-heat${Math.max(0, Math.ceil((heat.heat - 2) / 10))}`;
  return state === 'fresh' ? step : `${step} jp-mod-stale`;
}

/** Colours the line in every gutter. */
class RowMarker extends GutterMarker {
  constructor(row: string) {
    super();
    this.elementClass = `jp-CellProfiler-heatRow ${row}`;
  }

  eq(other: RowMarker): boolean {
    return other.elementClass === this.elementClass;
  }

  readonly elementClass: string;
}

/** Hits, time, share and bar beside a line. */
class FiguresMarker extends GutterMarker {
  constructor(
    private readonly _heat: ILineHeat,
    private readonly _how: {
      readonly state: MarkState;
      readonly place: HeatPlace;
    },
    private readonly _widths: IWidths,
    private readonly _trans: TranslationBundle
  ) {
    super();
  }

  eq(other: FiguresMarker): boolean {
    return (
      other._heat === this._heat &&
      other._how.state === this._how.state &&
      other._how.place === this._how.place &&
      other._widths.hits === this._widths.hits &&
      other._widths.time === this._widths.time &&
      other._widths.share === this._widths.share &&
      other._widths.memory === this._widths.memory
    );
  }

  toDOM(): HTMLElement {
    const { memoryShare, timeShare } = this._heat;
    const texts = textsOf(this._heat);
    const node = document.createElement('div');
    node.className = 'jp-CellProfiler-figures';
    const { state, place } = this._how;
    const description = describeLine(this._heat, state, place, this._trans);
    node.title = description;
    node.setAttribute('role', 'img');
    node.setAttribute('aria-label', description.replace(/\n/g, ' '));
    const add = (name: keyof IWidths): void => {
      const figure = document.createElement('span');
      figure.className = `jp-CellProfiler-figure jp-mod-${name}`;
      figure.style.width = `${this._widths[name]}ch`;
      figure.textContent = texts[name];
      node.append(figure);
    };
    const addBar = (kind: string, length: number): void => {
      const bar = document.createElement('span');
      bar.className = `jp-CellProfiler-bar ${kind}`.trim();
      const fill = document.createElement('span');
      fill.style.width = `${length}%`;
      bar.append(fill);
      if (length === 0 && kind !== '') {
        bar.style.visibility = 'hidden';
      }
      node.append(bar);
    };
    const onlyMemory = this._widths.time === 0 && this._widths.memory > 0;
    if (onlyMemory) {
      add('memory');
      add('share');
      addBar('jp-mod-memory', memoryShare);
      return node;
    }
    FIGURES.forEach(add);
    addBar('', timeShare);
    if (this._widths.memory > 0) {
      add('memory');
      addBar('jp-mod-memory', memoryShare);
    }
    return node;
  }
}

function textsOf({ memoryText, text }: ILineHeat): {
  readonly [name in keyof IWidths]: string;
} {
  return { ...text, memory: memoryText };
}

function widthsOf(blocks: readonly IPlacedBlock[]): IWidths {
  const widths = { hits: 0, time: 0, share: 0, memory: 0 };
  for (const { marks } of blocks) {
    for (const { heat } of marks) {
      for (const name of [...FIGURES, 'memory'] as const) {
        widths[name] = Math.max(widths[name], textsOf(heat)[name].length);
      }
    }
  }
  return widths;
}
