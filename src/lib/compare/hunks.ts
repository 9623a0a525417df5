import type { ISort } from '../sort';
import type { IChange } from './change';
import { isChanged } from './change';
import type { IAlignedLine } from './sources';

/** Rows that are drawn one below the other, or rows that are left out. */
export type Hunk =
  | { readonly kind: 'rows'; readonly rows: readonly number[] }
  | { readonly kind: 'gap'; readonly count: number };

/** Lines around those that say something. */
const CONTEXT = 2;

/** A gap of fewer lines would take as much room as they do. */
const LEAST_GAP = 3;

/** Whether a row says something: it has numbers, or was edited. */
function isTelling({ status }: IAlignedLine, change: IChange): boolean {
  return (
    status === 'edited' ||
    status === 'removed' ||
    status === 'added' ||
    change.before !== null ||
    change.after !== null
  );
}

/**
 * What is drawn of a file, in the order of the source: what says something with the
 * lines around it.
 *
 * @param all - leave nothing out
 */
export function hunksOf(
  rows: readonly IAlignedLine[],
  changes: readonly IChange[],
  all: boolean
): Hunk[] {
  const kept = new Uint8Array(rows.length);
  rows.forEach((row, index) => {
    if (all || isTelling(row, changes[index])) {
      const from = Math.max(0, index - CONTEXT);
      kept.fill(1, from, index + CONTEXT + 1);
    }
  });
  const hunks: Hunk[] = [];
  let shown: number[] = [];
  let index = 0;
  while (index < rows.length) {
    let end = index;
    while (end < rows.length && kept[end] === kept[index]) {
      end++;
    }
    if (kept[index] === 1 || end - index < LEAST_GAP) {
      for (; index < end; index++) {
        shown.push(index);
      }
    } else {
      if (shown.length > 0) {
        hunks.push({ kind: 'rows', rows: shown });
        shown = [];
      }
      hunks.push({ kind: 'gap', count: end - index });
      index = end;
    }
  }
  if (shown.length > 0) {
    hunks.push({ kind: 'rows', rows: shown });
  }
  return hunks;
}

/** Rows that say something, by a column: `change`, `before` or `after`. */
export function sortedRows(
  rows: readonly IAlignedLine[],
  changes: readonly IChange[],
  { column, descending }: ISort
): number[] {
  const sign = descending ? -1 : 1;
  const value = (index: number): number | null => {
    const { after, before, delta } = changes[index];
    return column === 'before'
      ? before
      : column === 'after'
        ? after
        : delta === null
          ? null
          : Math.abs(delta);
  };
  return rows
    .map((_, index) => index)
    .filter(
      index =>
        isTelling(rows[index], changes[index]) || isChanged(changes[index])
    )
    .sort((a, b) => {
      const [left, right] = [value(a), value(b)];
      if (left === null || right === null) {
        return Number(left === null) - Number(right === null) || a - b;
      }
      return sign * (left - right) || a - b;
    });
}
