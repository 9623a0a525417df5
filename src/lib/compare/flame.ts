import type { IFlameBoxes } from '../flameboxes';
import { treeBoxes } from '../flamelayout';
import type { IFlameTree } from '../flametree';
import { invertedTree, mergedTree, TreeBuilder } from '../flametree';
import { uncertainty } from '../stacks';
import type { Side } from './files';
import type { IStackComparison } from './stacks';
import { AFTER, BEFORE } from './stacks';

/** The trees of two runs in one: every node is a frame below a certain stack. */
export interface IDiffTree {
  /** -1 for a root; parents come before children. */
  readonly parent: Int32Array;
  /** Index into the frames of the comparison. */
  readonly key: Int32Array;
  readonly count: number;
  /** Weight of each node with all below it, in the baseline. */
  readonly before: Float64Array;
  /** The same in the other run. */
  readonly after: Float64Array;
}

/** How stacks are put together. */
export type DiffOrder = 'heavy' | 'inverted';

/** What is compared: amounts, or shares of the own run. */
export type DiffScale = 'amount' | 'share';

/** The stacks of two runs as one tree. */
export function diffTree(
  { model }: IStackComparison,
  order: DiffOrder
): IDiffTree {
  const tree = order === 'heavy' ? mergedTree : invertedTree;
  return joinTrees(tree(model, BEFORE), tree(model, AFTER));
}

/** Two trees with the same keys in one. */
export function joinTrees(before: IFlameTree, after: IFlameTree): IDiffTree {
  const builder = new TreeBuilder(before.count + after.count + 1);
  const places = [before, after].map(({ count, key, parent }) => {
    const place = new Int32Array(count).fill(-1);
    for (let node = 0; node < count; node++) {
      const above = parent[node] < 0 ? -1 : place[parent[node]];
      // Without room for its parent there is none for a node.
      if (parent[node] < 0 || above >= 0) {
        place[node] = builder.child(above, key[node]);
      }
    }
    return place;
  });
  const { count, key, parent } = builder.tree();
  const [one, other] = [before, after].map(({ total }, side) => {
    const weights = new Float64Array(count);
    places[side].forEach((place, node) => {
      if (place >= 0) {
        weights[place] += total[node];
      }
    });
    return weights;
  });
  return { count, key, parent, before: one, after: other };
}

/**
 * The boxes of one of the runs. Their `key` is a node of the tree, so that each knows its
 * own change.
 */
export function sideBoxes(tree: IDiffTree, side: Side): IFlameBoxes {
  const weights = tree[side];
  const place = new Int32Array(tree.count).fill(-1);
  const nodes: number[] = [];
  for (let node = 0; node < tree.count; node++) {
    if (weights[node] > 0) {
      place[node] = nodes.length;
      nodes.push(node);
    }
  }
  return treeBoxes({
    count: nodes.length,
    parent: Int32Array.from(nodes, node =>
      tree.parent[node] < 0 ? -1 : place[tree.parent[node]]
    ),
    key: Int32Array.from(nodes),
    total: Float64Array.from(nodes, node => weights[node])
  });
}

/** Weight of each node without what is below it. */
export function ownWeights(tree: IDiffTree, side: Side): Float64Array {
  const own = Float64Array.from(tree[side]);
  for (let node = 0; node < tree.count; node++) {
    if (tree.parent[node] >= 0) {
      own[tree.parent[node]] -= tree[side][node];
    }
  }
  // What is left of a sum and its parts.
  return own.map((value, node) =>
    value < 1e-9 * tree[side][node] ? 0 : value
  );
}

/** How a node changed. */
export interface INodeChange {
  /** Amounts, or shares of the own run, 0…1. */
  readonly before: number;
  readonly after: number;
  /**
   * −1…1: the difference as a share of the larger of both. 1 is new, −1 is gone, ½ twice
   * as much; 0 also where so few samples cannot tell.
   */
  readonly size: number;
  /** Whether there is a difference that so few samples cannot tell. */
  readonly isNoise: boolean;
}

/** How a node changed, in amounts or in shares of the own run. */
export function nodeChange(
  tree: IDiffTree,
  node: number,
  { samples, whole }: IStackComparison,
  scale: DiffScale
): INodeChange {
  const of = (side: Side): { value: number; error: number } => {
    const share = whole[side] > 0 ? tree[side][node] / whole[side] : 0;
    const unit = scale === 'share' ? 1 : whole[side];
    const count = samples[side];
    const error = count === null ? 0 : uncertainty(Math.min(1, share), count);
    return { value: share * unit, error: error * unit };
  };
  const [before, after] = [of('before'), of('after')];
  const delta = after.value - before.value;
  const most = Math.max(before.value, after.value);
  // Rounding is no change.
  const differs = Math.abs(delta) > 1e-9 * most;
  const isNoise =
    differs && Math.abs(delta) <= Math.hypot(before.error, after.error);
  return {
    before: before.value,
    after: after.value,
    size: differs && !isNoise ? delta / most : 0,
    isNoise
  };
}

/**
 * What one run has and the other has not: the nodes where it begins, heaviest first.
 *
 * @param side - the run that has it
 */
export function onlyIn(tree: IDiffTree, side: Side): number[] {
  const other: Side = side === 'before' ? 'after' : 'before';
  const found: number[] = [];
  for (let node = 0; node < tree.count; node++) {
    const above = tree.parent[node];
    if (
      tree[side][node] > 0 &&
      tree[other][node] === 0 &&
      (above < 0 || tree[other][above] > 0)
    ) {
      found.push(node);
    }
  }
  return found.sort((a, b) => tree[side][b] - tree[side][a] || a - b);
}
