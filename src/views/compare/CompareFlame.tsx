import * as React from 'react';
import { matchBoxes } from '../../lib/flameboxes';
import type { INodeChange } from '../../lib/compare/flame';
import {
  diffTree,
  nodeChange,
  ownWeights,
  sideBoxes
} from '../../lib/compare/flame';
import type { IStackComparison } from '../../lib/compare/stacks';
import { compareStacks, coverageOf } from '../../lib/compare/stacks';
import { totalOf } from '../../lib/lines';
import { pattern } from '../../lib/pattern';
import type { IFrame } from '../../lib/stacks';
import { formatShare, formatValue } from '../../lib/units';
import type { IFlameShown } from '../FlameCanvas';
import { FlameCanvas } from '../FlameCanvas';
import { labelOf } from '../flamepaint';
import { cut } from '../text';
import type { IDiffFrame } from './diffcolors';
import { diffColours } from './diffcolors';
import type { INodeNumbers } from './DiffDetails';
import { DiffDetails, DiffTip } from './DiffDetails';
import { DiffLegend } from './DiffLegend';
import { DiffToolbar } from './DiffToolbar';
import { OnlyIn } from './OnlyIn';
import type { IPairProps } from './props';
import type { ICompareFlameState } from './state';
import { compareFlameAfter } from './state';
import { arrow, signedShare } from './words';

/** Groups of colours: here colours are changes. */
const NO_LIBRARIES: readonly string[] = [];

/** The stacks of both runs in one flame graph, coloured by what changed. */
export function CompareFlame(props: IPairProps): JSX.Element {
  const { after, before, model, onState, trans } = props;
  const state = props.state.flame;
  const { order, scale, search, side } = state;
  const pair = model.stacks[state.pair] ?? model.stacks[0];
  const stacks = React.useMemo(
    () => compareStacks(before.document, after.document, pair, model.files),
    [model, pair]
  );
  const tree = React.useMemo(() => diffTree(stacks, order), [stacks, order]);
  const boxes = React.useMemo(() => sideBoxes(tree, side), [tree, side]);
  const own = React.useMemo(
    () => ({
      before: ownWeights(tree, 'before'),
      after: ownWeights(tree, 'after')
    }),
    [tree]
  );
  const changes = React.useMemo(
    () =>
      Array.from({ length: tree.count }, (_, node) =>
        nodeChange(tree, node, stacks, scale)
      ),
    [tree, stacks, scale]
  );
  const frames = React.useMemo(
    () =>
      changes.map<IDiffFrame>((_, node) => ({
        ...stacks.frames[tree.key[node]].frame,
        node
      })),
    [changes]
  );
  const colours = React.useCallback(
    (element: HTMLElement) =>
      diffColours(element, node => changes[node]?.size ?? 0),
    [changes]
  );
  const labels = React.useCallback(
    (frame: IFrame) => boxLabel(frame, changes),
    [changes]
  );
  const wanted = React.useMemo(
    () => (search.trim() === '' ? null : pattern(search)),
    [search]
  );
  const matches = React.useMemo(
    () =>
      wanted &&
      matchBoxes(
        boxes,
        frames.map(
          ({ name, path }) => wanted.matches(name) || wanted.matches(path ?? '')
        )
      ),
    [wanted, boxes, frames]
  );
  const help = React.useId();
  const image = React.useRef<(() => IFlameShown | null) | null>(null);
  // Of one event may come two changes.
  const latest = React.useRef(state);
  latest.current = state;
  const change = React.useCallback(
    (some: Partial<ICompareFlameState>): void => {
      latest.current = compareFlameAfter(latest.current, some);
      onState({ flame: latest.current });
    },
    [onState]
  );
  const numbersOf = (node: number): INodeNumbers => ({
    frame: stacks.frames[tree.key[node]],
    change: changes[node],
    own: { before: own.before[node], after: own.after[node] },
    total: { before: tree.before[node], after: tree.after[node] },
    stacks,
    scale
  });
  const box = state.box !== null && state.box < boxes.count ? state.box : null;
  const { zoom } = state;
  const view = zoom && zoom[1] <= boxes.span * (1 + 1e-9) ? zoom : null;
  const shown = side === 'before' ? before : after;
  const other = side === 'before' ? after : before;
  return (
    <section
      className="jp-CellProfiler-flameView"
      aria-label={trans.__('Differential flame graph')}
    >
      <DiffToolbar
        {...props}
        flame={state}
        problem={wanted?.problem ?? null}
        image={image}
        onChange={change}
      />
      <p className="jp-CellProfiler-soft">
        {order === 'heavy'
          ? trans.__(
              'A box is a function, below it what it called. It is as wide as it was in %1; its colour and its number say how that differs.',
              shown.letter
            )
          : trans.__(
              'The first row has the functions themselves, below each is who called it. A box is as wide as it was in %1; its colour and its number say how that differs.',
              shown.letter
            )}{' '}
        {scale === 'share' &&
          trans.__('Both runs are taken as 100 %, however long they were.')}
      </p>
      <Missed {...props} stacks={stacks} />
      <DiffLegend
        sampled={Object.values(stacks.samples).some(count => count !== null)}
        trans={trans}
      />
      <span id={help} className="jp-CellProfiler-hidden">
        {trans.__(
          'Arrow keys go to callers, called functions and neighbours. Enter zooms in, Home or Escape shows all, plus and minus zoom, Shift with the arrows moves.'
        )}
      </span>
      <div>
        <p role="status" className="jp-CellProfiler-soft">
          {matches &&
            trans._n(
              'One box found, %2 of the whole.',
              '%1 boxes found, %2 of the whole.',
              matches.count,
              formatShare(matches.width, boxes.span, 1)
            )}
        </p>
        <FlameCanvas
          key={`${order} ${side}`}
          boxes={boxes}
          frames={frames}
          libraries={NO_LIBRARIES}
          colours={colours}
          labels={labels}
          trans={trans}
          matches={matches?.box ?? null}
          selectedKey={null}
          selectedBox={box}
          onSelect={(box, view) =>
            change(view === undefined ? { box } : { box, zoom: view })
          }
          view={view}
          onView={zoom => change({ zoom })}
          label={trans.__(
            'Differential flame graph of %1 and %2. The table of functions has numbers of the same.',
            cut(before.name, 60),
            cut(after.name, 60)
          )}
          help={help}
          shown={image}
          describe={box => (
            <DiffTip {...props} numbers={numbersOf(boxes.key[box])} />
          )}
        />
      </div>
      <DiffDetails
        {...props}
        numbers={box === null ? null : numbersOf(boxes.key[box])}
      />
      <OnlyIn
        {...props}
        tree={tree}
        stacks={stacks}
        side={side === 'before' ? 'after' : 'before'}
        run={other}
        limit={state.limit}
        onLimit={limit => change({ limit })}
      />
    </section>
  );
}

/** Below this share of its time the samples of a run say little of amounts. */
const ENOUGH = 0.75;

/** Of which runs the samples stand for less than their time. */
function Missed({
  before,
  after,
  stacks,
  options,
  trans
}: IPairProps & { readonly stacks: IStackComparison }): JSX.Element | null {
  const missed = (
    [
      ['before', before],
      ['after', after]
    ] as const
  ).filter(
    ([side, { document }]) => (coverageOf(stacks, side, document) ?? 1) < ENOUGH
  );
  return missed.length === 0 ? null : (
    <p>
      {missed
        .map(([side, { document, letter }]) =>
          trans.__(
            'The samples of %1 stand for %2 of its %3.',
            letter,
            formatValue(stacks.whole[side], 'seconds', options.decimals),
            formatValue(totalOf(document, 'wall'), 'seconds', options.decimals)
          )
        )
        .join(' ')}{' '}
      {trans.__('Here shares of the run say more than amounts.')}
    </p>
  );
}

/**
 * The name and, where it changed, how: what is new says so by its arrow alone; ≈ where
 * so few samples cannot tell.
 */
function boxLabel(frame: IFrame, changes: readonly INodeChange[]): string {
  const { after, before, isNoise, size } = changes[(frame as IDiffFrame).node];
  const name = labelOf(frame);
  if (size === 0) {
    return isNoise ? `${name} ≈` : name;
  }
  const share = before > 0 ? ` ${signedShare(after / before - 1)}` : '';
  return `${name} ${arrow(size)}${share}`;
}
