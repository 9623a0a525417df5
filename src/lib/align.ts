import { diffArrays } from 'diff';

/*
 * Where measured lines stand in a text that may have been edited since.
 */

/** Above this many comparisons (lines by lines) texts are taken that differ little. */
const MOST_COMPARISONS = 1_000_000;

/** Of longer texts: above this many edits only the equal beginning and end count. */
const MOST_EDITS = 1000;

/** The same for lines that are compared letter by letter. */
const MOST_EDITED = 10_000;

/**
 * Find measured source in a text, unchanged.
 *
 * @param text - the text now
 * @param source - the measured lines
 * @param hint - 0-based line where they stood
 * @param whole - whether `source` was the whole text: then nothing may be added
 * @returns 0-based line where they stand (the place nearest to the hint), -1 when they do not
 */
export function findUnchanged(
  text: string,
  source: readonly string[],
  hint: number,
  whole: boolean
): number {
  // The kernel may drop blank lines at the end; they change nothing.
  const wanted = withoutEnd(source.join('\n'));
  if (whole || wanted === '') {
    return withoutEnd(text) === wanted ? 0 : -1;
  }
  let best = -1;
  let line = 0;
  let counted = 0;
  for (
    let at = text.indexOf(wanted);
    at >= 0;
    at = text.indexOf(wanted, at + 1)
  ) {
    const end = at + wanted.length;
    const startsLine = at === 0 || text[at - 1] === '\n';
    const endsLine = end === text.length || text[end] === '\n';
    if (startsLine && endsLine) {
      for (; counted < at; counted++) {
        line += text[counted] === '\n' ? 1 : 0;
      }
      if (best < 0 || Math.abs(line - hint) < Math.abs(best - hint)) {
        best = line;
      }
    }
  }
  return best;
}

/**
 * Whether a cell still has the measured text. A magic that names another profiler
 * is no hindrance: what a command asks for comes first.
 *
 * @param firstLine - 1-based line where the measured text began in the cell
 */
export function isUnchanged(
  text: string,
  source: readonly string[],
  firstLine: number
): boolean {
  const lines = text.split('\n').slice(firstLine - 1);
  return findUnchanged(lines.join('\n'), source, 0, true) === 0;
}

/** Without white space at the end; a pattern would take quadratic time on odd texts. */
function withoutEnd(text: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1].trim() === '') {
    end--;
  }
  return text.slice(0, end);
}

/**
 * Find for each old line the line it has become.
 *
 * Lines of equal text are matched as `diff` does; between two matches, lines that
 * were edited a little are matched. When no line is left as it was,
 * nothing is matched: the text is another one.
 *
 * @returns 0-based line in `now` for each line of `old`; -1 for one that is gone
 */
export function alignLines(
  old: readonly string[],
  now: readonly string[]
): number[] {
  const found = new Array<number>(old.length).fill(-1);
  let start = 0;
  while (
    start < old.length &&
    start < now.length &&
    old[start] === now[start]
  ) {
    found[start] = start;
    start++;
  }
  let oldEnd = old.length;
  let nowEnd = now.length;
  while (
    oldEnd > start &&
    nowEnd > start &&
    old[oldEnd - 1] === now[nowEnd - 1]
  ) {
    oldEnd--;
    nowEnd--;
    found[oldEnd] = nowEnd;
  }
  matchCommon(old, now, start, oldEnd, nowEnd, found);
  if (found.some((line, index) => line >= 0 && old[index].trim() !== '')) {
    matchEdited(old, now, found);
  }
  return found;
}

/**
 * The longest common subsequence of the lines start…oldEnd and start…nowEnd: by a table,
 * which takes milliseconds however much was edited, while that is of bounded size. For
 * longer texts the time grows with what was edited (Myers), at most some 60 ms.
 */
function matchCommon(
  old: readonly string[],
  now: readonly string[],
  start: number,
  oldEnd: number,
  nowEnd: number,
  found: number[]
): void {
  const rows = oldEnd - start;
  const columns = nowEnd - start;
  if (rows === 0 || columns === 0) {
    return;
  }
  if (rows * columns > MOST_COMPARISONS) {
    matchLong(old, now, start, oldEnd, nowEnd, found);
    return;
  }
  const width = columns + 1;
  const lengths = new Uint32Array((rows + 1) * width);
  for (let i = rows - 1; i >= 0; i--) {
    for (let j = columns - 1; j >= 0; j--) {
      lengths[i * width + j] =
        old[start + i] === now[start + j]
          ? lengths[(i + 1) * width + j + 1] + 1
          : Math.max(lengths[(i + 1) * width + j], lengths[i * width + j + 1]);
    }
  }
  for (let i = 0, j = 0; i < rows && j < columns; ) {
    if (old[start + i] === now[start + j]) {
      found[start + i++] = start + j++;
    } else if (lengths[(i + 1) * width + j] >= lengths[i * width + j + 1]) {
      i++;
    } else {
      j++;
    }
  }
}

function matchLong(
  old: readonly string[],
  now: readonly string[],
  start: number,
  oldEnd: number,
  nowEnd: number,
  found: number[]
): void {
  const changes = diffArrays(
    old.slice(start, oldEnd),
    now.slice(start, nowEnd),
    { maxEditLength: MOST_EDITS }
  );
  let i = start;
  let j = start;
  // Without an answer the texts differ too much.
  for (const { added, count, removed } of changes ?? []) {
    if (!added && !removed) {
      for (let k = 0; k < count; k++) {
        found[i + k] = j + k;
      }
    }
    i += added ? 0 : count;
    j += removed ? 0 : count;
  }
}

/** Match, in order, what stands between the matches and is much alike. */
function matchEdited(
  old: readonly string[],
  now: readonly string[],
  found: number[]
): void {
  for (let i = 0; i < old.length; i++) {
    if (found[i] >= 0) {
      continue;
    }
    let end = i;
    while (end < old.length && found[end] < 0) {
      end++;
    }
    let from = i === 0 ? 0 : found[i - 1] + 1;
    const to = end === old.length ? now.length : found[end];
    if ((end - i) * (to - from) <= MOST_EDITED) {
      for (let k = i; k < end; k++) {
        let candidate = from;
        while (candidate < to && !isAlike(old[k], now[candidate])) {
          candidate++;
        }
        if (candidate < to && old[k].trim() !== '') {
          found[k] = candidate;
          from = candidate + 1;
        }
      }
    }
    i = end;
  }
}

/** Whether at least half of the longer line stands at the ends of both. */
function isAlike(one: string, other: string): boolean {
  const a = one.trim();
  const b = other.trim();
  const shorter = Math.min(a.length, b.length);
  let start = 0;
  while (start < shorter && a[start] === b[start]) {
    start++;
  }
  let end = 0;
  while (
    end < shorter - start &&
    a[a.length - 1 - end] === b[b.length - 1 - end]
  ) {
    end++;
  }
  return 2 * (start + end) >= Math.max(a.length, b.length);
}
