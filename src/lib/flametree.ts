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

/**
 * Puts nodes together. Typed arrays that grow, and a hash table of our own: a turned
 * tree of 200,000 nodes asks for a child half a million times, which takes a `Map`
 * several times as long.
 */
export class TreeBuilder {
  /** @param size - nodes that it will probably have */
  constructor(size = 1024) {
    this._parent = new Int32Array(size);
    this._key = new Int32Array(size);
    this._total = new Float64Array(size);
    this._slots = new Int32Array(slotsFor(size));
  }

  /** The child of a node with this key, made when it is not there; -1 when there is no room. */
  child(parent: number, key: number): number {
    const last = this._slots.length - 1;
    let slot = hash(parent, key) & last;
    for (;;) {
      // One more than the node; 0 is free.
      const node = this._slots[slot] - 1;
      if (node < 0) {
        break;
      }
      if (this._parent[node] === parent && this._key[node] === key) {
        return node;
      }
      slot = (slot + 1) & last;
    }
    if (this.count === MOST_NODES) {
      return -1;
    }
    this._parent[this.count] = parent;
    this._key[this.count] = key;
    this._slots[slot] = this.count + 1;
    this.count++;
    if (this.count === this._parent.length) {
      this._grow();
    }
    return this.count - 1;
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
    const size = 2 * this.count;
    const parent = new Int32Array(size);
    const key = new Int32Array(size);
    const total = new Float64Array(size);
    parent.set(this._parent);
    key.set(this._key);
    total.set(this._total);
    [this._parent, this._key, this._total] = [parent, key, total];
    const slots = new Int32Array(slotsFor(size));
    const last = slots.length - 1;
    for (let node = 0; node < this.count; node++) {
      let slot = hash(parent[node], key[node]) & last;
      while (slots[slot] !== 0) {
        slot = (slot + 1) & last;
      }
      slots[slot] = node + 1;
    }
    this._slots = slots;
  }

  count = 0;
  private _parent: Int32Array;
  private _key: Int32Array;
  private _total: Float64Array;
  /** Half of them at most are taken; their number is a power of two. */
  private _slots: Int32Array;
}

function slotsFor(size: number): number {
  return 2 ** Math.ceil(Math.log2(2 * size + 2));
}

function hash(parent: number, key: number): number {
  const mixed = Math.imul(parent, 0x9e3779b1) ^ Math.imul(key, 0x85ebca6b);
  return Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d) >>> 7;
}

/**
 * Stacks merged from their roots on.
 *
 * @param thread - index of a thread; -1 for all of them
 */
export function mergedTree(model: IStackModel, thread: number): IFlameTree {
  const { key, parent } = model;
  const builder = new TreeBuilder(parent.length + 1);
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
  const { key, parent, self } = model;
  const builder = new TreeBuilder(parent.length + 1);
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
  const { key, parent } = model;
  const sums = subtreeSums(model, thread);
  const outermost = outermostNodes(model);
  const callers = new TreeBuilder();
  const callees = new TreeBuilder();
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
