import type {
  LineColumn,
  LinesSection,
  ProfileDocument,
  SourceFile
} from '../document';
import { measureOf } from './lines';

/** Columns that come from another run of the same source. */
export const BESIDE_TIME = 'beside_time';
export const BESIDE_MEMORY = 'beside_memory';

/** The columns of the other run, by preference: what belongs to the line itself. */
const OF_OTHER = {
  time: ['self_time', 'time', 'total_time'],
  memory: ['memory_peak', 'memory_increment']
} as const;

/**
 * Whether two runs tell different things of the same source: one has times of its
 * lines, the other memory.
 */
export function isBeside(one: ProfileDocument, other: ProfileDocument): boolean {
  const { sourceHash } = one.target;
  const mine = measureOf(one);
  const theirs = measureOf(other);
  return (
    sourceHash !== undefined &&
    sourceHash === other.target.sourceHash &&
    mine !== null &&
    theirs !== null &&
    mine !== theirs
  );
}

/**
 * A document with one more column of lines: time or memory of another run of the
 * same source. Lines that only the other run has are added to their blocks.
 *
 * @returns the document itself when the other run has nothing to add
 */
export function withBeside(
  document: ProfileDocument,
  other: ProfileDocument
): ProfileDocument {
  if (!isBeside(document, other)) {
    return document;
  }
  const measure = measureOf(other) ?? 'time';
  let found = false;
  const sections = document.sections.map(section => {
    if (section.kind !== 'lines') {
      return section;
    }
    const theirs = besideValues(document, section, other);
    found = found || theirs.size > 0;
    return widened(section, theirs, measure);
  });
  return found ? { ...document, sections } : document;
}

/** Values of the other run, by the line of the section, where its text is the same. */
export function besideValues(
  document: ProfileDocument,
  section: LinesSection,
  other: ProfileDocument
): Map<number, number> {
  const values = new Map<number, number>();
  const file = document.files[section.file];
  other.sections.forEach(theirs => {
    const theirFile =
      theirs.kind === 'lines' ? other.files[theirs.file] : undefined;
    if (
      theirs.kind !== 'lines' ||
      !theirFile ||
      theirs.name !== section.name ||
      !isSameFile(file, theirFile)
    ) {
      return;
    }
    const column = columnOf(theirs, measureOf(other) ?? 'time');
    theirs.lines.forEach((line, index) => {
      const value = column?.values[index] ?? null;
      if (value !== null && textOf(file, line) === textOf(theirFile, line)) {
        values.set(line, value);
      }
    });
  });
  return values;
}

function widened(
  section: LinesSection,
  theirs: ReadonlyMap<number, number>,
  measure: 'time' | 'memory'
): LinesSection {
  if (theirs.size === 0) {
    return section;
  }
  const lines = [...new Set([...section.lines, ...theirs.keys()])].sort(
    (a, b) => a - b
  );
  const index = new Map(section.lines.map((line, at) => [line, at]));
  const columns = section.columns.map(column => ({
    ...column,
    values: lines.map(line => {
      const at = index.get(line);
      return at === undefined ? null : column.values[at];
    })
  }));
  const beside: LineColumn = {
    name: measure === 'time' ? BESIDE_TIME : BESIDE_MEMORY,
    label: measure,
    unit: measure === 'time' ? 'seconds' : 'bytes',
    values: lines.map(line => theirs.get(line) ?? null)
  };
  return { ...section, lines, columns: [...columns, beside] };
}

function columnOf(
  section: LinesSection,
  measure: 'time' | 'memory'
): LineColumn | null {
  for (const name of OF_OTHER[measure]) {
    const column = section.columns.find(column => column.name === name);
    if (column) {
      return column;
    }
  }
  return null;
}

/** Cells are told by their id: their path has the number of the execution. */
function isSameFile(one: SourceFile, other: SourceFile): boolean {
  return one.cellId === undefined && other.cellId === undefined
    ? one.path === other.path
    : one.cellId === other.cellId;
}

function textOf({ firstLine, source }: SourceFile, line: number): string | null {
  return source?.[line - (firstLine ?? 1)] ?? null;
}
