import type { IRunSummary } from './history';
import { changeOf, seriesUpTo } from './history';
import type { IRunGroup } from './historyrows';

/** Runs of a trend. */
const FEWEST = 3;
const MOST = 20;

/** Newest runs of a cell among which one with a trend is looked for. */
const MOST_LOOKED_AT = 50;

/** How the runs of a cell under the same profilers went. */
export interface ITrend {
  readonly of: 'time' | 'peak';
  readonly profilers: readonly string[];
  /** The oldest first, seconds or bytes. */
  readonly values: readonly number[];
}

/** Of the newest runs that are enough for a line; null when there are none. */
export function trendOf(
  { newestFirst }: IRunGroup,
  before: ReadonlyMap<string, IRunSummary>
): ITrend | null {
  const seen = new Set<string>();
  for (const run of newestFirst.slice(0, MOST_LOOKED_AT)) {
    const profilers = run.profilers.join(' ');
    if (!seen.has(profilers)) {
      seen.add(profilers);
      const trend = trendUpTo(run, before);
      if (trend) {
        return trend;
      }
    }
  }
  return null;
}

function trendUpTo(
  run: IRunSummary,
  before: ReadonlyMap<string, IRunSummary>
): ITrend | null {
  const series = seriesUpTo(run, before, MOST).filter(
    ({ status }) => status === 'ok'
  );
  const last = series[series.length - 1];
  const of = changeOf(last, series[series.length - 2])?.of;
  const values = series
    .map(({ peak, wall }) => (of === 'peak' ? peak : wall))
    .filter((value): value is number => value !== null);
  return of && values.length >= FEWEST
    ? { of, profilers: run.profilers, values }
    : null;
}
