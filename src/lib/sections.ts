import {
  Broken,
  checkArray,
  checkInteger,
  checkIntegers,
  checkNumbers,
  checkParents,
  checkRecord,
  checkString,
  checkStrings,
  field,
  has,
  LIMITS
} from './checks';

const UNITS = ['seconds', 'bytes', 'count', 'percent', 'ratio'];

/** One check for each kind of section: throws `Broken` or `TooLarge`. */
type Check = (section: unknown, place: string, files: number) => void;

const CHECKS: { readonly [kind: string]: Check } = {
  totals: checkTotals,
  lines: checkLines,
  calls: checkCalls,
  stacks: checkStacks,
  series: checkSeries,
  objects: checkObjects
};

/** Kinds of sections of format version 1. */
export const KNOWN_KINDS: readonly string[] = Object.keys(CHECKS);

/**
 * Check one section of a known kind.
 *
 * @param section - the section, from a stranger
 * @param place - where it stands in the document, for the sentence
 * @param files - number of files its indices may refer to
 */
export function checkSection(
  section: unknown,
  place: string,
  files: number
): void {
  CHECKS[checkString(field(section, 'kind', place), place)](
    section,
    place,
    files
  );
}

function checkUnit(value: unknown, place: string): void {
  if (!UNITS.includes(checkString(value, place))) {
    throw new Broken(place);
  }
}

function checkTotals(section: unknown, place: string): void {
  const items = field(section, 'items', place);
  checkArray(items, `${place}.items`, LIMITS.columns).forEach((item, index) => {
    const at = `${place}.items[${index}]`;
    checkString(field(item, 'name', at), `${at}.name`);
    checkString(field(item, 'label', at), `${at}.label`);
    checkUnit(field(item, 'unit', at), `${at}.unit`);
    checkNumbers([field(item, 'value', at)], `${at}.value`);
    if (typeof field(item, 'supported', at) !== 'boolean') {
      throw new Broken(`${at}.supported`);
    }
    if (has(item as object, 'help')) {
      checkString(field(item, 'help', at), `${at}.help`);
    }
  });
}

function checkLines(section: unknown, place: string, files: number): void {
  const record = checkRecord(section, place);
  checkInteger(field(record, 'file', place), `${place}.file`, 0, files);
  if (has(record, 'name')) {
    checkString(record.name, `${place}.name`);
  }
  for (const name of ['firstLine', 'lastLine']) {
    if (has(record, name)) {
      checkInteger(record[name], `${place}.${name}`, 1);
    }
  }
  const lines = field(record, 'lines', place);
  const count = checkIntegers(lines, `${place}.lines`, null, 1);
  (lines as number[]).forEach((line, index, all) => {
    if (index > 0 && line <= all[index - 1]) {
      throw new Broken(`${place}.lines`);
    }
  });
  const columns = field(record, 'columns', place);
  checkArray(columns, `${place}.columns`, LIMITS.columns).forEach(
    (column, index) => {
      const at = `${place}.columns[${index}]`;
      checkString(field(column, 'name', at), `${at}.name`);
      checkString(field(column, 'label', at), `${at}.label`);
      checkUnit(field(column, 'unit', at), `${at}.unit`);
      checkNumbers(field(column, 'values', at), `${at}.values`, count);
    }
  );
}

function checkCalls(section: unknown, place: string, files: number): void {
  const functions = field(section, 'functions', place);
  let at = `${place}.functions`;
  const count = checkStrings(field(functions, 'name', at), `${at}.name`);
  checkIntegers(field(functions, 'file', at), `${at}.file`, count, -1, files);
  for (const name of ['line', 'calls', 'primitive_calls']) {
    checkIntegers(field(functions, name, at), `${at}.${name}`, count);
  }
  for (const name of ['self_time', 'total_time']) {
    checkNumbers(field(functions, name, at), `${at}.${name}`, count);
  }
  const edges = field(section, 'edges', place);
  at = `${place}.edges`;
  const length = checkIntegers(
    field(edges, 'caller', at),
    `${at}.caller`,
    null,
    0,
    count
  );
  checkIntegers(field(edges, 'callee', at), `${at}.callee`, length, 0, count);
  checkIntegers(field(edges, 'calls', at), `${at}.calls`, length);
  for (const name of ['self_time', 'total_time']) {
    checkNumbers(field(edges, name, at), `${at}.${name}`, length);
  }
}

function checkStacks(section: unknown, place: string, files: number): void {
  checkUnit(field(section, 'unit', place), `${place}.unit`);
  const frames = field(section, 'frames', place);
  let at = `${place}.frames`;
  const count = checkStrings(field(frames, 'name', at), `${at}.name`);
  checkIntegers(field(frames, 'file', at), `${at}.file`, count, -1, files);
  checkIntegers(field(frames, 'line', at), `${at}.line`, count);

  const nodes = field(section, 'nodes', place);
  at = `${place}.nodes`;
  const length = checkParents(field(nodes, 'parent', at), `${at}.parent`);
  checkIntegers(field(nodes, 'frame', at), `${at}.frame`, length, 0, count);
  checkNumbers(field(nodes, 'self', at), `${at}.self`, length);
  checkNumbers(field(nodes, 'total', at), `${at}.total`, length);

  const record = checkRecord(section, place);
  if (has(record, 'name')) {
    checkString(record.name, `${place}.name`);
  }
  let threads = Infinity;
  if (has(record, 'threads')) {
    threads = checkStrings(record.threads, `${place}.threads`);
  }
  if (has(nodes as object, 'thread')) {
    const thread = field(nodes, 'thread', at);
    checkIntegers(thread, `${at}.thread`, length, 0, threads);
  }
  if (has(record, 'timeline')) {
    const { timeline } = record;
    at = `${place}.timeline`;
    const samples = checkNumbers(field(timeline, 't', at), `${at}.t`);
    const node = field(timeline, 'node', at);
    checkIntegers(node, `${at}.node`, samples, 0, length);
    const thread = field(timeline, 'thread', at);
    checkIntegers(thread, `${at}.thread`, samples, 0, threads);
    if (has(timeline as object, 'duration')) {
      checkNumbers(
        field(timeline, 'duration', at),
        `${at}.duration`,
        samples
      );
    }
  }
}

function checkSeries(section: unknown, place: string): void {
  checkString(field(section, 'name', place), `${place}.name`);
  checkUnit(field(section, 'unit', place), `${place}.unit`);
  const t = field(section, 't', place);
  const count = checkNumbers(t, `${place}.t`);
  if ((t as unknown[]).includes(null)) {
    throw new Broken(`${place}.t`);
  }
  checkNumbers(field(section, 'values', place), `${place}.values`, count);
  const record = checkRecord(section, place);
  if (has(record, 'marks')) {
    const at = `${place}.marks`;
    checkArray(record.marks, at, LIMITS.columns).forEach(mark => {
      if (!Number.isFinite(field(mark, 't', at))) {
        throw new Broken(at);
      }
      checkString(field(mark, 'label', at), at);
    });
  }
}

function checkObjects(section: unknown, place: string): void {
  const count = checkStrings(field(section, 'name', place), `${place}.name`);
  checkStrings(field(section, 'type', place), `${place}.type`, count);
  for (const name of ['size', 'flat']) {
    checkNumbers(field(section, name, place), `${place}.${name}`, count);
  }
  checkIntegers(field(section, 'count', place), `${place}.count`, count);
  checkParents(field(section, 'parent', place), `${place}.parent`, count);
  const record = checkRecord(section, place);
  for (const name of ['shared', 'added']) {
    if (has(record, name)) {
      checkNumbers(record[name], `${place}.${name}`, count);
    }
  }
  if (has(record, 'partial')) {
    const at = `${place}.partial`;
    const partial = checkArray(record.partial, at, LIMITS.rows);
    if (
      partial.length !== count ||
      partial.some(one => typeof one !== 'boolean')
    ) {
      throw new Broken(at);
    }
  }
  if (has(record, 'note')) {
    const at = `${place}.note`;
    const notes = checkArray(record.note, at, LIMITS.rows);
    if (notes.length !== count) {
      throw new Broken(at);
    }
    notes.forEach(note => note === null || checkString(note, at));
  }
}
