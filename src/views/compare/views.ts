import type { TranslationBundle } from '@jupyterlab/translation';
import type { ComponentType } from 'react';
import { CompareFlame } from './CompareFlame';
import { CompareFunctions } from './CompareFunctions';
import { CompareLines } from './CompareLines';
import { CompareMemory } from './CompareMemory';
import { CompareObjects } from './CompareObjects';
import { CompareSummary } from './CompareSummary';
import type { IPairModel, IPairProps } from './props';

/** A tab of a comparison. */
export interface ICompareView {
  /** Also the `tab` of the state. */
  readonly id: string;
  readonly label: (trans: TranslationBundle) => string;
  /** Whether it has anything to show. */
  readonly applies: (model: IPairModel) => boolean;
  readonly component: ComponentType<IPairProps>;
}

/** The tabs, in order. */
export const COMPARE_VIEWS: readonly ICompareView[] = [
  {
    id: 'summary',
    label: trans => trans.__('Summary'),
    applies: () => true,
    component: CompareSummary
  },
  {
    id: 'lines',
    label: trans => trans.__('Lines'),
    // Where nothing can be compared by numbers, the text can if it is another one.
    applies: ({ lines }) =>
      lines.sources.length > 0 &&
      (lines.measures.length > 0 ||
        lines.sources.some(({ rows }) =>
          rows.some(({ status }) => status !== 'same')
        )),
    component: CompareLines
  },
  {
    id: 'functions',
    label: trans => trans.__('Functions'),
    applies: ({ functions }) => (functions?.functions.length ?? 0) > 0,
    component: CompareFunctions
  },
  {
    id: 'flame',
    label: trans => trans.__('Flame'),
    applies: ({ stacks }) => stacks.length > 0,
    component: CompareFlame
  },
  {
    id: 'memory',
    label: trans => trans.__('Memory'),
    applies: ({ memory }) => memory.length > 0,
    component: CompareMemory
  },
  {
    id: 'objects',
    label: trans => trans.__('Objects'),
    applies: ({ objects }) => objects !== null,
    component: CompareObjects
  }
];
