import type { ISort } from '../lib/sort';
import { SOURCE_ORDER } from '../lib/sort';

/**
 * What a person has chosen in one widget. The renderer keeps it: the components
 * are thrown away when a windowed notebook scrolls the cell out of sight.
 */
export interface IProfileState {
  /** Id of the view; of the first one when that is not there. */
  readonly tab: string;
  readonly sort: ISort;
  /** Leave out lines without numbers. */
  readonly onlyMeasured: boolean;
  /** Blocks that a person opened or closed, by their key. */
  readonly open: { readonly [block: string]: boolean };
}

export const INITIAL_STATE: IProfileState = {
  tab: 'summary',
  sort: SOURCE_ORDER,
  onlyMeasured: false,
  open: {}
};
