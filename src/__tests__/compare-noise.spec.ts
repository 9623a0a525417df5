import type { IRepeat } from '../lib/compare/noise';
import { compareNoise } from '../lib/compare/noise';
import { golden } from './golden';

const document = golden('short');
const WALL = 0.000231;

/** Repeats of a run, by their wall times as parts of its own. */
const repeats = (...factors: number[]): IRepeat[] =>
  factors.map(factor => ({ wall: factor * WALL, cpu: null, peak: null }));
const run = (...factors: number[]) => ({
  document,
  repeats: repeats(...factors)
});

const wall = (one: ReturnType<typeof run>, other: ReturnType<typeof run>) =>
  compareNoise(one, other).find(({ measure }) => measure === 'wall')!;

const CLOSE = [0.99, 1.01, 0.98, 1.02];
const FAST = [0.5, 0.51, 0.49, 0.52, 0.48];

describe('noise', () => {
  it('cannot be told from one run', () => {
    expect(wall(run(), run())).toMatchObject({
      verdict: 'few',
      interval: null,
      before: [WALL],
      after: [WALL]
    });
    expect(wall(run(...CLOSE), run(1)).verdict).toBe('few');
  });

  it('is not a difference of equal runs', () => {
    const { interval, verdict } = wall(run(...CLOSE), run(...CLOSE));
    expect(verdict).toBe('within');
    expect(interval![0]).toBeLessThanOrEqual(0);
    expect(interval![1]).toBeGreaterThanOrEqual(0);
  });

  it('is smaller than what halves the time', () => {
    // The run itself has 1.
    const { interval, medianAfter, medianBefore, verdict } = wall(
      run(...CLOSE),
      run(...FAST, 0.5, 0.5)
    );
    expect(verdict).toBe('beyond');
    expect(medianBefore).toBeCloseTo(WALL, 8);
    expect(medianAfter).toBeCloseTo(0.5 * WALL, 8);
    expect(interval![0]).toBeLessThan(-0.45);
    expect(interval![1]).toBeLessThan(0);
  });

  it('is said to be probable only of three runs', () => {
    const three = { document, repeats: repeats(1.01, 0.99) };
    const slow = {
      document: golden('lines-statement'),
      repeats: [0.42, 0.43].map(wall => ({ wall, cpu: null, peak: null }))
    };
    expect(wall(three, slow).verdict).toBe('probably');
  });

  it('is the same each time, and turned round when the sides are', () => {
    const [one, other] = [run(...CLOSE, 1.2), run(...FAST)];
    const there = wall(one, other);
    expect(wall(one, other)).toEqual(there);
    const back = wall(other, one);
    expect(1 / (1 + back.interval![1]) - 1).toBeCloseTo(there.interval![0], 3);
    expect(1 / (1 + back.interval![0]) - 1).toBeCloseTo(there.interval![1], 3);
    expect(back.before).toEqual(there.after);
  });

  it('leaves out what a side does not have', () => {
    const nothing = { ...document, sections: [] };
    const without = { document: nothing, repeats: [] };
    expect(compareNoise(run(...CLOSE), without)).toEqual([]);
    // The totals of this one have no memory.
    const measures = compareNoise(run(), run()).map(({ measure }) => measure);
    expect(measures).toEqual(['wall', 'cpu']);
  });

  it.each([
    [3, 0.2],
    [5, 0.08],
    [10, 0.08]
  ])('of %i equal runs is told apart seldom', (count, seldom) => {
    let state = 1;
    const random = (): number => {
      state = (state * 48271) % 0x7fffffff;
      return state / 0x7fffffff;
    };
    const some = (length: number): IRepeat[] =>
      Array.from({ length }, () => ({
        wall: 1 + 0.1 * (random() + random() + random()),
        cpu: null,
        peak: null
      }));
    const nothing = { ...document, sections: [] };
    let alarms = 0;
    const all = 100;
    for (let i = 0; i < all; i++) {
      const { verdict } = compareNoise(
        { document: nothing, repeats: some(count) },
        { document: nothing, repeats: some(count) }
      )[0];
      expect(verdict).not.toBe(count < 5 ? 'beyond' : 'probably');
      alarms += verdict === 'within' ? 0 : 1;
    }
    expect(alarms / all).toBeLessThan(seldom);
  });
});
