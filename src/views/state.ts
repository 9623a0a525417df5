import { CUMULATIVE, FIRST } from '../lib/callrows';
import type { ISort } from '../lib/sort';
import { SOURCE_ORDER } from '../lib/sort';
import type { IFlameState } from './flamestate';
import { INITIAL_FLAME } from './flamestate';
import type { IObjectsState } from './objectstate';
import { INITIAL_OBJECTS } from './objectstate';
import type { IPictureState } from './picturestate';
import { INITIAL_PICTURE } from './picturestate';

/** What a person has chosen in the Functions view. */
export interface IFunctionsState {
  readonly sort: ISort;
  /** What is searched for: a regular expression. */
  readonly search: string;
  /** File names without their folders. */
  readonly strip: boolean;
  /** Leave out what is not the person's own code. */
  readonly ownOnly: boolean;
  /** Index of the function whose callers and callees are shown. */
  readonly selected: number | null;
  /** At most so many rows. */
  readonly limit: number;
}

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
  readonly functions: IFunctionsState;
  /** Of the calls, above the table of functions. */
  readonly picture: IPictureState;
  readonly flame: IFlameState;
  readonly objects: IObjectsState;
}

export const INITIAL_STATE: IProfileState = {
  tab: 'summary',
  sort: SOURCE_ORDER,
  onlyMeasured: false,
  open: {},
  functions: {
    sort: CUMULATIVE,
    search: '',
    strip: true,
    ownOnly: false,
    selected: null,
    limit: FIRST
  },
  picture: INITIAL_PICTURE,
  flame: INITIAL_FLAME,
  objects: INITIAL_OBJECTS
};
