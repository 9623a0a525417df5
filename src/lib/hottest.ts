import type { ILineBlock, ILineModel, ILineRow } from './lines';

/** A line and the block that it stands in. */
export interface IHotLine {
  readonly block: ILineBlock;
  readonly row: ILineRow;
  /** Share of the run, 0…1. */
  readonly share: number;
}

/** Neighbouring lines that hold much of the time together, such as a loop. */
export interface IHotSpot {
  readonly block: ILineBlock;
  readonly firstLine: number;
  readonly lastLine: number;
  /** Share of the run of the lines together, 0…1. */
  readonly share: number;
}

/** A line next to the hottest one counts to the same spot from this share of the run on. */
const NEIGHBOUR = 0.05;

/**
 * The lines that hold most time of their own.
 *
 * @param limit - at most so many, hottest first; lines without own time are skipped
 */
export function hottestLines(model: ILineModel, limit: number): IHotLine[] {
  const all: IHotLine[] = [];
  for (const block of model.blocks) {
    for (const row of block.rows) {
      if (row.share !== null && row.share > 0) {
        all.push({ block, row, share: row.share });
      }
    }
  }
  return all
    .sort((a, b) => b.share - a.share || a.row.line - b.row.line)
    .slice(0, limit);
}

/** Share of the run in some lines, 0…1; null when there are none. */
export function shareOfLines(lines: readonly IHotLine[]): number | null {
  return lines.length === 0
    ? null
    : Math.min(
        1,
        lines.reduce((total, { share }) => total + share, 0)
      );
}

/** Where most of the time is, the hottest line with its hot neighbours; null without time. */
export function hotSpot(model: ILineModel): IHotSpot | null {
  const [hottest] = hottestLines(model, 1);
  if (!hottest) {
    return null;
  }
  const { block, row } = hottest;
  const index = block.rows.indexOf(row);
  // Comments and empty lines of a loop have no row, and do not end it.
  const reach = (step: 1 | -1): number => {
    let last = index;
    while ((block.rows[last + step]?.share ?? 0) >= NEIGHBOUR) {
      last += step;
    }
    return last;
  };
  const from = reach(-1);
  const to = reach(1);
  const share = block.rows
    .slice(from, to + 1)
    .reduce((total, row) => total + (row.share ?? 0), 0);
  return {
    block,
    firstLine: block.rows[from].line,
    lastLine: block.rows[to].line,
    share: Math.min(1, share)
  };
}
