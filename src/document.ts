/**
 * Generated from jupyterlab_cell_profiler/document.schema.json by `jlpm document:types`: do not edit.
 */

/**
 * Profilers emit sections, views draw sections, neither knows the other.
 *
 * This interface was referenced by `ProfileDocument`'s JSON-Schema
 * via the `definition` "section".
 */
export type Section =
  | TotalsSection
  | LinesSection
  | CallsSection
  | StacksSection
  | SeriesSection
  | ObjectsSection;
/**
 * The unit of a value; the only place a reader learns it from.
 *
 * This interface was referenced by `ProfileDocument`'s JSON-Schema
 * via the `definition` "unit".
 */
export type Unit = 'seconds' | 'bytes' | 'count' | 'percent' | 'ratio';

/**
 * One run under one or more profilers: MIME type application/vnd.cell-profiler.profile.v1+json, files *.cellprofile.json. Columns are parallel arrays; null where a value does not exist.
 */
export interface ProfileDocument {
  /**
   * Format version; a reader refuses a larger one with a sentence.
   */
  version: 1;
  /**
   * name@version of the writer.
   */
  producer: string;
  /**
   * UUID of the run; a second delivery of the same id is the same run.
   */
  id: string;
  title: string;
  /**
   * ISO 8601, UTC.
   */
  started: string;
  target: Target;
  status: 'ok' | 'error' | 'interrupted';
  error?: RunError;
  environment: Environment;
  profilers: ProfilerRun[];
  /**
   * File 0 is the cell or the script.
   */
  files: SourceFile[];
  sections: Section[];
  /**
   * Something was pruned to keep the document small; sums stay true.
   */
  truncated?: true;
  /**
   * The run goes on: sent to be looked at, not to be kept.
   */
  live?: true;
  /**
   * Without what makes it long: the whole document is in the history, under the same id.
   */
  summary?: true;
}
/**
 * What was profiled.
 *
 * This interface was referenced by `ProfileDocument`'s JSON-Schema
 * via the `definition` "target".
 */
export interface Target {
  kind: 'cell' | 'statement' | 'script' | 'process';
  cellId?: string;
  /**
   * Of the notebook or script, relative to where the server serves files.
   */
  path?: string;
  pid?: number;
  executionCount?: number | null;
  /**
   * What ran: the statement or, for a cell, omitted because files[0].source has it.
   */
  source?: string;
  /**
   * First 16 hexadecimal digits of SHA-256 of the UTF-8 source with \n line ends.
   */
  sourceHash?: string;
  /**
   * What a script was given on its command line.
   */
  arguments?: string[];
  /**
   * Of a script's process; -N when signal N ended it; null when it is not known.
   */
  exitStatus?: number | null;
}
/**
 * The exception that ended the run, as the traceback's last line has it.
 *
 * This interface was referenced by `ProfileDocument`'s JSON-Schema
 * via the `definition` "error".
 */
export interface RunError {
  name: string;
  value: string;
}
/**
 * Where it ran, for comparisons.
 *
 * This interface was referenced by `ProfileDocument`'s JSON-Schema
 * via the `definition` "environment".
 */
export interface Environment {
  python: string;
  platform: string;
  cpuCount: number;
  packages: {
    [k: string]: string;
  };
}
/**
 * A profiler that took part.
 *
 * This interface was referenced by `ProfileDocument`'s JSON-Schema
 * via the `definition` "profilerRun".
 */
export interface ProfilerRun {
  /**
   * One of overview, functions, lines, stacks, memory, memory_lines, objects, counters, scalene; a reader shows an unknown one by its name.
   */
  name: string;
  tool: string;
  toolVersion: string;
  options: {
    [k: string]: unknown;
  };
  /**
   * Sentences a person should read with the numbers.
   */
  notes: string[];
}
/**
 * A file or a cell that sections refer to by index.
 *
 * This interface was referenced by `ProfileDocument`'s JSON-Schema
 * via the `definition` "file".
 */
export interface SourceFile {
  /**
   * What a person calls it: a path, or 'In [7]' for a cell. Never the temporary name of a cell's file.
   */
  path: string;
  cellId?: string;
  /**
   * Lines without line ends.
   */
  source?: string[];
  /**
   * Line number of source[0]; 1 when absent. An excerpt of a file has a larger one.
   */
  firstLine?: number;
}
/**
 * Single numbers of the whole run.
 *
 * This interface was referenced by `ProfileDocument`'s JSON-Schema
 * via the `definition` "totalsSection".
 */
export interface TotalsSection {
  kind: 'totals';
  items: TotalsItem[];
}
/**
 * One number.
 *
 * This interface was referenced by `ProfileDocument`'s JSON-Schema
 * via the `definition` "totalsItem".
 */
export interface TotalsItem {
  /**
   * wall user sys wait cpu_percent peak_rss … as listed in docs/format.md.
   */
  name: string;
  label: string;
  value: number | null;
  unit: Unit;
  /**
   * false: value is null and help says why.
   */
  supported: boolean;
  help?: string;
}
/**
 * One block of source, line by line.
 *
 * This interface was referenced by `ProfileDocument`'s JSON-Schema
 * via the `definition` "linesSection".
 */
export interface LinesSection {
  kind: 'lines';
  file: number;
  /**
   * The function the block belongs to (qualified name), absent for the top level of a cell or file.
   */
  name?: string;
  /**
   * Where the block begins in its file.
   */
  firstLine?: number;
  /**
   * Where the block ends in its file.
   */
  lastLine?: number;
  /**
   * Line numbers in the file, ascending.
   */
  lines: number[];
  columns: LineColumn[];
}
/**
 * One number for each line.
 *
 * This interface was referenced by `ProfileDocument`'s JSON-Schema
 * via the `definition` "lineColumn".
 */
export interface LineColumn {
  /**
   * hits time time_per_hit samples self_time total_time python_time native_time system_time memory_peak memory_peak_total memory_held memory_average memory_growth memory_allocated memory_python allocations memory_increment memory_usage memory_copied gpu_time gpu_memory core_percent await_percent await_tasks leak_percent leak_speed
   */
  name: string;
  label: string;
  unit: Unit;
  /**
   * Parallel to lines.
   */
  values: (number | null)[];
}
/**
 * The call graph.
 *
 * This interface was referenced by `ProfileDocument`'s JSON-Schema
 * via the `definition` "callsSection".
 */
export interface CallsSection {
  kind: 'calls';
  functions: CallFunctions;
  edges: CallEdges;
}
/**
 * Functions, as columns.
 */
export interface CallFunctions {
  /**
   * Names.
   */
  name: string[];
  /**
   * Index into files; -1 for a built-in.
   */
  file: number[];
  /**
   * 0 for a built-in.
   */
  line: number[];
  /**
   * All calls.
   */
  calls: number[];
  /**
   * Calls that were not recursive.
   */
  primitive_calls: number[];
  /**
   * Seconds.
   */
  self_time: (number | null)[];
  /**
   * Seconds, with callees.
   */
  total_time: (number | null)[];
}
/**
 * Who called whom, as columns.
 */
export interface CallEdges {
  /**
   * Index into functions.
   */
  caller: number[];
  /**
   * Index into functions.
   */
  callee: number[];
  /**
   * Calls along this edge.
   */
  calls: number[];
  /**
   * Seconds.
   */
  self_time: (number | null)[];
  /**
   * Seconds.
   */
  total_time: (number | null)[];
}
/**
 * Call stacks with a weight.
 *
 * This interface was referenced by `ProfileDocument`'s JSON-Schema
 * via the `definition` "stacksSection".
 */
export interface StacksSection {
  kind: 'stacks';
  /**
   * What the weights are where a document has several: time, peak, leaked, temporary, allocated …
   */
  name?: string;
  unit: Unit;
  /**
   * How many samples the weights come from, where they are sampled.
   */
  samples?: number;
  frames: StackFrames;
  nodes: StackNodes;
  timeline?: StackTimeline;
  /**
   * Names of the threads.
   */
  threads?: string[];
}
/**
 * Distinct frames, as columns.
 */
export interface StackFrames {
  /**
   * Function names.
   */
  name: string[];
  /**
   * Index into files; -1 when unknown.
   */
  file: number[];
  /**
   * Line numbers; 0 when unknown.
   */
  line: number[];
}
/**
 * A merged tree, as columns.
 */
export interface StackNodes {
  /**
   * Index of the parent node, -1 for a root; parents come before children.
   */
  parent: number[];
  /**
   * Index into frames.
   */
  frame: number[];
  /**
   * In unit.
   */
  self: (number | null)[];
  /**
   * In unit, with children.
   */
  total: (number | null)[];
  /**
   * Index into threads; every thread has a tree of its own. Without it all nodes are of one tree.
   */
  thread?: number[];
}
/**
 * What each thread did, in time order.
 */
export interface StackTimeline {
  /**
   * Seconds from the start.
   */
  t: (number | null)[];
  /**
   * Index into nodes.
   */
  node: number[];
  /**
   * Index into threads.
   */
  thread: number[];
  /**
   * Seconds for which samples of the thread were in this node one after another; without it an entry lasts until the next one of its thread.
   */
  duration?: number[];
}
/**
 * A value over time.
 *
 * This interface was referenced by `ProfileDocument`'s JSON-Schema
 * via the `definition` "seriesSection".
 */
export interface SeriesSection {
  kind: 'series';
  /**
   * rss, children, heap, gpu …
   */
  name: string;
  unit: Unit;
  /**
   * Seconds from the start.
   */
  t: number[];
  /**
   * Parallel to t.
   */
  values: (number | null)[];
  marks?: SeriesMark[];
}
/**
 * A moment with a name.
 */
export interface SeriesMark {
  t: number;
  label: string;
}
/**
 * A tree of objects by size, as columns.
 *
 * This interface was referenced by `ProfileDocument`'s JSON-Schema
 * via the `definition` "objectsSection".
 */
export interface ObjectsSection {
  kind: 'objects';
  /**
   * Names or keys.
   */
  name: string[];
  /**
   * Qualified type names.
   */
  type: string[];
  /**
   * Bytes, with everything that can be reached from it and did not count above in the same root; null when it was not measured.
   */
  size: (number | null)[];
  /**
   * Bytes of the object alone.
   */
  flat: (number | null)[];
  /**
   * Objects reached.
   */
  count: number[];
  /**
   * Index of the parent, -1 for a root; parents come before children.
   */
  parent: number[];
  /**
   * Of roots: the part of size that counts under another root, when each object counts once.
   */
  shared?: (number | null)[];
  /**
   * Of roots: size less shared, less what that was before the run; null where it is not known.
   */
  added?: (number | null)[];
  /**
   * Measuring stopped inside: size is at least that.
   */
  partial?: boolean[];
  /**
   * What to know of the object, for example of what it is a view.
   */
  note?: (string | null)[];
}
