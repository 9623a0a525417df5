import type { IStackModel } from './stacks';
import { outermostNodes, subtreeSums } from './stacks';

/** A merged tree: every node is a frame below a certain stack. */
export interface IFlameTree {
  /** -1 for a root; parents come before children. */
  readonly parent: Int32Array;
  /** Index into the frames of the model. */
  readonly key: Int32Array;
  /** With all below it. */
  readonly total: Float64Array;
  readonly count: number;
}

/** Nodes of a turned tree at most; what lies deeper is cut off. */
const MOST_NODES = 400_000;

/** Puts nodes together; growing typed arrays, since a tree may have 200,000. */
class TreeBuilder {
  /**
   * @param keys - how many keys there are
   * @param size - nodes that it will probably have
   */
  constructor(keys: number, size = 1024) {
    this._keys = keys;
    this._parent = new Int32Array(size);
    this._key = new Int32Array(size);
    this._total = new Float64Array(size);
  }

  /** The child of a node with this key, made when it is not there; -1 when there is no room. */
  child(parent: number, key: number): number {
    // A number, not a text: parent and key together stay far below 2^53.
    const place = (parent + 1) * this._keys + key;
    const known = this._index.get(place);
    if (known !== undefined) {
      return known;
    }
    if (this.count === MOST_NODES) {
      return -1;
    }
    if (this.count === this._parent.length) {
      this._grow();
    }
    this._parent[this.count] = parent;
    this._key[this.count] = key;
    this._index.set(place, this.count);
    return this.count++;
  }

  add(node: number, weight: number): void {
    this._total[node] += weight;
  }

  tree(): IFlameTree {
    return {
      parent: this._parent.subarray(0, this.count),
      key: this._key.subarray(0, this.count),
      total: this._total.subarray(0, this.count),
      count: this.count
    };
  }

  private _grow(): void {
    const size = 2 * this._parent.length + 1;
    const parent = new Int32Array(size);
    const key = new Int32Array(size);
    const total = new Float64Array(size);
    parent.set(this._parent);
    key.set(this._key);
    total.set(this._total);
    [this._parent, this._key, this._total] = [parent, key, total];
  }

  count = 0;
  private readonly _keys: number;
  private readonly _index = new Map<number, number>();
  private _parent: Int32Array;
  private _key: Int32Array;
  private _total: Float64Array;
}

/**
 * Stacks merged from their roots on.
 *
 * @param thread - index of a thread; -1 for all of them
 */
export function mergedTree(model: IStackModel, thread: number): IFlameTree {
  const { key, parent, frames } = model;
  const builder = new TreeBuilder(frames.length, parent.length);
  const sums = subtreeSums(model, thread);
  const place = new Int32Array(parent.length).fill(-1);
  for (let node = 0; node < parent.length; node++) {
    if (sums[node] > 0) {
      const above = parent[node] < 0 ? -1 : place[parent[node]];
      place[node] = builder.child(above, key[node]);
      if (place[node] < 0) {
        break;
      }
      builder.add(place[node], sums[node]);
    }
  }
  return builder.tree();
}

/** Stacks merged from their ends on: which frames had the weight, and who called them. */
export function invertedTree(model: IStackModel, thread: number): IFlameTree {
  const { key, parent, frames, self } = model;
  const builder = new TreeBuilder(frames.length);
  // Heaviest first: when there is no room for all, the light ones go without callers.
  const ends = [...self.keys()]
    .filter(
      node => self[node] > 0 && (thread < 0 || model.thread[node] === thread)
    )
    .sort((a, b) => self[b] - self[a]);
  for (const end of ends) {
    climb(builder, key, parent, end, self[end]);
  }
  return builder.tree();
}

/** Callers of a frame, and what it calls. */
export interface ISandwich {
  /** Its root is the frame, its children the callers. */
  readonly callers: IFlameTree;
  /** Its root is the frame, its children what it calls. */
  readonly callees: IFlameTree;
}

/** What is above and below one frame, wherever it is; recursion is counted once. */
export function sandwich(
  model: IStackModel,
  thread: number,
  frame: number
): ISandwich {
  const { key, parent, frames } = model;
  const sums = subtreeSums(model, thread);
  const outermost = outermostNodes(model);
  const callers = new TreeBuilder(frames.length);
  const callees = new TreeBuilder(frames.length);
  const place = new Int32Array(parent.length).fill(-1);
  for (let node = 0; node < parent.length; node++) {
    if (sums[node] === 0) {
      continue;
    }
    if (key[node] === frame && outermost[node]) {
      climb(callers, key, parent, node, sums[node]);
      place[node] = callees.child(-1, frame);
    } else if (parent[node] >= 0 && place[parent[node]] >= 0) {
      place[node] = callees.child(place[parent[node]], key[node]);
    }
    if (place[node] >= 0) {
      callees.add(place[node], sums[node]);
    }
  }
  return { callers: callers.tree(), callees: callees.tree() };
}

/** From a node up to its root, each caller below the one that it called. */
function climb(
  builder: TreeBuilder,
  key: Int32Array,
  parent: Int32Array,
  from: number,
  weight: number
): void {
  let below = -1;
  for (let node = from; node >= 0; node = parent[node]) {
    below = builder.child(below, key[node]);
    if (below < 0) {
      return;
    }
    builder.add(below, weight);
  }
}
