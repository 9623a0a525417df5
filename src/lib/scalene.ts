import type { ProfileDocument } from '../document';
import type { ILineBlock, ILineModel, ILineRow } from './lines';
import { sum, totalOf } from './lines';

/** Columns into which Scalene divides the time of a line, in the order of a bar. */
export const KINDS = ['python_time', 'native_time', 'system_time'] as const;

/** A part of a bar, by its colour. */
export interface IKind {
  readonly name: 'python' | 'native' | 'sys';
  /** Seconds. */
  readonly value: number;
  /** 0…1 of all parts. */
  readonly share: number;
}

const PARTS: readonly IKind['name'][] = ['python', 'native', 'sys'];

/** A line whose memory is likely never freed. */
export interface ILeak {
  readonly block: ILineBlock;
  readonly row: ILineRow;
  /** 0…1. */
  readonly likelihood: number;
  /** Bytes for each second; null when not known. */
  readonly speed: number | null;
}

/** What Scalene says of a run, as data; a view makes sentences of it. */
export interface IScaleneMeaning {
  /** Shares of the time of all lines; empty without any. */
  readonly kinds: readonly IKind[];
  /** Bytes that the code held at most; null when memory was not measured. */
  readonly peak: number | null;
  /** Share of Python's own objects in it, 0…1. */
  readonly pythonShare: number | null;
  /** Share of what was allocated that was not freed, 0…1. */
  readonly growth: number | null;
  /** Bytes copied. */
  readonly copied: number | null;
  /** Seconds with a busy GPU; null where it was not measured. */
  readonly gpu: number | null;
  /** Most likely first. */
  readonly leaks: readonly ILeak[];
}

/** Whether a document is of Scalene. */
export function isScalene(document: ProfileDocument): boolean {
  return document.profilers.some(({ name }) => name === 'scalene');
}

/** Whether the times of a block are divided into kinds. */
export function hasKinds(block: ILineBlock): boolean {
  return block.columns.some(({ name }) => name === KINDS[0]);
}

/** How the time of a line divides; empty without time. */
export function kindsOf(block: ILineBlock, row: ILineRow): IKind[] {
  return divide(KINDS.map(name => valueOf(block, row, name) ?? 0));
}

/** The value of a column of a line; null when there is none. */
export function valueOf(
  block: ILineBlock,
  row: ILineRow,
  name: string
): number | null {
  const index = block.columns.findIndex(column => column.name === name);
  return index < 0 ? null : (row.values[index] ?? null);
}

/** What the run means. */
export function scaleneMeaning(
  document: ProfileDocument,
  lines: ILineModel
): IScaleneMeaning {
  const percent = (name: string): number | null => {
    const value = totalOf(document, name);
    return value === null ? null : Math.min(1, value / 100);
  };
  return {
    kinds: divide(
      KINDS.map(
        name =>
          sum(
            lines.blocks.map(block =>
              sum(block.rows.map(row => valueOf(block, row, name)))
            )
          ) ?? 0
      )
    ),
    peak: totalOf(document, 'heap_peak'),
    pythonShare: percent('memory_python_percent'),
    growth: percent('memory_growth_percent'),
    copied: totalOf(document, 'memory_copied'),
    gpu: totalOf(document, 'gpu_time'),
    leaks: leaksOf(lines)
  };
}

/** The lines whose memory is likely never freed. */
export function leaksOf(lines: ILineModel): ILeak[] {
  const leaks: ILeak[] = [];
  for (const block of lines.blocks) {
    for (const row of block.rows) {
      const percent = valueOf(block, row, 'leak_percent');
      if (percent !== null) {
        leaks.push({
          block,
          row,
          likelihood: Math.min(1, percent / 100),
          speed: valueOf(block, row, 'leak_speed')
        });
      }
    }
  }
  return leaks.sort(
    (a, b) =>
      b.likelihood - a.likelihood ||
      (b.speed ?? 0) - (a.speed ?? 0) ||
      a.row.line - b.row.line
  );
}

function divide(values: readonly number[]): IKind[] {
  const whole = values.reduce((all, value) => all + Math.max(0, value), 0);
  return whole > 0
    ? values.map((value, index) => ({
        name: PARTS[index],
        value: Math.max(0, value),
        share: Math.max(0, value) / whole
      }))
    : [];
}
