import { Broken, checkRecord, has } from '../checks';
import { readDocument } from '../validate';
import type {
  IDump,
  IFrame,
  IKernel,
  IListing,
  ILocal,
  ILook,
  IProcess,
  IProcessDump,
  IRow,
  IRows,
  IThread,
  Wait
} from './types';

/** Bounds of what is shown; what is above them is cut off. */
export const BOUNDS = {
  processes: 2000,
  threads: 500,
  frames: 600,
  locals: 200,
  rows: 200,
  notes: 50,
  paths: 20,
  words: 2000,
  /** Characters of a name, a path, a value. */
  text: 500,
  /** Characters of a sentence. */
  sentence: 4000
} as const;

/** Control characters, and those that turn the direction of the text around them. */
const UNSHOWN =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]+/g;

/**
 * What runs, from an answer of the server.
 *
 * @throws Broken when it is no such answer
 */
export function readListing(value: unknown): IListing {
  const record = checkRecord(value, '');
  return {
    kernels: list(record, 'kernels', BOUNDS.processes).map(readKernel),
    processes: list(record, 'processes', BOUNDS.processes).map(readProcess),
    refusal: sentence(record, 'refusal')
  };
}

/**
 * The words of a command line.
 *
 * @throws Broken when it is no such answer
 */
export function readCommand(value: unknown): readonly string[] {
  return list(checkRecord(value, ''), 'command', BOUNDS.words).map(word =>
    clean(String(word), BOUNDS.sentence)
  );
}

/**
 * Where a process is, from an answer of the server or of a kernel.
 *
 * @throws Broken when it is no such answer
 */
export function readDump(value: unknown): IDump {
  const record = checkRecord(value, '');
  return {
    pid: number(record, 'pid'),
    taken: text(record, 'taken'),
    python: optionalText(record, 'python'),
    processes: list(record, 'processes', BOUNDS.processes).map(readProcessDump),
    notes: readNotes(record)
  };
}

/**
 * How a look goes on.
 *
 * @throws Broken when it is no such answer
 */
export function readLook(value: unknown): ILook {
  const record = checkRecord(value, '');
  const { kind, status } = record;
  if (kind !== 'watch' && kind !== 'record') {
    throw new Broken('kind');
  }
  if (
    status !== 'running' &&
    status !== 'stopping' &&
    status !== 'done' &&
    status !== 'failed'
  ) {
    throw new Broken('status');
  }
  return {
    id: text(record, 'id'),
    kind,
    pid: optionalNumber(record, 'pid'),
    status,
    problem: sentence(record, 'problem'),
    seconds: optionalNumber(record, 'seconds') ?? 0,
    wanted: optionalNumber(record, 'wanted'),
    samples: optionalNumber(record, 'samples') ?? 0,
    paused: record.paused === true,
    rate: optionalNumber(record, 'rate') ?? 0,
    notes: readNotes(record),
    rows: isGiven(record, 'rows') ? readRows(record.rows) : null,
    gil: isGiven(record, 'gil') ? share(record, 'gil') : null,
    document: isGiven(record, 'document') ? profile(record.document) : null
  };
}

/** Text of a stranger in one line: without what is not seen, and not too long. */
export function clean(text: string, limit: number = BOUNDS.text): string {
  const seen = text
    .slice(0, 2 * limit)
    .replace(UNSHOWN, ' ')
    .trim();
  return seen.length > limit ? `${seen.slice(0, limit)}…` : seen;
}

function readKernel(value: unknown): IKernel {
  const record = checkRecord(value, 'kernels');
  return {
    ...readProcess(record),
    kernelId: text(record, 'kernelId'),
    kernelName: text(record, 'kernelName'),
    displayName: text(record, 'displayName'),
    state: text(record, 'state'),
    paths: list(record, 'paths', BOUNDS.paths).map(path => clean(String(path)))
  };
}

function readProcess(value: unknown): IProcess {
  const record = checkRecord(value, 'processes');
  return {
    pid: optionalNumber(record, 'pid'),
    name: text(record, 'name'),
    rss: optionalNumber(record, 'rss'),
    cpu: optionalNumber(record, 'cpu'),
    started: optionalText(record, 'started'),
    parent: optionalNumber(record, 'parent')
  };
}

function readProcessDump(value: unknown): IProcessDump {
  const record = checkRecord(value, 'processes');
  return {
    pid: number(record, 'pid'),
    name: text(record, 'name'),
    parent: optionalNumber(record, 'parent'),
    threads: list(record, 'threads', BOUNDS.threads).map(readThread)
  };
}

function readThread(value: unknown): IThread {
  const record = checkRecord(value, 'threads');
  return {
    id: optionalNumber(record, 'id') ?? 0,
    name: optionalText(record, 'name') ?? '',
    gil: record.gil === true,
    active: record.active === true,
    waits: readWait(record.waits),
    frames: list(record, 'frames', BOUNDS.frames).map(readFrame)
  };
}

function readWait(value: unknown): Wait {
  return value === 'lock' || value === 'sleep' || value === 'io'
    ? value
    : typeof value === 'string'
      ? 'other'
      : null;
}

function readFrame(value: unknown): IFrame {
  const record = checkRecord(value, 'frames');
  return {
    ...readPlace(record),
    ...(record.native === true ? { native: true } : {}),
    ...(isGiven(record, 'locals')
      ? { locals: list(record, 'locals', BOUNDS.locals).map(readLocal) }
      : {})
  };
}

function readLocal(value: unknown): ILocal {
  const record = checkRecord(value, 'locals');
  return {
    name: text(record, 'name'),
    value: optionalText(record, 'value') ?? '',
    argument: record.argument === true
  };
}

function readRows(value: unknown): IRows {
  const record = checkRecord(value, 'rows');
  return {
    functions: list(record, 'functions', BOUNDS.rows).map(readRow),
    lines: list(record, 'lines', BOUNDS.rows).map(readRow)
  };
}

function readRow(value: unknown): IRow {
  const record = checkRecord(value, 'rows');
  return {
    ...readPlace(record),
    own: share(record, 'own'),
    total: share(record, 'total'),
    ownNow: share(record, 'ownNow'),
    totalNow: share(record, 'totalNow')
  };
}

function readPlace(record: Record<string, unknown>): {
  name: string;
  file: string;
  line: number;
  cellId?: string;
} {
  const cellId = optionalText(record, 'cellId');
  return {
    name: text(record, 'name'),
    file: text(record, 'file'),
    line: Math.max(0, Math.floor(optionalNumber(record, 'line') ?? 0)),
    ...(cellId === null ? {} : { cellId })
  };
}

function readNotes(record: Record<string, unknown>): string[] {
  return isGiven(record, 'notes')
    ? list(record, 'notes', BOUNDS.notes).map(note =>
        clean(String(note), BOUNDS.sentence)
      )
    : [];
}

function profile(value: unknown): ILook['document'] {
  const read = readDocument(value);
  if (!('document' in read)) {
    throw new Broken('document');
  }
  return read.document;
}

function isGiven(record: Record<string, unknown>, name: string): boolean {
  return has(record, name) && record[name] !== null;
}

function list(
  record: Record<string, unknown>,
  name: string,
  limit: number
): unknown[] {
  const value = record[name];
  if (!Array.isArray(value)) {
    throw new Broken(name);
  }
  return value.slice(0, limit);
}

function text(record: Record<string, unknown>, name: string): string {
  const value = optionalText(record, name);
  if (value === null) {
    throw new Broken(name);
  }
  return value;
}

function optionalText(
  record: Record<string, unknown>,
  name: string
): string | null {
  const value = has(record, name) ? record[name] : null;
  return typeof value === 'string' ? clean(value) : null;
}

function sentence(
  record: Record<string, unknown>,
  name: string
): string | null {
  const value = has(record, name) ? record[name] : null;
  return typeof value === 'string' ? clean(value, BOUNDS.sentence) : null;
}

function number(record: Record<string, unknown>, name: string): number {
  const value = optionalNumber(record, name);
  if (value === null) {
    throw new Broken(name);
  }
  return value;
}

/** No count, size or time is below zero. */
function optionalNumber(
  record: Record<string, unknown>,
  name: string
): number | null {
  const value = has(record, name) ? record[name] : null;
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
    ? value
    : null;
}

function share(record: Record<string, unknown>, name: string): number {
  return Math.min(1, optionalNumber(record, name) ?? 0);
}
