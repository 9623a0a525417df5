import type { MergeBy } from '../lib/stacks';
import type { View } from './flamekeys';

/** How the stacks are put together. */
export type FlameOrder =
  /** Merged, the heaviest first. */
  | 'heavy'
  /** As they came. */
  | 'time'
  /** Merged from the innermost function on. */
  | 'inverted'
  /** One function with its callers and what it calls. */
  | 'sandwich';

/** What a person has chosen in the Flame view. */
export interface IFlameState {
  /** Index among the sections that can be shown. */
  readonly section: number;
  readonly order: FlameOrder;
  readonly by: MergeBy;
  /** Index; -1 for all together. */
  readonly thread: number;
  /** What is searched for: a regular expression. */
  readonly search: string;
  /** Index of the frame that is selected, of those that `by` makes. */
  readonly selected: number | null;
  /** Index of the picture and of the box in it; goes when the pictures change. */
  readonly box: readonly [number, number] | null;
  /** What is shown of each picture, left and right end; null for all of it. */
  readonly zoom: readonly (View | null)[];
  /** At most so many rows of the table. */
  readonly limit: number;
}

export const INITIAL_FLAME: IFlameState = {
  section: 0,
  order: 'heavy',
  by: 'function',
  thread: -1,
  search: '',
  selected: null,
  box: null,
  zoom: [],
  limit: 10
};

/** The state after a choice; other pictures are shown whole. */
export function flameAfter(
  state: IFlameState,
  change: Partial<IFlameState>
): IFlameState {
  const next = { ...state, ...change };
  const isOther =
    next.section !== state.section ||
    next.order !== state.order ||
    next.by !== state.by ||
    next.thread !== state.thread ||
    (next.order === 'sandwich' && next.selected !== state.selected);
  return isOther ? { ...next, box: null, zoom: [] } : next;
}
