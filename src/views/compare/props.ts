import type { TranslationBundle } from '@jupyterlab/translation';
import type { ProfileDocument } from '../../document';
import type { IComparedFiles } from '../../lib/compare/files';
import type { IFunctionComparison } from '../../lib/compare/functions';
import type { ILineComparison } from '../../lib/compare/lines';
import type { IMemoryComparison } from '../../lib/compare/memory';
import type { IRepeat } from '../../lib/compare/noise';
import type { IComparedObject } from '../../lib/compare/objects';
import type { Remark } from '../../lib/compare/remarks';
import type { IStackPair } from '../../lib/compare/stacks';
import type { ISourceLocation } from '../../tokens';
import type { IViewOptions } from '../options';
import type { ICompareState } from './state';

/** One of the runs that are compared. */
export interface ICompareRun {
  readonly document: ProfileDocument;
  /** What the person calls it. */
  readonly name: string;
  /** Other runs of the very same source, profilers and options, without this one. */
  readonly repeats: readonly IRepeat[];
}

/** What a comparison needs. */
export interface ICompareProps {
  /** Two or more; the first one is the baseline. */
  readonly runs: readonly ICompareRun[];
  readonly options: IViewOptions;
  /** Show a place of one of the runs; null where that cannot be done. */
  readonly onOpen:
    ((runIndex: number, location: ISourceLocation) => void) | null;
  readonly trans: TranslationBundle;
}

/** A run as it is shown. */
export interface IShownRun extends ICompareRun {
  /** Its place in the props. */
  readonly index: number;
  /** A is the baseline. */
  readonly letter: string;
}

/** Everything that is known of two runs. */
export interface IPairModel {
  readonly remarks: readonly Remark[];
  /** Whether a difference says something about the code. */
  readonly telling: boolean;
  readonly files: IComparedFiles;
  readonly lines: ILineComparison;
  readonly functions: IFunctionComparison | null;
  readonly stacks: readonly IStackPair[];
  readonly objects: readonly IComparedObject[] | null;
  /** Of all runs. */
  readonly memory: readonly IMemoryComparison[];
}

/** What each of the views gets. */
export interface IPairProps extends Pick<ICompareProps, 'options' | 'trans'> {
  readonly runs: readonly IShownRun[];
  readonly before: IShownRun;
  readonly after: IShownRun;
  readonly model: IPairModel;
  readonly state: ICompareState;
  readonly onState: (change: Partial<ICompareState>) => void;
  readonly onOpen: ((run: IShownRun, location: ISourceLocation) => void) | null;
}
