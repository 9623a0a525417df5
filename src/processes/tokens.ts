import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';
import type {
  IDump,
  ITarget,
  IWhere as IWhereInterface
} from '../lib/processes/types';

/** What was seen, and of what. */
export interface IAnswer {
  readonly target: ITarget;
  readonly dump: IDump;
}

/** Says where something is now, and tells everybody. */
export interface IWhere extends IWhereInterface {
  /** Emitted with each answer, whoever asked. */
  readonly answered: ISignal<IWhere, IAnswer>;
}

export const IWhere = new Token<IWhere>(
  'jupyterlab-cell-profiler:IWhere',
  'Says where a kernel or a process is now.'
);
