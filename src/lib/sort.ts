import type { ILineColumn, ILineRow } from './lines';

/** What the rows of the Lines view are sorted by. */
export interface ISort {
  /** `line` for the order of the source, or the name of a column. */
  readonly column: string;
  readonly descending: boolean;
}

/** The order of the source. */
export const SOURCE_ORDER: ISort = { column: 'line', descending: false };

/**
 * The order after a click on a column's header: numbers largest first, lines in
 * the order of the source; a second click turns it round.
 */
export function nextSort(sort: ISort, column: string): ISort {
  return sort.column === column
    ? { column, descending: !sort.descending }
    : { column, descending: column !== 'line' };
}

/**
 * Rows in another order. Equal ones keep the order of the source, and rows without
 * a value stand last either way.
 *
 * @param columns - of the block
 * @param source - rows in the order of the source; not changed
 * @returns a new array; without that column in the order of the source
 */
export function sortRows(
  columns: readonly ILineColumn[],
  source: readonly ILineRow[],
  sort: ISort
): ILineRow[] {
  const rows = [...source];
  if (sort.column === 'line') {
    return sort.descending ? rows.reverse() : rows;
  }
  const index = columns.findIndex(({ name }) => name === sort.column);
  if (index < 0) {
    return rows;
  }
  const sign = sort.descending ? -1 : 1;
  return rows.sort((a, b) => {
    const left = a.values[index];
    const right = b.values[index];
    if (left === null || right === null) {
      return Number(left === null) - Number(right === null) || a.line - b.line;
    }
    return sign * (left - right) || a.line - b.line;
  });
}

/** Part of the rows of a long block: `start` ≤ index < `end`. */
export interface IWindow {
  readonly start: number;
  readonly end: number;
}

/**
 * The part of a long block that is drawn first: around its hottest line, so that
 * the reader need not look for it.
 *
 * @param rows - in the order in which they are drawn
 * @param limit - at most so many rows
 */
export function hotWindow(rows: readonly ILineRow[], limit: number): IWindow {
  if (rows.length <= limit) {
    return { start: 0, end: rows.length };
  }
  let hottest = 0;
  rows.forEach((row, index) => {
    if ((row.own ?? 0) > (rows[hottest].own ?? 0)) {
      hottest = index;
    }
  });
  const start = Math.min(
    Math.max(0, hottest - Math.floor(limit / 2)),
    rows.length - limit
  );
  return { start, end: start + limit };
}
