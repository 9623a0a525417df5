import type { DiffOrder, DiffScale } from '../../lib/compare/flame';
import type { Side } from '../../lib/compare/files';
import { MOST_CHANGED } from '../../lib/compare/functions';
import { FIRST } from '../../lib/callrows';
import type { ISort } from '../../lib/sort';
import { SOURCE_ORDER } from '../../lib/sort';
import type { View } from '../flamekeys';

/** What a person has chosen in the lines. */
export interface ICompareLinesState {
  /** Name of a column; of the first one when that is not there. */
  readonly measure: string | null;
  /** Also lines far from those with numbers. */
  readonly all: boolean;
  readonly sort: ISort;
  /** Files that a person opened or closed, by their id. */
  readonly open: { readonly [file: number]: boolean };
}

/** What a person has chosen in the functions. */
export interface ICompareFunctionsState {
  readonly sort: ISort;
  /** What is searched for: a regular expression. */
  readonly search: string;
  readonly changedOnly: boolean;
  /** At most so many rows. */
  readonly limit: number;
}

/** What a person has chosen in the flame graph. */
export interface ICompareFlameState {
  /** Index among the stacks that can be compared. */
  readonly pair: number;
  readonly order: DiffOrder;
  readonly scale: DiffScale;
  /** The run whose boxes are drawn. */
  readonly side: Side;
  readonly search: string;
  /** Index of the selected box. */
  readonly box: number | null;
  /** Left and right end of what is shown; null for all of it. */
  readonly zoom: View | null;
  /** At most so many rows of what one run alone has. */
  readonly limit: number;
}

/** What a person has chosen in the memory. */
export interface ICompareMemoryState {
  /** Index among the kinds of memory. */
  readonly kind: number;
  /** Above what was there when the run began. */
  readonly above: boolean;
}

/** What a person has chosen in a comparison. */
export interface ICompareState {
  /** Id of a view; of the first one when that is not there. */
  readonly tab: string;
  readonly lines: ICompareLinesState;
  readonly functions: ICompareFunctionsState;
  readonly flame: ICompareFlameState;
  readonly memory: ICompareMemoryState;
}

export const INITIAL_COMPARE: ICompareState = {
  tab: 'summary',
  lines: { measure: null, all: false, sort: SOURCE_ORDER, open: {} },
  functions: {
    sort: MOST_CHANGED,
    search: '',
    changedOnly: false,
    limit: 2 * FIRST
  },
  flame: {
    pair: 0,
    order: 'heavy',
    scale: 'amount',
    side: 'after',
    search: '',
    box: null,
    zoom: null,
    limit: FIRST
  },
  memory: { kind: 0, above: false }
};

/** The state after a choice; another picture is shown whole. */
export function compareFlameAfter(
  state: ICompareFlameState,
  change: Partial<ICompareFlameState>
): ICompareFlameState {
  const next = { ...state, ...change };
  const isOther =
    next.pair !== state.pair ||
    next.order !== state.order ||
    next.side !== state.side;
  return isOther ? { ...next, box: null, zoom: null } : next;
}
