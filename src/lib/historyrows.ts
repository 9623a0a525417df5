import type { IRunSummary } from './history';
import { byAge, placeOf } from './history';

/** What comes first. */
export type RunOrder = 'newest' | 'longest' | 'memory';

export const RUN_ORDERS: readonly RunOrder[] = ['newest', 'longest', 'memory'];

/** The runs of one cell, script or statement. */
export interface IRunGroup {
  readonly key: string;
  /** In the order that was asked for. */
  readonly runs: readonly IRunSummary[];
  readonly newestFirst: readonly IRunSummary[];
  readonly newest: IRunSummary;
}

/** A row of the panel's list. */
export type HistoryRow =
  | { readonly kind: 'group'; readonly group: IRunGroup }
  | {
      readonly kind: 'run';
      readonly group: IRunGroup;
      readonly run: IRunSummary;
      /** 0-based, in the group. */
      readonly index: number;
    };

/**
 * Runs by the cell that they are of. The group whose first run comes first in the
 * order comes first.
 *
 * @param runs - the newest first
 */
export function groupRuns(
  runs: readonly IRunSummary[],
  order: RunOrder
): IRunGroup[] {
  const groups = new Map<string, IRunSummary[]>();
  for (const run of runs) {
    const key = placeOf(run);
    const group = groups.get(key);
    if (group) {
      group.push(run);
    } else {
      groups.set(key, [run]);
    }
  }
  const compare = COMPARE[order];
  return [...groups]
    .map(([key, newestFirst]) => ({
      key,
      newestFirst,
      newest: newestFirst[0],
      runs: order === 'newest' ? newestFirst : [...newestFirst].sort(compare)
    }))
    .sort((one, other) => compare(one.runs[0], other.runs[0]));
}

/** Groups and their runs one below the other. */
export function rowsOf(
  groups: readonly IRunGroup[],
  collapsed: ReadonlySet<string>
): HistoryRow[] {
  const rows: HistoryRow[] = [];
  for (const group of groups) {
    rows.push({ kind: 'group', group });
    if (!collapsed.has(group.key)) {
      group.runs.forEach((run, index) =>
        rows.push({ kind: 'run', group, run, index })
      );
    }
  }
  return rows;
}

/** What tells one row from all others. */
export function rowKey(row: HistoryRow): string {
  return row.kind === 'run' ? `run ${row.run.id}` : `group ${row.group.key}`;
}

const COMPARE: {
  readonly [order in RunOrder]: (one: IRunSummary, other: IRunSummary) => number;
} = {
  newest: byAge,
  longest: (one, other) => descending(one.wall, other.wall) || byAge(one, other),
  memory: (one, other) => descending(one.peak, other.peak) || byAge(one, other)
};

/** What has no number comes last. */
function descending(one: number | null, other: number | null): number {
  return (other ?? -1) - (one ?? -1);
}

/**
 * What to call the notebooks and scripts of these paths: the name of the file, and
 * as much of the folders before it as is needed to tell them apart.
 */
export function shortPaths(paths: Iterable<string>): Map<string, string> {
  const alike = new Map<string, string[]>();
  for (const path of new Set(paths)) {
    const name = lastParts(path, 1);
    alike.set(name, [...(alike.get(name) ?? []), path]);
  }
  const short = new Map<string, string>();
  for (const same of alike.values()) {
    for (const path of same) {
      let count = 1;
      const isTold = (): boolean =>
        same.every(
          other =>
            other === path || lastParts(other, count) !== lastParts(path, count)
        );
      // `x.ipynb` beside `b/x.ipynb` has no folder to be told by.
      while (count < path.split('/').length && !isTold()) {
        count++;
      }
      short.set(path, lastParts(path, count));
    }
  }
  return short;
}

function lastParts(path: string, count: number): string {
  return path.split('/').slice(-count).join('/');
}
