/**
 * Boxes of a flame graph, row by row; in each row from left to right. Widths are in
 * the unit of the section, or seconds when they are in time order.
 */
export interface IFlameBoxes {
  readonly count: number;
  /** First box of each row, and one past the last box of all. */
  readonly rows: Int32Array;
  readonly left: Float64Array;
  readonly right: Float64Array;
  /** Index into the frames of the model. */
  readonly key: Int32Array;
  /** The box that this one hangs on; -1 for a root. */
  readonly parent: Int32Array;
  /** Width less that of the boxes that hang on it. */
  readonly self: Float64Array;
  /** Where the last box ends. */
  readonly span: number;
}

export const NO_BOXES: IFlameBoxes = {
  count: 0,
  rows: new Int32Array(1),
  left: new Float64Array(0),
  right: new Float64Array(0),
  key: new Int32Array(0),
  parent: new Int32Array(0),
  self: new Float64Array(0),
  span: 0
};

/** Row of a box. */
export function rowOf({ rows }: IFlameBoxes, box: number): number {
  let from = 0;
  let to = rows.length - 1;
  while (to - from > 1) {
    const middle = (from + to) >> 1;
    if (rows[middle] <= box) {
      from = middle;
    } else {
      to = middle;
    }
  }
  return from;
}

/** The first box of a row that ends after a place; one past the row when none does. */
export function firstAfter(
  { right, rows }: IFlameBoxes,
  row: number,
  x: number,
  from: number = rows[row]
): number {
  let to = rows[row + 1];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (right[middle] > x) {
      to = middle;
    } else {
      from = middle + 1;
    }
  }
  return from;
}

/** The box at a place; null where there is none. */
export function boxAt(
  boxes: IFlameBoxes,
  row: number,
  x: number
): number | null {
  if (row < 0 || row >= boxes.rows.length - 1) {
    return null;
  }
  const box = firstAfter(boxes, row, x);
  return box < boxes.rows[row + 1] && boxes.left[box] <= x ? box : null;
}

/**
 * Boxes of a row that can be seen, from left to right. Of many that are narrower than
 * `least` and lie side by side only the first is told, so that the work is bounded by
 * what fits on the screen and not by the number of boxes.
 *
 * @param from, to - what is shown
 * @param least - narrowest width, in the unit of the boxes
 * @param visit - called with each; `wide` is false for one that stands for narrow ones
 */
export function visitVisible(
  boxes: IFlameBoxes,
  row: number,
  from: number,
  to: number,
  least: number,
  visit: (box: number, wide: boolean) => void
): void {
  const { left, right, rows } = boxes;
  const end = rows[row + 1];
  let box = firstAfter(boxes, row, from);
  while (box < end && left[box] < to) {
    const wide = right[box] - left[box] >= least;
    visit(box, wide);
    box = wide ? box + 1 : firstAfter(boxes, row, left[box] + least, box + 1);
  }
}

/** The children of a box, from left to right: first and one past the last. */
export function childrenOf(
  boxes: IFlameBoxes,
  box: number
): [number, number] {
  const row = rowOf(boxes, box) + 1;
  if (row >= boxes.rows.length - 1) {
    return [0, 0];
  }
  const { parent, rows } = boxes;
  let from = rows[row];
  let to = rows[row + 1];
  const end = to;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (parent[middle] < box) {
      from = middle + 1;
    } else {
      to = middle;
    }
  }
  let last = from;
  while (last < end && parent[last] === box) {
    last++;
  }
  return [from, last];
}

/** Which boxes match, how many, and their width together: none within another is counted. */
export interface IMatches {
  /** 1 for those that match. */
  readonly box: Uint8Array;
  readonly count: number;
  readonly width: number;
}

/**
 * Search.
 *
 * @param frames - for each frame of the model, whether it matches
 */
export function matchBoxes(
  { count, key, left, parent, right }: IFlameBoxes,
  frames: readonly boolean[]
): IMatches {
  const box = new Uint8Array(count);
  const inside = new Uint8Array(count);
  let found = 0;
  let width = 0;
  for (let i = 0; i < count; i++) {
    const within = parent[i] >= 0 && inside[parent[i]] === 1;
    if (frames[key[i]]) {
      box[i] = 1;
      found++;
      width += within ? 0 : right[i] - left[i];
    }
    inside[i] = within || box[i] === 1 ? 1 : 0;
  }
  return { box, count: found, width };
}
