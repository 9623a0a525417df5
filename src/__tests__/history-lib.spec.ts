import type { IRunSummary } from '../lib/history';
import {
  changeOf,
  inserted,
  matches,
  merged,
  placeOf,
  repeatsOf,
  runsBefore,
  seriesUpTo,
  summaryOf
} from '../lib/history';
import { groupRuns, rowKey, rowsOf, shortPaths } from '../lib/historyrows';
import { timeAgo } from '../lib/timeago';
import { trendOf } from '../lib/trend';
import * as summaries from '../../jupyterlab_cell_profiler/tests/data/summaries.json';
import { golden, GOLDEN } from './golden';
import { at, makeRun } from './history.fakes';

const ids = (runs: readonly IRunSummary[]): string[] =>
  runs.map(({ id }) => id);

describe('summaryOf', () => {
  const received = new Date('2026-11-25T00:00:00Z');

  it('says what a list shows of a run', () => {
    expect(summaryOf(golden('memory-timeline'), received)).toEqual({
      id: golden('memory-timeline').id,
      title: 'Overview',
      name: null,
      started: '2026-11-22T21:00:00.000Z',
      received: '2026-11-25T00:00:00.000Z',
      kind: 'cell',
      path: 'examples/01-first-profile.ipynb',
      cellId: '9f1c2a6e-4d0b-4c1e-8a37-5b0e6d2f7a12',
      executionCount: 9,
      sourceHash: '72f5e002698a2f7a',
      firstLine: expect.stringMatching(/\S/),
      status: 'ok',
      profilers: ['overview'],
      record: false,
      wall: expect.any(Number),
      cpu: expect.any(Number),
      peak: expect.any(Number),
      increment: expect.any(Number),
      python: '3.11.9',
      size: expect.any(Number),
      pinned: false
    });
  });

  it.each(GOLDEN)('has the bytes of %s', name => {
    const document = golden(name);
    expect(summaryOf(document, received).size).toBe(
      Buffer.byteLength(JSON.stringify(document))
    );
  });

  it.each(GOLDEN)('is for %s what the server makes of it', name => {
    const expected: object = summaries[name as keyof typeof summaries];
    expect(summaryOf(golden(name), received)).toMatchObject(expected);
  });

  it('takes the source of a statement from its target', () => {
    const { firstLine, kind } = summaryOf(golden('lines-statement'), received);
    expect([kind, firstLine]).toEqual(['statement', 'primes(4000)']);
  });

  it('cuts the first line that is not blank', () => {
    const document = golden('short');
    const line = 'x'.repeat(200);
    const source = ['', '  ', `  ${line}`];
    const files = [{ ...document.files[0], source }];
    expect(summaryOf({ ...document, files }, received).firstLine).toBe(
      'x'.repeat(80)
    );
  });

  it('takes the peak of what was allocated where the process is not measured', () => {
    const { peak } = summaryOf(golden('memory-lines-cell'), received);
    expect(peak).toBeGreaterThan(0);
    expect(summaryOf(golden('lines-cell'), received).peak).toBeNull();
  });
});

describe('lists of runs', () => {
  it('are merged, the newest first; the first list has the word', () => {
    const [a, b, c] = [1, 2, 3].map(minutes =>
      makeRun({ id: String(minutes), started: at(minutes) })
    );
    const named = { ...b, name: 'mine' };
    const all = merged([named], [c, b, a]);
    expect(ids(all)).toEqual(['3', '2', '1']);
    expect(all[1].name).toBe('mine');
  });

  it('take a run at its place, once', () => {
    const runs = [5, 3, 1].map(minutes =>
      makeRun({ id: String(minutes), started: at(minutes) })
    );
    const run = makeRun({ id: '2', started: at(2) });
    const four = inserted(runs, run);
    expect(ids(four)).toEqual(['5', '3', '2', '1']);
    expect(ids(inserted(four, { ...run, name: 'x' }))).toEqual(ids(four));
    expect(ids(inserted(runs, makeRun({ id: '0', started: at(0) })))).toEqual([
      '5',
      '3',
      '1',
      '0'
    ]);
  });

  it('are searched for words, in any order and case', () => {
    const run = makeRun({ name: 'before the Change', status: 'error' });
    expect(matches(run, 'CHANGE julia')).toBe(true);
    expect(matches(run, ' error  overview ')).toBe(true);
    expect(matches(run, 'change error etl')).toBe(false);
    expect(matches(makeRun(), 'total')).toBe(true);
  });
});

describe('runs of the same cell', () => {
  it('are told by notebook and cell, statements in it too', () => {
    const cell = placeOf(makeRun());
    expect(placeOf(makeRun({ kind: 'statement' }))).toBe(cell);
    expect(placeOf(makeRun({ path: 'other.ipynb' }))).not.toBe(cell);
    expect(placeOf(makeRun({ cellId: 'other' }))).not.toBe(cell);
    const script = { kind: 'script', path: 'train.py', cellId: null };
    expect(placeOf(makeRun({ ...script, firstLine: 'a' }))).toBe(
      placeOf(makeRun({ ...script, firstLine: 'b' }))
    );
  });

  it('know the one before under the same profilers', () => {
    const runs = [
      makeRun({ id: 'e' }),
      makeRun({ id: 'd', profilers: ['lines'] }),
      makeRun({ id: 'c', cellId: 'other' }),
      makeRun({ id: 'b' }),
      makeRun({ id: 'a' })
    ];
    const before = runsBefore(runs);
    expect([...before].map(([id, run]) => [id, run.id])).toEqual([
      ['b', 'a'],
      ['e', 'b']
    ]);
    expect(ids(seriesUpTo(runs[0], before, 9))).toEqual(['a', 'b', 'e']);
    expect(ids(seriesUpTo(runs[0], before, 2))).toEqual(['b', 'e']);
  });

  it('repeat each other where the source is the very same', () => {
    const run = makeRun({ id: 'a' });
    const runs = [
      run,
      makeRun({ id: 'b', wall: 3 }),
      makeRun({ id: 'c', sourceHash: 'edited' }),
      makeRun({ id: 'd', status: 'error' }),
      makeRun({ id: 'e', profilers: ['lines'] }),
      makeRun({ id: 'f', wall: 4 })
    ];
    expect(repeatsOf(run, runs, 50).map(({ wall }) => wall)).toEqual([3, 4]);
    expect(repeatsOf(run, runs, 1)).toHaveLength(1);
    const unknown = makeRun({ id: 'g', sourceHash: null });
    expect(repeatsOf(unknown, [unknown, { ...unknown, id: 'h' }], 9)).toEqual(
      []
    );
  });
});

describe('changeOf', () => {
  it('is of the time, and of the peak under profilers of memory', () => {
    expect(changeOf(makeRun({ wall: 1 }), makeRun({ wall: 4 }))).toEqual({
      of: 'time',
      now: 1,
      before: 4
    });
    const profilers = ['memory'];
    expect(
      changeOf(makeRun({ profilers, peak: 3 }), makeRun({ profilers, peak: 2 }))
    ).toEqual({ of: 'peak', now: 3, before: 2 });
  });

  it('is nothing without both numbers, or after a run that broke off', () => {
    const run = makeRun();
    expect(changeOf(run, undefined)).toBeNull();
    expect(changeOf(makeRun({ wall: null }), run)).toBeNull();
    expect(changeOf(run, makeRun({ wall: 0 }))).toBeNull();
    expect(changeOf(makeRun({ status: 'interrupted' }), run)).toBeNull();
    expect(changeOf(run, makeRun({ status: 'error' }))).toBeNull();
  });
});

describe('groupRuns', () => {
  const runs = [
    makeRun({ id: 'd', cellId: 'x', wall: 1, peak: null, started: at(4) }),
    makeRun({ id: 'c', cellId: 'y', wall: 9, peak: 2, started: at(3) }),
    makeRun({ id: 'b', cellId: 'x', wall: 5, peak: 8, started: at(2) }),
    makeRun({ id: 'a', cellId: 'x', wall: null, peak: 1, started: at(1) })
  ];
  const shown = (order: Parameters<typeof groupRuns>[1]): string[][] =>
    groupRuns(runs, order).map(({ runs }) => ids(runs));

  it('has the newest, the longest or the largest first', () => {
    expect(shown('newest')).toEqual([['d', 'b', 'a'], ['c']]);
    expect(shown('longest')).toEqual([['c'], ['b', 'd', 'a']]);
    expect(shown('memory')).toEqual([['b', 'a', 'd'], ['c']]);
    expect(groupRuns(runs, 'longest')[1].newest.id).toBe('d');
  });

  it('becomes rows, without those of closed groups', () => {
    const groups = groupRuns(runs, 'newest');
    expect(rowsOf(groups, new Set()).map(rowKey)).toEqual([
      `group ${groups[0].key}`,
      'run d',
      'run b',
      'run a',
      `group ${groups[1].key}`,
      'run c'
    ]);
    expect(rowsOf(groups, new Set([groups[0].key]))).toHaveLength(3);
  });
});

describe('shortPaths', () => {
  it('has as many folders as tell files apart', () => {
    const short = shortPaths([
      'a/x/train.ipynb',
      'a/y/train.ipynb',
      'etl.ipynb',
      'b/c/etl.ipynb',
      'b/c/etl.ipynb'
    ]);
    expect([...short.values()]).toEqual([
      'x/train.ipynb',
      'y/train.ipynb',
      'etl.ipynb',
      'c/etl.ipynb'
    ]);
  });
});

describe('timeAgo', () => {
  const now = new Date(2026, 10, 25, 14, 0, 0);
  const ago = (...date: [number, number, number, number?, number?]) =>
    timeAgo(new Date(...date).toISOString(), now);

  it('is as rough as a person would say it', () => {
    expect(ago(2026, 10, 25, 13, 59.5)).toMatchObject({ unit: 'minutes' });
    expect(timeAgo(now.toISOString(), now)).toEqual({ unit: 'now' });
    expect(ago(2026, 10, 25, 15)).toEqual({ unit: 'now' });
    expect(ago(2026, 10, 25, 13, 1)).toEqual({ unit: 'minutes', count: 59 });
    expect(ago(2026, 10, 25, 1)).toEqual({ unit: 'hours', count: 13 });
    expect(ago(2026, 10, 24, 23)).toEqual({ unit: 'yesterday' });
    expect(ago(2026, 10, 19)).toMatchObject({ unit: 'weekday' });
    expect(ago(2026, 10, 18)).toMatchObject({ unit: 'date' });
    expect(ago(2025, 11, 31)).toMatchObject({ unit: 'year' });
  });

  it('calls what was an hour ago so, though it was yesterday', () => {
    const night = new Date(2026, 10, 25, 0, 30);
    const late = new Date(2026, 10, 24, 23, 0).toISOString();
    expect(timeAgo(late, night)).toEqual({ unit: 'hours', count: 1 });
  });

  it('is nothing for what is no date', () => {
    expect(timeAgo('soon', now)).toBeNull();
  });
});

describe('trendOf', () => {
  const series = (parts: Partial<IRunSummary>[]) => {
    const runs = parts.map((part, index) =>
      makeRun({ id: String(index), started: at(50 - index), ...part })
    );
    return trendOf(groupRuns(runs, 'newest')[0], runsBefore(runs));
  };

  it('is of three runs or more that ended well, the oldest first', () => {
    expect(series([{ wall: 1 }, { wall: 2 }])).toBeNull();
    expect(
      series([
        { wall: 1 },
        { wall: 7, status: 'error' },
        { wall: 2 },
        { wall: 3 }
      ])
    ).toEqual({ of: 'time', profilers: ['overview'], values: [3, 2, 1] });
  });

  it('is of the newest profilers that have one', () => {
    const profilers = ['memory'];
    expect(
      series([
        { profilers: ['lines'] },
        { profilers, peak: 1 },
        {},
        { profilers, peak: 2 },
        {},
        {},
        { profilers, peak: 3 }
      ])
    ).toEqual({ of: 'peak', profilers, values: [3, 2, 1] });
  });
});
