import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { INoise } from '../../lib/compare/noise';
import { LEAST_RUNS } from '../../lib/compare/noise';
import { formatValue } from '../../lib/units';
import { Delta, RunMark } from './Delta';
import type { IShownRun } from './props';
import { signedShare } from './words';

/** What a measure of several runs is called. */
export function measureName(
  measure: INoise['measure'],
  trans: TranslationBundle
): string {
  switch (measure) {
    case 'wall':
      return trans.__('wall time');
    case 'cpu':
      return trans.__('processor time');
    case 'peak':
      return trans.__('peak memory');
  }
}

/** Several runs of both sides: every one as a dot, and whether they differ. */
export function Spread({
  noise,
  before,
  after,
  decimals,
  trans
}: {
  readonly noise: readonly INoise[];
  readonly before: IShownRun;
  readonly after: IShownRun;
  readonly decimals: number;
  readonly trans: TranslationBundle;
}): JSX.Element | null {
  if (noise.length === 0) {
    return null;
  }
  const repeated = noise.some(
    ({ after, before }) => before.length > 1 || after.length > 1
  );
  const few = noise.every(({ verdict }) => verdict === 'few');
  return (
    <section
      className="jp-CellProfiler-spread"
      aria-label={trans.__('More than noise?')}
    >
      <h3>{trans.__('More than noise?')}</h3>
      {repeated &&
        noise.map(one => (
          <Measure
            key={one.measure}
            noise={one}
            before={before}
            after={after}
            decimals={decimals}
            trans={trans}
          />
        ))}
      {few && (
        <p className="jp-CellProfiler-soft">
          {trans.__(
            'No two runs take the same time, and one run cannot tell how much of the difference is that. Run each version a few times more, at least %1, better five: runs of the same source are found by themselves.',
            LEAST_RUNS
          )}
        </p>
      )}
    </section>
  );
}

function Measure({
  noise,
  before,
  after,
  decimals,
  trans
}: {
  readonly noise: INoise;
  readonly before: IShownRun;
  readonly after: IShownRun;
  readonly decimals: number;
  readonly trans: TranslationBundle;
}): JSX.Element {
  const { measure, medianAfter, medianBefore, unit } = noise;
  const all = [...noise.before, ...noise.after];
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const place = (value: number): string =>
    `${(most > least ? (100 * (value - least)) / (most - least) : 50).toFixed(2)}%`;
  const lane = (
    run: IShownRun,
    values: readonly number[],
    median: number
  ): JSX.Element => (
    <div className="jp-CellProfiler-lane" data-run={run.letter}>
      <RunMark letter={run.letter} />
      <span className="jp-CellProfiler-dots" aria-hidden="true">
        <span>
          {values.map((value, index) => (
            <i key={index} style={{ left: place(value) }} />
          ))}
          <b style={{ left: place(median) }} />
        </span>
      </span>
      <span className="jp-CellProfiler-laneText">
        {trans._n(
          '%2, one run',
          'median %2 of %1 runs',
          values.length,
          formatValue(median, unit, decimals)
        )}
      </span>
    </div>
  );
  return (
    <div className="jp-CellProfiler-measure" data-measure={measure}>
      <div>
        <h4>{measureName(measure, trans)}</h4>
        <p>
          <Delta
            delta={medianAfter - medianBefore}
            text={signedShare(medianAfter / medianBefore - 1)}
          />{' '}
          {verdictText(noise, trans)}
        </p>
      </div>
      {lane(before, noise.before, medianBefore)}
      {lane(after, noise.after, medianAfter)}
    </div>
  );
}

function verdictText(
  { interval, verdict }: INoise,
  trans: TranslationBundle
): string {
  if (interval === null) {
    return trans.__('too few runs to tell from noise');
  }
  const [low, high] = interval.map(end => signedShare(end));
  switch (verdict) {
    case 'beyond':
      return trans.__('(95 %: %1 to %2): beyond the noise', low, high);
    case 'probably':
      return trans.__(
        '(95 %: %1 to %2): probably beyond the noise; of so few runs it is chance up to one time in ten, five of each make it sure',
        low,
        high
      );
    default:
      return trans.__('(95 %: %1 to %2): within the noise', low, high);
  }
}
