import { Notification } from '@jupyterlab/apputils';
import { Transfer } from '../history/transfer';
import * as downloads from '../views/download';
import { BROKEN, brokenText, goldenText } from './golden';
import { createFilledHistory, trans } from './history.fakes';

describe('Transfer', () => {
  const saved = jest.fn();

  beforeEach(() => {
    saved.mockClear();
    Notification.dismiss();
    jest.spyOn(downloads, 'download').mockImplementation(saved);
  });

  const setUp = async (count: number) => {
    const created = await createFilledHistory(
      [...Array(count)].map(() => ({}))
    );
    const transfer = new Transfer(created.history, trans);
    return { ...created, transfer };
  };
  const messages = (): string[] =>
    Notification.manager.notifications.map(({ message }) => message);

  /** A file; jsdom does not know how to read one. */
  const file = (name: string, text: string): File =>
    Object.assign(new File([text], name), { text: async () => text });

  it('saves one run as its document, by its name', async () => {
    const { history, server, transfer } = await setUp(1);
    await transfer.save(history.runs);
    const { document } = server.kept.get('run-0')!;
    expect(saved.mock.calls).toEqual([
      [
        'Overview.cellprofile.json',
        JSON.stringify(document),
        'application/octet-stream'
      ]
    ]);
    await history.rename('run-0', 'a/b');
    await transfer.save(history.runs);
    expect(saved.mock.calls[1][0]).toBe('Overview-a-b.cellprofile.json');
  });

  it('saves several as a zip file of the server', async () => {
    const { history, server, transfer } = await setUp(3);
    await transfer.save(history.runs.slice(1));
    expect(server.log).toContain('GET export?ids=run-1%2Crun-2');
    expect(saved).toHaveBeenCalledWith(
      'profiles.zip',
      expect.anything(),
      'application/zip'
    );
    await transfer.saveAll({ path: 'a.ipynb' });
    expect(server.log).toContain('GET export?path=a.ipynb');
  });

  it('asks for more than an address can name in parts', async () => {
    const { history, transfer } = await setUp(200);
    const runs = [...Array(3)].reduce<typeof history.runs>(
      all => [...all, ...history.runs],
      []
    );
    await transfer.save(runs);
    expect(saved.mock.calls.map(([name]) => name)).toEqual([
      'profiles.zip',
      'profiles-2.zip'
    ]);
  });

  it('saves document by document where the server keeps none', async () => {
    const { history, server, transfer } = await setUp(0);
    server.failing = { status: 404 };
    await history.refresh();
    await history.take(JSON.parse(goldenText('short')));
    await history.take({ ...JSON.parse(goldenText('error')), id: 'other' });
    await transfer.save(history.runs);
    expect(saved).toHaveBeenCalledTimes(2);
  });

  it('says why runs could not be saved', async () => {
    const { history, server, transfer } = await setUp(2);
    server.failing = { status: 503, message: 'The disk is full.' };
    await transfer.save(history.runs);
    expect(messages()).toEqual([
      'The runs could not be saved: The disk is full.'
    ]);
  });

  it('takes profiles from files, as they are', async () => {
    const { history, server, transfer } = await setUp(0);
    const value = JSON.parse(goldenText('short'));
    value.sections.push({ kind: 'later', more: 1 });
    const ids = await transfer.read([
      file('a.cellprofile.json', JSON.stringify(value)),
      file('b.cellprofile.json', goldenText('error').replace(value.id, 'b'))
    ]);
    expect(ids).toHaveLength(2);
    expect(history.runs).toHaveLength(2);
    expect(server.kept.get(value.id)?.document).toEqual(value);
    expect(messages()).toEqual(['2 profiles were added to the history.']);
  });

  it.each(BROKEN)('says what is wrong with %s', async name => {
    const { history, server, transfer } = await setUp(0);
    expect(await transfer.read([file(name, brokenText(name))])).toEqual([]);
    expect(messages()).toEqual([expect.stringMatching(/^“.*”: This .*\.$/)]);
    expect(messages()[0]).toContain(name);
    expect([history.runs, server.asked('POST')]).toEqual([[], []]);
  });

  it('says what the server has against one, and takes the others', async () => {
    const { history, transfer } = await setUp(0);
    const refused = { ...JSON.parse(goldenText('error')), title: 'refused' };
    await transfer.read([
      file('x.json', JSON.stringify({ ...refused, id: 'x' })),
      file('y.json', goldenText('short'))
    ]);
    expect(history.runs).toHaveLength(1);
    expect(messages().sort()).toEqual([
      'One profile was added to the history.',
      '“x.json”: This is no profile.'
    ]);
  });

  it('does not read what is far too large', async () => {
    const { transfer } = await setUp(0);
    const text = jest.fn();
    const huge = { name: 'huge.json', size: 9 * 1024 * 1024, text };
    await transfer.read([huge as unknown as File]);
    expect(text).not.toHaveBeenCalled();
    expect(messages()[0]).toMatch(/too large/);
  });
});
