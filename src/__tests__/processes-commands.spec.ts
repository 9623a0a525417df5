import { CommandRegistry } from '@lumino/commands';
import { readListing } from '../lib/processes/checks';
import { addProcessCommands } from '../processes/commands';
import { CommandIDs } from '../tokens';
import { LISTING, trans } from './processes.fakes';

describe('cell-profiler:attach', () => {
  const commands = new CommandRegistry();
  const list = jest.fn(async () => readListing(LISTING));
  const show = jest.fn();
  const tabs = {
    where: jest.fn(async () => undefined),
    watch: jest.fn(async () => undefined),
    record: jest.fn(async () => undefined)
  };
  addProcessCommands({ commands, list, show, tabs, trans });

  const attach = async (args: object): Promise<void> => {
    await commands.execute(CommandIDs.attach, args as never);
  };

  beforeEach(() => jest.clearAllMocks());

  it('shows the panel where no process is named', async () => {
    for (const args of [{}, { action: 'watch' }, { pid: 'x' }, { pid: -1 }]) {
      await attach(args);
    }
    expect(show).toHaveBeenCalledTimes(4);
    expect(list).not.toHaveBeenCalled();
  });

  it('says where a process is, by its name', async () => {
    await attach({ pid: 77 });
    expect(tabs.where.mock.calls).toEqual([
      [{ kind: 'process', pid: 77, name: 'python train.py' }]
    ]);
  });

  it('takes the number of a kernel for the kernel', async () => {
    await attach({ pid: 41, action: 'watch' });
    await attach({ kernelId: 'k2', action: 'record', seconds: 5 });
    expect(tabs.watch.mock.calls).toEqual([
      [expect.objectContaining({ kernelId: 'k1', name: 'julia.ipynb' })]
    ]);
    expect(tabs.record.mock.calls).toEqual([
      [expect.objectContaining({ kernelId: 'k2', name: 'Remote' }), 5]
    ]);
  });

  it('works for what is not listed, and takes no time that cannot be', async () => {
    list.mockRejectedValueOnce(new Error('404'));
    await attach({ pid: 5, action: 'record', seconds: 1e9 });
    expect(tabs.record.mock.calls).toEqual([
      [{ kind: 'process', pid: 5, name: 'process 5' }, undefined]
    ]);
  });

  it('says what it takes', async () => {
    const { args } = await commands.describedBy(CommandIDs.attach);
    expect(Object.keys((args as { properties: object }).properties)).toEqual([
      'pid',
      'kernelId',
      'action',
      'seconds'
    ]);
  });
});
