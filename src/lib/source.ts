import type { ProfileDocument } from '../document';
import type { ILineBlock, ILineModel, ILineRow } from './lines';

/**
 * All lines of a block, those without numbers too, in the order of the source.
 *
 * Made when a block is opened, not for the whole document: the ranges of many
 * blocks may overlap, the source of one is never longer than the document.
 *
 * @returns the measured lines, and those in the block's range as far as there is
 *   source, without the lines of functions inside it that have a block of their own
 */
export function sourceRows(
  document: ProfileDocument,
  model: ILineModel,
  block: ILineBlock
): ILineRow[] {
  const { source = [], firstLine: offset = 1 } = document.files[block.file];
  const from = Math.max(block.firstLine, offset);
  const to = Math.min(block.lastLine, offset + source.length - 1);
  const skipped = nestedLines(model, block, from, to);
  const values = block.columns.map(() => null);
  const rows: ILineRow[] = [];
  let next = 0;
  const takeBefore = (line: number): void => {
    while (next < block.rows.length && block.rows[next].line < line) {
      rows.push(block.rows[next++]);
    }
  };
  for (let line = from; line <= to; line++) {
    takeBefore(line);
    if (block.rows[next]?.line === line) {
      rows.push(block.rows[next++]);
    } else if (!skipped(line)) {
      const text = source[line - offset];
      rows.push({
        line,
        text,
        values,
        own: null,
        bound: null,
        memory: null,
        share: null,
        measured: false
      });
    }
  }
  takeBefore(Infinity);
  return rows;
}

/** Whether a line stands in another block inside this one; asked in ascending order. */
function nestedLines(
  model: ILineModel,
  block: ILineBlock,
  from: number,
  to: number
): (line: number) => boolean {
  const ranges = model.blocks
    .filter(
      other =>
        other !== block &&
        other.file === block.file &&
        other.firstLine >= block.firstLine &&
        other.lastLine <= block.lastLine &&
        // Two blocks of the same range would hide each other's lines.
        (other.firstLine > block.firstLine || other.lastLine < block.lastLine) &&
        other.lastLine >= from &&
        other.firstLine <= to
    )
    .sort((a, b) => a.firstLine - b.firstLine);
  let next = 0;
  let end = -Infinity;
  return line => {
    while (next < ranges.length && ranges[next].firstLine <= line) {
      end = Math.max(end, ranges[next++].lastLine);
    }
    return line <= end;
  };
}
