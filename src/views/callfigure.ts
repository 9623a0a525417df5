import type { TranslationBundle } from '@jupyterlab/translation';
import type { Data } from 'plotly.js';
import type { ICallModel, Origin } from '../lib/calls';
import { placeOf } from '../lib/calls';
import type { ICallNode, ICallTree } from '../lib/calltree';
import { OTHER, WHOLE } from '../lib/calltree';
import { formatShare, formatValue } from '../lib/units';
import type { IFigure } from './Plot';
import { plotText } from './plotly';
import type { IPlotTheme } from './plottheme';
import { mix, readable } from './plottheme';
import { cut } from './text';

/** Share of the whole below which a ring of a sunburst is not drawn. */
const THIN = 0.02;

/** Share of the picture below which a sector has no room for its name. */
const SLIVER = 0.004;

/** What the picture of a call graph is made of. */
export interface ICallFigure {
  readonly model: ICallModel;
  readonly tree: ICallTree;
  readonly kind: 'icicle' | 'sunburst';
  /** Id of the node that fills the picture; null for the root. */
  readonly level: string | null;
  /** Function whose sectors are marked. */
  readonly selected: number | null;
  readonly decimals: number;
  readonly trans: TranslationBundle;
}

/** The trace and layout of plotly for a theme. */
export function callFigure(options: ICallFigure, theme: IPlotTheme): IFigure {
  const { kind, level, selected, tree } = options;
  const { nodes } = tree;
  const marked = (node: ICallNode): boolean => node.index === selected;
  const colours = nodes.map(node =>
    marked(node)
      ? mix(theme.warn, theme.background, 0.75)
      : sectorColour(options, node, theme)
  );
  const labels = nodes.map(node => plotText(sectorName(options, node, 60)));
  const legible =
    SLIVER * (nodes.find(({ id }) => id === level)?.total ?? tree.whole);
  const trace = {
    type: kind,
    ids: nodes.map(({ id }) => id),
    parents: nodes.map(({ parent }) => parent ?? ''),
    labels,
    // Plotly measures each text; those of slivers would be hidden anyway.
    text: labels.map((label, i) => (nodes[i].total < legible ? '' : label)),
    values: nodes.map(({ total }) => total),
    hovertext: nodes.map(node =>
      hoverLines(options, node).map(plotText).join('<br>')
    ),
    hoverinfo: 'text',
    textinfo: 'text',
    branchvalues: 'total',
    sort: false,
    level: level ?? undefined,
    marker: {
      colors: colours,
      line: {
        width: nodes.map(node => (marked(node) ? 2 : 1)),
        color: nodes.map(node => (marked(node) ? theme.text : theme.background))
      }
    },
    textfont: {
      color: colours.map(on => readable(on, theme.text, theme.background))
    },
    // Each kind knows its own and ignores the other's.
    ...(kind === 'icicle'
      ? {
          tiling: { orientation: 'v', pad: 1 },
          // Its place is taken by the buttons above, which the keyboard reaches.
          pathbar: { visible: false },
          root: { color: theme.third }
        }
      : { maxdepth: rings(tree, level), leaf: { opacity: 1 } })
  };
  return {
    data: [trace as unknown as Data],
    layout: {
      // Letters that are too small to be read are left to the hover text; the types
      // lack it.
      ...{ uniformtext: { minsize: 9, mode: 'hide' } },
      margin: { l: 2, r: 2, b: 2, t: kind === 'icicle' ? 26 : 6 }
    }
  };
}

/**
 * Rings that are drawn at once: thin ones far outside would leave no room for those
 * inside, and come when a person zooms to them.
 */
function rings({ nodes }: ICallTree, level: string | null): number {
  const [root] = nodes.filter(({ id, parent }) =>
    level === null ? parent === null : id === level
  );
  const sums: number[] = [];
  for (const { depth, id, total } of nodes) {
    if (root && (id === root.id || id.startsWith(`${root.id}/`))) {
      const ring = depth - root.depth;
      sums[ring] = (sums[ring] ?? 0) + total;
    }
  }
  const enough = (sum: number): boolean => sum >= THIN * sums[0];
  return Math.max(2, sums.filter(enough).length);
}

/** What a sector is called. */
export function sectorName(
  { model, trans }: Pick<ICallFigure, 'model' | 'trans'>,
  node: ICallNode,
  limit: number
): string {
  switch (node.index) {
    case OTHER:
      return trans.__('(other)');
    case WHOLE:
      return trans.__('the run');
    default:
      return cut(model.functions[node.index].name, limit);
  }
}

function hoverLines(options: ICallFigure, node: ICallNode): string[] {
  const { decimals, model, trans, tree } = options;
  const seconds = (value: number): string =>
    formatValue(value, 'seconds', decimals);
  const share = formatShare(node.total, tree.whole, decimals);
  const place =
    node.index < 0 ? null : placeOf(model.functions[node.index], true);
  const lines = [sectorName(options, node, 100)];
  if (place !== null) {
    lines.push(cut(place, 100));
  }
  lines.push(
    node.exact
      ? trans.__('%1, %2 of the run', seconds(node.total), share)
      : trans.__('about %1, %2 of the run', seconds(node.total), share)
  );
  if (node.index === OTHER) {
    lines.push(trans.__('Calls that are too small to be drawn'));
  } else if (node.index !== WHOLE) {
    lines.push(trans.__('in its own body: %1', seconds(node.self)));
  }
  if (node.recursive) {
    lines.push(trans.__('Recursion: its calls of itself are not drawn on'));
  }
  if (node.cut) {
    lines.push(trans.__('What it called is not drawn'));
  }
  return lines;
}

/** Whose code it is, and neighbours told apart by the depth. */
function sectorColour(
  { model }: ICallFigure,
  node: ICallNode,
  theme: IPlotTheme
): string {
  if (node.index < 0) {
    return theme.third;
  }
  const base: { readonly [origin in Origin]: string } = {
    own: theme.brand,
    library: theme.second,
    builtin: mix(theme.soft, theme.third, 0.4),
    folded: theme.third
  };
  const colour = base[model.functions[node.index].origin];
  return mix(colour, theme.background, node.depth % 2 === 0 ? 0.62 : 0.45);
}
