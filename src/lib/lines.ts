import type { LinesSection, ProfileDocument, Unit } from '../document';
import { shareOf } from './units';

/** A column of numbers of a block, one of the document's or computed from them. */
export interface ILineColumn {
  /** As in the document, or `percent_of_block`, `percent_of_total`. */
  readonly name: string;
  /** The document's label; a view has better ones for the names it knows. */
  readonly label: string;
  /** `ratio` with `share: true` is a share, 0…1. */
  readonly unit: Unit;
  readonly share: boolean;
}

/** One line of source with its numbers. */
export interface ILineRow {
  /** 1-based, in its file. */
  readonly line: number;
  /** Null when the document does not carry the source of this line. */
  readonly text: string | null;
  /** Parallel to the columns of the block; null where there is none. */
  readonly values: readonly (number | null)[];
  /** Seconds of the line itself, without profiled callees; null when unknown. */
  readonly own: number | null;
  /** Seconds that `own` cannot exceed where it is unknown; null where nothing is known. */
  readonly bound: number | null;
  /** Bytes that the line had allocated at the peak; null when that was not measured. */
  readonly memory: number | null;
  /**
   * `own` as a share of the run, or `memory` as a share of the peak, see `measure`;
   * 0…1. All rows of all blocks add up to at most 1.
   */
  readonly share: number | null;
  /** Whether the profiler has anything to say about the line. */
  readonly measured: boolean;
}

/** A function or the top level of a cell or file. */
export interface ILineBlock {
  /** Different for each block; the same one for the same block of the next run. */
  readonly key: string;
  /** Index into the document's files. */
  readonly file: number;
  readonly path: string;
  readonly cellId?: string;
  /** Qualified name of the function; absent for the top level. */
  readonly name?: string;
  readonly firstLine: number;
  readonly lastLine: number;
  readonly columns: readonly ILineColumn[];
  /** The measured lines, in the order of the source; `sourceRows` has the others, too. */
  readonly rows: readonly ILineRow[];
  /** Sum of `own`, seconds; null when no line has any. */
  readonly own: number | null;
  /** Sum of `memory`, bytes; null when no line has any. */
  readonly memory: number | null;
  /** As the shares of its rows, 0…1. */
  readonly share: number | null;
  /** Sum of the inclusive time of its lines, seconds; null when no line has any. */
  readonly time: number | null;
}

/** All blocks of a document. */
export interface ILineModel {
  /** Hottest first. */
  readonly blocks: readonly ILineBlock[];
  /** What makes a line hot: memory where a document has that of lines and no times. */
  readonly measure: 'time' | 'memory';
  /** What the shares are shares of, seconds or bytes; null when there is neither. */
  readonly whole: number | null;
}

/** Column of a line's time as a share of its block, as line_profiler prints it. */
export const PERCENT_OF_BLOCK = 'percent_of_block';

/** Column of a line's own time as a share of the run. */
export const PERCENT_OF_TOTAL = 'percent_of_total';

/** Column of a line's memory as a share of the peak. */
export const PERCENT_OF_PEAK = 'percent_of_peak';

/** The time columns, by preference; other profilers than `lines` have no `time`. */
const INCLUSIVE = ['time', 'total_time', 'self_time'];

/** Columns that say how much memory a line holds, by preference. */
const MEMORY = ['memory_peak', 'memory_increment'];

/** Whether the lines of a document have times, or memory only; null without lines. */
export function measureOf(document: ProfileDocument): ILineModel['measure'] | null {
  const names = new Set<string>();
  document.sections.forEach(section => {
    if (section.kind === 'lines') {
      section.columns.forEach(({ name }) => names.add(name));
    }
  });
  return [...INCLUSIVE, 'hits', 'samples'].some(
    // memory_profiler counts hits, and no time.
    name => names.has(name) && (name !== 'hits' || !names.has('memory_increment'))
  )
    ? 'time'
    : MEMORY.some(name => names.has(name))
      ? 'memory'
      : names.size > 0
        ? 'time'
        : null;
}

/** One section while its numbers are collected. */
interface IRaw {
  readonly section: LinesSection;
  readonly inclusive: readonly (number | null)[] | null;
  readonly own: readonly (number | null)[] | null;
  readonly memory: readonly (number | null)[] | null;
  readonly sumInclusive: number | null;
  readonly sumOwn: number | null;
  readonly sumMemory: number | null;
}

/**
 * The model of the Lines view.
 *
 * Time of a line is inclusive, so times of all lines add up to more than the run;
 * only own time does not, hence shares of the run, ranking and heat use that.
 *
 * @param document - checked by `readDocument`
 */
export function lineModel(document: ProfileDocument): ILineModel {
  const raws = document.sections
    .filter((section): section is LinesSection => section.kind === 'lines')
    .map(collect);
  const measure = measureOf(document) ?? 'time';
  const known = sum(
    raws.map(raw => (measure === 'memory' ? raw.sumMemory : raw.sumOwn))
  );
  const wall = totalOf(document, measure === 'memory' ? 'heap_peak' : 'wall');
  // With threads, lines take more time than passes on the wall.
  const whole =
    known === null && wall === null ? null : Math.max(known ?? 0, wall ?? 0);
  const keys = new Map<string, number>();
  const blocks = raws
    .map(raw => {
      const made = block(document, raw, whole, measure);
      const count = keys.get(made.key) ?? 0;
      keys.set(made.key, count + 1);
      return count === 0 ? made : { ...made, key: `${made.key}:${count}` };
    })
    .sort(
      (a, b) =>
        descending(a.own, b.own) ||
        descending(a.time, b.time) ||
        descending(a.memory, b.memory) ||
        a.firstLine - b.firstLine
    );
  return { blocks, measure, whole };
}

/** The value of one of the totals; null when absent or not supported. */
export function totalOf(
  document: ProfileDocument,
  name: string
): number | null {
  for (const section of document.sections) {
    if (section.kind === 'totals') {
      const item = section.items.find(item => item.name === name);
      if (item) {
        return item.supported ? item.value : null;
      }
    }
  }
  return null;
}

/** How often lines ran, all together; null when no profiler counted. */
export function totalHits(document: ProfileDocument): number | null {
  const sums = document.sections.map(section =>
    section.kind === 'lines'
      ? sum(section.columns.find(({ name }) => name === 'hits')?.values ?? [])
      : null
  );
  return sum(sums);
}

/** The sum of what there is; null when there is nothing. */
export function sum(values: readonly (number | null)[]): number | null {
  let total: number | null = null;
  for (const value of values) {
    if (value !== null) {
      total = (total ?? 0) + value;
    }
  }
  return total;
}

function collect(section: LinesSection): IRaw {
  const column = (name: string): readonly (number | null)[] | null =>
    section.columns.find(column => column.name === name)?.values ?? null;
  const inclusive =
    INCLUSIVE.map(column).find(values => values !== null) ?? null;
  const own = column('self_time') ?? inclusive;
  const memory = MEMORY.map(column).find(values => values !== null) ?? null;
  return {
    section,
    inclusive,
    own,
    memory,
    sumInclusive: inclusive && sum(inclusive),
    sumOwn: own && sum(own),
    sumMemory: memory && sum(memory)
  };
}

function block(
  document: ProfileDocument,
  raw: IRaw,
  whole: number | null,
  measure: ILineModel['measure']
): ILineBlock {
  const { section } = raw;
  const { lines, name } = section;
  const file = document.files[section.file];
  const offset = file.firstLine ?? 1;
  const columns: ILineColumn[] = section.columns.map(column => ({
    name: column.name,
    label: column.label,
    unit: column.unit,
    share: false
  }));
  if (raw.inclusive) {
    for (const name of [PERCENT_OF_BLOCK, PERCENT_OF_TOTAL]) {
      columns.push({ name, label: name, unit: 'ratio', share: true });
    }
  } else if (measure === 'memory' && raw.memory) {
    columns.push({
      name: PERCENT_OF_PEAK,
      label: PERCENT_OF_PEAK,
      unit: 'ratio',
      share: true
    });
  }
  const end = offset + (file.source?.length ?? 0) - 1;
  // Without a range, the top level is the whole file, a function what was measured of it.
  const firstLine =
    section.firstLine ?? (name === undefined ? offset : lines[0] ?? offset);
  const lastLine =
    section.lastLine ??
    (name === undefined ? end : lines[lines.length - 1] ?? firstLine);
  return {
    key: `${section.file}:${name ?? ''}:${firstLine}`,
    file: section.file,
    path: file.path,
    cellId: file.cellId,
    name,
    firstLine,
    lastLine: Math.max(firstLine, lastLine),
    columns,
    rows: lines.map((line, position) =>
      row(
        raw,
        line,
        position,
        file.source?.[line - offset] ?? null,
        whole,
        measure
      )
    ),
    own: raw.sumOwn,
    memory: raw.sumMemory,
    share: shareOf(measure === 'memory' ? raw.sumMemory : raw.sumOwn, whole),
    time: raw.sumInclusive
  };
}

function row(
  raw: IRaw,
  line: number,
  position: number,
  text: string | null,
  whole: number | null,
  measure: ILineModel['measure']
): ILineRow {
  const own = raw.own?.[position] ?? null;
  const memory = raw.memory?.[position] ?? null;
  const share = shareOf(measure === 'memory' ? memory : own, whole);
  const values = raw.section.columns.map(column => column.values[position]);
  if (raw.inclusive) {
    values.push(shareOf(raw.inclusive[position], raw.sumInclusive), share);
  } else if (measure === 'memory' && raw.memory) {
    values.push(share);
  }
  const bound = own ?? raw.inclusive?.[position] ?? null;
  return { line, text, values, own, bound, memory, share, measured: true };
}

function descending(a: number | null, b: number | null): number {
  return (b ?? -1) - (a ?? -1);
}
