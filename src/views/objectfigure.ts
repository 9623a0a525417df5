import type { TranslationBundle } from '@jupyterlab/translation';
import type { Data } from 'plotly.js';
import type { IMapNode, IObjectModel, IObjectRow } from '../lib/objects';
import { formatShare, formatValue } from '../lib/units';
import type { IFigure } from './Plot';
import { plotText } from './plotly';
import type { IPlotTheme } from './plottheme';
import { mix, readable } from './plottheme';
import { cut } from './text';

/** Share of the picture below which a tile has no room for its name. */
const SLIVER = 0.003;

/** What the treemap is made of. */
export interface IObjectFigure {
  readonly model: IObjectModel;
  readonly nodes: readonly IMapNode[];
  /** Id of the node that fills the picture; null for the whole. */
  readonly level: string | null;
  /** Index of the row whose tile is marked. */
  readonly selected: number | null;
  readonly decimals: number;
  readonly trans: TranslationBundle;
}

/** The trace and layout of plotly for a theme. */
export function objectFigure(
  options: IObjectFigure,
  theme: IPlotTheme
): IFigure {
  const { level, nodes, selected } = options;
  const whole =
    nodes.find(({ id }) => id === level)?.value ?? nodes[0]?.value ?? 0;
  const marked = ({ row }: IMapNode): boolean =>
    row !== null && row.index === selected;
  const colours = nodes.map(node =>
    marked(node)
      ? mix(theme.warn, theme.background, 0.75)
      : tileColour(node, theme)
  );
  const labels = nodes.map(node => plotText(tileName(node, options.trans)));
  const trace = {
    type: 'treemap',
    ids: nodes.map(({ id }) => id),
    parents: nodes.map(({ parent }) => parent),
    labels,
    // Plotly measures each text; those of slivers would be hidden anyway.
    text: nodes.map((node, i) =>
      node.value < SLIVER * whole
        ? ''
        : `${labels[i]}  ${plotText(
            bytes(node.row?.size ?? node.value, options)
          )}`
    ),
    values: nodes.map(({ value }) => value),
    hovertext: nodes.map(node =>
      hoverLines(options, node, nodes[0].value).map(plotText).join('<br>')
    ),
    hoverinfo: 'text',
    textinfo: 'text',
    branchvalues: 'total',
    sort: true,
    level: level ?? undefined,
    marker: {
      colors: colours,
      pad: { t: 20, l: 3, r: 3, b: 3 },
      line: {
        width: nodes.map(node => (marked(node) ? 2 : 1)),
        color: nodes.map(node => (marked(node) ? theme.text : theme.background))
      }
    },
    textfont: {
      color: colours.map(on => readable(on, theme.text, theme.background))
    },
    tiling: { packing: 'squarify', pad: 2 },
    // Its place is taken by the buttons above, which the keyboard reaches.
    pathbar: { visible: false },
    root: { color: theme.third }
  };
  return {
    data: [trace as unknown as Data],
    layout: {
      // Letters that are too small to be read are left to the hover text; the types
      // lack it.
      ...{ uniformtext: { minsize: 9, mode: 'hide' } },
      margin: { l: 2, r: 2, b: 2, t: 6 }
    }
  };
}

/** What a tile is called. */
export function tileName(
  { row }: Pick<IMapNode, 'row'>,
  trans: TranslationBundle
): string {
  return row === null ? trans.__('everything') : cut(row.name, 60);
}

function bytes(value: number, { decimals }: IObjectFigure): string {
  return formatValue(value, 'bytes', decimals);
}

function hoverLines(
  options: IObjectFigure,
  { row, value }: IMapNode,
  whole: number
): string[] {
  const { decimals, trans } = options;
  const share = formatShare(value, whole, decimals);
  const lines = [tileName({ row }, trans)];
  if (row?.type) {
    lines.push(cut(row.type, 100));
  }
  if (row === null) {
    return [...lines, bytes(value, options)];
  }
  lines.push(bytes(row.size ?? 0, options));
  lines.push(
    value < 0.995 * (row.size ?? 0)
      ? trans.__(
          'drawn as %1, %2 of everything: the rest belongs to other variables, too',
          bytes(value, options),
          share
        )
      : trans.__('%1 of everything', share)
  );
  if (row.flat !== null) {
    lines.push(trans.__('the object alone: %1', bytes(row.flat, options)));
  }
  if (row.note) {
    lines.push(cut(row.note, 100));
  }
  return lines;
}

/** Neighbours told apart by the depth; variables in the brand colour. */
function tileColour({ row }: IMapNode, theme: IPlotTheme): string {
  if (row === null) {
    return theme.third;
  }
  if (isOther(row)) {
    return mix(theme.soft, theme.background, 0.3);
  }
  const base = row.depth % 2 === 0 ? theme.brand : theme.second;
  return mix(base, theme.background, row.depth === 0 ? 0.5 : 0.35);
}

/** Several objects that stand together. */
function isOther({ name }: IObjectRow): boolean {
  return name.startsWith('(');
}
