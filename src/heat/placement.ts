import type { ChangeDesc, Text } from '@codemirror/state';
import { alignLines, findUnchanged } from '../lib/align';
import type { IHeatBlock, ILineHeat } from '../lib/heat';

/** A line's heat, where it stands in the editor now. */
export interface IMark {
  readonly heat: ILineHeat;
  /** Position of the first non-blank character of the line. */
  readonly anchor: number;
}

/** A block of heat, placed in an editor. */
export interface IPlacedBlock {
  readonly block: IHeatBlock;
  /** Whether the text is what was measured. */
  readonly fresh: boolean;
  readonly marks: readonly IMark[];
}

/** Place a block in a text that may have been edited since the profile. */
export function placeBlock(block: IHeatBlock, text: Text): IPlacedBlock {
  return (
    placeUnchanged(block, text, block.firstLine) ?? placeAligned(block, text)
  );
}

/**
 * Take a placed block through an edit.
 *
 * Marks go with their lines. A line that was deleted takes its mark with it, and
 * undo brings it back: as soon as the text is again what was measured, all marks
 * are placed anew.
 */
export function mapBlock(
  placed: IPlacedBlock,
  changes: ChangeDesc,
  before: Text,
  after: Text
): IPlacedBlock {
  const { block } = placed;
  const unchanged = placeUnchanged(block, after, firstLineOf(placed, before));
  if (unchanged) {
    return unchanged;
  }
  if (replacesAll(changes)) {
    // A formatter, or another person's copy: the old positions mean nothing.
    return placeAligned(block, after);
  }
  const marks: IMark[] = [];
  let last = -1;
  for (const mark of placed.marks) {
    const line = before.lineAt(mark.anchor);
    if (isDeleted(changes, mark.anchor, line.to)) {
      continue;
    }
    // To the right of what is inserted: after Enter at the beginning of a line,
    // the code and its mark are one line further down.
    const now = after.lineAt(changes.mapPos(mark.anchor, 1));
    // Of two lines that were joined, the first one stays.
    if (now.number !== last) {
      last = now.number;
      marks.push({ heat: mark.heat, anchor: anchorOf(now) });
    }
  }
  return { block, fresh: false, marks };
}

/** The same marks with other figures (another metric, other decimals). */
export function refigureBlock(
  placed: IPlacedBlock,
  block: IHeatBlock
): IPlacedBlock {
  const byLine = new Map(block.lines.map(heat => [heat.line, heat]));
  const marks: IMark[] = [];
  for (const { heat, anchor } of placed.marks) {
    const other = byLine.get(heat.line);
    if (other) {
      marks.push({ heat: other, anchor });
    }
  }
  return { ...placed, block, marks };
}

function placeUnchanged(
  block: IHeatBlock,
  text: Text,
  hint: number
): IPlacedBlock | null {
  if (block.source === null) {
    return null;
  }
  const start = findUnchanged(
    text.toString(),
    block.source,
    hint - 1,
    block.whole
  );
  return start < 0
    ? null
    : {
        block,
        fresh: true,
        marks: marksAt(block, text, index => start + index)
      };
}

function placeAligned(block: IHeatBlock, text: Text): IPlacedBlock {
  const { source, firstLine } = block;
  if (source === null) {
    // Nothing to compare with: the line numbers are all there is.
    const marks = marksAt(block, text, index => firstLine - 1 + index);
    return { block, fresh: false, marks };
  }
  const lines = alignLines(source, text.toString().split('\n'));
  return {
    block,
    fresh: false,
    marks: marksAt(block, text, index => lines[index] ?? -1)
  };
}

/** Marks at the 0-based lines that `lineOf` gives for an index into the source. */
function marksAt(
  block: IHeatBlock,
  text: Text,
  lineOf: (index: number) => number
): IMark[] {
  const marks: IMark[] = [];
  for (const heat of block.lines) {
    const line = lineOf(heat.line - block.firstLine);
    if (line >= 0 && line < text.lines) {
      marks.push({ heat, anchor: anchorOf(text.line(line + 1)) });
    }
  }
  return marks;
}

/**
 * The first character that is code: what comes before it (indentation, a new
 * line above) may change without the line becoming another one.
 */
function anchorOf(line: {
  readonly from: number;
  readonly text: string;
}): number {
  return line.from + Math.max(0, line.text.search(/\S/));
}

/** Where the block's first line stands, as far as its marks tell. */
function firstLineOf(placed: IPlacedBlock, text: Text): number {
  const { block, marks } = placed;
  return marks.length === 0
    ? block.firstLine
    : text.lineAt(marks[0].anchor).number -
        (marks[0].heat.line - block.firstLine);
}

/** Whether all code of a line, from its anchor to its end, was deleted. */
function isDeleted(changes: ChangeDesc, anchor: number, end: number): boolean {
  let deleted = false;
  changes.iterChangedRanges((from, to) => {
    deleted = deleted || (from <= anchor && to >= end && to > from);
  });
  return deleted;
}

function replacesAll(changes: ChangeDesc): boolean {
  let all = false;
  changes.iterChangedRanges((from, to) => {
    all = all || (from === 0 && to === changes.length && to > from);
  });
  return all;
}
