import type { CallsSection, ProfileDocument } from '../document';
import { callableExpression } from './callable';
import { sum, totalOf } from './lines';
import { shareOf } from './units';

/** Whose code a function is. */
export type Origin =
  /** Of a cell, or of a file that lies with the notebook. */
  | 'own'
  /** Of a file that somebody installed. */
  | 'library'
  /** Not written in Python. */
  | 'builtin'
  /** Not one function: all that were folded to keep the document small. */
  | 'folded';

/** A function with its numbers. */
export interface ICallFunction {
  /** Index into the functions of the section. */
  readonly index: number;
  /** Qualified name; `<module>` for the top level of a cell or file. */
  readonly name: string;
  readonly origin: Origin;
  /** Null for a function without a file. */
  readonly path: string | null;
  readonly cellId?: string;
  /** 1-based, in its file; 0 without one. */
  readonly line: number;
  readonly calls: number;
  /** Calls that were not made by the function itself further up. */
  readonly primitive: number;
  /** Seconds in its own body. */
  readonly self: number | null;
  /** Seconds with everything it called. */
  readonly total: number | null;
  /** `self` by `calls`, seconds. */
  readonly selfPerCall: number | null;
  /** `total` by `primitive`, seconds: recursion is counted once, as in `total`. */
  readonly totalPerCall: number | null;
  /** `self` as a share of the run, 0…1. All functions add up to at most 1. */
  readonly selfShare: number | null;
  /** `total` as a share of the run, 0…1. */
  readonly share: number | null;
}

/** The call graph of a document. */
export interface ICallModel {
  /** In the order of the document. */
  readonly functions: readonly ICallFunction[];
  /** What the shares are shares of, seconds; null when there is no time. */
  readonly whole: number | null;
  readonly section: CallsSection | null;
}

/** A function and what passed between it and another one. */
export interface IRelation {
  readonly other: ICallFunction;
  /** Calls from the one to the other. */
  readonly calls: number;
  /** Seconds in the body of the callee on behalf of the caller. */
  readonly self: number | null;
  /** Seconds in the callee and everything it called, on behalf of the caller. */
  readonly total: number | null;
}

/** Who called a function and whom it calls, most time first. */
export interface IRelations {
  readonly callers: readonly IRelation[];
  readonly callees: readonly IRelation[];
}

/** How the kernel's side names the row for those that were folded. */
const FOLDED = /^\(\d+ other functions?\)$/;

/** Folders that package managers install into, also below the notebook's own. */
const INSTALLED = /(^|[\\/])(site|dist)-packages[\\/]/;

/** Paths that begin where the machine does, and names such as `<frozen runpy>`. */
const ELSEWHERE = /^([\\/~<]|[A-Za-z]:[\\/])/;

/**
 * The model of the Functions view. A run has one call graph, so only the first
 * section counts.
 *
 * @param document - checked by `readDocument`
 */
export function callModel(document: ProfileDocument): ICallModel {
  const section =
    document.sections.find(
      (section): section is CallsSection => section.kind === 'calls'
    ) ?? null;
  if (!section) {
    return { functions: [], whole: null, section };
  }
  const { functions } = section;
  const known = sum(functions.self_time);
  const wall = totalOf(document, 'wall');
  const whole =
    known === null && wall === null ? null : Math.max(known ?? 0, wall ?? 0);
  return {
    functions: functions.name.map((_, index) =>
      callFunction(document, section, index, whole)
    ),
    whole,
    section
  };
}

/** Who called a function and whom it calls. */
export function relations(model: ICallModel, index: number): IRelations {
  const callers: IRelation[] = [];
  const callees: IRelation[] = [];
  const edges = model.section?.edges;
  edges?.caller.forEach((caller, edge) => {
    const callee = edges.callee[edge];
    const relation = (other: number): IRelation => ({
      other: model.functions[other],
      calls: edges.calls[edge],
      self: edges.self_time[edge],
      total: edges.total_time[edge]
    });
    // Recursion is both.
    if (callee === index) {
      callers.push(relation(caller));
    }
    if (caller === index) {
      callees.push(relation(callee));
    }
  });
  const most = (a: IRelation, b: IRelation): number =>
    (b.total ?? -1) - (a.total ?? -1) || b.calls - a.calls;
  return { callers: callers.sort(most), callees: callees.sort(most) };
}

/**
 * The functions with most time of their own.
 *
 * @param limit - at most so many, hottest first; those without own time are skipped
 */
export function hottestCalls(
  model: ICallModel,
  limit: number
): ICallFunction[] {
  return model.functions
    .filter(({ selfShare }) => (selfShare ?? 0) > 0)
    .sort((a, b) => (b.self ?? 0) - (a.self ?? 0) || a.index - b.index)
    .slice(0, limit);
}

/** Whether the kernel can find a function by its name, to profile its lines. */
export function hasLinesToProfile(row: ICallFunction): boolean {
  return (
    row.path !== null && !row.path.startsWith('<') && callableExpression(row.name) === row.name
  );
}

/** A line of a file that is no cell. */
export interface IFilePlace {
  /** As the document has it. */
  readonly path: string;
  /** 1-based, where the function begins. */
  readonly line: number;
}

/**
 * How the kernel finds a function that no name of the notebook may lead to: by its
 * file. Null for one of a cell, which the run finds anyway.
 */
export function filePlace(row: ICallFunction): IFilePlace | null {
  return row.path === null || row.cellId !== undefined || row.line < 1
    ? null
    : { path: row.path, line: row.line };
}

/**
 * Where a function stands.
 *
 * @param strip - leave out the folders
 * @returns such as `In [7]:3`; null for a function without a file
 */
export function placeOf(row: ICallFunction, strip: boolean): string | null {
  if (row.path === null) {
    return null;
  }
  const path = strip ? row.path.replace(/^.*[\\/](?=.)/s, '') : row.path;
  return `${path}:${row.line}`;
}

function callFunction(
  document: ProfileDocument,
  { functions }: CallsSection,
  index: number,
  whole: number | null
): ICallFunction {
  const name = functions.name[index];
  const file = functions.file[index];
  const calls = functions.calls[index];
  const primitive = functions.primitive_calls[index];
  const self = functions.self_time[index];
  const total = functions.total_time[index];
  return {
    index,
    name,
    origin: originOf(document, name, file),
    path: file < 0 ? null : document.files[file].path,
    cellId: file < 0 ? undefined : document.files[file].cellId,
    line: functions.line[index],
    calls,
    primitive,
    self,
    total,
    selfPerCall: perCall(self, calls),
    totalPerCall: perCall(total, primitive),
    selfShare: shareOf(self, whole),
    share: shareOf(total, whole)
  };
}

function originOf(
  { files }: ProfileDocument,
  name: string,
  file: number
): Origin {
  if (file < 0) {
    return FOLDED.test(name) ? 'folded' : 'builtin';
  }
  const { cellId, path } = files[file];
  // File 0 is what was profiled, whatever it is called.
  const own =
    file === 0 ||
    cellId !== undefined ||
    !(ELSEWHERE.test(path) || INSTALLED.test(path));
  return own ? 'own' : 'library';
}

function perCall(time: number | null, calls: number): number | null {
  return time === null || !(calls > 0) ? null : time / calls;
}
