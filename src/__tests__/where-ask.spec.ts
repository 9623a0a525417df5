import { nullTranslator } from '@jupyterlab/translation';
import type { IDump, ITarget } from '../lib/processes/types';
import { Asker } from '../processes/ask';
import { ProcessError } from '../processes/client';
import type { SubshellAnswer } from '../processes/subshell';
import { dump, FakeBusyKernel, thread } from './where.fakes';

const KERNEL: ITarget = { kind: 'kernel', kernelId: 'kernel', name: 'a.ipynb' };
const OPTIONS = { native: false, locals: false, subprocesses: true };
const DUMP = dump([thread(['f In [1]:2@cell'])]);

/** The reason of a promise that is rejected, without line breaks. */
const problemOf = async (promise: Promise<unknown>): Promise<string> => {
  try {
    await promise;
  } catch (reason) {
    return (reason as Error).message;
  }
  return 'no problem';
};

describe('Asker', () => {
  const known = { path: 'a.ipynb', cells: [['cell', 'f()']] as const };
  let kernel: FakeBusyKernel;
  let language: string | null;
  let client: { dump: jest.Mock<Promise<IDump>> };
  let subshells: { where: jest.Mock<Promise<SubshellAnswer>> };
  let isOpen: boolean;
  let asker: Asker;

  beforeEach(() => {
    kernel = new FakeBusyKernel();
    language = 'python';
    isOpen = true;
    client = { dump: jest.fn(() => Promise.resolve(DUMP)) };
    subshells = {
      where: jest.fn(() => Promise.resolve({ status: 'answered', value: DUMP }))
    };
    asker = new Asker({
      client,
      subshells,
      find: () =>
        isOpen ? { kernel: kernel as never, language, known } : null,
      trans: nullTranslator.load('')
    });
  });

  const refuse = (sentence: string, status: number | null = 409): void => {
    client.dump.mockRejectedValue(new ProcessError(sentence, status));
  };

  it('asks the server, which knows the cells from the notebook', async () => {
    const told = jest.fn();
    asker.answered.connect((_, answer) => told(answer));
    expect(await asker.where(KERNEL, OPTIONS)).toBe(DUMP);
    expect(told).toHaveBeenCalledWith({ target: KERNEL, dump: DUMP });
    expect(client.dump).toHaveBeenCalledWith(KERNEL, OPTIONS, known);
    expect(subshells.where).not.toHaveBeenCalled();
  });

  it('asks the server for processes, and for kernels of no notebook', async () => {
    const target: ITarget = { kind: 'process', pid: 3, name: 'x' };
    await asker.where(target, OPTIONS);
    expect(client.dump).toHaveBeenLastCalledWith(target, OPTIONS, null);
    isOpen = false;
    await asker.where(KERNEL, OPTIONS);
    expect(client.dump).toHaveBeenLastCalledWith(KERNEL, OPTIONS, null);
    refuse('Gone.', 404);
    expect(await problemOf(asker.where(KERNEL, OPTIONS))).toBe('Gone.');
    expect(subshells.where).not.toHaveBeenCalled();
  });

  it.each([409, 404, 403, null])(
    'asks the kernel itself when the server cannot (%s)',
    async status => {
      refuse('Not here.', status);
      expect(await asker.where(KERNEL, OPTIONS)).toEqual(DUMP);
      expect(subshells.where).toHaveBeenCalledWith(kernel, {
        ...OPTIONS,
        cells: known.cells
      });
    }
  );

  it('does not ask again what was asked wrongly', async () => {
    refuse('cells is a list.', 400);
    expect(await problemOf(asker.where(KERNEL, OPTIONS))).toBe(
      'cells is a list.'
    );
    expect(subshells.where).not.toHaveBeenCalled();
  });

  it.each([
    [{ status: 'missing' }, /^Elsewhere\. .*has no jupyterlab-cell-profiler/],
    [{ status: 'late' }, /^Elsewhere\. .*has not answered yet/],
    [{ status: 'gone' }, /^Elsewhere\. .*restarted or ended/],
    [
      { status: 'refused', reason: 'Yama\u202e' },
      /^Elsewhere\. The kernel says: Yama$/
    ],
    [{ status: 'answered', value: null }, /cannot read/]
  ] as [SubshellAnswer, RegExp][])(
    'has a sentence when neither works: %j',
    async (answer, sentence) => {
      refuse('Elsewhere.');
      subshells.where.mockResolvedValue(answer);
      expect(await problemOf(asker.where(KERNEL, OPTIONS))).toMatch(sentence);
    }
  );

  it('says that a kernel without subshells cannot be asked', async () => {
    refuse('Elsewhere.');
    kernel.supportsSubshells = false;
    expect(await problemOf(asker.where(KERNEL, OPTIONS))).toMatch(
      /^Elsewhere\. .*ipykernel 7/
    );
    expect(subshells.where).not.toHaveBeenCalled();
  });

  it('asks the kernel where a cell awaits', async () => {
    const nowhere = dump([thread([])]);
    client.dump.mockResolvedValue(nowhere);
    expect(await asker.where(KERNEL, OPTIONS)).toEqual(DUMP);
    subshells.where.mockResolvedValue({ status: 'missing' });
    expect(await asker.where(KERNEL, OPTIONS)).toBe(nowhere);
    kernel.supportsSubshells = false;
    expect(await asker.where(KERNEL, OPTIONS)).toBe(nowhere);
    expect(subshells.where).toHaveBeenCalledTimes(2);
    // It runs nothing.
    kernel.supportsSubshells = true;
    kernel.status = 'idle';
    expect(await asker.where(KERNEL, OPTIONS)).toBe(nowhere);
    expect(subshells.where).toHaveBeenCalledTimes(2);
  });

  it('looks into living Python kernels only', async () => {
    language = 'R';
    expect(await problemOf(asker.where(KERNEL, OPTIONS))).toBe(
      'Cell Profiler looks into Python kernels; the kernel of “a.ipynb” speaks R.'
    );
    language = null;
    kernel.status = 'dead';
    expect(await problemOf(asker.where(KERNEL, OPTIONS))).toMatch(/has died/);
    expect(client.dump).not.toHaveBeenCalled();
  });
});
