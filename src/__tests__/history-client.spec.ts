import { HistoryError } from '../history/client';
import { FakeServer, makeRunDocument } from './history.fakes';

describe('HistoryClient', () => {
  let server: FakeServer;

  beforeEach(() => {
    server = new FakeServer();
  });

  const problemOf = async (
    request: Promise<unknown>
  ): Promise<HistoryError> => {
    const error = await request.then(
      () => null,
      (reason: unknown) => reason
    );
    expect(error).toBeInstanceOf(HistoryError);
    return error as HistoryError;
  };

  it('asks below the base URL for a part of the list', async () => {
    server.keep(makeRunDocument('a'));
    const { runs, total } = await server.client().list({}, 100, 0);
    expect([runs[0].id, total]).toEqual(['a', 1]);
    await server.client().list({ query: 'a b&c', path: 'x/y.ipynb' }, 5, 10);
    expect(server.log).toEqual([
      'GET runs?limit=100&offset=0',
      'GET runs?path=x%2Fy.ipynb&q=a%20b%26c&limit=5&offset=10'
    ]);
  });

  it('delivers a document and says whether it is new', async () => {
    const document = makeRunDocument('a');
    const client = server.client();
    expect(await client.post(document)).toMatchObject({ isNew: true });
    expect(await client.post(document)).toMatchObject({
      isNew: false,
      summary: { id: 'a', title: 'Overview' }
    });
    expect(await client.get('a')).toEqual(document);
  });

  it('changes, deletes and restores', async () => {
    server.keep(makeRunDocument('a/b'));
    const client = server.client();
    expect(await client.change('a/b', { name: 'mine' })).toMatchObject({
      name: 'mine'
    });
    await client.remove('a/b');
    expect((await client.list({}, 1, 0)).total).toBe(0);
    expect(await client.restore('a/b')).toMatchObject({ id: 'a/b' });
    expect(server.log.slice(0, 2)).toEqual([
      'PATCH runs/a%2Fb',
      'DELETE runs/a%2Fb'
    ]);
  });

  it('has zip files of some runs or of those that a filter lets through', async () => {
    const client = server.client();
    await client.archive({ ids: ['a', 'b'] });
    await client.archive({ path: 'x.ipynb', query: 'y' });
    await client.archive({});
    expect(server.log).toEqual([
      'GET export?ids=a%2Cb',
      'GET export?path=x.ipynb&q=y',
      'GET export'
    ]);
  });

  it('passes on what the server says is wrong', async () => {
    const client = server.client();
    const missing = await problemOf(client.get('none'));
    expect(missing.message).toBe('There is no such run.');
    expect(missing.isMissing).toBe(true);
    expect(missing.isPassing).toBe(false);

    server.failing = { status: 503, message: 'The disk is full.' };
    const full = await problemOf(client.list({}, 1, 0));
    expect([full.message, full.isPassing]).toEqual(['The disk is full.', true]);

    server.failing = { status: 502 };
    expect((await problemOf(client.list({}, 1, 0))).message).toBe(
      '502 Not good'
    );
  });

  it('tells what may pass from what will not', async () => {
    const client = server.client();
    for (const [status, isPassing] of [
      [400, false],
      [413, false],
      [401, true],
      [403, true],
      [429, true],
      [500, true]
    ] as const) {
      server.failing = { status, message: 'x' };
      const error = await problemOf(client.post(makeRunDocument('a')));
      expect([status, error.isPassing]).toEqual([status, isPassing]);
    }
    server.failing = null;
    const error = await problemOf(client.list({}, 1, 0));
    expect([error.status, error.isPassing]).toEqual([null, true]);
  });

  it('takes a page that is no JSON for no answer', async () => {
    server.failing = { status: 200 };
    const error = await problemOf(server.client().list({}, 1, 0));
    expect([error.status, error.isPassing]).toEqual([null, true]);
  });
});
