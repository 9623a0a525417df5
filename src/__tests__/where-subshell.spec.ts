import type { Kernel } from '@jupyterlab/services';
import { PromiseDelegate } from '@lumino/coreutils';
import { parseWhere, Subshells } from '../processes/subshell';
import { failure, reply, value } from './runner.fakes';
import { FakeBusyKernel } from './where.fakes';

const parsed = (result: unknown) => parseWhere(reply({ where: result }));

describe('a kernel that is asked in a subshell', () => {
  let kernel: FakeBusyKernel;
  let subshells: Subshells;
  const ask = (request: unknown = {}) =>
    subshells.where(kernel as unknown as Kernel.IKernelConnection, request);

  beforeEach(() => {
    kernel = new FakeBusyKernel();
    subshells = new Subshells(50);
  });

  it('answers, and the subshell is deleted', async () => {
    kernel.answer = value('{"pid": 7}');
    expect(await ask({ native: true, cells: [['a', 'x = "1"']] })).toEqual({
      status: 'answered',
      value: { pid: 7 }
    });
    expect(kernel.log).toEqual(['create', 'ask s0', 'delete']);
    expect(kernel.subshells.size).toBe(0);
    const { content, header } = kernel.sent[0];
    expect(header.subshell_id).toBe('s0');
    expect(content).toMatchObject({
      code: expect.stringContaining('post_execute'),
      silent: true,
      store_history: false,
      stop_on_error: false,
      // The cell that runs could not ask for input otherwise.
      allow_stdin: true
    });
    const { where } = content.user_expressions as { where: string };
    const literal = /\.where\((".*")\)$/.exec(where)![1];
    expect(JSON.parse(JSON.parse(literal))).toEqual({
      native: true,
      cells: [['a', 'x = "1"']]
    });
  });

  it('is given up after a while, and not asked twice at a time', async () => {
    kernel.held = new PromiseDelegate();
    kernel.answer = value('{"pid": 7}');
    expect(await ask()).toEqual({ status: 'late' });
    // While a subshell works, deleting it would make the kernel wait for it.
    expect(kernel.log).toEqual(['create', 'ask s0']);
    expect(await ask()).toEqual({ status: 'late' });
    expect(kernel.log).toEqual(['create', 'ask s0']);
    kernel.held.resolve();
    kernel.held = null;
    await new Promise(resolve => setTimeout(resolve, 0));
    expect(kernel.log).toEqual(['create', 'ask s0', 'delete']);
    expect(await ask()).toMatchObject({ status: 'answered' });
    expect(kernel.subshells.size).toBe(0);
  });

  it('may die meanwhile', async () => {
    kernel.held = new PromiseDelegate();
    const asked = ask();
    kernel.held.reject(new Error('Canceled future'));
    expect(await asked).toEqual({ status: 'gone' });
    kernel.held = null;
    kernel.requestCreateSubshell = () => {
      throw new Error('Kernel is dead');
    };
    expect(await ask()).toEqual({ status: 'gone' });
  });

  it('may refuse a subshell', async () => {
    kernel.requestCreateSubshell = () =>
      ({ done: Promise.resolve({ content: { status: 'error' } }) }) as never;
    expect(await ask()).toEqual({ status: 'gone' });
    expect(kernel.log).toEqual([]);
  });
});

describe('parseWhere', () => {
  it('reads what the kernel side says', () => {
    expect(parsed(value(`'{"pid": 3}'`))).toEqual({
      status: 'answered',
      value: { pid: 3 }
    });
    expect(
      parsed(value('{"problem": "Not with Yama.", "status": 409}'))
    ).toEqual({ status: 'refused', reason: 'Not with Yama.' });
    expect(parsed(value('no JSON'))).toEqual({
      status: 'answered',
      value: null
    });
  });

  it('tells a missing or old package from one that fails', () => {
    expect(
      parsed(
        failure(
          'ModuleNotFoundError',
          "No module named 'jupyterlab_cell_profiler'"
        )
      )
    ).toEqual({ status: 'missing' });
    expect(
      parsed(
        failure(
          'AttributeError',
          "module 'jupyterlab_cell_profiler' has no attribute 'where'"
        )
      )
    ).toEqual({ status: 'missing' });
    expect(parsed(failure('OSError', 'no'))).toEqual({
      status: 'refused',
      reason: 'OSError: no'
    });
    expect(parseWhere(null)).toEqual({ status: 'gone' });
    expect(parseWhere({ status: 'aborted' })).toEqual({ status: 'gone' });
  });
});
