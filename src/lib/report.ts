import type { IRunSummary } from './history';
import { byAge } from './history';
import type { ISort } from './sort';
import { shareOf } from './units';

/** A code cell of a notebook as it is now. */
export interface ICellNow {
  readonly id: string;
  /** Its place among all cells of the notebook, from 0. */
  readonly index: number;
  /** The same from 1, as JupyterLab counts cells. */
  readonly number: number;
  /** The first line that is not blank, cut; empty for an empty cell. */
  readonly firstLine: string;
  readonly sourceHash: string;
  /** Whether its prompt says that it ran. */
  readonly hasRun: boolean;
}

/** What the columns of the report are of; times in seconds, memory in bytes. */
export type Measure = 'wall' | 'cpu' | 'wait' | 'peak' | 'increment';

export const MEASURES: readonly Measure[] = [
  'wall',
  'cpu',
  'wait',
  'peak',
  'increment'
];

type Measured = { readonly [measure in Measure]: number | null };

/** A code cell and what its newest run took. */
export interface IReportCell extends Measured {
  readonly id: string;
  /** As in `ICellNow`; null where the notebook is not open. */
  readonly index: number | null;
  readonly number: number | null;
  readonly firstLine: string;
  readonly status: IRunSummary['status'] | 'not run' | 'empty';
  /** How often it ran, as far as the history knows. */
  readonly runs: number;
  /** Whether its source is another one since that run; null when that is not known. */
  readonly isChanged: boolean | null;
  /** Of the run: profilers make it slower. None for an ordinary run. */
  readonly profilers: readonly string[];
  /** When the run began; null without one. */
  readonly started: string | null;
  readonly executionCount: number | null;
  /** Whether it ran, as its prompt says, but no run of it is known. */
  readonly hasRun: boolean;
  readonly python: string | null;
}

/** What the cells of a notebook cost. */
export interface INotebookReport {
  readonly path: string;
  /** In the order of the notebook. */
  readonly cells: readonly IReportCell[];
  /** Sums of times, the largest of memory; null when nothing is known. */
  readonly totals: Measured;
  /** How many cells have another source since their run, or never ran. */
  readonly changed: number;
  readonly notRun: number;
}

/** The first line of a source, as a person knows a cell by it. */
export function firstLineOf(source: string): string {
  const line = source.split('\n').find(line => line.trim() !== '');
  return line?.trim().slice(0, 80) ?? '';
}

/**
 * The report of a notebook from what is known of runs.
 *
 * @param cells - null where the notebook is not open: the cells are those that ran
 * @param runs - in any order; those of other things than cells do not count
 */
export function reportOf(
  path: string,
  cells: readonly ICellNow[] | null,
  runs: readonly IRunSummary[]
): INotebookReport {
  const byCell = new Map<string, { newest: IRunSummary; count: number }>();
  for (const run of runs) {
    const { cellId, kind } = run;
    if (kind === 'cell' && cellId !== null) {
      const known = byCell.get(cellId);
      byCell.set(cellId, {
        newest: known && byAge(known.newest, run) <= 0 ? known.newest : run,
        count: (known?.count ?? 0) + 1
      });
    }
  }
  const all = cells
    ? cells.map(cell => cellOf(cell, byCell.get(cell.id)))
    : [...byCell.values()]
        .sort((one, other) => byAge(other.newest, one.newest))
        .map(known => cellOf(null, known));
  return {
    path,
    cells: all,
    totals: totalsOf(all),
    changed: all.filter(({ isChanged }) => isChanged).length,
    notRun: all.filter(({ status }) => status === 'not run').length
  };
}

function cellOf(
  now: ICellNow | null,
  known: { readonly newest: IRunSummary; readonly count: number } | undefined
): IReportCell {
  const { count = 0, newest = null } = known ?? {};
  const { wall = null, cpu = null, peak = null, increment = null } =
    newest ?? {};
  const isEmpty = now?.firstLine === '';
  return {
    id: now?.id ?? newest?.cellId ?? '',
    index: now?.index ?? null,
    number: now?.number ?? null,
    firstLine: now?.firstLine ?? newest?.firstLine ?? '',
    status: newest?.status ?? (isEmpty ? 'empty' : 'not run'),
    runs: count,
    isChanged:
      newest && newest.sourceHash !== null && now
        ? newest.sourceHash !== now.sourceHash
        : null,
    profilers: newest?.profilers ?? [],
    started: newest?.started ?? null,
    executionCount: newest?.executionCount ?? null,
    hasRun: newest === null && now?.hasRun === true,
    python: newest?.python ?? null,
    wall,
    cpu,
    // As the kernel side defines it.
    wait: wall === null || cpu === null ? null : Math.max(0, wall - cpu),
    peak,
    increment
  };
}

/** Memory of cells that ran one after the other does not add up. */
function totalsOf(cells: readonly IReportCell[]): Measured {
  const total = (measure: Measure): number | null => {
    const values = cells
      .map(cell => cell[measure])
      .filter((value): value is number => value !== null);
    return values.length === 0
      ? null
      : isTime(measure)
        ? values.reduce((sum, value) => sum + value, 0)
        : values.reduce((most, value) => Math.max(most, value));
  };
  return {
    wall: total('wall'),
    cpu: total('cpu'),
    wait: total('wait'),
    peak: total('peak'),
    increment: total('increment')
  };
}

/** Whether it is one of the times, which add up. */
export function isTime(measure: Measure): boolean {
  return measure !== 'peak' && measure !== 'increment';
}

/** Of the sum of all times, or of the most memory: 0…1, null when not known. */
export function shareIn(
  { totals }: INotebookReport,
  cell: IReportCell,
  measure: Measure
): number | null {
  return shareOf(cell[measure], totals[measure]);
}

/** The slowest cell first. */
export const BY_TIME: ISort = { column: 'wall', descending: true };

/** The cell that needed most memory first. */
export const BY_MEMORY: ISort = { column: 'increment', descending: true };

/** As the cells stand in the notebook. */
export const IN_ORDER: ISort = { column: 'cell', descending: false };

/** Whether an order is about memory; the others are about time, or neither. */
export function isOfMemory({ column }: ISort): boolean {
  return column === 'increment' || column === 'peak';
}

/**
 * The order after a press on a column's head: the largest first, cells as they stand
 * in the notebook; a second press turns it round.
 */
export function nextOrder(sort: ISort, column: string): ISort {
  return sort.column === column
    ? { column, descending: !sort.descending }
    : { column, descending: column !== 'cell' };
}

/**
 * The cells in an order, without the empty ones. Equal ones stay in the order of the
 * notebook, and those without a value come last either way.
 *
 * @param sort - by a measure, by `runs`, or by `cell` for the order of the notebook
 */
export function rankedCells(
  report: INotebookReport,
  { column, descending }: ISort
): IReportCell[] {
  const sign = descending ? -1 : 1;
  const value = (cell: IReportCell, place: number): number | null =>
    column === 'cell'
      ? place
      : column === 'runs'
        ? cell.runs
        : (MEASURES as readonly string[]).includes(column)
          ? cell[column as Measure]
          : null;
  return report.cells
    .map((cell, place) => ({ cell, place, value: value(cell, place) }))
    .filter(({ cell }) => cell.status !== 'empty')
    .sort((one, other) =>
      one.value === null || other.value === null
        ? Number(one.value === null) - Number(other.value === null) ||
          one.place - other.place
        : sign * (one.value - other.value) || one.place - other.place
    )
    .map(({ cell }) => cell);
}

/** What stands beside a cell that takes much of the time. */
export interface ICellMark {
  readonly cell: IReportCell;
  /** 0…1, of the time of all cells. */
  readonly share: number;
  readonly wall: number;
}

/** Share of all the time from which on a cell is marked. */
export const MARKED = 0.05;

/** Seconds below which no cell is slow, whatever its share. */
const QUICK = 0.01;

/** The cells that take much of the time, by their ids. */
export function marksOf(report: INotebookReport): Map<string, ICellMark> {
  const marks = new Map<string, ICellMark>();
  for (const cell of report.cells) {
    const share = shareIn(report, cell, 'wall');
    const { wall } = cell;
    if (share !== null && wall !== null && share >= MARKED && wall >= QUICK) {
      marks.set(cell.id, { cell, share, wall });
    }
  }
  return marks;
}
