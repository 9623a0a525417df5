import type { LinesSection, ProfileDocument } from '../document';
import type { IChange } from '../lib/compare/change';
import type { ILineMeasure } from '../lib/compare/lines';
import { compareLines, lineChanges } from '../lib/compare/lines';
import { hunksOf } from '../lib/compare/hunks';
import { madeUp } from './compare.documents';
import { GOLDEN, golden } from './golden';

type Pair = readonly [string, ProfileDocument, ProfileDocument];

const SEEDS = Array.from({ length: 25 }, (_, seed) => seed + 1);
const PAIRS: Pair[] = [
  ...GOLDEN.map<Pair>((name, at) => [
    `${name} and ${GOLDEN[(at + 1) % GOLDEN.length]}`,
    golden(name),
    golden(GOLDEN[(at + 1) % GOLDEN.length])
  ]),
  ...GOLDEN.map<Pair>(name => [
    `${name} and lines-cell`,
    golden(name),
    golden('lines-cell')
  ]),
  ...SEEDS.map<Pair>(seed => [
    `made up ${seed}`,
    madeUp(seed),
    madeUp(seed + 1)
  ])
];

const linesOf = ({ sections }: ProfileDocument): LinesSection[] =>
  sections.filter(
    (section): section is LinesSection => section.kind === 'lines'
  );

/** Path of the file and number of each line that a document measured, sorted. */
function measured(document: ProfileDocument): string[] {
  const found = new Set<string>();
  linesOf(document).forEach(({ file, lines }) => {
    const { cellId, path } = document.files[file];
    lines.forEach(line => found.add(`${cellId ?? path} ${line}`));
  });
  return [...found].sort();
}

const sum = (values: readonly (number | null)[]): number =>
  values.reduce<number>((all, value) => all + (value ?? 0), 0);

/** The sum of a column of all lines of a document. */
function columnSum(document: ProfileDocument, { name }: ILineMeasure): number {
  return sum(
    linesOf(document).map(({ columns }) =>
      sum(columns.find(column => column.name === name)?.values ?? [])
    )
  );
}

describe.each(PAIRS)('lines of %s', (_, before, after) => {
  const comparison = compareLines(before, after);

  it.each(['before', 'after'] as const)('are there once: %s', side => {
    const document = side === 'before' ? before : after;
    const found: string[] = [];
    for (const source of comparison.sources) {
      const place = source[side];
      source.rows.forEach(row => {
        const line = row[side];
        if (line !== null) {
          found.push(`${place!.cellId ?? place!.path} ${line}`);
        }
      });
    }
    expect(new Set(found).size).toBe(found.length);
    // Lines without numbers are there, too.
    expect(found).toEqual(expect.arrayContaining(measured(document)));
  });

  it('are in the order of both sources, as far as they have a place there', () => {
    for (const { rows } of comparison.sources) {
      for (const { after, before, status, textAfter, textBefore } of rows) {
        expect(before !== null || after !== null).toBe(true);
        expect(status === 'same').toBe(
          before !== null && after !== null && textBefore === textAfter
        );
        expect(/only|removed|added/.test(status)).toBe(
          before === null || after === null
        );
      }
    }
  });

  it('add up to the difference of the runs', () => {
    for (const measure of comparison.measures) {
      const changes = comparison.sources.map(source =>
        lineChanges(source, measure, before, after)
      );
      const rows = changes.reduce<IChange[]>(
        (all, { rows }) => [...all, ...rows],
        []
      );
      const known = rows.filter(({ delta }) => delta !== null);
      const of = (side: keyof IChange): number =>
        sum(known.map(change => change[side]));
      expect(of('delta')).toBeCloseTo(of('after') - of('before'), 6);
      expect(sum(changes.map(({ sum }) => sum.delta))).toBeCloseTo(
        of('delta'),
        6
      );
      // Nothing is lost on the way, unknown changes included.
      expect(sum(rows.map(row => row.before))).toBeCloseTo(
        columnSum(before, measure),
        6
      );
      expect(sum(rows.map(row => row.after))).toBeCloseTo(
        columnSum(after, measure),
        6
      );
    }
  });

  it('are turned round when the runs are', () => {
    const back = compareLines(after, before);
    const names = back.measures.map(({ name }) => name);
    expect([...names].sort()).toEqual(
      comparison.measures.map(({ name }) => name).sort()
    );
    const texts = (
      { measures, sources }: typeof comparison,
      documents: readonly [ProfileDocument, ProfileDocument],
      turn: boolean
    ): string[] =>
      sources
        .reduce<string[]>((all, source) => {
          const changes =
            measures.length === 0
              ? null
              : lineChanges(
                  source,
                  measures.find(({ name }) => name === names[0])!,
                  ...documents
                ).rows;
          return [
            ...all,
            ...source.rows.map(({ after, before }, index) => {
              const delta = changes?.[index].delta ?? null;
              return turn
                ? `${after} ${before} ${delta === null ? '' : 0 - delta}`
                : `${before} ${after} ${delta ?? ''}`;
            })
          ];
        }, [])
        .sort();
    expect(texts(back, [after, before], true)).toEqual(
      texts(comparison, [before, after], false)
    );
  });
});

describe.each([...GOLDEN.map(golden), ...SEEDS.map(madeUp)])('%#', one => {
  it('does not differ from itself', () => {
    const { measures, sources } = compareLines(one, one);
    for (const source of sources) {
      for (const { after, before, status } of source.rows) {
        expect(status).toBe('same');
        expect(before).toBe(after);
      }
      for (const measure of measures) {
        const { moved, rows, sum } = lineChanges(source, measure, one, one);
        expect(moved).toBe(0);
        expect(sum.delta).toBe(0);
        expect(rows.every(({ delta }) => (delta ?? 0) === 0)).toBe(true);
      }
    }
  });
});

describe('lines', () => {
  /** A document with one cell, each line of which took its number of seconds. */
  const cell = (
    source: readonly string[],
    more: Partial<ProfileDocument> = {}
  ): ProfileDocument => ({
    ...golden('short'),
    files: [{ path: 'In [1]', cellId: 'a', source: [...source] }],
    sections: [
      {
        kind: 'lines',
        file: 0,
        lines: source.map((_, index) => index + 1),
        columns: [
          {
            name: 'time',
            label: 'Time',
            unit: 'seconds',
            values: source.map((_, index) => index + 1)
          }
        ]
      }
    ],
    ...more
  });
  const TIME = { name: 'time', label: 'Time', unit: 'seconds' } as const;
  const statuses = (one: ProfileDocument, other: ProfileDocument): string[] =>
    compareLines(one, other).sources.reduce<string[]>(
      (all, { rows }) => [...all, ...rows.map(({ status }) => status)],
      []
    );

  it('are aligned by their text', () => {
    const before = cell(['import math', 'x = 1', 'for i in x:', '    y(i)']);
    const after = cell(['x = 1', 'z = 2', 'for j in x:', '    y(i)']);
    const [source] = compareLines(before, after).sources;
    expect(source.rows.map(({ status }) => status)).toEqual([
      'removed',
      'same',
      'added',
      'edited',
      'same'
    ]);
    const { rows, sum } = lineChanges(source, TIME, before, after);
    expect(rows.map(({ delta }) => delta)).toEqual([-1, -1, 2, 0, 0]);
    expect(rows.map(({ after, before }) => [before, after])).toEqual([
      [1, null],
      [2, 1],
      [null, 2],
      [3, 3],
      [4, 4]
    ]);
    expect(sum.delta).toBe(0);
  });

  it('are an edit of what was profiled even when none is left', () => {
    expect(statuses(cell(['a = 1', 'b = 2']), cell(['print()']))).toEqual([
      'removed',
      'removed',
      'added'
    ]);
  });

  it('keep the change unknown where a value is', () => {
    const before = cell(['x', 'y']);
    const after = cell(['x', 'y']);
    const section = linesOf(after)[0];
    section.columns[0].values[1] = null;
    const [source] = compareLines(before, after).sources;
    const { rows, sum } = lineChanges(source, TIME, before, after);
    expect(rows[1]).toMatchObject({ before: 2, after: null, delta: null });
    expect(sum).toMatchObject({ before: 1, after: 1, delta: 0 });
  });

  it('of functions that one run alone has measured are not called removed', () => {
    const excerpt = (name: string): ProfileDocument =>
      cell(['x'], {
        files: [
          { path: 'In [1]', cellId: 'a', source: ['x'] },
          {
            path: 'own.py',
            firstLine: name.length,
            source: [`def ${name}():`, '    return 1']
          }
        ],
        sections: ['a', 'b'].map((_, file) => ({
          kind: 'lines' as const,
          file,
          lines: [file === 0 ? 1 : name.length + 1],
          columns: [{ ...TIME, values: [1] }]
        }))
      });
    expect(statuses(excerpt('one'), excerpt('other'))).toEqual([
      'same',
      'only-before',
      'only-before',
      'only-after',
      'only-after'
    ]);
    expect(statuses(excerpt('one'), excerpt('one'))).toEqual([
      'same',
      'same',
      'same'
    ]);
  });

  it('have no numbers that other profilers measured', () => {
    const stacks = golden('stacks-cell');
    const lines = golden('lines-cell');
    expect(compareLines(stacks, lines).measures).toEqual([]);
    expect(compareLines(lines, lines).measures.map(({ name }) => name)).toEqual(
      ['time', 'self_time', 'hits', 'time_per_hit']
    );
  });

  it('are left out where they say nothing', () => {
    const source = Array.from({ length: 20 }, (_, line) => `x${line}`);
    const before = cell(source);
    before.sections = [
      {
        ...linesOf(before)[0],
        lines: [10],
        columns: [{ ...TIME, values: [1] }]
      }
    ];
    const rowsOf = (other: ProfileDocument) => {
      const [file] = compareLines(before, other).sources;
      const { rows } = lineChanges(file, TIME, before, other);
      return { lines: file.rows, rows };
    };
    const shown = (
      { lines, rows }: ReturnType<typeof rowsOf>,
      all = false
    ): (number | string)[] =>
      hunksOf(lines, rows, all).map(hunk =>
        hunk.kind === 'gap' ? `${hunk.count} left out` : hunk.rows.length
      );
    const same = rowsOf(before);
    expect(shown(same)).toEqual(['7 left out', 5, '8 left out']);
    expect(shown(same, true)).toEqual([20]);
    // What was edited is shown without numbers.
    const edited = rowsOf({
      ...before,
      files: [{ ...before.files[0], source: [...source, 'end()'] }]
    });
    expect(shown(edited)).toEqual(['7 left out', 5, '6 left out', 3]);
    // What one run alone has is not.
    const alone = rowsOf({ ...before, files: [{ path: 'b' }], sections: [] });
    expect(alone.lines[0].status).toBe('removed');
    const [file] = compareLines(
      {
        ...before,
        files: [{ path: 'b' }, before.files[0]],
        sections: [{ ...linesOf(before)[0], file: 1 }]
      },
      { ...before, files: [{ path: 'b' }], sections: [] }
    ).sources;
    expect(file.rows[0].status).toBe('only-before');
    expect(shown({ lines: file.rows, rows: same.rows })).toEqual([
      '7 left out',
      5,
      '8 left out'
    ]);
  });

  it('that stand in several sections are added', () => {
    const twice = cell(['x', 'y']);
    twice.sections.push({
      ...linesOf(twice)[0],
      lines: [2],
      columns: [{ ...TIME, values: [10] }]
    });
    const before = cell(['x', 'y']);
    const [source] = compareLines(before, twice).sources;
    const { rows, sum } = lineChanges(source, TIME, before, twice);
    expect(rows.map(({ delta }) => delta)).toEqual([0, 10]);
    expect(sum.after).toBe(13);
  });

  it('of long texts are aligned where little was edited', () => {
    const old = Array.from({ length: 3000 }, (_, line) => `step(${line})`);
    const now = [...old];
    now.splice(2990, 1);
    now.splice(5, 0, 'import something');
    const found = statuses(cell(old), cell(now));
    expect(found.filter(status => status === 'same')).toHaveLength(2999);
    expect(found.filter(status => status !== 'same').sort()).toEqual([
      'added',
      'removed'
    ]);
  });
});
