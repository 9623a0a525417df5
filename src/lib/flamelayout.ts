import type { IFlameBoxes } from './flameboxes';
import { NO_BOXES } from './flameboxes';
import type { IFlameTree } from './flametree';
import type { IStackModel } from './stacks';

/** Boxes of a tree, the heaviest of each stack first. */
export function treeBoxes(tree: IFlameTree): IFlameBoxes {
  const { count, total } = tree;
  if (count === 0) {
    return NO_BOXES;
  }
  const [start, children] = sortedChildren(tree);
  const left = new Float64Array(count);
  const right = new Float64Array(count);
  const key = new Int32Array(count);
  const parent = new Int32Array(count);
  const self = new Float64Array(count);
  const node = new Int32Array(count);
  const rows: number[] = [0];
  let placed = 0;
  const place = (from: number, to: number, x: number, above: number): number => {
    for (let i = from; i < to; i++) {
      const child = children[i];
      node[placed] = child;
      left[placed] = x;
      x += total[child];
      right[placed] = x;
      key[placed] = tree.key[child];
      parent[placed] = above;
      placed++;
    }
    return x;
  };
  // The roots are the children of what stands first.
  const span = place(start[0], start[1], 0, -1);
  for (let row = 0; placed > rows[row]; row++) {
    const end = placed;
    rows.push(end);
    for (let box = rows[row]; box < end; box++) {
      const own = node[box] + 1;
      const used = place(start[own], start[own + 1], left[box], box);
      self[box] = Math.max(0, right[box] - used);
    }
  }
  return {
    count,
    rows: Int32Array.from(rows),
    left,
    right,
    key,
    parent,
    self,
    span
  };
}

/**
 * For each node (after one that stands for the roots) where its children begin, and
 * the children, heaviest first.
 */
function sortedChildren({
  count,
  parent,
  total
}: IFlameTree): [Int32Array, Int32Array] {
  const start = new Int32Array(count + 2);
  for (let node = 0; node < count; node++) {
    start[parent[node] + 2]++;
  }
  for (let i = 1; i < start.length; i++) {
    start[i] += start[i - 1];
  }
  const filled = start.slice();
  const children = new Int32Array(count);
  for (let node = 0; node < count; node++) {
    children[filled[parent[node] + 1]++] = node;
  }
  for (let node = 0; node <= count; node++) {
    if (start[node + 1] - start[node] > 1) {
      children
        .subarray(start[node], start[node + 1])
        .sort((a, b) => total[b] - total[a] || a - b);
    }
  }
  return [start, children];
}

/**
 * Boxes in the order of time, of one thread; neighbours of the same frame are one.
 *
 * @returns no boxes when the section has no timeline of that thread
 */
export function timeBoxes(model: IStackModel, thread: number): IFlameBoxes {
  const { section, key, parent } = model;
  const { timeline } = section;
  if (!timeline) {
    return NO_BOXES;
  }
  const runs = [...timeline.node.keys()]
    .filter(run => timeline.thread[run] === thread && timeline.t[run] !== null)
    .sort((a, b) => timeline.t[a]! - timeline.t[b]!);
  const rows: IRow[] = [];
  const open: number[] = [];
  const path: number[] = [];
  const close = (depth: number): void => {
    open.length = Math.min(open.length, depth);
  };
  let last = -Infinity;
  runs.forEach((run, index) => {
    const begin = timeline.t[run]!;
    const following = runs[index + 1];
    const next = following === undefined ? begin : timeline.t[following]!;
    const end = timeline.duration
      ? begin + (timeline.duration[run] ?? 0)
      : Math.max(begin, next);
    path.length = 0;
    for (let node = timeline.node[run]; node >= 0; node = parent[node]) {
      path.push(node);
    }
    path.reverse();
    // After a gap nothing goes on; rounding is none.
    let same = begin - last > 1e-4 ? 0 : Math.min(open.length, path.length);
    for (let depth = 0; depth < same; depth++) {
      if (rows[depth].key[open[depth]] !== key[path[depth]]) {
        same = depth;
      }
    }
    close(same);
    path.forEach((node, depth) => {
      const row = (rows[depth] = rows[depth] ?? emptyRow());
      if (depth >= same) {
        open.push(row.left.length);
        row.left.push(Math.max(begin, row.right[row.right.length - 1] ?? 0));
        row.right.push(end);
        row.key.push(key[node]);
        row.parent.push(depth === 0 ? -1 : open[depth - 1]);
      } else {
        row.right[open[depth]] = Math.max(row.right[open[depth]], end);
      }
    });
    last = Math.max(last, end);
  });
  return joined(rows);
}

interface IRow {
  readonly left: number[];
  readonly right: number[];
  readonly key: number[];
  /** Index in the row above. */
  readonly parent: number[];
}

function emptyRow(): IRow {
  return { left: [], right: [], key: [], parent: [] };
}

/** All rows in one, with what is left of each box for itself. */
function joined(rows: readonly IRow[]): IFlameBoxes {
  const starts = [0];
  rows.forEach(({ left }, row) => starts.push(starts[row] + left.length));
  const count = starts[rows.length];
  const left = new Float64Array(count);
  const right = new Float64Array(count);
  const key = new Int32Array(count);
  const parent = new Int32Array(count).fill(-1);
  const self = new Float64Array(count);
  let span = 0;
  rows.forEach((row, depth) => {
    const from = starts[depth];
    left.set(row.left, from);
    right.set(row.right, from);
    key.set(row.key, from);
    for (let i = 0; i < row.left.length; i++) {
      const width = row.right[i] - row.left[i];
      self[from + i] += width;
      span = Math.max(span, row.right[i]);
      if (depth > 0) {
        parent[from + i] = starts[depth - 1] + row.parent[i];
        self[parent[from + i]] -= width;
      }
    }
  });
  return { count, rows: Int32Array.from(starts), left, right, key, parent, self, span };
}
