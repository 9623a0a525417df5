import type { CallsSection, SourceFile } from '../document';
import { MarshalWriter } from './marshal';

/** Calls and seconds, as `pstats` adds them up. */
export interface ISums {
  calls: number;
  primitive: number;
  self: number;
  total: number;
}

/** One key of the statistics: `(file, line, name)`. */
export interface IEntry extends ISums {
  readonly file: string;
  readonly line: number;
  readonly name: string;
  readonly callers: Map<IEntry, ISums>;
}

/** Where `pstats` puts what has no file: built-ins. */
const NO_FILE = '~';

/**
 * Statistics that `pstats.Stats(file)` and SnakeViz open, as `cProfile -o` writes them:
 * the marshalled dictionary of `cProfile.Profile.snapshot_stats`,
 *
 *     {(file, line, name): (primitive calls, calls, self, total,
 *         {(file, line, name) of a caller: (calls, primitive calls, self, total)})}
 *
 * with times in seconds. Functions of the same key, as two lambdas in a line, are
 * added up as `pstats.add_func_stats` does it.
 *
 * The document does not say which calls along an edge were recursive: there, all of
 * them stand as primitive calls. A time that does not exist is 0; a missing total is
 * the function's own time.
 */
export function pstatsBytes(
  section: CallsSection,
  files: readonly SourceFile[]
): Uint8Array {
  const writer = new MarshalWriter();
  writer.dict();
  for (const entry of mergedEntries(section, files)) {
    writeKey(writer, entry);
    writer.tuple(5);
    writer.int(entry.primitive);
    writer.int(entry.calls);
    writer.float(entry.self);
    writer.float(entry.total);
    writer.dict();
    for (const [caller, sums] of entry.callers) {
      writeKey(writer, caller);
      writer.tuple(4);
      writer.int(sums.calls);
      writer.int(sums.primitive);
      writer.float(sums.self);
      writer.float(sums.total);
    }
    writer.end();
  }
  writer.end();
  return writer.bytes();
}

/** One entry for each key, with those who called it. */
export function mergedEntries(
  { functions, edges }: CallsSection,
  files: readonly SourceFile[]
): Iterable<IEntry> {
  const byKey = new Map<string, IEntry>();
  const entries = functions.name.map((name, index) => {
    const file = files[functions.file[index]]?.path ?? NO_FILE;
    const line = functions.line[index];
    const key = JSON.stringify([file, line, name]);
    let entry = byKey.get(key);
    if (!entry) {
      entry = { file, line, name, ...NOTHING, callers: new Map() };
      byKey.set(key, entry);
    }
    const self = functions.self_time[index] ?? 0;
    add(entry, {
      calls: functions.calls[index],
      primitive: functions.primitive_calls[index],
      self,
      total: functions.total_time[index] ?? self
    });
    return entry;
  });
  edges.caller.forEach((caller, index) => {
    const { callers } = entries[edges.callee[index]];
    const sums = callers.get(entries[caller]) ?? { ...NOTHING };
    const self = edges.self_time[index] ?? 0;
    add(sums, {
      calls: edges.calls[index],
      primitive: edges.calls[index],
      self,
      total: edges.total_time[index] ?? self
    });
    callers.set(entries[caller], sums);
  });
  return byKey.values();
}

const NOTHING: ISums = { calls: 0, primitive: 0, self: 0, total: 0 };

function add(sums: ISums, more: ISums): void {
  sums.calls += more.calls;
  sums.primitive += more.primitive;
  sums.self += more.self;
  sums.total += more.total;
}

function writeKey(writer: MarshalWriter, { file, line, name }: IEntry): void {
  writer.tuple(3);
  writer.text(file);
  writer.int(line);
  writer.text(name);
}
