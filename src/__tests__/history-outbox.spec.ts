import 'fake-indexeddb/auto';
import { deserialize, serialize } from 'v8';
import { beyondBounds, Outbox } from '../history/outbox';
import { makeRunDocument } from './history.fakes';

// Node has it, jsdom does not pass it on.
Object.assign(globalThis, {
  structuredClone: (value: unknown) => deserialize(serialize(value))
});

describe('Outbox', () => {
  const ids = async (outbox: Outbox): Promise<string[]> =>
    (await outbox.waiting()).map(({ id }) => id);

  it('keeps documents over a reload, the oldest first, until they are dropped', async () => {
    const outbox = new Outbox('http://one/');
    const now = jest.spyOn(Date, 'now').mockReturnValue(2000);
    await outbox.keep(makeRunDocument('b'));
    now.mockReturnValue(1000);
    await outbox.keep(makeRunDocument('a'));
    now.mockRestore();
    const reloaded = new Outbox('http://one/');
    expect(await ids(reloaded)).toEqual(['a', 'b']);
    expect(await reloaded.waiting()).toContainEqual(makeRunDocument('b'));
    await reloaded.drop('b');
    expect(await ids(outbox)).toEqual(['a']);
  });

  it('tells servers of one origin apart', async () => {
    const one = new Outbox('http://host/user/a/');
    const other = new Outbox('http://host/user/b/');
    await one.keep(makeRunDocument('x'));
    expect(await ids(other)).toEqual([]);
    await other.drop('x');
    expect(await ids(one)).toEqual(['x']);
  });

  it('remembers ids, written once for many', async () => {
    const outbox = new Outbox('http://three/');
    expect(await outbox.known()).toEqual([]);
    const known = new Set(['a']);
    outbox.remember(known);
    known.add('b');
    outbox.remember(known);
    await new Promise(resolve => setTimeout(resolve, 1100));
    expect(await new Outbox('http://three/').known()).toEqual(['a', 'b']);
  });

  it('does without a storage that fails', async () => {
    const open = jest.spyOn(indexedDB, 'open').mockImplementation(() => {
      throw new DOMException('The operation is insecure.', 'SecurityError');
    });
    const outbox = new Outbox('http://private/');
    await outbox.keep(makeRunDocument('a'));
    expect(await outbox.waiting()).toEqual([]);
    expect(await outbox.known()).toEqual([]);
    open.mockRestore();
  });
});

describe('beyondBounds', () => {
  const sizes = (count: number, size: number): Map<string, number> =>
    new Map([...Array(count)].map((_, index) => [String(index), size]));

  it('lets the oldest give way', () => {
    expect(beyondBounds(sizes(200, 1000))).toEqual([]);
    expect(beyondBounds(sizes(202, 1000))).toEqual(['0', '1']);
    expect(beyondBounds(sizes(20, 4 * 1024 * 1024))).toEqual([
      '0',
      '1',
      '2',
      '3'
    ]);
  });
});
