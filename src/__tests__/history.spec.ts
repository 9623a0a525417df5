import type { ProfileDocument } from '../document';
import type { History } from '../history/history';
import {
  createFilledHistory,
  createHistory,
  FakeOutbox,
  FakeServer,
  makeRunDocument,
  settle
} from './history.fakes';

const ids = (history: History): string[] => history.runs.map(({ id }) => id);

describe('History', () => {
  it('asks the server for nothing until somebody looks', async () => {
    const { history, server } = createHistory();
    await settle();
    expect(server.log).toEqual([]);
    expect(history.state.mode).toBe('unknown');
    history.dispose();
  });

  it('has what the server has, the newest first, and what it says of itself', async () => {
    const { history, server } = await createFilledHistory([{}, {}, {}]);
    expect(ids(history)).toEqual(['run-0', 'run-1', 'run-2']);
    expect([history.total, history.state]).toEqual([
      3,
      { mode: 'server', waiting: 0, lost: 0, message: null }
    ]);
    expect(history.before.get('run-0')?.id).toBe('run-1');
    server.store = { state: 'read-only', message: 'The file is read-only.' };
    await history.refresh();
    expect(history.state.message).toBe('The file is read-only.');
  });

  it('shows a run at once, and delivers it once', async () => {
    const { history, server } = await createFilledHistory([{}]);
    const changed = jest.fn();
    history.changed.connect(changed);
    history.add(makeRunDocument('new', 200));
    history.add(makeRunDocument('new', 200));
    await settle();
    expect(ids(history)).toEqual(['new', 'run-0']);
    expect(changed).toHaveBeenCalled();
    expect(server.asked('POST')).toEqual(['POST runs']);
    history.add(makeRunDocument('new', 200));
    await settle();
    expect(server.asked('POST')).toHaveLength(1);
    expect(history.total).toBe(2);
  });

  it('does not deliver again what it delivered before the page was loaded', async () => {
    const { history, outbox, server } = createHistory();
    const all = [...Array(300)].map((_, index) =>
      makeRunDocument(`run-${index}`, index)
    );
    all.forEach(document => history.add(document));
    await settle(() => server.kept.size === 300);
    expect(server.kept.size).toBe(300);
    history.dispose();

    server.log.length = 0;
    const { history: later } = createHistory(server, outbox);
    all.forEach(document => later.add(document));
    later.add(makeRunDocument('new', 999));
    await settle();
    expect(server.asked('POST')).toHaveLength(1);
    expect(server.kept.has('new')).toBe(true);
  });

  it('delivers all again to another server at the same address', async () => {
    const { history, outbox } = createHistory();
    history.add(makeRunDocument('a'));
    await settle();
    expect(outbox.ids).toEqual(['a']);
    const { history: later, server } = createHistory(new FakeServer(), outbox);
    await later.refresh();
    later.add(makeRunDocument('a'));
    await settle();
    expect([...server.kept.keys()]).toEqual(['a']);
  });

  it('takes neither live documents nor, when it is off, any', async () => {
    const { history, server, settings } = createHistory();
    history.add({ ...makeRunDocument('live'), live: true });
    settings.isOn = false;
    history.add(makeRunDocument('off'));
    await settle();
    expect([history.runs, server.log]).toEqual([[], []]);
    settings.isOn = true;
    history.add(makeRunDocument('off'));
    await settle();
    expect(ids(history)).toEqual(['off']);
  });

  it('works for the session where the server has no history', async () => {
    const { history, server } = createHistory();
    server.failing = { status: 404, message: 'Not Found' };
    await history.refresh();
    history.add(makeRunDocument('a', 1));
    history.add(makeRunDocument('b', 2));
    await settle();
    expect([history.state.mode, ids(history)]).toEqual(['session', ['b', 'a']]);
    expect(server.asked('POST')).toEqual([]);
    await history.rename('a', 'mine');
    await history.pin('a', true);
    expect(history.find('a')).toMatchObject({ name: 'mine', pinned: true });
    expect((await history.get('a')).id).toBe('a');
    await history.remove('b');
    expect(ids(history)).toEqual(['a']);
    await history.restore('b');
    expect(ids(history)).toEqual(['b', 'a']);
    await history.take(makeRunDocument('c', 3));
    expect(history.total).toBe(3);

    // The server comes with it: names and pins go along.
    server.failing = undefined;
    await history.refresh();
    await settle();
    expect([...server.kept.keys()].sort()).toEqual(['a', 'b', 'c']);
    expect(server.kept.get('a')?.summary).toMatchObject({
      name: 'mine',
      pinned: true
    });
    expect(history.state).toMatchObject({ mode: 'server', waiting: 0 });
  });

  it('keeps what cannot be delivered, and has the list when the server is back', async () => {
    const { history, outbox, server } = createHistory();
    server.keep(makeRunDocument('old', 1));
    server.failing = null;
    await history.refresh();
    history.add(makeRunDocument('new', 2));
    await settle();
    expect(history.state).toMatchObject({ mode: 'offline', waiting: 1 });
    expect(history.state.message).toMatch(/fetch/);
    expect(ids(history)).toEqual(['new']);
    history.dispose();

    server.failing = undefined;
    const { history: later } = createHistory(server, outbox);
    await settle();
    expect(server.kept.has('new')).toBe(true);
    await later.refresh();
    expect(ids(later)).toEqual(['new', 'old']);
    expect(outbox.kept.size).toBe(0);
  });

  it('asks for the list when a delivery shows that the server is back', async () => {
    const { history, server } = createHistory();
    server.keep(makeRunDocument('old', 1));
    server.failing = null;
    await history.refresh();
    history.add(makeRunDocument('new', 2));
    await settle();
    server.failing = undefined;
    window.dispatchEvent(new Event('online'));
    await settle();
    expect(ids(history)).toEqual(['new', 'old']);
  });

  it('drops what the server refuses, and says so', async () => {
    const { history } = createHistory();
    history.add({ ...makeRunDocument('x'), title: 'refused' });
    await settle();
    expect(ids(history)).toEqual([]);
    expect(history.state).toMatchObject({
      lost: 1,
      message: 'This is no profile.'
    });
  });

  it('loads the list in parts', async () => {
    const runs = [...Array(1500)].map(() => ({}));
    const { history, server } = await createFilledHistory(runs);
    expect([history.runs.length, history.total]).toEqual([200, 1500]);
    await history.more();
    expect(history.runs).toHaveLength(1200);
    await history.more();
    await history.more();
    expect([history.runs.length, history.total]).toEqual([1500, 1500]);
    expect(new Set(ids(history)).size).toBe(1500);
    expect(server.log).toEqual([
      'GET runs?limit=200&offset=0',
      'GET runs?limit=1000&offset=200',
      'GET runs?limit=1000&offset=1200'
    ]);
  });

  it('puts what is new in front of what it has', async () => {
    const { history, server } = await createFilledHistory(
      [...Array(400)].map(() => ({}))
    );
    await history.more();
    server.keep(makeRunDocument('new', 500));
    await history.refresh();
    expect(history.runs).toHaveLength(401);
    expect(ids(history)[0]).toBe('new');
  });

  it('forgets the rest when runs of it were deleted elsewhere', async () => {
    const { history, server } = await createFilledHistory(
      [...Array(400)].map(() => ({}))
    );
    await history.more();
    server.kept.get('run-5')!.deleted = true;
    server.kept.get('run-390')!.deleted = true;
    await history.refresh();
    await history.more();
    expect(history.runs).toHaveLength(398);
    expect(history.find('run-390')).toBeNull();
  });

  it('renames, pins, deletes and restores on the server', async () => {
    const { history, server } = await createFilledHistory([{}, {}]);
    await history.rename('run-0', 'mine');
    await history.pin('run-1', true);
    expect(history.find('run-0')?.name).toBe('mine');
    expect(history.find('run-1')?.pinned).toBe(true);
    await history.remove('run-0');
    expect([ids(history), history.total]).toEqual([['run-1'], 1]);
    expect(server.kept.get('run-0')?.deleted).toBe(true);
    await history.restore('run-0');
    expect([ids(history), history.total]).toEqual([['run-0', 'run-1'], 2]);
    expect(history.find('run-0')?.name).toBe('mine');
  });

  it('knows better than an answer that comes late', async () => {
    const { history, server } = await createFilledHistory([{}, {}, {}]);
    let answer = (): void => undefined;
    server.late = new Promise(resolve => {
      answer = resolve;
    });
    const refreshed = history.refresh();
    await settle();
    server.late = Promise.resolve();
    history.add(makeRunDocument('new', 300));
    await settle();
    await history.rename('run-1', 'mine');
    await history.remove('run-2');
    answer();
    await refreshed;
    expect([ids(history), history.total]).toEqual([
      ['new', 'run-0', 'run-1'],
      3
    ]);
    expect(history.find('run-1')?.name).toBe('mine');
    await history.refresh();
    expect([ids(history), history.total]).toEqual([
      ['new', 'run-0', 'run-1'],
      3
    ]);
  });

  it('knows the first run though it was asked before it came', async () => {
    const { history, outbox, server } = createHistory();
    let answer = (): void => undefined;
    server.late = new Promise(resolve => {
      answer = resolve;
    });
    const refreshed = history.refresh();
    await settle();
    server.late = Promise.resolve();
    history.add(makeRunDocument('a'));
    await settle();
    answer();
    await refreshed;
    expect([ids(history), history.total, outbox.ids]).toEqual([
      ['a'],
      1,
      ['a']
    ]);
  });

  it('leaves a run in the list that could not be deleted', async () => {
    const { history, server } = await createFilledHistory([{}]);
    server.failing = { status: 503, message: 'The disk is full.' };
    await expect(history.remove('run-0')).rejects.toThrow('disk is full');
    await expect(history.rename('run-0', 'x')).rejects.toThrow('disk is full');
    expect(history.find('run-0')?.name).toBeNull();
  });

  it('deletes a run that is on its way', async () => {
    const { history, server } = createHistory();
    let answer = (): void => undefined;
    server.held = new Promise(resolve => {
      answer = resolve;
    });
    history.add(makeRunDocument('a'));
    await settle();
    expect(server.asked('POST')).toHaveLength(1);
    await history.remove('a');
    answer();
    await settle();
    expect(ids(history)).toEqual([]);
    expect(server.kept.get('a')?.deleted).toBe(true);
    await history.restore('a');
    expect(ids(history)).toEqual(['a']);
  });

  it('takes what a person gives, also after it was deleted', async () => {
    const { history, server } = await createFilledHistory([{}]);
    const document = server.kept.get('run-0')!.document;
    await history.remove('run-0');
    history.add(document);
    await settle();
    expect(ids(history)).toEqual([]);
    expect(await history.take(document)).toBe('run-0');
    expect(ids(history)).toEqual(['run-0']);
    await history.take(document);
    expect(history.total).toBe(1);
    const refused = { ...document, id: 'x', title: 'refused' };
    await expect(history.take(refused)).rejects.toThrow('This is no profile.');
  });

  it('takes a run that was deleted for good under another id, once', async () => {
    const { history, server } = createHistory();
    server.gone.add('a');
    expect(await history.take(makeRunDocument('a'))).toBe('a_2');
    expect(await history.take(makeRunDocument('a'))).toBe('a_2');
    expect(ids(history)).toEqual(['a_2']);
    expect(server.kept.get('a_2')?.document.id).toBe('a_2');
    expect(history.state.mode).not.toBe('session');
  });

  it('checks a document as any stranger’s', async () => {
    const { history, server } = await createFilledHistory([{}]);
    const run = server.kept.get('run-0')!;
    expect(await history.get('run-0')).toEqual(run.document);
    run.document = { ...run.document, files: {} } as unknown as ProfileDocument;
    await expect(history.get('run-0')).rejects.toThrow(/damaged: “files”/);
    await expect(history.get('none')).rejects.toThrow('no such run');
  });

  it('searches on the server, and knows what was found', async () => {
    const { history, server } = await createFilledHistory(
      [...Array(300)].map((_, index) => ({
        name: index === 299 ? 'needle' : null
      }))
    );
    expect(history.find('run-299')).toBeNull();
    const { runs, total } = await history.search({ query: 'needle' }, 0);
    expect([runs.map(({ id }) => id), total]).toEqual([['run-299'], 1]);
    expect(history.find('run-299')?.name).toBe('needle');
    await history.rename('run-299', 'pin');
    expect(history.find('run-299')?.name).toBe('pin');
    await history.remove('run-299');
    expect(history.find('run-299')).toBeNull();
    expect(server.log).toContain('GET runs?q=needle&limit=200&offset=0');
  });
});

describe('a history of two pages', () => {
  it('learns of a run that the other page delivered', async () => {
    const server = new FakeServer();
    const { history: one } = createHistory(server, new FakeOutbox());
    const { history: other } = createHistory(server, new FakeOutbox());
    await other.refresh();
    one.add(makeRunDocument('a'));
    await settle();
    other.add(makeRunDocument('a'));
    await settle();
    expect(ids(other)).toEqual(['a']);
    expect(other.total).toBe(1);
  });
});
