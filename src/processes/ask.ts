import type { Kernel } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import { clean, readDump } from '../lib/processes/checks';
import { isOfCell } from '../lib/processes/place';
import type {
  IDump,
  IDumpOptions,
  IKnownCells,
  ITarget
} from '../lib/processes/types';
import type { ProcessClient } from './client';
import { ProcessError } from './client';
import type { SubshellAnswer, Subshells } from './subshell';
import type { IAnswer, IWhere } from './tokens';

/** A kernel of an open notebook. */
export interface IAskedKernel {
  readonly kernel: Kernel.IKernelConnection;
  /** As the kernel or its specification says; null when it is not known. */
  readonly language: string | null;
  readonly known: IKnownCells;
}

/** What is asked, and how. */
export interface IAskerOptions {
  readonly client: Pick<ProcessClient, 'dump'>;
  readonly subshells: Pick<Subshells, 'where'>;
  /** The kernel, if a notebook here uses it. */
  readonly find: (kernelId: string) => IAskedKernel | null;
  readonly trans: TranslationBundle;
}

/**
 * Says where a process or a kernel is now.
 *
 * A kernel is looked at by the server first: it sees code that holds the GIL, needs
 * nothing in the kernel's environment, and the kernel does not notice, while a request in
 * a subshell has side effects in IPython. That is for kernels that the server cannot look
 * at, on other machines or without the rights, and for cells that await: only the kernel
 * knows where.
 */
export class Asker implements IWhere {
  constructor(private readonly _options: IAskerOptions) {}

  get answered(): ISignal<this, IAnswer> {
    return this._answered;
  }

  async where(target: ITarget, options: IDumpOptions): Promise<IDump> {
    const dump = await this._where(target, options);
    this._answered.emit({ target, dump });
    return dump;
  }

  private async _where(target: ITarget, options: IDumpOptions): Promise<IDump> {
    const { client, find, trans } = this._options;
    if (target.kind === 'process') {
      return client.dump(target, options, null);
    }
    const found = find(target.kernelId);
    const { kernel = null, language = null, known = null } = found ?? {};
    if (kernel?.status === 'dead') {
      throw new Error(
        trans.__(
          'The kernel of “%1” has died: nothing runs there.',
          target.name
        )
      );
    }
    if (language !== null && !/^(i?python|sage)/i.test(language)) {
      throw new Error(
        trans.__(
          'Cell Profiler looks into Python kernels; the kernel of “%1” speaks %2.',
          target.name,
          clean(language)
        )
      );
    }
    let seen: IDump;
    try {
      seen = await client.dump(target, options, known);
    } catch (reason) {
      if (kernel === null || !isForKernel(reason)) {
        throw reason;
      }
      return this._askKernel(kernel, options, known, reason);
    }
    return kernel?.status === 'busy' && !isInCell(seen)
      ? this._askWhereItAwaits(kernel, options, known, seen)
      : seen;
  }

  /** Have the kernel say where a cell awaits; what was seen is good enough without. */
  private async _askWhereItAwaits(
    kernel: Kernel.IKernelConnection,
    options: IDumpOptions,
    known: IKnownCells | null,
    seen: IDump
  ): Promise<IDump> {
    if (!kernel.supportsSubshells) {
      return seen;
    }
    try {
      return await this._askKernel(kernel, options, known, new Error());
    } catch {
      return seen;
    }
  }

  /** Have the kernel answer, where the server could not. */
  private async _askKernel(
    kernel: Kernel.IKernelConnection,
    options: IDumpOptions,
    known: IKnownCells | null,
    reason: Error
  ): Promise<IDump> {
    const { subshells, trans } = this._options;
    // JupyterLab before 4.4 does not know of subshells.
    if (!kernel.supportsSubshells) {
      throw new Error(
        `${reason.message} ${trans.__('And this kernel cannot be asked while it is busy: that needs ipykernel 7.')}`
      );
    }
    const answer = await subshells.where(kernel, {
      ...options,
      cells: known?.cells ?? []
    });
    if (answer.status === 'answered') {
      try {
        return readDump(answer.value);
      } catch {
        throw new Error(
          trans.__(
            'The kernel answered what Cell Profiler cannot read. Its jupyterlab-cell-profiler may be of another version: update both.'
          )
        );
      }
    }
    throw new Error(`${reason.message} ${this._problem(answer)}`);
  }

  private _problem(
    answer: Exclude<SubshellAnswer, { status: 'answered' }>
  ): string {
    const { trans } = this._options;
    switch (answer.status) {
      case 'refused':
        return trans.__('The kernel says: %1', clean(answer.reason, 1000));
      case 'missing':
        return trans.__(
          'The kernel could be asked itself, but has no jupyterlab-cell-profiler in its environment.'
        );
      case 'late':
        return trans.__(
          'The kernel was asked itself and has not answered yet: compiled code may hold the interpreter. Ask again.'
        );
      case 'gone':
        return trans.__('The kernel was restarted or ended meanwhile.');
    }
  }

  private readonly _answered = new Signal<this, IAnswer>(this);
}

/** Whether a thread of the process itself is in a cell. */
function isInCell({ pid, processes }: IDump): boolean {
  return processes
    .filter(process => process.pid === pid)
    .some(({ threads }) => threads.some(({ frames }) => frames.some(isOfCell)));
}

/** Whether the kernel may know what the server does not. */
function isForKernel(reason: unknown): reason is Error {
  return (
    reason instanceof Error &&
    // Not when the request was wrong.
    !(reason instanceof ProcessError && reason.status === 400)
  );
}
