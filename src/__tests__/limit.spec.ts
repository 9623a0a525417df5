import type { ProfileDocument, TotalsItem } from '../document';
import { isRunningOut, limitNear, limitOf, usedShare } from '../lib/limit';
import { axisEnd, liveState } from '../lib/live';
import { repeatsOf } from '../lib/repeats';
import { golden } from './golden';
import { liveDocument } from './live.documents';

function withTotals(items: Partial<TotalsItem>[]): ProfileDocument {
  return {
    ...golden('memory-timeline'),
    sections: [
      {
        kind: 'totals',
        items: items.map(item => ({
          name: 'x',
          label: '',
          value: 1,
          unit: 'bytes' as const,
          supported: true,
          ...item
        }))
      }
    ]
  };
}

describe('the limit', () => {
  it('is that of the machine or of the container', () => {
    expect(limitOf(liveDocument({ total: 100, used: 0.75 }))).toEqual({
      total: 100,
      available: 25,
      container: false
    });
    expect(limitOf(liveDocument({ container: true }))?.container).toBe(true);
    expect(limitOf(golden('lines-cell'))).toBeNull();
    expect(
      limitOf(
        withTotals([{ name: 'memory_limit', supported: false, value: null }])
      )
    ).toBeNull();
    expect(
      limitOf(withTotals([{ name: 'memory_limit', value: 0 }]))
    ).toBeNull();
  });

  it('is near or not', () => {
    const limit = { total: 100, available: 10, container: false };
    expect(usedShare(limit)).toBe(0.9);
    expect(usedShare({ ...limit, available: null })).toBeNull();
    expect(usedShare({ ...limit, available: 200 })).toBe(0);
    expect(isRunningOut(limit, 90)).toBe(true);
    expect(isRunningOut(limit, 91)).toBe(false);
    expect(isRunningOut(limit, 0)).toBe(false);
    expect(isRunningOut(null, 90)).toBe(false);
    expect(limitNear(limit, 50)).toBe(100);
    expect(limitNear(limit, 49)).toBeNull();
    expect(limitNear(limit, null)).toBeNull();
  });
});

describe('a run that goes on', () => {
  it('is what its document says', () => {
    expect(
      liveState(liveDocument({ wall: 3, now: 2e8, peak: 3e8, line: 7 }))
    ).toMatchObject({
      wall: 3,
      now: 2e8,
      peak: 3e8,
      increment: 2e8,
      mark: { line: 7 }
    });
    expect(liveState(withTotals([]))).toMatchObject({
      ...{ wall: null, now: null, peak: null, increment: null, mark: null }
    });
  });

  it('has an axis to grow into', () => {
    expect([0, 4.9, 5.1, 59, 61, 1900, 3601, 9000].map(axisEnd)).toEqual([
      ...[5, 5, 10, 60, 120, 3600, 7200, 14400]
    ]);
  });
});

describe('runs of a statement', () => {
  it('are found in the totals', () => {
    expect(repeatsOf(golden('memory-timeline'))).toBeNull();
    const found = repeatsOf(
      withTotals([
        { name: 'repeat', value: 12, unit: 'count' },
        { name: 'peak_10', value: 7, help: '-1.50 MB above what was there' },
        { name: 'peak_2', value: 5 },
        { name: 'peak_rss', value: 99 }
      ])
    );
    expect(found).toEqual({
      count: 12,
      spread: null,
      each: [
        { number: 2, peak: 5, added: null },
        { number: 10, peak: 7, added: -1.5e6 }
      ]
    });
  });
});
