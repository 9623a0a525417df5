import type { IFlameBoxes } from '../lib/flameboxes';
import { timeBoxes, treeBoxes } from '../lib/flamelayout';
import { invertedTree, mergedTree, sandwich } from '../lib/flametree';
import type { IStackModel } from '../lib/stacks';
import { wholeOf } from '../lib/stacks';
import type { IFlameState } from './flamestate';

/** One of the pictures of an order. */
export interface IFlamePart {
  readonly name: string;
  readonly boxes: IFlameBoxes;
  readonly flip: boolean;
}

/** The pictures of an order; none where there is nothing to draw. */
export function partsOf(
  model: IStackModel,
  order: IFlameState['order'],
  thread: number,
  selected: number | null,
  callers: string
): IFlamePart[] {
  const one = (boxes: IFlameBoxes): IFlamePart[] =>
    boxes.count === 0 ? [] : [{ name: '', boxes, flip: false }];
  switch (order) {
    case 'heavy':
      return one(treeBoxes(mergedTree(model, thread)));
    case 'inverted':
      return one(treeBoxes(invertedTree(model, thread)));
    case 'time':
      return one(timeBoxes(model, thread));
    case 'sandwich': {
      if (selected === null || selected >= model.frames.length) {
        return [];
      }
      const found = sandwich(model, thread, selected);
      const above = treeBoxes(found.callers);
      const below = treeBoxes(found.callees);
      return above.count === 0
        ? []
        : [
            { name: callers, boxes: above, flip: true },
            { name: ' ', boxes: below, flip: false }
          ];
    }
  }
}

/** The thread that is shown; in the order of time it must be one. */
export function threadOf(
  model: IStackModel,
  { order, thread }: IFlameState
): number {
  const count = model.threads.length;
  if (count < 2) {
    return order === 'time' ? 0 : -1;
  }
  if (thread >= 0 && thread < count) {
    return thread;
  }
  return order === 'time' ? Math.max(0, model.threads.indexOf('the cell')) : -1;
}

/** How many samples the shares come from; null when they are not sampled. */
export function samplesOf(
  model: IStackModel,
  thread: number,
  whole: number
): number | null {
  const { samples } = model.section;
  if (samples === undefined) {
    return null;
  }
  const all = wholeOf(model, -1);
  return thread < 0 || all === 0 ? samples : (samples * whole) / all;
}
