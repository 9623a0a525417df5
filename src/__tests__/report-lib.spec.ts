import { xoroshiro128plus, type RandomGenerator } from 'pure-rand';
import { unsafeUniformIntDistribution as integer } from 'pure-rand';
import type { IRunSummary } from '../lib/history';
import type { ICellNow, Measure } from '../lib/report';
import {
  BY_MEMORY,
  BY_TIME,
  firstLineOf,
  IN_ORDER,
  isTime,
  marksOf,
  MEASURES,
  nextOrder,
  rankedCells,
  reportOf,
  shareIn
} from '../lib/report';
import { reportCsv, reportJson } from '../lib/reportexports';
import { sourceHash } from '../lib/sourcehash';
import { at, makeRun } from './history.fakes';

/** Code cells `a`, `b`, … of a notebook that begins with a heading. */
export function makeCells(
  count: number,
  parts: Partial<ICellNow> = {}
): ICellNow[] {
  return [...Array(count)].map((_, index) => ({
    id: String.fromCharCode(97 + index),
    index: index + 1,
    number: index + 1,
    firstLine: `line ${index}`,
    sourceHash: 'hash',
    hasRun: false,
    ...parts
  }));
}

const record = (cellId: string, parts: Partial<IRunSummary> = {}) =>
  makeRun({
    id: `${cellId}-${parts.started ?? ''}`,
    cellId,
    profilers: [],
    record: true,
    ...parts
  });

describe('sourceHash', () => {
  // What `jupyterlab_cell_profiler.document.source_hash` says.
  it.each([
    ['', 'e3b0c44298fc1c14'],
    ['x = 1', '8ff436def1451285'],
    ['größe = "😀"\nx', 'c076c7e459c56992']
  ])('is that of the kernel side: %j', (source, expected) => {
    expect(sourceHash(source)).toBe(expected);
  });

  it('does not see how lines end', () => {
    expect(sourceHash('a\r\nb\rc')).toBe(sourceHash('a\nb\nc'));
  });
});

describe('reportOf', () => {
  it('has the newest run of each cell, whoever measured it', () => {
    const report = reportOf('nb.ipynb', makeCells(3), [
      record('a', { started: at(1), wall: 1, cpu: 0.25, increment: 5e6 }),
      record('a', { started: at(3), wall: 3, cpu: 1, peak: 3e8 }),
      record('a', { started: at(2), wall: 2, sourceHash: 'other' }),
      makeRun({ id: 'p', cellId: 'b', started: at(5), wall: 8, cpu: 9 }),
      record('b', { started: at(4), wall: 4 })
    ]);
    expect(report.cells).toMatchObject([
      { id: 'a', number: 1, runs: 3, wall: 3, cpu: 1, wait: 2, peak: 3e8 },
      // Threads: no waiting of less than nothing.
      { id: 'b', runs: 2, wall: 8, wait: 0, profilers: ['overview'] },
      { id: 'c', runs: 0, wall: null, status: 'not run', started: null }
    ]);
    expect(report).toMatchObject({ notRun: 1, changed: 0 });
  });

  it('counts neither statements nor cells that are gone', () => {
    const report = reportOf('nb.ipynb', makeCells(1), [
      makeRun({ id: 's', cellId: 'a', kind: 'statement' }),
      makeRun({ id: 'x', cellId: null, kind: 'script' }),
      record('gone')
    ]);
    expect(report.cells).toHaveLength(1);
    expect(report.totals.wall).toBeNull();
  });

  it('says what has changed since, and what is not known', () => {
    const cells = makeCells(4, { hasRun: true });
    const { changed, cells: found } = reportOf('nb.ipynb', cells, [
      record('a'),
      record('b', { sourceHash: 'other' }),
      record('c', { sourceHash: null })
    ]);
    expect(found.map(({ isChanged }) => isChanged)).toEqual([
      false,
      true,
      null,
      null
    ]);
    expect(changed).toBe(1);
    expect(found.map(({ hasRun }) => hasRun)).toEqual([
      false,
      false,
      false,
      true
    ]);
  });

  it('knows the cells that ran where the notebook is not open', () => {
    const report = reportOf('nb.ipynb', null, [
      record('z', { started: at(2) }),
      record('y', { started: at(1), firstLine: 'y = 1' })
    ]);
    expect(report.cells).toMatchObject([
      { id: 'y', number: null, firstLine: 'y = 1', isChanged: null },
      { id: 'z' }
    ]);
    expect(rankedCells(report, BY_TIME)).toHaveLength(2);
  });

  it('leaves empty cells out of the ranks, unless they ran', () => {
    const cells = makeCells(2, { firstLine: '' });
    const report = reportOf('nb.ipynb', cells, [record('b')]);
    expect(report.cells.map(({ status }) => status)).toEqual(['empty', 'ok']);
    expect(rankedCells(report, BY_TIME).map(({ id }) => id)).toEqual(['b']);
    expect(report.notRun).toBe(0);
  });
});

describe('any report', () => {
  /** Runs of up to eight cells, with numbers missing here and there. */
  function someRuns(random: RandomGenerator): IRunSummary[] {
    const number = (most: number): number => integer(0, most, random);
    const value = (): number | null =>
      number(6) === 0 ? null : number(1000) / 100;
    return [...Array(number(30))].map((_, index) =>
      record(String.fromCharCode(97 + number(9)), {
        id: `run-${index}`,
        started: at(number(50)),
        wall: value(),
        cpu: value(),
        peak: value(),
        increment: value(),
        sourceHash: number(1) ? 'hash' : 'other'
      })
    );
  }

  const seeds = [...Array(200).keys()];

  it('adds up, ranks all cells, and is the same in any order of its runs', () => {
    for (const seed of seeds) {
      const random = xoroshiro128plus(seed);
      const runs = someRuns(random);
      const report = reportOf('nb.ipynb', makeCells(8), runs);
      for (const measure of MEASURES) {
        const values = report.cells
          .map(cell => cell[measure])
          .filter((value): value is number => value !== null);
        const expected = isTime(measure)
          ? values.reduce((sum, value) => sum + value, 0)
          : Math.max(...values);
        const total = report.totals[measure];
        expect(total).toEqual(values.length > 0 ? expected : null);

        for (const descending of [true, false]) {
          const ranked = rankedCells(report, { column: measure, descending });
          expect(new Set(ranked)).toEqual(new Set(report.cells));
          const known = ranked.map(cell => cell[measure]);
          const until = known.findIndex(value => value === null);
          const first = known.slice(0, until < 0 ? undefined : until);
          const sorted = [...(first as number[])].sort((one, other) =>
            descending ? other - one : one - other
          );
          expect(first).toEqual(sorted);
          expect(known.slice(first.length).every(v => v === null)).toBe(true);
        }
        for (const cell of report.cells) {
          const share = shareIn(report, cell, measure as Measure);
          expect(share === null || (share >= 0 && share <= 1)).toBe(true);
        }
      }
      const started = runs.map(run => `${run.cellId} ${run.started}`);
      if (new Set(started).size === runs.length) {
        const other = reportOf('nb.ipynb', makeCells(8), [...runs].reverse());
        expect(other).toEqual(report);
      }
    }
  });

  it('marks no more cells than there is time for, and each with reason', () => {
    for (const seed of seeds) {
      const report = reportOf(
        'nb.ipynb',
        makeCells(8),
        someRuns(xoroshiro128plus(seed))
      );
      const marks = [...marksOf(report).values()];
      expect(marks.length).toBeLessThanOrEqual(20);
      const sum = marks.reduce((sum, { share }) => sum + share, 0);
      expect(sum).toBeLessThan(1.000001);
      for (const { cell, share, wall } of marks) {
        expect(share).toBeGreaterThanOrEqual(0.05);
        expect(wall).toBe(cell.wall);
      }
    }
  });
});

describe('marksOf', () => {
  it('has the cells from 5 % on', () => {
    const report = reportOf('nb.ipynb', makeCells(3), [
      record('a', { wall: 0.04 }),
      record('b', { wall: 0.9 }),
      record('c', { wall: 0.06 })
    ]);
    expect([...marksOf(report).keys()]).toEqual(['b', 'c']);
    expect(marksOf(report).get('b')).toMatchObject({ share: 0.9, wall: 0.9 });
  });

  it('calls nothing slow that is over at once', () => {
    const report = reportOf('nb.ipynb', makeCells(1), [
      record('a', { wall: 0.002 })
    ]);
    expect(marksOf(report).size).toBe(0);
  });
});

describe('the order', () => {
  const report = reportOf('nb.ipynb', makeCells(3), [
    record('a', { wall: 1, increment: 9 }),
    record('b', { wall: 3, increment: 1 }),
    record('b', { wall: 2, increment: 1, started: at(0) })
  ]);
  const ids = (sort: typeof BY_TIME) =>
    rankedCells(report, sort)
      .map(({ id }) => id)
      .join('');

  it('is by time, memory, runs, or as in the notebook', () => {
    expect(ids(BY_TIME)).toBe('bac');
    expect(ids(BY_MEMORY)).toBe('abc');
    expect(ids({ column: 'runs', descending: true })).toBe('bac');
    expect(ids(IN_ORDER)).toBe('abc');
    expect(ids({ ...IN_ORDER, descending: true })).toBe('cba');
  });

  it('turns round with a second press', () => {
    expect(nextOrder(BY_TIME, 'cpu')).toEqual({
      column: 'cpu',
      descending: true
    });
    expect(nextOrder(BY_TIME, 'wall').descending).toBe(false);
    expect(nextOrder(BY_TIME, 'cell')).toEqual(IN_ORDER);
  });
});

describe('firstLineOf', () => {
  it.each([
    ['\n  \n  x = 1  \ny', 'x = 1'],
    ['', ''],
    [' \n\t', ''],
    ['x'.repeat(200), 'x'.repeat(80)]
  ])('of %j', (source, expected) => {
    expect(firstLineOf(source)).toBe(expected);
  });
});

describe('the files', () => {
  const cells = makeCells(2);
  const report = reportOf(
    'a/nb.ipynb',
    [{ ...cells[0], firstLine: '=cmd|"/c calc"!A1' }, cells[1]],
    [
      record('a', {
        status: 'error',
        wall: 1.5,
        cpu: 0.5,
        peak: 100,
        increment: 7
      })
    ]
  );

  it('as CSV: a line for each cell, and no formula of a stranger', () => {
    const lines = reportCsv(report).split('\r\n');
    expect(lines).toHaveLength(4);
    const columns = lines[0].split(',').length;
    expect(lines[1]).toBe(
      `1,"'=cmd|""/c calc""!A1",error,1,no,,1.5,0.5,1,100,7,"${at(10)}",a`
    );
    expect(lines[2]).toBe('2,line 1,not run,0,,,,,,,,,b');
    expect(lines[2].split(',')).toHaveLength(columns);
  });

  it('as JSON: in the form of the command line', () => {
    expect(JSON.parse(reportJson(report, 'test@1'))).toMatchObject({
      version: 1,
      producer: 'test@1',
      notebook: 'a/nb.ipynb',
      started: at(10),
      status: 'error',
      environment: { python: '3.11.7' },
      totals: { wall: 1.5, cpu: 0.5, peak: 100, increment: 7 },
      cells: [
        { index: 1, number: 1, id: 'a', status: 'error', wall: 1.5, wait: 1 },
        { index: 2, number: 2, id: 'b', status: 'not run', wall: null }
      ],
      exceeded: []
    });
  });
});
