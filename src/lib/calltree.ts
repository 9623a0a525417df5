import type { CallsSection } from '../document';
import type { ICallIndex } from './callindex';
import { callIndex } from './callindex';

/** Index of a node that stands for several functions. */
export const OTHER = -1;

/** Index of the node above several roots. */
export const WHOLE = -2;

/** Nodes of a picture: what plotly draws in about a second. */
export const MOST_NODES = 1500;

/** What of the tree is drawn. */
export interface ICallTreeOptions {
  /** Levels of calls below the outermost function. */
  readonly depth: number;
  /** Share of the run below which a function is not drawn by itself, 0…1. */
  readonly cutoff: number;
  /** At most so many nodes, with those for what is left out. */
  readonly nodes?: number;
}

/** A function as called from one place of the tree. */
export interface ICallNode {
  /** The functions that lead there, so the same one in a tree of another depth. */
  readonly id: string;
  /** Null for the root. */
  readonly parent: string | null;
  /** Index into the functions of the section, `OTHER` or `WHOLE`. */
  readonly index: number;
  /** Seconds with everything below. The children of a node have at most as much. */
  readonly total: number;
  /** Seconds in its body; of an `OTHER` with everything below. */
  readonly self: number;
  /** Levels below the root. */
  readonly depth: number;
  /** Measured; not divided among the callers of a function further up. */
  readonly exact: boolean;
  /** It called something that is not drawn at all. */
  readonly cut: boolean;
  /** It called something that it was called by, which is not drawn once more. */
  readonly recursive: boolean;
}

/** A picture of the call graph. */
export interface ICallTree {
  /** The root first, parents before children; empty without any time. */
  readonly nodes: readonly ICallNode[];
  /** Seconds of the root. */
  readonly whole: number;
}

/** While it grows. */
interface IGrowing extends ICallNode {
  readonly up: IGrowing | null;
  self: number;
  cut: boolean;
  recursive: boolean;
}

/** A function may stand below itself once, so that recursion is seen. */
const REPEATS = 2;

/** Sums of floats differ by so much of the whole. */
const FUZZ = 1e-9;

/**
 * A tree from a call graph, as SnakeViz draws it.
 *
 * cProfile knows how long a function took on behalf of each of its callers, but not
 * of the callers of those. Where a function has several callers, the time of what it
 * calls is divided in proportion to its own: an estimate.
 *
 * The largest node is opened first, so that a bounded number of nodes shows as much
 * time as can be; what is left out becomes a node of its own (`OTHER`), so that sums
 * stay true.
 */
export function callTree(
  section: CallsSection,
  { cutoff, depth, nodes: most = MOST_NODES }: ICallTreeOptions
): ICallTree {
  const graph = callIndex(section);
  const nodes: IGrowing[] = [];
  const frontier: IGrowing[] = [];
  const { roots } = graph;
  const whole = roots.reduce((sum, { total }) => sum + total, 0);
  if (!(whole > 0) || !Number.isFinite(whole) || !(most > 2)) {
    return { nodes, whole: 0 };
  }
  const least = Math.max(cutoff, FUZZ) * whole;

  const add = (
    up: IGrowing | null,
    index: number,
    total: number,
    exact: boolean
  ): IGrowing => {
    const node: IGrowing = {
      id: up ? `${up.id}/${index}` : String(index),
      parent: up?.id ?? null,
      index,
      total,
      self: index === WHOLE ? 0 : total,
      depth: up ? up.depth + 1 : 0,
      exact,
      cut: false,
      recursive: false,
      up
    };
    nodes.push(node);
    if (index >= 0) {
      frontier.push(node);
    }
    return node;
  };
  /** Draw the largest, and one node for the others, most time first. */
  const addAll = (
    up: IGrowing,
    candidates: Iterable<readonly [index: number, total: number]>,
    all: number,
    exact: boolean
  ): void => {
    let drawn = 0;
    for (const [index, total] of candidates) {
      // One is kept free for the others.
      if (total < least || nodes.length >= most - 1) {
        break;
      }
      drawn += total;
      add(up, index, total, exact);
    }
    if (all - drawn > FUZZ * whole && nodes.length < most) {
      add(up, OTHER, all - drawn, false);
    }
  };

  if (roots.length === 1) {
    const [{ index, total }] = roots;
    add(null, index, total, true);
  } else {
    const top = add(null, WHOLE, whole, true);
    const sorted = [...roots].sort((a, b) => b.total - a.total);
    const pairs = sorted.map(({ index, total }) => [index, total] as const);
    addAll(top, pairs, whole, true);
  }
  const deepest = depth + nodes[0].depth + (roots.length === 1 ? 0 : 1);

  for (let node = takeLargest(frontier); node; node = takeLargest(frontier)) {
    const { callees, sum } = allowed(graph, node);
    if (!(sum > 0)) {
      continue;
    }
    const of = Math.max(graph.total[node.index], graph.self[node.index] + sum);
    // Multiplied last: a quotient of two tiny numbers may be infinite.
    const scaled = (time: number): number =>
      Math.min(node.total, (time / of) * node.total);
    const below = scaled(sum);
    node.self = node.total - below;
    // A part of the callees without a node for the rest would break the sums.
    if (node.depth >= deepest || nodes.length > most - 2) {
      node.cut = true;
      continue;
    }
    const exact =
      node.exact && Math.abs(of - node.total) <= FUZZ * Math.max(of, whole);
    addAll(node, scaledPairs(callees, scaled), below, exact);
  }
  // Parents were added before their children, in the order of their size.
  return { nodes: nodes.map(plain), whole };
}

/**
 * What a function called, without what would repeat the way to it too often. The
 * time of what is left out is that of the same functions further up, so that it
 * falls to the others.
 */
function allowed(
  graph: ICallIndex,
  node: IGrowing
): { callees: Iterable<readonly [number, number]>; sum: number } {
  const seen = new Map<number, number>();
  for (let up: IGrowing | null = node; up; up = up.up) {
    seen.set(up.index, (seen.get(up.index) ?? 0) + 1);
  }
  const from = graph.callees[node.index];
  const out = new Set<number>();
  let sum = graph.called[node.index];
  for (const [index, times] of seen) {
    const time = times >= REPEATS ? from.get(index) : undefined;
    if (time !== undefined) {
      out.add(index);
      sum -= time;
    }
  }
  node.recursive = out.size > 0;
  return {
    callees: out.size === 0 ? from : without(from, out),
    // Nothing is left of a difference of equal sums but their rounding.
    sum: sum > FUZZ * graph.called[node.index] ? sum : 0
  };
}

function* without(
  pairs: Iterable<readonly [number, number]>,
  out: ReadonlySet<number>
): Iterable<readonly [number, number]> {
  for (const pair of pairs) {
    if (!out.has(pair[0])) {
      yield pair;
    }
  }
}

function* scaledPairs(
  pairs: Iterable<readonly [number, number]>,
  scaled: (time: number) => number
): Iterable<readonly [number, number]> {
  for (const [index, time] of pairs) {
    yield [index, scaled(time)];
  }
}

/** The largest node; there are never more than fit into a picture. */
function takeLargest(frontier: IGrowing[]): IGrowing | null {
  let best = 0;
  for (let i = 1; i < frontier.length; i++) {
    if (frontier[i].total > frontier[best].total) {
      best = i;
    }
  }
  return frontier.length === 0 ? null : frontier.splice(best, 1)[0];
}

function plain({ up, ...node }: IGrowing): ICallNode {
  return node;
}
