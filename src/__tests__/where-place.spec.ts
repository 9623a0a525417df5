import { nullTranslator } from '@jupyterlab/translation';
import { placeOf } from '../lib/processes/place';
import type { IDump, IThread } from '../lib/processes/types';
import { placeSentence, placeWords } from '../views/processes/wherewords';
import { dump, thread } from './where.fakes';

const trans = nullTranslator.load('');
const CELLS: { [id: string]: string } = { defs: 'In [3]', run: 'In [*]' };

const place = (threads: readonly IThread[]) =>
  placeOf(dump(threads), id => id in CELLS);

const sentence = (threads: readonly IThread[]): string =>
  placeSentence(placeWords(place(threads), id => CELLS[id], trans));

describe('where a cell is', () => {
  it('is the innermost line in a cell of the notebook', () => {
    const threads = [
      thread(
        ['heavy In [3]:7@defs', 'main In [3]:12@defs', '<module> In [4]:1@run'],
        { gil: true, active: true }
      )
    ];
    expect(place(threads)).toMatchObject({
      line: { cellId: 'defs', line: 7 },
      running: 'run',
      inner: [],
      holder: null
    });
    expect(sentence(threads)).toBe(
      'In [3], line 7: heavy() ← main(); holds the GIL'
    );
  });

  it('names the library that the line is in', () => {
    const threads = [
      thread(
        [
          'lock_wait ~/lib/python3.11/threading.py:327',
          'get ~/lib/python3.11/queue.py:171',
          'work In [3]:2@defs'
        ],
        { waits: 'lock' }
      )
    ];
    expect(place(threads).line).toEqual({ cellId: 'defs', line: 2 });
    expect(sentence(threads)).toBe(
      'In [3], line 2: work(); waits for a lock; is in lock_wait() of python3.11/threading.py, line 327'
    );
  });

  it.each([
    [{ waits: 'sleep' }, 'In [*], line 1; sleeps'],
    [{ waits: 'io' }, 'In [*], line 1; waits for data'],
    [{ waits: 'other' }, 'In [*], line 1; waits'],
    [{ active: true }, 'In [*], line 1; runs'],
    [{}, 'In [*], line 1']
  ] as [Partial<IThread>, string][])('says what it does: %j', (about, said) => {
    expect(sentence([thread(['<module> a cell:1@run'], about)])).toBe(said);
  });

  it('cuts a recursion', () => {
    const frames = [...Array(400)].map(() => 'fib In [3]:2@defs');
    expect(sentence([thread(frames)])).toBe(
      'In [3], line 2: fib() ← fib() ← fib() ← fib() ← fib() ← …'
    );
  });

  it('tells who holds the GIL while the cell waits', () => {
    const other = thread(['spin In [3]:4@defs'], {
      id: 2,
      name: 'Thread-1',
      gil: true
    });
    expect(
      sentence([other, thread(['<module> In [4]:3@run'], { waits: 'lock' })])
    ).toBe('In [*], line 3; waits for a lock; thread “Thread-1” holds the GIL');
    // The only thread that is in a cell.
    expect(sentence([other, thread([])])).toBe(
      'In [3], line 4: spin(); holds the GIL'
    );
  });

  it('takes a cell that changed for what it is', () => {
    const changed = [thread(['f a cell:3', '<module> In [9]:1'])];
    expect(place(changed).line).toBeNull();
    expect(sentence(changed)).toBe(
      'a cell that has changed since, line 3: f()'
    );
    // A cell of another notebook is none here.
    expect(place([thread(['f a cell:3@elsewhere'])]).line).toBeNull();
    // The nearest line that can be shown.
    expect(
      place([thread(['f a cell:3', '<module> In [4]:1@run'])]).line
    ).toEqual({ cellId: 'run', line: 1 });
  });

  it('says when no line of a cell runs', () => {
    expect(place([thread([])])).toMatchObject({ line: null, thread: null });
    expect(sentence([thread([])])).toMatch(/^No line of a cell runs/);
    expect(sentence([])).toMatch(/^No line of a cell runs/);
    const elsewhere: IDump = { ...dump([thread(['f a cell:1@run'])]), pid: 8 };
    expect(placeOf(elsewhere, () => true).line).toBeNull();
    expect(place([thread(['f a cell:0@run'])]).line).toBeNull();
  });
});
