import type { ICallFunction } from './calls';
import { placeOf } from './calls';
import type { IPattern } from './pattern';
import type { ISort } from './sort';

/** Columns of numbers that the functions can be sorted by. */
const NUMBERS = [
  'calls',
  'self',
  'selfPerCall',
  'total',
  'totalPerCall'
] as const;

/** A column of numbers of the functions. */
export type CallNumber = (typeof NUMBERS)[number];

/** What takes longest, all in all: where to begin. */
export const CUMULATIVE: ISort = { column: 'total', descending: true };

/** Functions that are shown at first. */
export const FIRST = 10;

/** How many are shown after the next click, so that no click draws thousands. */
export function nextLimit(limit: number): number {
  return limit < 50 ? 50 : limit + 450;
}

/** Which functions are shown. */
export interface ICallChoice {
  readonly pattern: IPattern;
  /** Leave out folders. */
  readonly strip: boolean;
  /** Leave out what is not the person's own code. */
  readonly ownOnly: boolean;
}

/** Functions whose name or place matches, in the order of the document. */
export function filterCalls(
  functions: readonly ICallFunction[],
  { ownOnly, pattern, strip }: ICallChoice
): ICallFunction[] {
  return functions.filter(
    row =>
      (!ownOnly || row.origin === 'own') &&
      // Each alone, so that a long path does not push the name out of the search.
      (pattern.matches(row.name) || pattern.matches(placeOf(row, strip) ?? ''))
  );
}

/**
 * The order after a click on a column's header: numbers largest first, names from
 * A to Z; a second click turns it round.
 */
export function nextCallSort(sort: ISort, column: string): ISort {
  return sort.column === column
    ? { column, descending: !sort.descending }
    : { column, descending: column !== 'name' };
}

/**
 * Functions in another order. Equal ones keep theirs, and those without a value
 * stand last either way.
 *
 * @returns a new array
 */
export function sortCalls(
  functions: readonly ICallFunction[],
  { column, descending }: ISort
): ICallFunction[] {
  const sign = descending ? -1 : 1;
  const rows = [...functions];
  if (column === 'name') {
    return rows.sort(
      (a, b) =>
        sign * (Number(a.name > b.name) - Number(a.name < b.name)) ||
        a.index - b.index
    );
  }
  const number = NUMBERS.find(name => name === column) ?? 'total';
  return rows.sort((a, b) => {
    const left = a[number];
    const right = b[number];
    if (left === null || right === null) {
      return (
        Number(left === null) - Number(right === null) || a.index - b.index
      );
    }
    return sign * (left - right) || a.index - b.index;
  });
}
