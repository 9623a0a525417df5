import type { LinesSection, ProfileDocument, Unit } from '../../document';
import type { IChange } from './change';
import { changeOfRows } from './change';
import type { IComparedFile } from './files';
import { pairFiles } from './files';
import { isComparable } from './remarks';
import type { IAlignedLine } from './sources';
import { alignFile } from './sources';

/** A column that lines of both runs have. */
export interface ILineMeasure {
  readonly name: string;
  readonly label: string;
  readonly unit: Unit;
}

/** What a file is called in one of the runs, and where it is. */
export interface IFilePlace {
  readonly path: string;
  readonly cellId?: string;
}

/** The lines of a file of two runs. */
export interface IComparedSource {
  readonly file: IComparedFile;
  /** Null where the run has not measured any of it. */
  readonly before: IFilePlace | null;
  readonly after: IFilePlace | null;
  readonly rows: readonly IAlignedLine[];
}

/** The lines of two runs. */
export interface ILineComparison {
  readonly sources: readonly IComparedSource[];
  /** What they can be compared by, the most telling first; may be none. */
  readonly measures: readonly ILineMeasure[];
}

/** Numbers of the lines of a file, by one measure. */
export interface ILineChanges {
  /** Parallel to the rows of the source. */
  readonly rows: readonly IChange[];
  /** All rows whose change is known, together. */
  readonly sum: IChange;
  /** All changes without their signs: where there is most to see. */
  readonly moved: number;
}

/** Columns by preference; others follow in the order of the documents. */
const PREFERRED = [
  'time',
  'self_time',
  'total_time',
  'memory_peak',
  'memory_increment',
  'samples',
  'hits'
];

/** Lines by their number, and how they are in one column; null where that is not known. */
type Values = ReadonlyMap<number, number | null>;

/** Aligns the lines of all files that either run has measured. */
export function compareLines(
  before: ProfileDocument,
  after: ProfileDocument
): ILineComparison {
  const { files } = pairFiles(before, after);
  const measured = [before, after].map(measuredLines);
  const sources = files
    .filter(file =>
      [file.before, file.after].some((indices, side) =>
        indices.some(index => measured[side].has(index))
      )
    )
    .map(file => {
      const [one, other] = [before, after].map((document, side) => {
        const indices = side === 0 ? file.before : file.after;
        const lines = indices.reduce<number[]>((all, index) => {
          measured[side].get(index)?.forEach(line => all.push(line));
          return all;
        }, []);
        return { document, indices, measured: lines };
      });
      return {
        file,
        before: placeOf(before, file.before),
        after: placeOf(after, file.after),
        rows: alignFile(file, one, other)
      };
    });
  return { sources, measures: measuresOf(before, after) };
}

/** The numbers of the lines of one file. */
export function lineChanges(
  { file, rows }: IComparedSource,
  measure: ILineMeasure,
  before: ProfileDocument,
  after: ProfileDocument
): ILineChanges {
  const old = valuesOf(before, file.before, measure);
  const now = valuesOf(after, file.after, measure);
  const of = (
    values: Values,
    line: number | null
  ): number | null | undefined =>
    line === null ? undefined : values.get(line);
  const changes = rows.map(row => {
    const [one, other] = [of(old, row.before), of(now, row.after)];
    // A line that nobody measured has no change either.
    return one === undefined && other === undefined
      ? NOTHING
      : changeOfRows(one, other);
  });
  let one = 0;
  let other = 0;
  let moved = 0;
  for (const { after, before, delta } of changes) {
    if (delta !== null) {
      one += before ?? 0;
      other += after ?? 0;
      moved += Math.abs(delta);
    }
  }
  return { rows: changes, sum: changeOfRows(one, other), moved };
}

/** A line, and how it changed. */
export interface IChangedLine {
  readonly source: IComparedSource;
  readonly row: IAlignedLine;
  readonly change: IChange;
}

/** The lines of all files that changed most, whichever way; those that did not are left out. */
export function mostChangedLines(
  sources: readonly IComparedSource[],
  measure: ILineMeasure,
  before: ProfileDocument,
  after: ProfileDocument,
  limit: number
): IChangedLine[] {
  const found: IChangedLine[] = [];
  for (const source of sources) {
    lineChanges(source, measure, before, after).rows.forEach((change, at) => {
      if ((change.delta ?? 0) !== 0) {
        found.push({ source, row: source.rows[at], change });
      }
    });
  }
  return found
    .sort((a, b) => Math.abs(b.change.delta!) - Math.abs(a.change.delta!))
    .slice(0, limit);
}

const NOTHING: IChange = {
  before: null,
  after: null,
  delta: null,
  relative: null
};

function measuresOf(
  before: ProfileDocument,
  after: ProfileDocument
): ILineMeasure[] {
  if (!isComparable(before, after, 'lines')) {
    return [];
  }
  const [mine, theirs] = [before, after].map(columnsOf);
  const found = [...mine.values()].filter(
    ({ name, unit }) => theirs.get(name)?.unit === unit
  );
  const rank = (name: string): number =>
    PREFERRED.includes(name) ? PREFERRED.indexOf(name) : PREFERRED.length;
  return found.sort((a, b) => rank(a.name) - rank(b.name));
}

/** Columns with amounts: shares of one run say nothing of another one. */
function columnsOf(document: ProfileDocument): Map<string, ILineMeasure> {
  const found = new Map<string, ILineMeasure>();
  linesSections(document).forEach(({ columns }) =>
    columns.forEach(({ label, name, unit }) => {
      if (unit !== 'percent' && unit !== 'ratio' && !found.has(name)) {
        found.set(name, { name, label, unit });
      }
    })
  );
  return found;
}

function linesSections({ sections }: ProfileDocument): LinesSection[] {
  return sections.filter(
    (section): section is LinesSection => section.kind === 'lines'
  );
}

/** For each file of a document the lines that sections have rows for. */
function measuredLines(document: ProfileDocument): Map<number, number[]> {
  const found = new Map<number, number[]>();
  linesSections(document).forEach(({ file, lines }) => {
    const known = found.get(file);
    if (known) {
      lines.forEach(line => known.push(line));
    } else if (lines.length > 0) {
      found.set(file, [...lines]);
    }
  });
  return found;
}

/** What stands in several sections of a line is added. */
function valuesOf(
  document: ProfileDocument,
  indices: readonly number[],
  measure: ILineMeasure
): Values {
  const values = new Map<number, number | null>();
  for (const { columns, file, lines } of linesSections(document)) {
    const column = indices.includes(file)
      ? columns.find(
          ({ name, unit }) => name === measure.name && unit === measure.unit
        )
      : undefined;
    lines.forEach((line, index) => {
      if (column) {
        const value = column.values[index];
        const known = values.get(line);
        values.set(
          line,
          known === undefined || value === null || known === null
            ? (value ?? known ?? null)
            : known + value
        );
      }
    });
  }
  return values;
}

function placeOf(
  { files }: ProfileDocument,
  indices: readonly number[]
): IFilePlace | null {
  if (indices.length === 0) {
    return null;
  }
  const { cellId, path } = files[indices[0]];
  return { path, cellId };
}
