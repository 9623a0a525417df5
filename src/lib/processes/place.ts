import type { IDump, IFrame, IThread } from './types';

/** Where a cell is now, told from a dump. */
export interface IPlaceNow {
  /** The line that runs, in a cell of the notebook; null when no cell has one. */
  readonly line: { readonly cellId: string; readonly line: number } | null;
  /** The cell that runs, if a frame tells it. */
  readonly running: string | null;
  /** The thread that runs the cell; null when no thread is in a cell. */
  readonly thread: IThread | null;
  /** Frames inside of the one with the line: of libraries and compiled code. */
  readonly inner: readonly IFrame[];
  /** The frame with the line, and those that called it; the innermost first. */
  readonly callers: readonly IFrame[];
  /** Another thread, that holds the GIL. */
  readonly holder: IThread | null;
}

/**
 * Where the code of a notebook is.
 *
 * The main thread runs the cells; only when it is in none, another thread that is in
 * one is taken.
 *
 * @param isCell - whether the notebook has a cell of this id
 */
export function placeOf(
  dump: IDump,
  isCell: (cellId: string) => boolean
): IPlaceNow {
  const threads =
    dump.processes.find(({ pid }) => pid === dump.pid)?.threads ?? [];
  const isKnown = ({ cellId }: IFrame): boolean =>
    cellId !== undefined && isCell(cellId);
  const inCell = threads.filter(({ frames }) => frames.some(isOfCell));
  const thread =
    inCell.find(({ name }) => name === 'MainThread') ??
    inCell.find(({ frames }) => frames.some(isKnown)) ??
    inCell[0] ??
    null;
  const frames = thread?.frames ?? [];
  const known = frames.findIndex(isKnown);
  // A cell that was changed since it ran is known by name only.
  const index = known < 0 ? frames.findIndex(isOfCell) : known;
  const at = known < 0 ? null : frames[known];
  const outermost = [...frames].reverse().find(isKnown);
  return {
    line: at && at.line > 0 ? { cellId: at.cellId!, line: at.line } : null,
    running: outermost?.cellId ?? null,
    thread,
    inner: frames.slice(0, Math.max(0, index)),
    callers: frames.slice(Math.max(0, index)),
    holder:
      threads.find(other => other.gil && other.id !== thread?.id) ?? null
  };
}

/** Whether a frame is in a cell, of this notebook or of what it was before. */
export function isOfCell({ cellId, file }: IFrame): boolean {
  return cellId !== undefined || file === 'a cell' || /^In \[\d+\]$/.test(file);
}
