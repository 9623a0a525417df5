import type { ISort } from '../sort';
import type { IRow } from './types';

/** Columns with shares. */
export const SHARES = ['ownNow', 'own', 'totalNow', 'total'] as const;

export type Share = (typeof SHARES)[number];

/** What a live table is sorted by at first. */
export const NOW_FIRST: ISort = { column: 'ownNow', descending: true };

/** The order after a click on the head of a column: shares largest first, names from A. */
export function nextWatchSort(sort: ISort, column: string): ISort {
  return sort.column === column
    ? { column, descending: !sort.descending }
    : { column, descending: column !== 'name' };
}

/** Rows in an order; equal ones by what they are called, so that none jumps. */
export function sortedRows(rows: readonly IRow[], sort: ISort): IRow[] {
  const sign = sort.descending ? -1 : 1;
  const share = SHARES.find(name => name === sort.column);
  return [...rows].sort((one, other) =>
    share === undefined
      ? sign * byName(one, other)
      : sign * (one[share] - other[share]) ||
        other.own - one.own ||
        byName(one, other)
  );
}

/** Same key, same row, from one answer to the next. */
export function watchKey({ cellId, file, line, name }: IRow): string {
  return [name, cellId ?? file, line].join('\n');
}

function byName(one: IRow, other: IRow): number {
  const [first, second] = [one, other].map(watchKey);
  return one.name < other.name
    ? -1
    : one.name > other.name
      ? 1
      : first < second
        ? -1
        : Number(first > second);
}
