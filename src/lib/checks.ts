/**
 * The bounds of what is shown: far above what the kernel side writes (512 kB), so
 * that only a broken or hostile document meets them.
 */
export const LIMITS = {
  /** Characters of the whole document. */
  json: 8 * 1024 * 1024,
  /** Characters of a name, label, path or sentence. */
  text: 20000,
  /** Characters of one line of source. */
  line: 1000000,
  /** Lines of source in all files; entries of one column. */
  rows: 200000,
  /** Nesting of objects and arrays. */
  depth: 64,
  files: 5000,
  sections: 5000,
  profilers: 50,
  notes: 100,
  arguments: 1000,
  /** Columns of a block, items of the totals, marks of a series. */
  columns: 500
} as const;

/** The document breaks the format at a place. */
export class Broken {
  constructor(readonly place: string) {}
}

/** The document is larger than `LIMITS` at a place. */
export class TooLarge {
  constructor(readonly place: string) {}
}

/** Own properties only: a stranger's JSON must not reach those of Object. */
export function has(value: object, name: string): boolean {
  return Object.prototype.hasOwnProperty.call(value, name);
}

/** An object that is no array. */
export function checkRecord(
  value: unknown,
  place: string
): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Broken(place || 'document');
  }
  return value as Record<string, unknown>;
}

/** The own property `name`, which must be there. */
export function field(value: unknown, name: string, place: string): unknown {
  const record = checkRecord(value, place);
  if (!has(record, name)) {
    throw new Broken(place ? `${place}.${name}` : name);
  }
  return record[name];
}

/** An array of at most `limit` entries. */
export function checkArray(
  value: unknown,
  place: string,
  limit: number
): unknown[] {
  if (!Array.isArray(value)) {
    throw new Broken(place);
  }
  if (value.length > limit) {
    throw new TooLarge(place);
  }
  return value;
}

/** A string of at most `limit` characters. */
export function checkString(
  value: unknown,
  place: string,
  limit: number = LIMITS.text
): string {
  if (typeof value !== 'string') {
    throw new Broken(place);
  }
  if (value.length > limit) {
    throw new TooLarge(place);
  }
  return value;
}

/** An integer, `least` ≤ value < `end`. */
export function checkInteger(
  value: unknown,
  place: string,
  least: number = 0,
  end: number = Infinity
): number {
  if (!Number.isSafeInteger(value)) {
    throw new Broken(place);
  }
  const integer = value as number;
  if (integer < least || integer >= end) {
    throw new Broken(place);
  }
  return integer;
}

/** A column of numbers, `null` where there is none. */
export function checkNumbers(
  value: unknown,
  place: string,
  length: number | null = null
): number {
  const array = checkColumn(value, place, length);
  for (const entry of array) {
    if (entry !== null && !Number.isFinite(entry)) {
      throw new Broken(place);
    }
  }
  return array.length;
}

/** A column of integers, `least` ≤ entry < `end`. */
export function checkIntegers(
  value: unknown,
  place: string,
  length: number | null = null,
  least: number = 0,
  end: number = Infinity
): number {
  const array = checkColumn(value, place, length);
  for (const entry of array) {
    checkInteger(entry, place, least, end);
  }
  return array.length;
}

/** A column of strings. */
export function checkStrings(
  value: unknown,
  place: string,
  length: number | null = null
): number {
  const array = checkColumn(value, place, length);
  for (const entry of array) {
    checkString(entry, place);
  }
  return array.length;
}

/** A column of indices of earlier rows: parents come before children, -1 is a root. */
export function checkParents(
  value: unknown,
  place: string,
  length: number | null = null
): number {
  const array = checkColumn(value, place, length);
  array.forEach((entry, index) => checkInteger(entry, place, -1, index));
  return array.length;
}

function checkColumn(
  value: unknown,
  place: string,
  length: number | null
): unknown[] {
  const array = checkArray(value, place, LIMITS.rows);
  if (length !== null && array.length !== length) {
    throw new Broken(place);
  }
  return array;
}

/**
 * Bound the size of a whole document before anything else looks at it.
 *
 * Without recursion, and stops at the limit, so that neither depth nor size of
 * a hostile document costs more than the limit itself.
 */
export function measure(value: unknown): void {
  let size = 0;
  const stack: { value: unknown; depth: number }[] = [];
  const count = (value: unknown, depth: number): void => {
    size += 2;
    if (typeof value === 'string') {
      size += value.length;
    } else if (typeof value === 'number' && !Number.isFinite(value)) {
      throw new Broken('number');
    } else if (typeof value === 'object' && value !== null) {
      if (depth > LIMITS.depth) {
        throw new TooLarge('depth');
      }
      stack.push({ value, depth });
    }
    if (size > LIMITS.json) {
      throw new TooLarge('JSON');
    }
  };
  count(value, 0);
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const depth = top.depth + 1;
    if (Array.isArray(top.value)) {
      for (const entry of top.value) {
        count(entry, depth);
      }
    } else {
      for (const [name, entry] of Object.entries(top.value as object)) {
        size += name.length + 2;
        count(entry, depth);
      }
    }
  }
}
