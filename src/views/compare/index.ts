export type { IRepeat } from '../../lib/compare/noise';
export { Compare } from './Compare';
export type { ICompareProps, ICompareRun } from './props';
