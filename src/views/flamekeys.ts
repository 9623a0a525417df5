import { childrenOf, rowOf } from '../lib/flameboxes';
import type { IFlamePicture } from './flamepaint';
import { NARROWEST } from './flamepaint';

/** Left and right end of what is shown. */
export type View = readonly [number, number];

/** What a key does. */
export type KeyStep =
  | { readonly kind: 'select'; readonly box: number }
  | { readonly kind: 'zoomTo'; readonly box: number }
  | { readonly kind: 'view'; readonly view: View | null };

/** Closest that one can look: the part of the whole that is shown. */
const CLOSEST = 1e-6;

/**
 * A view of another width about a point.
 *
 * @param at - the point, as a share of the width, 0…1
 * @param factor - of the width: below 1 nearer
 * @returns null when all is shown
 */
export function zoomed(
  [from, to]: View,
  at: number,
  factor: number,
  span: number
): View | null {
  const width = Math.max(CLOSEST * span, (to - from) * factor);
  if (width >= span) {
    return null;
  }
  const point = from + at * (to - from);
  return inside(point - at * width, width, span);
}

/** A view moved by a part of its own width; all that there is cannot be moved. */
export function panned(
  [from, to]: View,
  by: number,
  span: number
): View | null {
  const width = to - from;
  return width >= span ? null : inside(from + by * width, width, span);
}

function inside(from: number, width: number, span: number): View {
  const left = Math.min(Math.max(0, from), span - width);
  return [left, left + width];
}

/** What a key does in a picture; null when it is none of its keys. */
export function keyStep(
  event: Pick<
    KeyboardEvent,
    'key' | 'altKey' | 'ctrlKey' | 'metaKey' | 'shiftKey'
  >,
  picture: IFlamePicture
): KeyStep | null {
  if (event.altKey || event.ctrlKey || event.metaKey) {
    return null;
  }
  const { boxes, flip, selectedBox, view } = picture;
  if (boxes.count === 0) {
    return null;
  }
  const select = (box: number | null): KeyStep | null =>
    box === null ? null : { kind: 'select', box };
  const box = selectedBox;
  const deeper = flip ? 'ArrowUp' : 'ArrowDown';
  const back = flip ? 'ArrowDown' : 'ArrowUp';
  switch (event.key) {
    case 'ArrowLeft':
    case 'ArrowRight': {
      const by = event.key === 'ArrowLeft' ? -1 : 1;
      if (event.shiftKey) {
        return { kind: 'view', view: panned(view, 0.2 * by, boxes.span) };
      }
      return select(box === null ? 0 : beside(picture, box, by));
    }
    case deeper:
      return select(box === null ? 0 : widestChild(picture, box));
    case back:
      return select(
        box === null ? 0 : boxes.parent[box] < 0 ? box : boxes.parent[box]
      );
    case 'Enter':
    case ' ':
      return box === null ? null : { kind: 'zoomTo', box };
    case '+':
    case '=':
      return { kind: 'view', view: zoomed(view, 0.5, 0.6, boxes.span) };
    case '-':
      return { kind: 'view', view: zoomed(view, 0.5, 1 / 0.6, boxes.span) };
    case 'Home':
    case '0':
    case 'Backspace':
      return { kind: 'view', view: null };
    case 'Escape':
      // The first one takes the zoom back; the next one is JupyterLab's.
      return view[1] - view[0] < boxes.span
        ? { kind: 'view', view: null }
        : null;
    default:
      return null;
  }
}

/** The next box of the row that can be seen; the same one at the end. */
function beside(picture: IFlamePicture, box: number, by: 1 | -1): number {
  const { boxes, view, width } = picture;
  const row = rowOf(boxes, box);
  const least = (NARROWEST * (view[1] - view[0])) / Math.max(1, width);
  const isHere = (at: number): boolean =>
    at >= boxes.rows[row] && at < boxes.rows[row + 1];
  let next = box + by;
  while (isHere(next) && boxes.right[next] - boxes.left[next] < least) {
    next += by;
  }
  return isHere(next) ? next : box;
}

function widestChild({ boxes }: IFlamePicture, box: number): number {
  const [first, end] = childrenOf(boxes, box);
  let widest = box;
  let most = -1;
  for (let child = first; child < end; child++) {
    const width = boxes.right[child] - boxes.left[child];
    if (width > most) {
      most = width;
      widest = child;
    }
  }
  return widest;
}
