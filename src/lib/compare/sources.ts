import type { ProfileDocument } from '../../document';
import { alignLines } from '../align';
import type { IComparedFile } from './files';
import { pairByKey } from './pairs';

/** What became of a line. */
export type LineStatus =
  | 'same'
  | 'edited'
  /** Of a text that both runs have. */
  | 'removed'
  | 'added'
  /** Of a function that only one of the runs has measured. */
  | 'only-before'
  | 'only-after';

/** A line of the baseline, of the other run, or of both. */
export interface IAlignedLine {
  readonly status: LineStatus;
  /** 1-based, in its file; null where it is not. */
  readonly before: number | null;
  readonly after: number | null;
  /** Null also where a document does not carry the source of this line. */
  readonly textBefore: string | null;
  readonly textAfter: string | null;
}

interface ILine {
  readonly line: number;
  readonly text: string | null;
}

/** Part of a file: a document may have a function of it only, or several. */
interface IExcerpt {
  readonly signature: string;
  readonly lines: readonly ILine[];
}

/** What one side has of a file. */
export interface IFileSide {
  readonly document: ProfileDocument;
  /** Of the files of the document. */
  readonly indices: readonly number[];
  /** Lines that were measured, in any order. */
  readonly measured: Iterable<number>;
}

/**
 * The lines of a file of two runs, aligned by their text, in the order of the source.
 * Each line that is in a source or was measured is there exactly once.
 */
export function alignFile(
  file: IComparedFile,
  before: IFileSide,
  after: IFileSide
): IAlignedLine[] {
  const [old, now] = [before, after].map(excerptsOf);
  const pairs = pairByKey(
    old.map(({ signature }) => signature),
    now.map(({ signature }) => signature)
  );
  // What was profiled is there as a whole: another first line is an edit of it.
  const isWhole = file.before.includes(0) && file.after.includes(0);
  const alone = pairs.filter(pair => pair.before < 0 || pair.after < 0);
  const left = alone.filter(pair => pair.after < 0);
  const joined = isWhole
    ? [
        ...pairs.filter(pair => pair.before >= 0 && pair.after >= 0),
        ...alone
          .filter(pair => pair.before < 0)
          .map(pair => ({ ...pair, before: left.shift()?.before ?? -1 })),
        ...left
      ]
    : pairs;
  return joined
    .map(pair => alignExcerpts(old[pair.before], now[pair.after], isWhole))
    .sort((a, b) => placeOf(a) - placeOf(b))
    .reduce<IAlignedLine[]>((all, rows) => {
      rows.forEach(row => all.push(row));
      return all;
    }, []);
}

function placeOf([first]: readonly IAlignedLine[]): number {
  return first?.after ?? first?.before ?? 0;
}

function excerptsOf({ document, indices, measured }: IFileSide): IExcerpt[] {
  const seen = new Set<number>();
  // Of a function inside of another one the lines stand in both.
  const longestFirst = indices
    .map(index => document.files[index])
    .sort((a, b) => (b.source?.length ?? 0) - (a.source?.length ?? 0));
  const excerpts: IExcerpt[] = [];
  for (const { firstLine = 1, source = [] } of longestFirst) {
    const lines: ILine[] = [];
    source.forEach((text, at) => {
      if (!seen.has(firstLine + at)) {
        seen.add(firstLine + at);
        lines.push({ line: firstLine + at, text });
      }
    });
    if (lines.length > 0) {
      excerpts.push({ signature: signatureOf(lines), lines });
    }
  }
  excerpts.sort((a, b) => a.lines[0].line - b.lines[0].line);
  const others = [...new Set(measured)]
    .filter(line => !seen.has(line))
    .sort((a, b) => a - b);
  return others.length === 0
    ? excerpts
    : [
        ...excerpts,
        {
          signature: '',
          lines: others.map(line => ({ line, text: null }))
        }
      ];
}

/** What an excerpt is told by: `def f`, `class A`, or what else it begins with. */
function signatureOf(lines: readonly ILine[]): string {
  const first = lines.find(({ text }) => text !== null && text.trim() !== '');
  return `text ${first?.text?.trim().split(/[(:]/, 1)[0] ?? ''}`;
}

function alignExcerpts(
  old: IExcerpt | undefined,
  now: IExcerpt | undefined,
  isWhole: boolean
): IAlignedLine[] {
  if (!old || !now) {
    const kind = isWhole ? (['removed', 'added'] as const) : ONLY;
    return [
      ...(old?.lines ?? []).map(line => rowOf(line, null, kind)),
      ...(now?.lines ?? []).map(line => rowOf(null, line, kind))
    ];
  }
  const found = alignBothWays(old.lines, now.lines);
  const rows: IAlignedLine[] = [];
  let next = 0;
  const takeBefore = (end: number): void => {
    for (; next < end; next++) {
      rows.push(rowOf(null, now.lines[next], CHANGED));
    }
  };
  old.lines.forEach((line, index) => {
    const at = found[index];
    if (at < 0) {
      rows.push(rowOf(line, null, CHANGED));
    } else {
      takeBefore(at);
      rows.push(rowOf(line, now.lines[at], CHANGED));
      next = at + 1;
    }
  });
  takeBefore(now.lines.length);
  return rows;
}

const CHANGED = ['removed', 'added'] as const;
const ONLY = ['only-before', 'only-after'] as const;

function rowOf(
  old: ILine | null,
  now: ILine | null,
  kind: typeof CHANGED | typeof ONLY
): IAlignedLine {
  return {
    status:
      now === null
        ? kind[0]
        : old === null
          ? kind[1]
          : old.text === now.text
            ? 'same'
            : 'edited',
    before: old?.line ?? null,
    after: now?.line ?? null,
    textBefore: old?.text ?? null,
    textAfter: now?.text ?? null
  };
}

/** As `alignLines`; of several ways to align the same one whichever text is the old one. */
function alignBothWays(old: readonly ILine[], now: readonly ILine[]): number[] {
  const [mine, theirs] = [old, now].map(lines =>
    lines.map(({ text }) => text ?? '')
  );
  // Lines without text are told by their numbers.
  if (old[0].text === null || now[0].text === null) {
    const places = new Map(now.map(({ line }, index) => [line, index]));
    return old.map(({ line }) => places.get(line) ?? -1);
  }
  if (mine.join('\n') <= theirs.join('\n')) {
    return alignLines(mine, theirs);
  }
  const found = new Array<number>(old.length).fill(-1);
  alignLines(theirs, mine).forEach((line, index) => {
    if (line >= 0) {
      found[line] = index;
    }
  });
  return found;
}
