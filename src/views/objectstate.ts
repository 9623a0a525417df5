import { LARGEST } from '../lib/objects';
import type { ISort } from '../lib/sort';

/** What a person has chosen in the Objects view. */
export interface IObjectsState {
  readonly sort: ISort;
  /** What is searched for: a regular expression. */
  readonly search: string;
  /** Indices of the rows that are open. */
  readonly open: readonly number[];
  /** Index of the row that is selected here and in the picture. */
  readonly selected: number | null;
  /** Whether the treemap is drawn. */
  readonly map: boolean;
  /** Id of the node that fills the treemap; null for the whole. */
  readonly level: string | null;
  /** At most so many rows. */
  readonly limit: number;
}

/** Rows that are shown at first, and more at each click. */
export const STEP = 100;

export const INITIAL_OBJECTS: IObjectsState = {
  sort: LARGEST,
  search: '',
  open: [],
  selected: null,
  map: true,
  level: null,
  limit: STEP
};
