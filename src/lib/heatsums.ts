import type { LinesSection, ProfileDocument } from '../document';
import { BESIDE_MEMORY, BESIDE_TIME } from './beside';

/** Sums of one line over all blocks. */
export interface ISums {
  hits: number | null;
  time: number | null;
  ownTime: number | null;
  memory: number | null;
  /** Some block knows its time, but not its own time. */
  calls: boolean;
}

/** Columns that say how much memory a line holds. */
export const MEMORY = ['memory_peak', 'memory_increment', BESIDE_MEMORY];

/** What the blocks of a document say of each line, by file and line. */
export function sumsByFile(document: ProfileDocument): Map<number, Map<number, ISums>> {
  const byFile = new Map<number, Map<number, ISums>>();
  for (const section of document.sections) {
    if (section.kind === 'lines') {
      const lines = byFile.get(section.file) ?? new Map<number, ISums>();
      byFile.set(section.file, lines);
      addBlock(lines, section);
    }
  }
  return byFile;
}

/**
 * Several blocks have a say about a line when a function stands on one line with
 * what surrounds it.
 */
function addBlock(lines: Map<number, ISums>, section: LinesSection): void {
  const hits = columnOf(section, 'hits');
  const time =
    columnOf(section, 'time') ??
    columnOf(section, 'total_time') ??
    columnOf(section, BESIDE_TIME);
  // A profiler that knows no calls measures own times only.
  const ownTime = columnOf(section, 'self_time') ?? time;
  const memory =
    MEMORY.map(name => columnOf(section, name)).find(values => values) ?? null;
  section.lines.forEach((line, index) => {
    const sums = lines.get(line) ?? {
      hits: null,
      time: null,
      ownTime: null,
      memory: null,
      calls: false
    };
    lines.set(line, sums);
    const own = ownTime?.[index] ?? null;
    const inclusive = time?.[index] ?? own;
    sums.hits = plus(sums.hits, hits?.[index] ?? null);
    sums.ownTime = plus(sums.ownTime, own);
    sums.memory = plus(sums.memory, memory?.[index] ?? null);
    // The inner block runs within the outer one, so that their sum would count
    // it twice; yet nothing takes less time than its own.
    sums.time = larger(larger(sums.time, inclusive), sums.ownTime);
    sums.calls = sums.calls || (inclusive !== null && own === null);
  });
}

function columnOf(
  section: LinesSection,
  name: string
): readonly (number | null)[] | null {
  return section.columns.find(column => column.name === name)?.values ?? null;
}

/** A sum in which what is not known does not count; null when neither is known. */
export function plus(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : one + other;
}

/** The larger one of what is known. */
export function larger(one: number | null, other: number | null): number | null {
  return one === null || other === null
    ? (one ?? other)
    : Math.max(one, other);
}
