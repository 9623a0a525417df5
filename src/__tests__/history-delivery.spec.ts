import type { ProfileDocument } from '../document';
import { Delivery } from '../history/delivery';
import { FakeOutbox, FakeServer, makeRunDocument } from './history.fakes';

describe('Delivery', () => {
  let server: FakeServer;
  let outbox: FakeOutbox;
  let delivery: Delivery;
  let delivered: string[];

  const start = (): void => {
    delivery = new Delivery(server.client(), outbox);
    delivered = [];
    delivery.delivered.connect((_, { document }) =>
      delivered.push(document.id)
    );
  };
  const add = (...ids: string[]): void =>
    ids.forEach(id => delivery.add(makeRunDocument(id)));
  const waiting = (): string[] => [...delivery.documents.keys()];
  const settle = (): Promise<void> => jest.advanceTimersByTimeAsync(0);

  beforeEach(() => {
    jest.useFakeTimers();
    server = new FakeServer();
    outbox = new FakeOutbox();
    start();
  });

  afterEach(() => {
    delivery.dispose();
    jest.useRealTimers();
  });

  it('brings documents one after the other', async () => {
    add('a', 'b');
    expect(server.asked('POST')).toHaveLength(1);
    await settle();
    expect(delivered).toEqual(['a', 'b']);
    expect([...server.kept.keys()]).toEqual(['a', 'b']);
    expect([delivery.mode, waiting()]).toEqual(['server', []]);
    expect(outbox.kept.size).toBe(0);
  });

  it('keeps what the server does not take, and tries again after growing pauses', async () => {
    server.failing = null;
    add('a');
    await settle();
    add('b');
    await settle();
    expect(delivery.mode).toBe('offline');
    expect(delivery.problem).toMatch(/fetch/);
    expect([...outbox.kept.keys()]).toEqual(['a', 'b']);
    const attempts = (): number => server.asked('POST').length;
    expect(attempts()).toBe(1);
    for (const [seconds, count] of [
      [2, 2],
      [3, 2],
      [1, 3],
      [8, 4],
      [16, 5]
    ]) {
      await jest.advanceTimersByTimeAsync(1000 * seconds);
      expect([seconds, attempts()]).toEqual([seconds, count]);
    }

    server.failing = undefined;
    await jest.advanceTimersByTimeAsync(32_000);
    expect(delivered).toEqual(['a', 'b']);
    expect([delivery.mode, delivery.problem, outbox.kept.size]).toEqual([
      'server',
      null,
      0
    ]);
  });

  it('never waits longer than five minutes', async () => {
    server.failing = { status: 503 };
    add('a');
    await jest.advanceTimersByTimeAsync(60 * 60_000);
    const before = server.asked('POST').length;
    await jest.advanceTimersByTimeAsync(60 * 60_000);
    expect(server.asked('POST').length - before).toBe(12);
  });

  it('tries at once when the browser is on line again', async () => {
    server.failing = null;
    add('a');
    await jest.advanceTimersByTimeAsync(60_000);
    server.failing = undefined;
    window.dispatchEvent(new Event('online'));
    await settle();
    expect(delivered).toEqual(['a']);
  });

  it('goes on with what waited before the page was loaded again', async () => {
    server.failing = null;
    add('a', 'b');
    await settle();
    delivery.dispose();
    server.failing = undefined;
    start();
    await delivery.load();
    await settle();
    expect(delivered).toEqual(['a', 'b']);
    expect(outbox.kept.size).toBe(0);
  });

  it('keeps everything here where the server has no history', async () => {
    server.failing = { status: 404, message: 'Not Found' };
    add('a', 'b');
    await jest.advanceTimersByTimeAsync(60 * 60_000);
    expect([delivery.mode, waiting()]).toEqual(['session', ['a', 'b']]);
    expect(server.asked('POST')).toHaveLength(1);
    expect(outbox.kept.size).toBe(0);

    // The extension was enabled, and the server started again.
    server.failing = undefined;
    delivery.resume();
    await settle();
    expect(delivered).toEqual(['a', 'b']);
  });

  it('does not keep what is refused', async () => {
    const refused = { ...makeRunDocument('x'), title: 'refused' };
    delivery.add(refused as ProfileDocument);
    add('a');
    await settle();
    expect(delivered).toEqual(['a']);
    expect([waiting(), delivery.lost]).toEqual([[], 1]);
  });

  it('goes past a document that the server stumbles over', async () => {
    delivery.add({ ...makeRunDocument('bad'), title: 'stumble' });
    add('a', 'b');
    await settle();
    expect([...server.kept.keys()]).toEqual(['a', 'b']);
    expect([waiting(), delivery.problem]).toEqual([['bad'], 'Oh.']);
    expect(server.asked('POST')).toHaveLength(3);
  });

  it('lets the oldest give way when too many wait', async () => {
    server.failing = null;
    add('first');
    await settle();
    add(...[...Array(201)].map((_, index) => `run-${index}`));
    expect(delivery.documents.size).toBe(200);
    expect([delivery.lost, delivery.documents.has('first')]).toEqual([
      2,
      false
    ]);
    expect(outbox.kept.size).toBe(200);
  });

  it('has no bound while the server takes them', async () => {
    add(...[...Array(300)].map((_, index) => `run-${index}`));
    await jest.advanceTimersByTimeAsync(100);
    expect([delivered.length, delivery.lost]).toEqual([300, 0]);
  });

  it('forgets what a person does not want any more', async () => {
    server.failing = null;
    add('a', 'b');
    await settle();
    delivery.drop('a');
    expect([waiting(), [...outbox.kept.keys()]]).toEqual([['b'], ['b']]);
  });

  it('does nothing after it was disposed', async () => {
    server.failing = null;
    add('a');
    await settle();
    delivery.dispose();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(server.asked('POST')).toHaveLength(1);
    expect(jest.getTimerCount()).toBe(0);
  });
});
