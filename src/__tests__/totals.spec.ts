import type { Verdict } from '../lib/totals';
import { breakdown, meaning, parts, totalsItems } from '../lib/totals';
import { GOLDEN, golden } from './golden';

/** Wall, user and sys seconds, and what they mean. */
const table: [number, number, number, Verdict][] = [
  [2.4, 2.3, 0.05, 'computing'],
  [2.4, 1.7, 0.1, 'mixed'],
  [2.4, 0.3, 0.1, 'waiting'],
  [2.4, 0, 0, 'waiting'],
  [2.4, 0.9, 1.4, 'kernel'],
  [2.4, 9.1, 0.2, 'parallel'],
  [0.004, 0.004, 0, 'short'],
  [0, 0, 0, 'short']
];

describe('meaning', () => {
  it.each(table)('%p s wall, %p s user, %p s sys: %s', (wall, user, sys, v) => {
    const cpu = user + sys;
    const wait = Math.max(0, wall - cpu);
    const found = meaning({ wall, user, sys, cpu, wait, delay: null });
    expect(found.verdict).toBe(v);
    if (v !== 'parallel' && found.share !== null) {
      expect(found.share).toBeGreaterThanOrEqual(0);
      expect(found.share).toBeLessThanOrEqual(1);
    }
  });

  it('does not take a busy machine for waiting of the run', () => {
    const told = { wall: 2, user: 0.9, sys: 0.1, cpu: 1, wait: 1 };
    expect(meaning({ ...told, delay: null })).toMatchObject({
      verdict: 'waiting',
      busy: null
    });
    expect(meaning({ ...told, delay: 0.9 })).toMatchObject({
      verdict: 'computing',
      busy: 0.45
    });
    expect(meaning({ ...told, delay: 0.05 })).toMatchObject({
      verdict: 'mixed',
      busy: null
    });
    expect(meaning({ ...told, delay: 0.4 })).toMatchObject({
      verdict: 'computing',
      busy: 0.2
    });
  });

  it('does not guess what the machine does not tell', () => {
    const divided = breakdown(golden('unsupported-totals'));
    expect(divided).toMatchObject({ user: null, sys: null, cpu: null });
    expect(meaning(divided).verdict).toBe('unknown');
    expect(parts(divided)).toEqual([]);
    expect(meaning(breakdown(golden('syntax-error'))).verdict).toBe('unknown');
  });

  it('is right about the golden documents', () => {
    const verdict = (name: string): Verdict =>
      meaning(breakdown(golden(name))).verdict;
    expect(verdict('lines-cell')).toBe('computing');
    expect(verdict('error')).toBe('waiting');
    expect(verdict('short')).toBe('short');
  });
});

describe.each(GOLDEN)('totals of %s', name => {
  const document = golden(name);

  it('divide into parts of the whole', () => {
    const shares = parts(breakdown(document)).map(({ share }) => share);
    const total = shares.reduce((a, b) => a + b, 0);
    expect(total).toBeCloseTo(shares.length > 0 ? 1 : 0, 9);
    shares.forEach(share => expect(share).toBeGreaterThanOrEqual(0));
  });

  it('have each name once', () => {
    const names = totalsItems(document).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('parts', () => {
  const told = { wall: 2, user: 1, sys: 0.2, cpu: 1.2, wait: 0.8 };
  const shares = (delay: number | null, native: number | null) =>
    parts({ ...told, delay }, native).map(({ name, share }) => [
      name,
      Math.round(1000 * share) / 1000
    ]);

  it('are user, system and waiting where nothing more is known', () => {
    expect(shares(null, null)).toEqual([
      ['user', 0.5],
      ['sys', 0.1],
      ['wait', 0.4]
    ]);
  });

  it('tell Python from native code, and a busy machine from waiting', () => {
    expect(shares(0.3, 0.25)).toEqual([
      ['python', 0.375],
      ['native', 0.125],
      ['sys', 0.1],
      ['delay', 0.15],
      ['wait', 0.25]
    ]);
    // Not worth a part of its own.
    expect(shares(0.01, null).map(([name]) => name)).not.toContain('delay');
  });
});

describe('breakdown', () => {
  it('has no more of a busy machine than there was waiting', () => {
    const document = golden('lines-cell');
    const delay = (value: number | null) =>
      breakdown({
        ...document,
        sections: [
          ...document.sections,
          {
            kind: 'totals',
            items: [
              {
                name: 'run_delay',
                label: '',
                value,
                unit: 'seconds',
                supported: value !== null
              }
            ]
          }
        ]
      });
    const { wait } = delay(null);
    expect(delay(null).delay).toBeNull();
    expect(delay(1e6).delay).toBe(wait);
    expect(delay(-1).delay).toBe(0);
  });

  it('works out the waiting when the document does not say', () => {
    const document = golden('lines-cell');
    const divided = breakdown({
      ...document,
      sections: document.sections.map(section =>
        section.kind === 'totals'
          ? {
              ...section,
              items: section.items.filter(({ name }) => name !== 'wait')
            }
          : section
      )
    });
    expect(divided.wait).toBeCloseTo(
      (divided.wall ?? 0) - (divided.cpu ?? 0),
      9
    );
    expect(divided.wait).toBeGreaterThanOrEqual(0);
  });
});
