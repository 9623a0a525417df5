import * as React from 'react';
import type { ICallModel } from '../lib/calls';
import type { ICallTree } from '../lib/calltree';
import { callTree } from '../lib/calltree';
import { safeFileName } from '../lib/filenames';
import { callFigure, sectorName } from './callfigure';
import type { PictureKind } from './picturestate';
import { CUTOFFS, DEPTHS } from './picturestate';
import type { IPlotPoint } from './Plot';
import { Plot } from './Plot';
import { cut } from './text';
import type { IViewProps } from './view';

/** Pixels of a sunburst, and the most of an icicle. */
const HEIGHT = 380;

/** Pixels of a level of an icicle, and above them. */
const LEVEL = 44;
const HEAD = 40;

/**
 * The call graph as an icicle or a sunburst, with what is chosen of it. The table
 * below has the same numbers for those who do not see the picture.
 */
export function CallPicture(
  props: IViewProps & {
    readonly model: ICallModel;
    /** Index of the function that is selected in the table. */
    readonly selected: number | null;
    readonly onSelect: (index: number) => void;
  }
): JSX.Element {
  const { document, model, onSelect, onState, options, selected, trans } =
    props;
  const { picture } = props.state;
  const { cutoff, depth, kind } = picture;
  const change = (some: Partial<typeof picture>): void =>
    onState({ picture: { ...picture, ...some } });

  const tree = React.useMemo(
    () =>
      kind === 'none' || !model.section
        ? null
        : callTree(model.section, { cutoff, depth }),
    [model, kind, cutoff, depth]
  );
  const byId = React.useMemo(
    () => new Map((tree?.nodes ?? []).map(node => [node.id, node])),
    [tree]
  );
  const root = tree?.nodes[0];
  // Of another depth or cut-off it may be gone.
  const shown = picture.level === null ? undefined : byId.get(picture.level);
  const level = shown && shown !== root ? shown.id : null;
  const figure = React.useCallback(
    (theme: Parameters<typeof callFigure>[1]) =>
      callFigure(
        {
          model,
          tree: tree ?? { nodes: [], whole: 0 },
          kind: kind === 'sunburst' ? 'sunburst' : 'icicle',
          level,
          selected,
          decimals: options.decimals,
          trans
        },
        theme
      ),
    [model, tree, kind, level, selected, options.decimals, trans]
  );
  const inside = new Set((tree?.nodes ?? []).map(({ parent }) => parent));
  const largest = tree?.nodes
    .filter(({ id, index }) => index === selected && inside.has(id))
    .reduce((a, b) => (a && a.total >= b.total ? a : b), undefined as never);

  const onClick = ({ id }: IPlotPoint): void => {
    const node = id === undefined ? undefined : byId.get(id);
    if (!node) {
      return;
    }
    if (node.index >= 0) {
      onSelect(node.index);
    }
    // Pressed once more it goes a step back; without calls there is nothing to zoom to.
    const next = node.id === (level ?? root?.id) ? node.parent : node.id;
    if (next === null || inside.has(next)) {
      change({ level: next });
    }
  };

  return (
    <section
      className="jp-CellProfiler-picture"
      aria-label={trans.__('Picture of the calls')}
    >
      <div className="jp-CellProfiler-pictureBar">
        <span
          role="group"
          className="jp-CellProfiler-choice"
          aria-label={trans.__('Picture')}
        >
          {kinds(props).map(([name, label]) => (
            <button
              key={name}
              type="button"
              aria-pressed={kind === name}
              onClick={() => change({ kind: name })}
            >
              {label}
            </button>
          ))}
        </span>
        {tree && (
          <>
            <Choice
              label={trans.__('Depth')}
              value={depth}
              values={DEPTHS.map(value => [value, String(value)])}
              onChange={depth => change({ depth })}
            />
            <Choice
              label={trans.__('Cut-off')}
              value={cutoff}
              values={CUTOFFS.map(value => [
                value,
                value === 0 ? trans.__('none') : `1/${Math.round(1 / value)}`
              ])}
              onChange={cutoff => change({ cutoff })}
            />
            {largest && largest.id !== level && largest !== root && (
              <button
                type="button"
                className="jp-CellProfiler-action"
                onClick={() => change({ level: largest.id })}
              >
                {trans.__('Zoom to %1', sectorName(props, largest, 40))}
              </button>
            )}
            <button
              type="button"
              className="jp-CellProfiler-action"
              disabled={level === null}
              onClick={() => change({ level: null })}
            >
              {trans.__('Reset zoom')}
            </button>
          </>
        )}
      </div>
      {tree && tree.nodes.length > 0 && (
        <>
          <Plot
            figure={figure}
            height={kind === 'sunburst' ? HEIGHT : heightOf(tree)}
            fileName={safeFileName(document.title, '', 'profile')}
            label={trans.__(
              '%1: what called what, and for how long. The table below has the same numbers.',
              kind === 'sunburst' ? trans.__('Sunburst') : trans.__('Icicle')
            )}
            onClick={onClick}
            trans={trans}
          />
          <p className="jp-CellProfiler-where">
            {trans.__(
              'The size of a sector is its time with everything it called. An estimate: cProfile knows the callers of a function but not theirs, so where a function has several callers, the time of what it calls is divided in proportion. The table is exact.'
            )}{' '}
            {kind === 'sunburst'
              ? trans.__(
                  'Outer rings with less than 2 % of it appear when you zoom in.'
                )
              : ''}{' '}
            {shown && level !== null
              ? trans.__('Shown: %1.', cut(sectorName(props, shown, 80)))
              : ''}
          </p>
          <ul className="jp-CellProfiler-legend jp-CellProfiler-origins">
            <li data-origin="own">{trans.__('your code')}</li>
            <li data-origin="library">{trans.__('libraries')}</li>
            <li data-origin="builtin">{trans.__('built-in')}</li>
            <li data-origin="selected">{trans.__('selected')}</li>
          </ul>
        </>
      )}
      {tree && tree.nodes.length === 0 && (
        <p>{trans.__('No time was measured, so there is nothing to draw.')}</p>
      )}
    </section>
  );
}

/** A few levels need not fill the page. */
function heightOf({ nodes }: ICallTree): number {
  const levels = nodes.reduce((most, { depth }) => Math.max(most, depth), 0);
  return Math.min(HEIGHT, HEAD + LEVEL * Math.max(3, levels + 1));
}

function kinds({
  trans
}: Pick<IViewProps, 'trans'>): (readonly [PictureKind, string])[] {
  return [
    ['none', trans.__('Table only')],
    ['icicle', trans.__('Icicle')],
    ['sunburst', trans.__('Sunburst')]
  ];
}

function Choice({
  label,
  onChange,
  value,
  values
}: {
  readonly label: string;
  readonly value: number;
  readonly values: readonly (readonly [value: number, label: string])[];
  readonly onChange: (value: number) => void;
}): JSX.Element {
  return (
    <label className="jp-CellProfiler-option">
      {label}
      <select
        value={value}
        // The notebook would take arrows and letters for its own.
        onKeyDown={event => event.stopPropagation()}
        onChange={event => onChange(Number(event.target.value))}
      >
        {values.map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
    </label>
  );
}
