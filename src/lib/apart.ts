/**
 * A cell that runs in a process of its own, and the cells that may run there
 * before it: what earlier cells of the notebook made is not in that process.
 */

/** A code cell as far as that matters. */
export interface IEarlierCell {
  readonly id: string;
  readonly source: string;
  /** Null when it has not run. */
  readonly executionCount: number | null;
  /** Whether its output has an error. */
  readonly failed: boolean;
  /** Whether its last run was in a process of its own: it made nothing here. */
  readonly apart: boolean;
}

/** What runs again, and what does not. */
export interface ISetup {
  readonly cells: readonly IEarlierCell[];
  /** Lines of code of the cells. */
  readonly lines: number;
  /** Cells that ran and do not run again, since they ended with an error. */
  readonly failed: number;
}

/** Profilers that run a cell in a process of its own. */
export const APART: readonly string[] = ['scalene'];

/** A cell that asks for such a run itself. */
const REQUEST = /^\s*%%profile\s+scalene\b/;

/**
 * The cells that ran, in the order of the notebook.
 *
 * @param before - the code cells above the one that is to run
 */
export function setupOf(before: readonly IEarlierCell[]): ISetup {
  const ran = before.filter(
    ({ apart, executionCount, source }) =>
      executionCount !== null &&
      !apart &&
      source.trim() !== '' &&
      !REQUEST.test(source)
  );
  const cells = ran.filter(({ failed }) => !failed);
  return {
    cells,
    lines: cells.reduce((sum, { source }) => sum + linesOf(source), 0),
    failed: ran.length - cells.length
  };
}

/** How many lines of a source are not empty. */
export function linesOf(source: string): number {
  return source.split('\n').filter(line => line.trim() !== '').length;
}

/** The first line that says something, for a list. */
export function headline(source: string, limit: number): string {
  const line = source.split('\n').find(line => line.trim() !== '') ?? '';
  const text = line.trim();
  return text.length > limit ? `${text.slice(0, limit - 1)}…` : text;
}
