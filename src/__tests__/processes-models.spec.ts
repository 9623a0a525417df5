import type { ILook, ITarget } from '../lib/processes/types';
import { readListing, readLook } from '../lib/processes/checks';
import { ProcessError } from '../processes/client';
import { ProcessModel } from '../processes/panelmodel';
import { RecordModel } from '../processes/recording';
import { WatchModel } from '../processes/watch';
import { WhereModel } from '../processes/where';
import { makeDocument } from './heat.documents';
import { LISTING, LOOK } from './processes.fakes';

const TARGET: ITarget = { kind: 'process', pid: 77, name: 'python train.py' };

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

const pass = (milliseconds = 0): Promise<void> =>
  jest.advanceTimersByTimeAsync(milliseconds);

describe('ProcessModel', () => {
  const client = {
    list: jest.fn(async () => readListing(LISTING)),
    command: jest.fn(async () => ['python', 'train.py', '--token=x'])
  };
  let model: ProcessModel;

  beforeEach(() => {
    jest.clearAllMocks();
    model = new ProcessModel(client);
  });
  afterEach(() => model.dispose());

  it('asks every two seconds while somebody looks, and not else', async () => {
    await pass(10_000);
    expect(client.list).toHaveBeenCalledTimes(0);
    model.isShown = true;
    await pass(6100);
    expect(client.list).toHaveBeenCalledTimes(4);
    model.isShown = false;
    await pass(60_000);
    expect(client.list).toHaveBeenCalledTimes(4);
    model.isShown = true;
    await pass();
    expect(client.list).toHaveBeenCalledTimes(5);
    model.dispose();
    await pass(60_000);
    expect(client.list).toHaveBeenCalledTimes(5);
  });

  it('asks no more when it is hidden while an answer is under way', async () => {
    model.isShown = true;
    model.isShown = false;
    await pass(60_000);
    expect(client.list).toHaveBeenCalledTimes(1);
  });

  it('keeps the last list, and says why there is none newer', async () => {
    model.isShown = true;
    await pass();
    client.list.mockRejectedValueOnce(new ProcessError('Not now.', 503));
    await pass(2000);
    expect(model.problem).toBe('Not now.');
    expect(model.rows).toHaveLength(6);
    await pass(2000);
    expect(model.problem).toBeNull();
  });

  it('shows a command line only when asked, and forgets it with its process', async () => {
    model.isShown = true;
    await pass();
    const row = model.rows[5];
    if (row.kind !== 'process') {
      throw new Error('no process');
    }
    expect(client.command).toHaveBeenCalledTimes(0);
    void model.toggleCommand(row);
    await pass();
    expect(model.commandOf(row)?.words).toEqual([
      'python',
      'train.py',
      '--token=x'
    ]);
    expect(client.command.mock.calls).toEqual([[77]]);
    client.list.mockResolvedValueOnce({
      ...readListing(LISTING),
      processes: []
    });
    await pass(2000);
    expect(model.commandOf(row)).toBeNull();
    client.command.mockRejectedValueOnce(new Error('It is gone.'));
    void model.toggleCommand(row);
    await pass();
    expect(model.commandOf(row)?.problem).toBe('It is gone.');
    void model.toggleCommand(row);
    expect(model.commandOf(row)).toBeNull();
  });

  it('goes to the next row when the active one is gone', async () => {
    model.isShown = true;
    await pass();
    model.activate(model.rows[4]);
    expect(model.selected?.process.pid).toBe(78);
    const { processes, ...others } = readListing(LISTING);
    client.list.mockResolvedValueOnce({
      ...others,
      processes: processes.slice(0, 1)
    });
    await pass(2000);
    expect(model.selected?.process.pid).toBe(77);
    model.query = 'nothing has this';
    expect(model.selected).toBeNull();
  });
});

describe('WhereModel', () => {
  it('counts the last answer only', async () => {
    const answers: ((pid: number) => void)[] = [];
    const where = jest.fn(
      () =>
        new Promise<never>(resolve =>
          answers.push(pid => resolve({ pid } as never))
        )
    );
    const model = new WhereModel(TARGET, { where });
    void model.ask();
    void model.ask({ native: true });
    answers[1](2);
    await pass();
    answers[0](1);
    await pass();
    expect([model.dump?.pid, model.isAsking]).toEqual([2, false]);
    expect(where.mock.calls[1]).toEqual([
      TARGET,
      { native: true, locals: false, subprocesses: true }
    ]);
    where.mockRejectedValueOnce(new Error('Gone.'));
    await model.ask();
    expect([model.problem, model.dump?.pid]).toEqual(['Gone.', 2]);
  });
});

const LIVE: ILook = readLook(LOOK);

function fakeClient(parts: Partial<ILook> = {}) {
  const look: ILook = { ...LIVE, ...parts };
  return {
    start: jest.fn(async () => look),
    look: jest.fn(async () => look),
    change: jest.fn(async (_: string, change: object) => ({
      ...look,
      ...change
    })),
    stop: jest.fn(async (): Promise<ILook> => ({
      ...look,
      status: 'stopping'
    })),
    end: jest.fn(async () => undefined)
  };
}

describe('WatchModel', () => {
  const watch = (client: ReturnType<typeof fakeClient>): WatchModel => {
    const model = new WatchModel(TARGET, { client, cellsOf: () => null });
    model.start();
    return model;
  };

  it('asks twice a second, and seldom while nobody sees it', async () => {
    const client = fakeClient();
    const model = watch(client);
    await pass(2100);
    expect(client.look).toHaveBeenCalledTimes(4);
    model.isShown = false;
    await pass(500);
    client.look.mockClear();
    await pass(10_000);
    expect(client.look.mock.calls.length).toBeLessThan(4);
    client.look.mockClear();
    model.isShown = true;
    await pass(1100);
    expect(client.look.mock.calls.length).toBeGreaterThan(1);
    model.dispose();
  });

  it('ends on the server with its tab', async () => {
    const client = fakeClient();
    const model = watch(client);
    await pass(600);
    model.dispose();
    await pass(60_000);
    expect(client.end.mock.calls).toEqual([['l1', false]]);
    expect(client.look).toHaveBeenCalledTimes(1);
  });

  it('ends on the server when its tab was closed before it began', async () => {
    const client = fakeClient();
    const model = watch(client);
    model.dispose();
    await pass(10_000);
    expect(client.end.mock.calls).toEqual([['l1', false]]);
    expect(client.look).not.toHaveBeenCalled();
  });

  it('ends with the page, by a request that outlives it', async () => {
    const client = fakeClient();
    const model = watch(client);
    await pass();
    window.dispatchEvent(new Event('pagehide'));
    expect(client.end.mock.calls).toEqual([['l1', true]]);
    model.dispose();
    expect(client.end).toHaveBeenCalledTimes(1);
  });

  it('is paused, reset and looked at in another way', async () => {
    const client = fakeClient();
    const model = watch(client);
    await pass();
    model.pause(true);
    await pass();
    expect(model.look?.paused).toBe(true);
    model.reset();
    model.setOptions({ rate: 10 });
    expect(client.change.mock.calls.map(([, change]) => change)).toEqual([
      { paused: true },
      { reset: true },
      { rate: 10 }
    ]);
    // The rest cannot be changed on the way: it begins anew, and the old one ends.
    model.setOptions({ native: true });
    await pass();
    expect(client.start).toHaveBeenLastCalledWith(
      TARGET,
      'watch',
      expect.objectContaining({ native: true, rate: 10 }),
      null
    );
    expect(client.end).toHaveBeenCalledTimes(1);
    model.dispose();
    expect(client.end).toHaveBeenCalledTimes(2);
  });

  it('keeps what was seen when the process has ended', async () => {
    const client = fakeClient();
    const model = watch(client);
    await pass();
    client.look.mockResolvedValueOnce({
      ...LIVE,
      status: 'failed',
      problem: 'The process has ended.'
    });
    await pass(500);
    expect([model.isOver, model.problem]).toEqual([
      true,
      'The process has ended.'
    ]);
    expect(model.look?.rows?.functions).toHaveLength(2);
    await pass(60_000);
    expect(client.look).toHaveBeenCalledTimes(1);
    model.start();
    await pass();
    expect(model.isOver).toBe(false);
    model.dispose();
  });

  it('bears that the server fails once, and not that there is no such look', async () => {
    const client = fakeClient();
    const model = watch(client);
    await pass();
    client.look.mockRejectedValueOnce(new ProcessError('Down.', null));
    await pass(2600);
    expect([model.isOver, model.problem]).toEqual([false, null]);
    client.look.mockRejectedValueOnce(new ProcessError('No such look.', 404));
    await pass(600);
    expect([model.isOver, model.problem]).toEqual([true, 'No such look.']);
    model.dispose();
  });

  it('says why it could not begin', async () => {
    const client = fakeClient();
    client.start.mockRejectedValueOnce(new ProcessError('Not Python.', 409));
    const model = watch(client);
    await pass();
    expect([model.isOver, model.problem]).toEqual([true, 'Not Python.']);
    model.dispose();
    expect(client.end).not.toHaveBeenCalled();
  });
});

describe('RecordModel', () => {
  const running = { kind: 'record' as const, rows: null };

  it('hands on the profile when it is done, once', async () => {
    const document = makeDocument({ id: 'recorded' });
    const client = fakeClient(running);
    const model = new RecordModel(TARGET, { client, cellsOf: () => null });
    const recorded: string[] = [];
    model.recorded.connect((_, { id }) => recorded.push(id));
    model.answers = { ...model.answers, seconds: null };
    model.start();
    await pass(700);
    expect(client.start.mock.calls[0].slice(1)).toEqual([
      'record',
      expect.objectContaining({ idle: true }),
      null,
      null
    ]);
    expect([model.isRunning, model.isStopping]).toEqual([true, false]);
    model.stop();
    expect(model.isStopping).toBe(true);
    await pass();
    client.look.mockResolvedValueOnce({
      ...LIVE,
      ...running,
      status: 'done',
      document
    });
    await pass(1000);
    expect([model.isRunning, recorded]).toEqual([false, ['recorded']]);
    expect(client.stop).toHaveBeenCalledTimes(1);
    expect(client.end).toHaveBeenCalledTimes(1);
    model.dispose();
  });

  it('forgets what was seen when it is cancelled', async () => {
    const client = fakeClient(running);
    const model = new RecordModel(TARGET, { client, cellsOf: () => null });
    model.start();
    await pass();
    model.cancel();
    await pass(10_000);
    expect([model.isRunning, model.look, model.problem]).toEqual([
      false,
      null,
      null
    ]);
    expect(client.end.mock.calls).toEqual([['l1', false]]);
    model.dispose();
  });
});
