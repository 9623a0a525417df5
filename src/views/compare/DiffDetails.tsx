import * as React from 'react';
import type { DiffScale, INodeChange } from '../../lib/compare/flame';
import type { Side } from '../../lib/compare/files';
import type {
  IComparedFrame,
  IStackComparison
} from '../../lib/compare/stacks';
import { framePlace } from '../../lib/stacks';
import { formatShare, formatValue } from '../../lib/units';
import { labelOf } from '../flamepaint';
import { cut } from '../text';
import { Delta } from './Delta';
import type { IPairProps, IShownRun } from './props';
import { signedPoints, signedShare, signedValue } from './words';

/** All that is known of a box. */
export interface INodeNumbers {
  readonly frame: IComparedFrame;
  readonly change: INodeChange;
  readonly own: { readonly [side in Side]: number };
  readonly total: { readonly [side in Side]: number };
  readonly stacks: IStackComparison;
  readonly scale: DiffScale;
}

interface IDetailsProps extends IPairProps {
  readonly numbers: INodeNumbers;
}

/** Beside the pointer: what a box is, in both runs. */
export function DiffTip(props: IDetailsProps): JSX.Element {
  const { after, before, numbers } = props;
  const { frame } = numbers;
  return (
    <>
      <b>{cut(labelOf(frame.frame), 160)}</b>
      <br />
      {cut(framePlace(frame.frame) ?? '', 160)}
      <br />
      {before.letter}: {amounts(props, 'before')}
      <br />
      {after.letter}: {amounts(props, 'after')}
      <br />
      <Difference {...props} />
    </>
  );
}

/** What the selected box is, and the way to its source. */
export function DiffDetails(
  props: IPairProps & { readonly numbers: INodeNumbers | null }
): JSX.Element {
  const { after, before, numbers, onOpen, trans } = props;
  const buttons =
    numbers === null
      ? []
      : ([
          [before, numbers.frame.before],
          [after, numbers.frame.after]
        ] as const);
  return (
    <div className="jp-CellProfiler-flameDetails">
      <p aria-live="polite">
        {numbers === null ? (
          trans.__('Select a box to see what it is.')
        ) : (
          <>
            <code className="jp-CellProfiler-code">
              {cut(labelOf(numbers.frame.frame), 160)}
            </code>{' '}
            <span className="jp-CellProfiler-where">
              {cut(framePlace(numbers.frame.frame) ?? '', 160)}
            </span>
            <span>
              {before.letter}: {amounts({ ...props, numbers }, 'before')}
            </span>
            <span>
              {after.letter}: {amounts({ ...props, numbers }, 'after')}
            </span>
            <span>
              <Difference {...props} numbers={numbers} />
            </span>
          </>
        )}
      </p>
      <div className="jp-CellProfiler-nextSteps">
        {buttons.map(
          ([run, frame]) =>
            onOpen &&
            frame &&
            frame.path !== null &&
            frame.line > 0 && (
              <button
                key={run.letter}
                type="button"
                className="jp-CellProfiler-action"
                onClick={() => open(onOpen, run, frame)}
              >
                {trans.__('Go to line %1 of %2', frame.line, run.letter)}
              </button>
            )
        )}
      </div>
    </div>
  );
}

function open(
  onOpen: NonNullable<IPairProps['onOpen']>,
  run: IShownRun,
  { cellId, line, path }: NonNullable<IComparedFrame['before']>
): void {
  onOpen(run, { cellId, line, path: path! });
}

/** "1.2 s (12 %), 0.3 s itself". */
function amounts(
  { numbers, options, trans }: IDetailsProps,
  side: Side
): string {
  const { own, stacks, total } = numbers;
  const amount = (value: number): string =>
    formatValue(value, stacks.pair.unit, options.decimals);
  return total[side] === 0
    ? trans.__('not there')
    : trans.__(
        '%1 (%2 of the run), %3 itself',
        amount(total[side]),
        formatShare(total[side], stacks.whole[side], 1),
        amount(own[side])
      );
}

function Difference({ numbers, options, trans }: IDetailsProps): JSX.Element {
  const { change, scale, stacks } = numbers;
  const { after, before, isNoise } = change;
  const delta = after - before;
  const text =
    scale === 'share'
      ? signedPoints(delta, trans)
      : signedValue(delta, stacks.pair.unit, options.decimals);
  const share =
    before > 0 && delta !== 0 ? ` (${signedShare(after / before - 1)})` : '';
  return (
    <>
      <Delta delta={delta} text={`${text}${share}`} />
      {isNoise && ` ${trans.__('– too few samples to tell')}`}
    </>
  );
}
