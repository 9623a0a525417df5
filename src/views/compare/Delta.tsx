import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { Unit } from '../../document';
import type { IChange, Judgement } from '../../lib/compare/change';
import { formatValue, NO_VALUE } from '../../lib/units';
import {
  arrow,
  direction,
  judgementWord,
  signedShare,
  signedValue
} from './words';

/** The letter of a run. */
export function RunMark({ letter }: { readonly letter: string }): JSX.Element {
  return (
    <span className="jp-CellProfiler-runMark" data-run={letter}>
      {letter}
    </span>
  );
}

/** A difference: an arrow, the signed number, in the colour of its direction. */
export function Delta({
  delta,
  text,
  plain = false
}: {
  readonly delta: number | null;
  readonly text: string;
  /** Without the colour: it is hardly a difference. */
  readonly plain?: boolean;
}): JSX.Element {
  const mark = arrow(delta);
  return (
    <span
      className="jp-CellProfiler-delta"
      data-change={plain ? 'same' : direction(delta)}
    >
      {mark !== '' && (
        <span className="jp-CellProfiler-arrow" aria-hidden="true">
          {mark}
        </span>
      )}
      {text}
    </span>
  );
}

/** How much of the baseline a difference is, with a word for what that means. */
export function ShareDelta({
  change,
  judgement,
  decimals,
  trans
}: {
  readonly change: IChange;
  /** Null without a word. */
  readonly judgement: Judgement | null;
  readonly decimals: number;
  readonly trans: TranslationBundle;
}): JSX.Element {
  const { before, delta, relative } = change;
  if (delta === 0) {
    return (
      <span className="jp-CellProfiler-where">{trans.__('the same')}</span>
    );
  }
  return (
    <>
      <Delta
        delta={delta}
        plain={judgement === 'same' || judgement === 'noise'}
        text={
          delta === null
            ? NO_VALUE
            : relative === null
              ? before === 0
                ? trans.__('from 0')
                : trans.__('new')
              : signedShare(relative, decimals)
        }
      />
      {judgement !== null && (
        <span className="jp-CellProfiler-word" data-judgement={judgement}>
          {judgementWord(judgement, trans)}
        </span>
      )}
    </>
  );
}

/** Below this part of the largest difference of a table one is not worth a colour. */
const SMALL = 0.01;

/**
 * A difference as a cell: a bar from the middle to the side where it went, and the
 * number.
 */
export function DeltaCell({
  column,
  change,
  most,
  unit,
  decimals,
  bar = true
}: {
  readonly column: string;
  readonly change: IChange;
  /** The largest difference of the table, whose bar is the longest. */
  readonly most: number;
  readonly unit: Unit;
  readonly decimals: number;
  /** Whether there is a bar. */
  readonly bar?: boolean;
}): JSX.Element {
  const { delta } = change;
  const share = delta === null || !(most > 0) ? 0 : Math.abs(delta) / most;
  const way = share < SMALL ? 'same' : direction(delta);
  return (
    <td
      className="jp-CellProfiler-number jp-CellProfiler-deltaCell"
      data-column={column}
    >
      {bar && (
        <span className="jp-CellProfiler-deltaBar" aria-hidden="true">
          {way !== 'same' && (
            <span
              data-change={way}
              style={{ width: `${(50 * Math.min(1, share)).toFixed(2)}%` }}
            />
          )}
        </span>
      )}
      <span className="jp-CellProfiler-delta" data-change={way}>
        {signedValue(delta, unit, decimals)}
      </span>
    </td>
  );
}

/** A number of one of the runs. */
export function ValueCell({
  column,
  value,
  unit,
  decimals
}: {
  readonly column: string;
  readonly value: number | null;
  readonly unit: Unit;
  readonly decimals: number;
}): JSX.Element {
  return (
    <td className="jp-CellProfiler-number" data-column={column}>
      {formatValue(value, unit, decimals)}
    </td>
  );
}
