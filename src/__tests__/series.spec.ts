import type { ProfileDocument, SeriesSection } from '../document';
import { memoryCsv, mprofDat, hasMemory } from '../lib/memoryexports';
import type { IMark, ISeries } from '../lib/series';
import { markAt, memoryModel, MOST_SERIES, stepsOf, thin } from '../lib/series';
import { golden } from './golden';

const MB = 1e6;

const mark = (t: number, line: number): IMark => ({
  t,
  label: `line ${line}`,
  line
});

/** Samples a second apart, in MB. */
const samples = (...values: (number | null)[]): ISeries => ({
  name: 'rss',
  t: values.map((_, i) => i),
  values: values.map(value => value && value * MB)
});

function withSeries(...sections: Partial<SeriesSection>[]): ProfileDocument {
  const document = golden('memory-timeline');
  return {
    ...document,
    sections: sections.map(section => ({
      kind: 'series' as const,
      name: 'rss',
      unit: 'bytes' as const,
      t: [0],
      values: [1],
      ...section
    }))
  };
}

describe('the model', () => {
  it('is that of the document', () => {
    const model = memoryModel(golden('memory-timeline'));
    expect(model.series.map(({ name }) => name)).toEqual(['rss', 'children']);
    expect(model.marks[2]).toEqual({ t: 0.142, label: 'line 7', line: 7 });
    expect(model.peak!.value).toBeLessThan(model.exactPeak!);
    expect(model.baseline).toBe(model.series[0].values[0]);
  });

  it('puts samples and marks in order, and the process first', () => {
    const { marks, peak, series } = memoryModel(
      withSeries(
        { name: 'gpu', unit: 'percent' },
        { name: 'heap', values: [null] },
        { name: 'children' },
        {
          t: [2, 0, 1],
          values: [3, 1, 9],
          marks: [
            { t: 1, label: 'line 0' },
            { t: 0, label: 'line 12' },
            { t: 2, label: '<b>line 1</b>' }
          ]
        }
      )
    );
    expect(series.map(({ name }) => name)).toEqual(['rss', 'children']);
    expect(series[0]).toMatchObject({ t: [0, 1, 2], values: [1, 9, 3] });
    expect(peak).toEqual({ t: 1, value: 9 });
    expect(marks.map(({ line }) => line)).toEqual([12, null, null]);
  });

  it('has a bounded number of series', () => {
    const many = new Array(500).fill({ name: 'x' });
    expect(memoryModel(withSeries(...many)).series).toHaveLength(MOST_SERIES);
  });

  it('has single children last, and percents apart', () => {
    const { percents, series } = memoryModel(
      withSeries(
        { name: 'child 12' },
        { name: 'gpu' },
        { name: 'gpu_utilization', unit: 'percent' },
        { name: 'rss' },
        { name: 'count', unit: 'count' },
        { name: 'uss' }
      )
    );
    expect(series.map(({ name }) => name)).toEqual([
      ...['rss', 'gpu', 'uss', 'child 12']
    ]);
    expect(percents.map(({ name }) => name)).toEqual(['gpu_utilization']);
  });

  it('knows which line ran', () => {
    const marks = [mark(1, 7), mark(2, 8), mark(2, 9)];
    expect(markAt(marks, 0.9)).toBeNull();
    expect(markAt(marks, 1)?.line).toBe(7);
    expect(markAt(marks, 2)?.line).toBe(9);
    expect(markAt(marks, 99)?.line).toBe(9);
    expect(markAt([], 1)).toBeNull();
  });
});

describe('what each line added', () => {
  it('is what came and went while it ran', () => {
    const steps = stepsOf(samples(100, 100, 300, null, 300, 150), [
      mark(0, 1),
      mark(1, 2),
      mark(4, 3)
    ]);
    expect(
      steps.map(({ added, freed, mark, time }) => [
        mark.line,
        added,
        freed,
        time
      ])
    ).toEqual([
      [2, 200 * MB, 0, 3],
      [3, 0, 150 * MB, 1],
      [1, 0, 0, 1]
    ]);
    expect(steps[0].most).toBe(300 * MB);
  });

  it('adds up to what became of the whole', () => {
    const { marks, series } = memoryModel(golden('memory-timeline'));
    const { values } = series[0];
    const change = stepsOf(series[0], marks).reduce(
      (sum, { added, freed }) => sum + added - freed,
      0
    );
    expect(change).toBeCloseTo(values[values.length - 1]! - values[0]!);
    const [most] = stepsOf(series[0], marks);
    expect(['line 7', 'line 8', 'line 10']).toContain(most.mark.label);
  });
});

describe('fewer samples', () => {
  const long = (count: number): ISeries => ({
    name: 'rss',
    t: Array.from({ length: count }, (_, i) => i / 100),
    values: Array.from({ length: count }, (_, i) =>
      i === 77_777 ? 1e9 : i === 33_333 ? null : (i * 7919) % 1000
    )
  });

  it('keep the ends, the extremes and the gaps', () => {
    const full = long(100_000);
    const few = thin(full, 500);
    expect(few.t.length).toBeLessThanOrEqual(2600);
    expect(few.t[0]).toBe(0);
    expect(few.t[few.t.length - 1]).toBe(999.99);
    expect(Math.max(...few.values.map(value => value ?? 0))).toBe(1e9);
    expect(few.t[few.values.indexOf(1e9)]).toBe(777.77);
    expect(few.values).toContain(null);
    expect(few.t.every((t, i) => i === 0 || t > few.t[i - 1])).toBe(true);
  });

  it('are all of few, and a bounded number at one moment', () => {
    const short = long(10);
    expect(thin(short, 500).t).toBe(short.t);
    const still = { ...long(9000), t: new Array(9000).fill(1) };
    expect(thin(still, 500).t.length).toBeLessThan(10);
  });
});

describe('exports', () => {
  it('are a table with the line that ran', () => {
    const document = withSeries(
      {
        t: [0, 0.5],
        values: [100, null],
        marks: [{ t: 0.2, label: 'line 3' }]
      },
      { name: 'children', t: [0.5], values: [7] }
    );
    expect(memoryCsv(document)).toBe(
      'seconds,rss_bytes,children_bytes,running\r\n0,100,,\r\n0.5,,7,line 3\r\n'
    );
  });

  it('give no formula to a spreadsheet', () => {
    const document = withSeries({
      name: '=cmd|" /c calc"!A0',
      marks: [{ t: 0, label: '@SUM(1)\n2' }]
    });
    expect(memoryCsv(document)).toBe(
      'seconds,"\'=cmd|"" /c calc""!A0_bytes",running\r\n0,1,"\'@SUM(1)\n2"\r\n'
    );
  });

  it('are what mprof reads', () => {
    const document = withSeries(
      { t: [0, 1.5], values: [1048576, null] },
      { name: 'children', values: [2097152] },
      { name: 'heap' }
    );
    expect(mprofDat({ ...document, title: 'a\n\nMEM 1 2' })).toBe(
      'CMDLINE a MEM 1 2\nMEM 1.000000 1795381200.0000\nCHLD 0 2.000000 1795381200.0000\n'
    );
    const children = withSeries(
      {},
      { name: 'children', values: [3 * 1048576] },
      { name: 'child 77', values: [1048576] },
      { name: 'child 9', values: [2097152] },
      { name: 'uss' },
      { name: 'gpu_utilization 1', unit: 'percent', values: [70] }
    );
    expect(
      mprofDat(children)
        .split('\n')
        .map(line => line.split(' ').slice(0, 3).join(' '))
    ).toEqual([
      expect.stringMatching(/^CMDLINE/),
      expect.stringMatching(/^MEM 0\.000001 \d+/),
      ...['CHLD 0 1.000000', 'CHLD 1 2.000000', '']
    ]);
    expect(memoryCsv(children)).toBe(
      'seconds,rss_bytes,children_bytes,uss_bytes,child 77_bytes,child 9_bytes,gpu_utilization 1_percent,running\r\n' +
        '0,1,3145728,1,1048576,2097152,70,\r\n'
    );
    expect(hasMemory(document)).toBe(true);
    expect(hasMemory(golden('lines-cell'))).toBe(false);
  });
});
