import type { ProfileDocument, StacksSection, Unit } from '../document';

/** Whose code a frame is; each has a colour of its own. */
export type FrameOrigin =
  /** Of the cell or script, or of a file that lies with it. */
  | 'own'
  /** Of a file that somebody installed, or of Python's library. */
  | 'library'
  /** Compiled code. */
  | 'native'
  /** No function: what was folded, or what was no code, such as waiting. */
  | 'other';

/** What boxes of a flame graph stand for: a function, or a line of one. */
export interface IFrame {
  readonly name: string;
  /** Null where there is none. */
  readonly path: string | null;
  readonly cellId?: string;
  /** 1-based; of a function the line with most of its own weight. 0 when unknown. */
  readonly line: number;
  readonly origin: FrameOrigin;
  /** What colours are given for: package, library or file. */
  readonly group: string;
}

/** What boxes are merged by. */
export type MergeBy = 'function' | 'line';

/** A `stacks` section, ready to be merged in one way or another. */
export interface IStackModel {
  readonly section: StacksSection;
  readonly unit: Unit;
  /** Names; one without threads. */
  readonly threads: readonly string[];
  readonly by: MergeBy;
  /** What boxes may stand for. */
  readonly frames: readonly IFrame[];
  /** For each node an index into `frames`. */
  readonly key: Int32Array;
  readonly parent: Int32Array;
  readonly thread: Int32Array;
  readonly self: Float64Array;
}

/** Folders that package managers install into. */
const PACKAGE = /(?:^|[\\/])(?:site|dist)-packages[\\/]([^\\/]+)/;

/** Paths that begin where the machine does, and names such as `<frozen runpy>`. */
const ELSEWHERE = /^([\\/~<]|[A-Za-z]:[\\/])/;

/** A package or module of Python's own library. */
const STANDARD = /[\\/]python\d[\d.]*[\\/]([^\\/]+)|^<frozen (\w+)/;

const NATIVE = /\.(so|pyd|dylib|dll)(\.\d+)*$|\.(c|h|cc|cpp|cxx|hpp|rs|f90)$/i;

/** The `stacks` sections of a document that have something to show. */
export function stackSections(document: ProfileDocument): StacksSection[] {
  return document.sections.filter(
    (section): section is StacksSection =>
      section.kind === 'stacks' &&
      section.nodes.self.some(value => value !== null && value > 0)
  );
}

/**
 * The model of a section.
 *
 * @param document - checked by `readDocument`: parents come before children
 */
export function stackModel(
  document: ProfileDocument,
  section: StacksSection,
  by: MergeBy
): IStackModel {
  const { frames, nodes } = section;
  const count = nodes.parent.length;
  // Loops: `from` takes as long as all the rest for 200,000 nodes.
  const self = new Float64Array(count);
  const key = new Int32Array(count);
  const [keyOf, keys] = keysOf(section, by);
  for (let node = 0; node < count; node++) {
    self[node] = Math.max(0, nodes.self[node] ?? 0);
    key[node] = keyOf[nodes.frame[node]];
  }
  // The line of a function that stands for it: where most of it is.
  const weights = new Float64Array(frames.name.length);
  for (let node = count - 1; node >= 0; node--) {
    weights[nodes.frame[node]] += self[node] + 1e-12 * (nodes.total[node] ?? 0);
  }
  const first = new Int32Array(keys).fill(-1);
  keyOf.forEach((own, frame) => {
    if (first[own] < 0 || weights[frame] > weights[first[own]]) {
      first[own] = frame;
    }
  });
  const threads = section.threads ?? [];
  return {
    section,
    unit: section.unit,
    threads,
    by,
    frames: Array.from(first, frame => frameOf(document, section, frame)),
    key,
    parent: new Int32Array(nodes.parent),
    thread: nodes.thread ? new Int32Array(nodes.thread) : new Int32Array(count),
    self
  };
}

/** For each frame of the section what it is merged into, and how many those are. */
function keysOf(
  { frames }: StacksSection,
  by: MergeBy
): [Int32Array, number] {
  const known = new Map<string, number>();
  const keyOf = Int32Array.from(frames.name, (name, frame) => {
    const line = by === 'line' ? frames.line[frame] : '';
    const text = `${frames.file[frame]}:${line}:${name}`;
    const key = known.get(text) ?? known.size;
    known.set(text, key);
    return key;
  });
  return [keyOf, known.size];
}

function frameOf(
  { files }: ProfileDocument,
  { frames }: StacksSection,
  index: number
): IFrame {
  const name = frames.name[index];
  const file = frames.file[index];
  if (file < 0) {
    const origin = /^\(.*\)$/.test(name) ? 'other' : 'native';
    return { name, path: null, line: 0, origin, group: origin };
  }
  const { cellId, path } = files[file];
  const line = frames.line[index];
  if (file === 0 || cellId !== undefined) {
    return { name, path, cellId, line, origin: 'own', group: path };
  }
  const base = path.replace(/^.*[\\/](?=.)/s, '');
  if (NATIVE.test(path)) {
    return { name, path, line, origin: 'native', group: base };
  }
  const installed = PACKAGE.exec(path) ?? STANDARD.exec(path);
  return installed || ELSEWHERE.test(path)
    ? {
        name,
        path,
        line,
        origin: 'library',
        group: (installed?.[1] ?? installed?.[2] ?? base).replace(/\.py$/, '')
      }
    : { name, path, line, origin: 'own', group: path };
}

/** Where a frame stands, such as `In [7]:3`; null for one without a file. */
export function framePlace({ path, line }: IFrame): string | null {
  if (path === null) {
    return null;
  }
  const base = path.replace(/^.*[\\/](?=.)/s, '');
  return line > 0 ? `${base}:${line}` : base;
}

/** Groups of libraries, that with most weight first. */
export function libraryGroups(model: IStackModel): string[] {
  const { frames, key, self } = model;
  const own = new Float64Array(frames.length);
  for (let node = 0; node < self.length; node++) {
    own[key[node]] += self[node];
  }
  const weights = new Map<string, number>();
  frames.forEach(({ group, origin }, index) => {
    if (origin === 'library') {
      weights.set(group, (weights.get(group) ?? 0) + own[index]);
    }
  });
  return [...weights]
    .sort(([, a], [, b]) => b - a)
    .map(([group]) => group);
}

/** Own and total weight of a frame, in the unit of the section. */
export interface IFrameWeight {
  /** Index into the frames of the model. */
  readonly key: number;
  readonly self: number;
  /** Recursion is counted once. */
  readonly total: number;
}

/**
 * The frames with their weights, most own weight first.
 *
 * @param thread - index of a thread; -1 for all of them
 */
export function frameWeights(
  model: IStackModel,
  thread: number
): IFrameWeight[] {
  const { key, parent, self, frames } = model;
  const own = new Float64Array(frames.length);
  const total = new Float64Array(frames.length);
  const sums = subtreeSums(model, thread);
  const outermost = outermostNodes(model);
  for (let node = 0; node < parent.length; node++) {
    if (thread < 0 || model.thread[node] === thread) {
      own[key[node]] += self[node];
      total[key[node]] += outermost[node] ? sums[node] : 0;
    }
  }
  return frames
    .map((_, index) => ({ key: index, self: own[index], total: total[index] }))
    .filter(({ total }) => total > 0)
    .sort((a, b) => b.self - a.self || b.total - a.total);
}

/** Weight of all nodes, in the unit of the section. */
export function wholeOf(model: IStackModel, thread: number): number {
  let sum = 0;
  for (let node = 0; node < model.self.length; node++) {
    sum += thread < 0 || model.thread[node] === thread ? model.self[node] : 0;
  }
  return sum;
}

/** For each node its weight with all below it; 0 in other threads. */
export function subtreeSums(model: IStackModel, thread: number): Float64Array {
  const { parent, self } = model;
  const sums = new Float64Array(self.length);
  for (let node = self.length - 1; node >= 0; node--) {
    if (thread < 0 || model.thread[node] === thread) {
      sums[node] += self[node];
      if (parent[node] >= 0) {
        sums[parent[node]] += sums[node];
      }
    }
  }
  return sums;
}

/**
 * For each node whether no node above it is of the same frame.
 *
 * @returns 1 or 0; linear but for stacks of a frame above others of its own
 */
export function outermostNodes(model: IStackModel): Uint8Array {
  const { key, parent, frames } = model;
  const count = parent.length;
  const found = new Uint8Array(count);
  // Depth first, with how often each frame is on the way down to here.
  const firstChild = new Int32Array(count).fill(-1);
  const next = new Int32Array(count).fill(-1);
  const roots: number[] = [];
  for (let node = count - 1; node >= 0; node--) {
    const above = parent[node];
    if (above < 0) {
      roots.push(node);
    } else {
      next[node] = firstChild[above];
      firstChild[above] = node;
    }
  }
  const above = new Int32Array(frames.length);
  for (const root of roots) {
    let node = root;
    for (;;) {
      found[node] = above[key[node]] === 0 ? 1 : 0;
      above[key[node]]++;
      if (firstChild[node] >= 0) {
        node = firstChild[node];
        continue;
      }
      // Up, until there is one beside.
      for (;;) {
        above[key[node]]--;
        if (node === root || next[node] >= 0) {
          break;
        }
        node = parent[node];
      }
      if (node === root) {
        break;
      }
      node = next[node];
    }
  }
  return found;
}

/**
 * Half the width of the 95 % interval of a share of samples, by Agresti and Coull
 * (1998, The American Statistician 52, 119): the normal approximation of the binomial
 * distribution with two successes and two failures more, so that a share of all of a
 * few samples is not said to be exact.
 */
export function uncertainty(share: number, samples: number): number {
  if (!(samples > 0)) {
    return 1;
  }
  const square = 1.96 ** 2;
  const count = samples + square;
  const middle = (share * samples + square / 2) / count;
  return 1.96 * Math.sqrt(Math.max(0, middle * (1 - middle)) / count);
}

/** From how many samples the stacks of a document come; null when it has none. */
export function sampleCount({ sections }: ProfileDocument): number | null {
  for (const section of sections) {
    if (section.kind === 'stacks' && section.samples !== undefined) {
      return section.samples;
    }
  }
  return null;
}

/** How many samples the lines of a document come from; null when they are counted. */
export function lineSamples(document: ProfileDocument): number | null {
  const has = (column: string): boolean =>
    document.sections.some(
      section =>
        section.kind === 'lines' &&
        section.columns.some(({ name }) => name === column)
    );
  return has('samples') && !has('hits') ? sampleCount(document) : null;
}
