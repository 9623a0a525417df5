import { Token } from '@lumino/coreutils';
import type { IWhere as IWhereInterface } from '../lib/processes/types';

export type IWhere = IWhereInterface;

export const IWhere = new Token<IWhere>(
  'jupyterlab-cell-profiler:IWhere',
  'Says where a kernel or a process is now.'
);
