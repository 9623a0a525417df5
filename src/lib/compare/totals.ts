import type { ProfileDocument, TotalsItem, Unit } from '../../document';
import { isRepeat } from '../repeats';
import { breakdown, totalsItems } from '../totals';
import type { IChange } from './change';
import { changeOf } from './change';
import { pairByKey } from './pairs';

/** One of the totals of two runs. */
export interface IComparedTotal {
  /** As in the documents, or `cpu`. */
  readonly name: string;
  /** The document's label; a view has better ones for the names it knows. */
  readonly label: string;
  readonly unit: Unit;
  readonly change: IChange;
  /** Null where neither is, and for names of a later version. */
  readonly lowerIsBetter: boolean | null;
  /** What the documents say about it, or why a run has no value. */
  readonly help: string | null;
}

/** User and system time together: it is what a run costs, and no profiler tells it. */
export const CPU = 'cpu';

/** Of these, less is better. Not what others do to a run on a busy machine. */
const LOWER = new Set([
  'wall',
  'user',
  'sys',
  CPU,
  'wait',
  'peak_rss',
  'increment',
  'peak',
  'peak_spread',
  'heap_peak',
  'heap_held',
  'heap_allocated',
  'heap_allocations',
  'total_size',
  'added_size',
  'major_faults',
  'minor_faults',
  'faults',
  'voluntary_switches',
  'cs',
  'migrations',
  'task_clock',
  'cycles',
  'instructions',
  'cache_misses',
  'cache_miss_percent',
  'branch_misses',
  'branch_miss_percent'
]);

/** Of these, more is better. */
const HIGHER = new Set(['instructions_per_cycle']);

/** All totals of both runs, in the order of the baseline; each is there once. */
export function compareTotals(
  before: ProfileDocument,
  after: ProfileDocument
): IComparedTotal[] {
  const mine = itemsOf(before);
  const theirs = itemsOf(after);
  const key = ({ name, unit }: TotalsItem): string => `${unit} ${name}`;
  const rows = pairByKey(mine.map(key), theirs.map(key));
  // Those of the other run alone come last.
  rows.sort(
    (a, b) =>
      Number(a.before < 0) - Number(b.before < 0) ||
      a.before - b.before ||
      a.after - b.after
  );
  return rows.map(pair => {
    const one = pair.before < 0 ? null : mine[pair.before];
    const other = pair.after < 0 ? null : theirs[pair.after];
    const { label, name, unit } = (one ?? other)!;
    const missing = [one, other].find(item => item && !item.supported);
    return {
      name,
      label,
      unit,
      change: changeOf(valueOf(one), valueOf(other)),
      lowerIsBetter: LOWER.has(name) ? true : HIGHER.has(name) ? false : null,
      help: (missing ?? one ?? other)?.help ?? null
    };
  });
}

function valueOf(item: TotalsItem | null): number | null {
  return item?.supported ? item.value : null;
}

function itemsOf(document: ProfileDocument): TotalsItem[] {
  const items = totalsItems(document).filter(({ name }) => !isRepeat(name));
  const { cpu } = breakdown(document);
  const at = items.findIndex(({ name }) => name === 'sys');
  return cpu === null || at < 0 || items.some(({ name }) => name === CPU)
    ? items
    : [
        ...items.slice(0, at + 1),
        { name: CPU, label: CPU, value: cpu, unit: 'seconds', supported: true },
        ...items.slice(at + 1)
      ];
}
