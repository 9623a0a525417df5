import type { ProfileDocument } from '../document';
import { callModel } from '../lib/calls';
import type { IChange } from '../lib/compare/change';
import { changeOf, judge } from '../lib/compare/change';
import {
  compareFunctions,
  filterFunctions,
  MOST_CHANGED,
  sortFunctions
} from '../lib/compare/functions';
import { compareMemory } from '../lib/compare/memory';
import { compareObjects } from '../lib/compare/objects';
import { remarksOn } from '../lib/compare/remarks';
import { compareTotals, CPU } from '../lib/compare/totals';
import { pattern } from '../lib/pattern';
import { madeUp, withCalls } from './compare.documents';
import { GOLDEN, golden } from './golden';

type Pair = readonly [string, ProfileDocument, ProfileDocument];

const SEEDS = Array.from({ length: 20 }, (_, seed) => seed + 1);
const PAIRS: Pair[] = [
  ...GOLDEN.map<Pair>((name, at) => [
    `${name} and ${GOLDEN[(at + 1) % GOLDEN.length]}`,
    golden(name),
    golden(GOLDEN[(at + 1) % GOLDEN.length])
  ]),
  ...SEEDS.map<Pair>(seed => [
    `made up ${seed}`,
    madeUp(seed),
    madeUp(seed + 1)
  ]),
  ...SEEDS.map<Pair>(seed => [
    `calls ${seed}`,
    withCalls(madeUp(seed)),
    withCalls(madeUp(seed + 1))
  ])
];

const sum = (values: readonly (number | null)[]): number =>
  values.reduce<number>((all, value) => all + (value ?? 0), 0);
const turned = ({ after, before, delta }: IChange) => ({
  before: after,
  after: before,
  delta: delta === null ? null : 0 - delta
});
const plain = ({ after, before, delta }: IChange) => ({ before, after, delta });

describe('a change', () => {
  it('has a word only where it is one', () => {
    const word = (before: number | null, after: number | null) =>
      judge(changeOf(before, after), true);
    expect(word(1, 2)).toBe('worse');
    expect(word(2, 1)).toBe('better');
    expect(word(1, 1.005)).toBe('same');
    expect(word(0, 0)).toBe('same');
    expect(word(0, 1)).toBe('worse');
    expect(word(null, 1)).toBeNull();
    expect(judge(changeOf(1, 2), null)).toBe('more');
    expect(judge(changeOf(1, 2), false)).toBe('better');
  });

  it('has no share of nothing', () => {
    expect(changeOf(0, 1)).toEqual({
      before: 0,
      after: 1,
      delta: 1,
      relative: null
    });
    expect(changeOf(4, 1).relative).toBe(-0.75);
  });
});

describe.each(PAIRS)('totals of %s', (_, before, after) => {
  const rows = compareTotals(before, after);

  it('lose nothing', () => {
    for (const [side, document] of [
      ['before', before],
      ['after', after]
    ] as const) {
      const items = new Map<string, number | null>();
      document.sections.forEach(section => {
        if (section.kind === 'totals') {
          section.items
            .filter(({ name }) => !items.has(name))
            .forEach(({ name, supported, value }) =>
              items.set(name, supported ? value : null)
            );
        }
      });
      for (const [name, value] of items) {
        const found = rows.filter(
          row => row.name === name && row.change[side] === value
        );
        expect(found.length).toBeGreaterThan(0);
      }
      const values = rows
        .filter(({ name }) => name !== CPU)
        .map(({ change }) => change[side]);
      expect(sum(values)).toBeCloseTo(sum([...items.values()]), 6);
    }
  });

  it('are turned round when the runs are', () => {
    const back = compareTotals(after, before);
    const key = ({ name, unit }: { name: string; unit: string }): string =>
      `${unit} ${name}`;
    const found = new Map(back.map(row => [key(row), plain(row.change)]));
    expect(found.size).toBe(rows.length);
    for (const row of rows) {
      expect(found.get(key(row))).toEqual(turned(row.change));
    }
  });
});

describe.each(PAIRS)('functions of %s', (_, before, after) => {
  const found = compareFunctions(before, after);
  if (!found) {
    it('are not there in one of them', () => {
      expect(compareFunctions(after, before)).toBeNull();
    });
    return;
  }

  it('are there exactly once', () => {
    const count = (side: 'before' | 'after'): number =>
      found.functions.filter(({ has }) => has[side]).length;
    if (found.from === 'calls') {
      expect(count('before')).toBe(callModel(before).functions.length);
      expect(count('after')).toBe(callModel(after).functions.length);
    }
    for (const { has, self, total } of found.functions) {
      expect(has.before || has.after).toBe(true);
      expect(self.before !== null || total.before !== null).toBe(has.before);
      expect(self.after !== null || total.after !== null).toBe(has.after);
    }
  });

  it('add up to the difference of the runs', () => {
    const known = found.functions.filter(({ self }) => self.delta !== null);
    const of = (side: 'before' | 'after' | 'delta'): number =>
      sum(known.map(({ self }) => self[side]));
    expect(of('delta')).toBeCloseTo(of('after') - of('before'), 9);
    const whole = (document: ProfileDocument): number =>
      found.from === 'calls'
        ? sum(callModel(document).functions.map(({ self }) => self))
        : document.sections.reduce(
            (all, section) =>
              section.kind === 'stacks' && section.name === 'time'
                ? all + sum(section.nodes.self)
                : all,
            0
          );
    if (found.unit === 'seconds' && known.length === found.functions.length) {
      expect(of('before')).toBeCloseTo(whole(before), 6);
      expect(of('after')).toBeCloseTo(whole(after), 6);
    }
  });

  it('are turned round when the runs are', () => {
    const back = compareFunctions(after, before)!;
    const texts = (
      functions: typeof found.functions,
      turn: (change: IChange) => object
    ): string[] =>
      functions
        .map(({ calls, self, total }) =>
          JSON.stringify([calls && turn(calls), turn(self), turn(total)])
        )
        .sort();
    expect(texts(back.functions, plain)).toEqual(
      texts(found.functions, turned)
    );
  });
});

describe.each([...GOLDEN.map(golden), ...SEEDS.map(madeUp)])('%#', one => {
  it('does not differ from itself', () => {
    expect(
      compareTotals(one, one).every(
        ({ change }) => change.delta === null || change.delta === 0
      )
    ).toBe(true);
    for (const { has, self, total } of compareFunctions(one, one)?.functions ??
      []) {
      expect(has).toEqual({ before: true, after: true });
      expect(self.delta ?? 0).toBe(0);
      expect(total.delta ?? 0).toBe(0);
    }
    for (const { size } of compareObjects(one, one) ?? []) {
      expect(size.delta ?? 0).toBe(0);
    }
    const remarks = remarksOn(one, one).map(({ kind }) => kind);
    for (const kind of remarks) {
      expect(['error', 'interrupted', 'truncated']).toContain(kind);
    }
  });
});

describe('functions', () => {
  const one = golden('functions-cell');
  const other: ProfileDocument = {
    ...one,
    sections: one.sections.map(section =>
      section.kind === 'calls'
        ? {
            ...section,
            functions: {
              ...section.functions,
              name: section.functions.name.map((name, index) =>
                index === 1 ? 'renamed' : name
              ),
              self_time: section.functions.self_time.map((time, index) =>
                index === 0 ? 10 : time
              )
            }
          }
        : section
    )
  };
  const { functions } = compareFunctions(one, other)!;

  it('are sorted by the size of their change, whichever way it goes', () => {
    const [first, ...rest] = sortFunctions(functions, MOST_CHANGED);
    expect(first.self.after).toBe(10);
    const sizes = rest.map(({ self }) => Math.abs(self.delta ?? -1));
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    const names = sortFunctions(functions, {
      column: 'name',
      descending: false
    }).map(({ name }) => name);
    expect(names).toEqual([...names].sort());
  });

  it('can be only those that changed, or match', () => {
    const changed = filterFunctions(functions, pattern(''), true);
    expect(changed.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['renamed'])
    );
    expect(changed).toHaveLength(3);
    expect(
      filterFunctions(functions, pattern('^renamed$'), false)
    ).toHaveLength(1);
  });

  it('of one name are told by the order of their text', () => {
    const lambdas = (lines: readonly number[]): ProfileDocument => ({
      ...one,
      sections: [
        {
          kind: 'calls',
          functions: {
            name: lines.map(() => '<lambda>'),
            file: lines.map(() => 0),
            line: [...lines],
            calls: lines.map(() => 1),
            primitive_calls: lines.map(() => 1),
            self_time: [...lines],
            total_time: [...lines]
          },
          edges: {
            caller: [],
            callee: [],
            calls: [],
            self_time: [],
            total_time: []
          }
        }
      ]
    });
    const { functions } = compareFunctions(
      lambdas([7, 3]),
      lambdas([4, 8, 9])
    )!;
    expect(
      functions.map(({ places }) => [places.before?.line, places.after?.line])
    ).toEqual([
      [3, 4],
      [7, 8],
      [undefined, 9]
    ]);
  });

  it('that one run alone has took nothing in the other', () => {
    const renamed = functions.find(({ name }) => name === 'renamed')!;
    expect(renamed.has).toEqual({ before: false, after: true });
    expect(renamed.places.before).toBeNull();
    expect(renamed.self.before).toBeNull();
    expect(renamed.self.delta).toBe(renamed.self.after);
  });
});

describe('memory', () => {
  const timeline = golden('memory-timeline');

  it('is overlaid by its kind', () => {
    const lines = golden('memory-lines-cell');
    const [rss, heap] = compareMemory([lines, timeline, lines]);
    expect([rss.name, rss.runs.map(({ run }) => run)]).toEqual([
      'rss',
      [0, 1, 2]
    ]);
    expect([heap.name, heap.runs.map(({ run }) => run)]).toEqual([
      'heap',
      [0, 2]
    ]);
    // The exact peak and not the largest sample.
    expect(rss.runs[1].peak.value).toBe(466264064);
    expect(rss.runs[1].start).toBe(91201536);
  });

  it('is not there of one run alone', () => {
    expect(compareMemory([timeline, golden('short')])).toEqual([]);
  });
});

describe('objects', () => {
  it('are variables, the largest change first', () => {
    const one = golden('objects-cell');
    const other: ProfileDocument = {
      ...one,
      sections: one.sections.map(section =>
        section.kind === 'objects'
          ? { ...section, size: section.size.map(size => size && 2 * size) }
          : section
      )
    };
    const rows = compareObjects(one, other)!;
    const sizes = rows.map(({ size }) => size.delta ?? -1);
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    expect(rows[0].size.relative).toBe(1);
    expect(compareObjects(one, golden('short'))).toBeNull();
  });
});
