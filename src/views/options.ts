import type { ISignal } from '@lumino/signaling';
import { PERCENT_OF_BLOCK, PERCENT_OF_TOTAL } from '../lib/lines';

/** How a person wants numbers to be shown. */
export interface IViewOptions {
  /** Columns of the Lines view, in order; those that no setting names are always shown. */
  readonly columns: readonly string[];
  /** Digits after the point of a number below ten. */
  readonly decimals: number;
}

/** Where the options come from, and when they change. */
export interface IViewOptionsSource {
  readonly values: IViewOptions;
  readonly changed: ISignal<unknown, void>;
}

/** Columns that a person can choose; others come from profilers that have no setting. */
export const CHOOSABLE: readonly string[] = [
  'hits',
  'time',
  'time_per_hit',
  'self_time',
  PERCENT_OF_BLOCK,
  PERCENT_OF_TOTAL
];

export const DEFAULT_OPTIONS: IViewOptions = {
  columns: CHOOSABLE,
  decimals: 2
};
