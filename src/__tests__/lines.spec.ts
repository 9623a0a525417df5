import type { LinesSection, ProfileDocument } from '../document';
import { hotSpot, hottestLines, shareOfLines } from '../lib/hottest';
import type { ILineModel } from '../lib/lines';
import {
  lineModel,
  PERCENT_OF_BLOCK,
  PERCENT_OF_TOTAL,
  totalHits,
  totalOf
} from '../lib/lines';
import { hotWindow, nextSort, SOURCE_ORDER, sortRows } from '../lib/sort';
import { sourceRows } from '../lib/source';
import { GOLDEN, golden } from './golden';

function blockOf(model: ILineModel, name?: string): ILineModel['blocks'][0] {
  const block = model.blocks.find(block => block.name === name);
  if (!block) {
    throw new Error(`no block ${name}`);
  }
  return block;
}

/** A document with one block: `[line, hits, time, own]` for each line. */
function documentOf(
  rows: [number, number, number, number | null][],
  wall = 1,
  source: string[] = rows.map(([line]) => `line ${line}`)
): ProfileDocument {
  const base = golden('lines-cell');
  const [totals] = base.sections;
  if (totals.kind !== 'totals') {
    throw new Error('no totals');
  }
  const column = (
    name: string,
    unit: 'count' | 'seconds',
    values: (number | null)[]
  ): LinesSection['columns'][0] => ({ name, label: name, unit, values });
  return {
    ...base,
    files: [{ path: 'In [1]', source }],
    sections: [
      {
        kind: 'totals',
        items: totals.items.map(item =>
          item.name === 'wall' ? { ...item, value: wall } : item
        )
      },
      {
        kind: 'lines',
        file: 0,
        lines: rows.map(([line]) => line),
        columns: [
          column(
            'hits',
            'count',
            rows.map(row => row[1])
          ),
          column(
            'time',
            'seconds',
            rows.map(row => row[2])
          ),
          column(
            'self_time',
            'seconds',
            rows.map(row => row[3])
          )
        ]
      }
    ]
  };
}

describe.each(GOLDEN)('model of %s', name => {
  const document = golden(name);
  const model = lineModel(document);

  it('has a block for each section, hottest first', () => {
    const sections = document.sections.filter(({ kind }) => kind === 'lines');
    expect(model.blocks).toHaveLength(sections.length);
    expect(new Set(model.blocks.map(({ key }) => key)).size).toBe(
      sections.length
    );
    const own = model.blocks.map(block => block.own ?? -1);
    expect(own).toEqual([...own].sort((a, b) => b - a));
  });

  it('has shares that add up to at most the whole', () => {
    let total = 0;
    for (const block of model.blocks) {
      const column = block.columns.findIndex(c => c.name === PERCENT_OF_BLOCK);
      let ofBlock = 0;
      for (const { values, share } of block.rows) {
        expect(share ?? 0).toBeGreaterThanOrEqual(0);
        ofBlock += values[column] ?? 0;
        total += share ?? 0;
      }
      expect(ofBlock).toBeCloseTo(block.time ? 1 : 0, 6);
    }
    expect(total).toBeLessThanOrEqual(1 + 1e-9);
    expect(shareOfLines(hottestLines(model, 10)) ?? 0).toBeLessThanOrEqual(1);
  });

  it('keeps the sum of the own times', () => {
    let rows = 0;
    let blocks = 0;
    for (const block of model.blocks) {
      rows += block.rows.reduce((all, { own }) => all + (own ?? 0), 0);
      blocks += block.own ?? 0;
    }
    expect(rows).toBeCloseTo(blocks, 9);
    expect(blocks).toBeLessThanOrEqual((model.whole ?? 0) + 1e-9);
  });

  it('shows every measured line once, within the size of the document', () => {
    for (const block of model.blocks) {
      const rows = sourceRows(document, model, block);
      const lines = rows.map(({ line }) => line);
      expect(lines).toEqual([...new Set(lines)].sort((a, b) => a - b));
      expect(rows.filter(({ measured }) => measured)).toEqual(block.rows);
      const source = document.files[block.file].source ?? [];
      expect(rows.length).toBeLessThanOrEqual(
        source.length + block.rows.length
      );
    }
  });

  it('sorts by every column, both ways', () => {
    for (const block of model.blocks) {
      const rows = sourceRows(document, model, block);
      for (const { name } of [{ name: 'line' }, ...block.columns]) {
        const up = sortRows(block.columns, rows, {
          column: name,
          descending: false
        });
        const down = sortRows(block.columns, rows, {
          column: name,
          descending: true
        });
        expect(new Set(up)).toEqual(new Set(rows));
        expect(down).toHaveLength(rows.length);
        const index = block.columns.findIndex(column => column.name === name);
        const keys = (sorted: typeof rows): (number | null)[] =>
          sorted.map(row => (index < 0 ? row.line : row.values[index]));
        const numbers = (all: (number | null)[]): number[] =>
          all.filter((key): key is number => key !== null);
        expect(numbers(keys(down))).toEqual(numbers(keys(up)).reverse());
        // Without a value: last, both ways.
        for (const sorted of [keys(up), keys(down)]) {
          const empty = sorted.indexOf(null);
          expect(numbers(sorted)).toHaveLength(
            empty < 0 ? sorted.length : empty
          );
        }
      }
    }
  });
});

describe('lineModel', () => {
  it('takes shares of the wall time', () => {
    const model = lineModel(documentOf([[1, 1, 0.5, 0.25]]));
    expect(model.blocks[0].rows[0].share).toBe(0.25);
    expect(model.blocks[0].time).toBe(0.5);
  });

  it('takes shares of all lines where threads take more than the wall time', () => {
    const model = lineModel(
      documentOf([
        [1, 1, 3, 3],
        [2, 1, 1, 1]
      ])
    );
    expect(model.blocks[0].rows.map(({ share }) => share)).toEqual([
      0.75, 0.25
    ]);
  });

  it('does not guess an own time, but knows its bound', () => {
    const document = documentOf([
      [1, 1, 0.5, null],
      [2, 1, 0.25, 0.25]
    ]);
    const model = lineModel(document);
    const [row] = model.blocks[0].rows;
    expect(row).toMatchObject({ own: null, bound: 0.5, share: null });
    const total = model.blocks[0].columns.findIndex(
      ({ name }) => name === PERCENT_OF_TOTAL
    );
    expect(row.values[total]).toBeNull();
    expect(hottestLines(model, 10).map(({ row }) => row.line)).toEqual([2]);
  });

  it('does without source, wall time and lines', () => {
    expect(lineModel(golden('syntax-error'))).toEqual({
      blocks: [],
      measure: 'time',
      whole: null
    });
    const truncated = golden('truncated');
    const model = lineModel(truncated);
    expect(model.blocks[0].rows[0].text).toBeNull();
    const rows = sourceRows(truncated, model, model.blocks[0]);
    expect(rows).toEqual(model.blocks[0].rows);
  });

  it('leaves the lines of a function to its own block', () => {
    const document = golden('lines-cell');
    const model = lineModel(document);
    const inside = blockOf(model, 'calculate_z');
    const lines = sourceRows(document, model, blockOf(model)).map(
      ({ line }) => line
    );
    expect(lines[0]).toBe(inside.firstLine);
    expect(lines).not.toContain(inside.firstLine + 1);
    expect(lines).not.toContain(inside.lastLine);
    expect(lines).toContain(inside.lastLine + 1);
  });

  it('reads excerpts by their first line', () => {
    const document = golden('lines-methods');
    const model = lineModel(document);
    const rows = sourceRows(document, model, blockOf(model, 'median'));
    expect(rows[0].text).toContain('def median');
    expect(rows[0].measured).toBe(false);
  });

  it('finds totals only where they are supported', () => {
    const document = golden('unsupported-totals');
    expect(totalOf(document, 'wall')).toBeGreaterThan(0);
    expect(totalOf(document, 'user')).toBeNull();
    expect(totalOf(document, 'no such total')).toBeNull();
  });

  it('counts hits of all blocks', () => {
    expect(
      totalHits(
        documentOf([
          [1, 7, 1, 1],
          [2, 5, 0, 0]
        ])
      )
    ).toBe(12);
    expect(totalHits(golden('syntax-error'))).toBeNull();
  });
});

describe('hotSpot', () => {
  it('is the loop around the hottest line', () => {
    const spot = hotSpot(
      lineModel(
        documentOf([
          [1, 1, 0.01, 0.01],
          [3, 9, 0.2, 0.2],
          [5, 9, 0.4, 0.4],
          [6, 9, 0.06, 0.06],
          [7, 1, 0.01, 0.01],
          [8, 1, 0.2, 0.2]
        ])
      )
    );
    expect(spot).toMatchObject({ firstLine: 3, lastLine: 6 });
    expect(spot?.share).toBeCloseTo(0.66);
  });

  it('is nothing without time', () => {
    expect(hotSpot(lineModel(golden('syntax-error')))).toBeNull();
    expect(hotSpot(lineModel(documentOf([[1, 1, 0, 0]])))).toBeNull();
  });
});

describe('sorting', () => {
  it('starts with the largest number and turns round', () => {
    const once = nextSort(SOURCE_ORDER, 'time');
    expect(once).toEqual({ column: 'time', descending: true });
    expect(nextSort(once, 'time')).toEqual({
      column: 'time',
      descending: false
    });
    expect(nextSort(once, 'line')).toEqual(SOURCE_ORDER);
  });

  it('keeps the order of the source among equals', () => {
    const { blocks } = lineModel(
      documentOf([
        [1, 5, 0.1, 0.1],
        [2, 9, 0.1, 0.1],
        [3, 5, 0.1, 0.1]
      ])
    );
    const [{ columns, rows }] = blocks;
    const sorted = (descending: boolean): number[] =>
      sortRows(columns, rows, { column: 'hits', descending }).map(
        ({ line }) => line
      );
    expect(sorted(true)).toEqual([2, 1, 3]);
    expect(sorted(false)).toEqual([1, 3, 2]);
  });

  it('keeps the order of the source without the column', () => {
    const { blocks } = lineModel(documentOf([[1, 1, 0.1, 0.1]]));
    const [{ columns, rows }] = blocks;
    expect(
      sortRows(columns, rows, { column: 'memory_peak', descending: true })
    ).toEqual(rows);
  });
});

describe('hotWindow', () => {
  const rows = (count: number, hot: number): ReturnType<typeof sourceRows> =>
    Array.from({ length: count }, (_, index) => ({
      line: index + 1,
      text: '',
      values: [],
      own: index === hot ? 1 : 0,
      bound: null,
      memory: null,
      share: null,
      measured: true
    }));

  it('is all of a short block', () => {
    expect(hotWindow(rows(10, 3), 100)).toEqual({ start: 0, end: 10 });
  });

  it.each([0, 49, 500, 951, 999])('has line %i of a long one', hot => {
    const { start, end } = hotWindow(rows(1000, hot), 100);
    expect(end - start).toBe(100);
    expect(start).toBeGreaterThanOrEqual(0);
    expect(end).toBeLessThanOrEqual(1000);
    expect(hot).toBeGreaterThanOrEqual(start);
    expect(hot).toBeLessThan(end);
  });
});
