import type { ProfileDocument } from '../document';
import type { IRepeat } from './compare/noise';
import { totalOf } from './lines';

/** What the history knows of a run without its document. */
export interface IRunSummary {
  readonly id: string;
  /** Of the document. */
  readonly title: string;
  /** What a person calls it. */
  readonly name: string | null;
  /** ISO 8601, as the document has it. */
  readonly started: string;
  /** ISO 8601, when the history got it. */
  readonly received: string;
  /** Of the target: `cell`, `statement`, `script`, `process`. */
  readonly kind: string;
  /** Of the notebook or script, as the server has it. */
  readonly path: string | null;
  readonly cellId: string | null;
  readonly executionCount: number | null;
  readonly sourceHash: string | null;
  /** The first line of the source that is not blank, cut. */
  readonly firstLine: string | null;
  readonly status: ProfileDocument['status'];
  readonly profilers: readonly string[];
  /** A light record: the times of a cell that nobody profiled. */
  readonly record: boolean;
  /** Seconds. */
  readonly wall: number | null;
  /** Seconds, user and system. */
  readonly cpu: number | null;
  /** Bytes. */
  readonly peak: number | null;
  /** Bytes above what was there before. */
  readonly increment: number | null;
  readonly python: string | null;
  /** Bytes of the document. */
  readonly size: number;
  readonly pinned: boolean;
}

/** Characters of a first line. */
const FIRST_LINE = 80;

/** The summary of a document, the same as the server extension makes of it. */
export function summaryOf(
  document: ProfileDocument,
  received: Date
): IRunSummary {
  const { environment, files, id, profilers, started, status, target, title } =
    document;
  const user = totalOf(document, 'user');
  const sys = totalOf(document, 'sys');
  const source = target.source ?? files[0]?.source?.join('\n') ?? '';
  const firstLine = source.split('\n').find(line => line.trim() !== '');
  return {
    id,
    title,
    name: null,
    started,
    received: received.toISOString(),
    kind: target.kind,
    path: target.path ?? null,
    cellId: target.cellId ?? null,
    executionCount: target.executionCount ?? null,
    sourceHash: target.sourceHash ?? null,
    firstLine: firstLine?.trim().slice(0, FIRST_LINE) ?? null,
    status,
    profilers: profilers.map(({ name }) => name),
    record: profilers.length === 0,
    wall: totalOf(document, 'wall'),
    cpu: user === null || sys === null ? null : user + sys,
    peak:
      totalOf(document, 'peak_rss') ??
      totalOf(document, 'peak') ??
      totalOf(document, 'heap_peak'),
    increment: totalOf(document, 'increment'),
    python: environment.python || null,
    size: byteLength(JSON.stringify(document)),
    pinned: false
  };
}

/** Whether all words occur in what is shown of a run. */
export function matches(run: IRunSummary, query: string): boolean {
  const { firstLine, name, path, profilers, status, title } = run;
  const text = [title, name, path, firstLine, ...profilers, status]
    .filter(part => part !== null)
    .join('\n')
    .toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every(word => text.includes(word));
}

/** The newest first; of those that began at the same time, what came last. */
export function byAge(one: IRunSummary, other: IRunSummary): number {
  return (
    time(other.started) - time(one.started) ||
    time(other.received) - time(one.received)
  );
}

/** Milliseconds; what is no date is old. */
function time(iso: string): number {
  const milliseconds = Date.parse(iso);
  return Number.isNaN(milliseconds) ? 0 : milliseconds;
}

/** Several lists as one, the newest first; an earlier list has the word on a run. */
export function merged(
  ...lists: readonly (readonly IRunSummary[])[]
): IRunSummary[] {
  const all = new Map<string, IRunSummary>();
  for (const list of lists) {
    for (const run of list) {
      if (!all.has(run.id)) {
        all.set(run.id, run);
      }
    }
  }
  return [...all.values()].sort(byAge);
}

/**
 * A list with one more run at its place, the newest first.
 *
 * @returns a list of the same length when the run was there before
 */
export function inserted(
  runs: readonly IRunSummary[],
  run: IRunSummary
): IRunSummary[] {
  const others = runs.filter(({ id }) => id !== run.id);
  const index = others.findIndex(other => byAge(run, other) < 0);
  others.splice(index < 0 ? others.length : index, 0, run);
  return others;
}

/** What runs of the same cell, script or statement have in common. */
export function placeOf(run: IRunSummary): string {
  const { cellId, firstLine, kind, path, title } = run;
  const what = cellId ?? (kind === 'script' ? '' : (firstLine ?? title));
  return JSON.stringify([path, kind === 'statement' ? 'cell' : kind, what]);
}

/** What runs of the same cell under the same profilers have in common. */
function seriesOf(run: IRunSummary): string {
  return JSON.stringify([placeOf(run), run.kind, [...run.profilers].sort()]);
}

/**
 * For each run the one before it of the same cell under the same profilers.
 *
 * @param runs - all of a stretch of time, the newest first
 */
export function runsBefore(
  runs: readonly IRunSummary[]
): Map<string, IRunSummary> {
  const before = new Map<string, IRunSummary>();
  const last = new Map<string, IRunSummary>();
  for (let i = runs.length - 1; i >= 0; i--) {
    const key = seriesOf(runs[i]);
    const previous = last.get(key);
    if (previous) {
      before.set(runs[i].id, previous);
    }
    last.set(key, runs[i]);
  }
  return before;
}

/** The runs of the same cell under the same profilers up to this one, the oldest first. */
export function seriesUpTo(
  run: IRunSummary,
  before: ReadonlyMap<string, IRunSummary>,
  most: number
): IRunSummary[] {
  const series: IRunSummary[] = [];
  for (
    let each: IRunSummary | undefined = run;
    each && series.length < most;
    each = before.get(each.id)
  ) {
    series.push(each);
  }
  return series.reverse();
}

/** Other runs of the very same source under the same profilers that ended well. */
export function repeatsOf(
  run: IRunSummary,
  runs: readonly IRunSummary[],
  most: number
): IRepeat[] {
  const key = seriesOf(run);
  return runs
    .filter(
      other =>
        other.id !== run.id &&
        other.sourceHash !== null &&
        other.sourceHash === run.sourceHash &&
        other.status === 'ok' &&
        seriesOf(other) === key
    )
    .slice(0, most)
    .map(({ wall, cpu, peak }) => ({ wall, cpu, peak }));
}

/** What became of a run, beside the one before. */
export interface IChange {
  readonly of: 'time' | 'peak';
  /** Now and before, in seconds or bytes. */
  readonly now: number;
  readonly before: number;
}

/** Profilers that ask for memory: what a person looks at is the peak. */
const OF_MEMORY = ['memory', 'memory_lines', 'objects'];

/** The change that matters of a run; null where the numbers cannot be compared. */
export function changeOf(
  run: IRunSummary,
  before: IRunSummary | undefined
): IChange | null {
  // A run that broke off took less time for less work.
  if (!before || run.status !== 'ok' || before.status !== 'ok') {
    return null;
  }
  const ofMemory =
    run.profilers.length > 0 &&
    run.profilers.every(name => OF_MEMORY.includes(name));
  const [now, then] = ofMemory
    ? [run.peak, before.peak]
    : [run.wall, before.wall];
  return now === null || then === null || !(then > 0)
    ? null
    : { of: ofMemory ? 'peak' : 'time', now, before: then };
}

/** Bytes of a text in UTF-8. */
function byteLength(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    // The two halves of a pair have four bytes together.
    bytes += code < 0x80 ? 0 : code < 0x800 || isSurrogate(code) ? 1 : 2;
  }
  return bytes;
}

function isSurrogate(code: number): boolean {
  return code >= 0xd800 && code < 0xe000;
}
