import type { ProfileDocument, Section } from '../document';
import { checkSection, KNOWN_KINDS } from './sections';
import {
  Broken,
  checkArray,
  checkInteger,
  checkRecord,
  checkString,
  field,
  has,
  LIMITS,
  measure,
  TooLarge
} from './checks';

/** Why something cannot be shown as a profile; a view turns it into a sentence. */
export interface IProblem {
  /**
   * - `empty`: nothing at all, as in a new file;
   * - `not-json`: text that is no JSON;
   * - `not-a-profile`: JSON, but of something else;
   * - `newer`: written by a newer version of this extension, `detail` is the format's version;
   * - `broken`: a profile that breaks the format, `detail` is the place;
   * - `too-large`: more than a browser should be asked to draw, `detail` is the place.
   */
  readonly code:
    'empty' | 'not-json' | 'not-a-profile' | 'newer' | 'broken' | 'too-large';
  readonly detail?: string;
}

/** A document that may be shown. */
export interface IReadDocument {
  readonly document: ProfileDocument;
  /** Kinds of sections that this version cannot show; they are left out of `document`. */
  readonly unknownKinds: readonly string[];
}

/** What `readDocument` found. */
export type ReadResult = IReadDocument | { readonly problem: IProblem };

/** Format version that this code understands. */
const VERSION = 1;

const STATUSES = ['ok', 'error', 'interrupted'];
const TARGETS = ['cell', 'statement', 'script', 'process'];

/**
 * Read a profile document from a stranger: an output of a notebook, a file.
 *
 * Written by hand instead of with a schema validator because the document is
 * read on every render: sizes are bounded before any work, and the code is small.
 *
 * @param value - parsed JSON, or its text; it is not changed
 * @returns the document, or why it cannot be shown; never throws
 */
export function readDocument(value: unknown): ReadResult {
  try {
    return read(value);
  } catch (reason) {
    if (reason instanceof TooLarge) {
      return { problem: { code: 'too-large', detail: reason.place } };
    }
    const detail = reason instanceof Broken ? reason.place : undefined;
    return { problem: { code: 'broken', detail } };
  }
}

function read(value: unknown): ReadResult {
  if (value === undefined || value === null || value === '') {
    return { problem: { code: 'empty' } };
  }
  if (typeof value === 'string') {
    return readText(value);
  }
  if (!looksLikeProfile(value)) {
    return { problem: { code: 'not-a-profile' } };
  }
  const version = value.version as number;
  if (version > VERSION) {
    return { problem: { code: 'newer', detail: String(version) } };
  }
  if (version !== VERSION) {
    throw new Broken('version');
  }
  measure(value);
  checkHead(value);
  checkFiles(value.files);

  const files = (value.files as unknown[]).length;
  const sections = checkArray(value.sections, 'sections', LIMITS.sections);
  const unknown = new Set<string>();
  const known = sections.filter((section, index) => {
    const place = `sections[${index}]`;
    const kind = checkString(field(section, 'kind', place), `${place}.kind`);
    if (!KNOWN_KINDS.includes(kind)) {
      unknown.add(kind);
      return false;
    }
    checkSection(section, place, files);
    return true;
  });
  const document = value as unknown as ProfileDocument;
  return {
    document:
      unknown.size === 0
        ? document
        : { ...document, sections: known as Section[] },
    unknownKinds: [...unknown]
  };
}

function readText(text: string): ReadResult {
  if (text.length > LIMITS.json) {
    throw new TooLarge('JSON');
  }
  if (text.trim() === '') {
    return { problem: { code: 'empty' } };
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return { problem: { code: 'not-json' } };
  }
  // A string inside JSON is not parsed again: that could go on for ever.
  return typeof parsed === 'string'
    ? { problem: { code: 'not-a-profile' } }
    : read(parsed);
}

/** Enough to say "this is meant to be a profile", so that the other problems make sense. */
function looksLikeProfile(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return false;
  }
  const record = value as Record<string, unknown>;
  return (
    ['version', 'producer', 'sections'].every(name => has(record, name)) &&
    Number.isInteger(record.version)
  );
}

function checkHead(value: Record<string, unknown>): void {
  for (const name of ['producer', 'id', 'title', 'started']) {
    checkString(field(value, name, ''), name);
  }
  if (value.id === '') {
    throw new Broken('id');
  }
  const status = checkString(field(value, 'status', ''), 'status');
  if (!STATUSES.includes(status)) {
    throw new Broken('status');
  }
  if (has(value, 'error')) {
    for (const name of ['name', 'value']) {
      checkString(field(value.error, name, 'error'), `error.${name}`);
    }
  }
  if (has(value, 'truncated') && value.truncated !== true) {
    throw new Broken('truncated');
  }
  if (has(value, 'live') && value.live !== true) {
    throw new Broken('live');
  }
  if (has(value, 'summary') && value.summary !== true) {
    throw new Broken('summary');
  }
  checkTarget(field(value, 'target', ''));
  checkEnvironment(field(value, 'environment', ''));
  checkArray(
    field(value, 'profilers', ''),
    'profilers',
    LIMITS.profilers
  ).forEach((profiler, index) => {
    const place = `profilers[${index}]`;
    for (const name of ['name', 'tool', 'toolVersion']) {
      checkString(field(profiler, name, place), `${place}.${name}`);
    }
    checkRecord(field(profiler, 'options', place), `${place}.options`);
    checkArray(
      field(profiler, 'notes', place),
      `${place}.notes`,
      LIMITS.notes
    ).forEach(note => checkString(note, `${place}.notes`));
  });
}

function checkTarget(value: unknown): void {
  const target = checkRecord(value, 'target');
  const kind = checkString(field(target, 'kind', 'target'), 'target.kind');
  if (!TARGETS.includes(kind)) {
    throw new Broken('target.kind');
  }
  for (const name of ['cellId', 'path', 'sourceHash']) {
    if (has(target, name)) {
      checkString(target[name], `target.${name}`);
    }
  }
  if (has(target, 'source')) {
    checkString(target.source, 'target.source', LIMITS.line);
  }
  if (has(target, 'pid')) {
    checkInteger(target.pid, 'target.pid');
  }
  if (has(target, 'executionCount') && target.executionCount !== null) {
    checkInteger(target.executionCount, 'target.executionCount');
  }
  if (has(target, 'exitStatus') && target.exitStatus !== null) {
    // Below zero it is the signal that ended the process.
    checkInteger(target.exitStatus, 'target.exitStatus', -Infinity);
  }
  if (has(target, 'arguments')) {
    checkArray(
      target.arguments,
      'target.arguments',
      LIMITS.arguments
    ).forEach(given => checkString(given, 'target.arguments', LIMITS.line));
  }
}

function checkEnvironment(value: unknown): void {
  for (const name of ['python', 'platform']) {
    checkString(field(value, name, 'environment'), `environment.${name}`);
  }
  checkInteger(field(value, 'cpuCount', 'environment'), 'environment.cpuCount');
  const place = 'environment.packages';
  const packages = checkRecord(field(value, 'packages', 'environment'), place);
  Object.keys(packages).forEach(name => checkString(packages[name], place));
}

function checkFiles(value: unknown): void {
  let total = 0;
  checkArray(value, 'files', LIMITS.files).forEach((file, index) => {
    const place = `files[${index}]`;
    checkString(field(file, 'path', place), `${place}.path`);
    const record = file as Record<string, unknown>;
    if (has(record, 'cellId')) {
      checkString(record.cellId, `${place}.cellId`);
    }
    if (has(record, 'firstLine')) {
      checkInteger(record.firstLine, `${place}.firstLine`, 1);
    }
    if (has(record, 'source')) {
      const source = checkArray(
        record.source,
        `${place}.source`,
        LIMITS.rows - total
      );
      total += source.length;
      source.forEach(line => checkString(line, `${place}.source`, LIMITS.line));
    }
  });
}
