import { readFileSync } from 'fs';
import { join } from 'path';
import type { ProfileDocument } from '../document';
import { alignLines, findUnchanged } from '../lib/align';
import {
  cellHeat,
  type HeatMetric,
  type IHeatBlock,
  type ILineHeat
} from '../lib/heat';
import { lines, makeDocument, SOURCE, wall } from './heat.documents';

const golden = (name: string): ProfileDocument =>
  JSON.parse(
    readFileSync(
      join(
        __dirname,
        '../../jupyterlab_cell_profiler/tests/data/documents',
        `${name}.cellprofile.json`
      ),
      'utf8'
    )
  );

const heatOf = (
  document: ProfileDocument,
  metric: HeatMetric = 'self_time',
  cellId = document.target.cellId ?? ''
): IHeatBlock[] => cellHeat(document, cellId, { metric, decimals: 2 });

const linesOf = (document: ProfileDocument, metric?: HeatMetric): ILineHeat[] =>
  heatOf(document, metric)[0].lines as ILineHeat[];

/** Narrow no-break spaces read badly here. */
const plain = (text: string): string => text.replace(/\u202f/g, ' ');

describe('cellHeat', () => {
  it.each(['self_time', 'time', 'hits'] as const)(
    'has one line of heat 100, and order as the metric has (%s)',
    metric => {
      const all = linesOf(golden('lines-cell'), metric);
      const figure = (line: ILineHeat): number =>
        (metric === 'hits'
          ? line.hits
          : metric === 'time'
            ? line.time
            : line.ownTime) ?? 0;
      expect(Math.max(...all.map(({ heat }) => heat))).toBe(100);
      const sorted = [...all].sort((a, b) => figure(a) - figure(b));
      sorted.forEach(({ heat }, index) => {
        expect(Number.isInteger(heat)).toBe(true);
        expect(heat).toBeGreaterThanOrEqual(
          index === 0 ? 0 : sorted[index - 1].heat
        );
      });
      expect(all.map(({ line }) => line)).toEqual(
        [...all.map(({ line }) => line)].sort((a, b) => a - b)
      );
    }
  );

  it('is empty for a cell that the document does not have', () => {
    expect(heatOf(makeDocument(), 'time', 'another')).toEqual([]);
    expect(heatOf(makeDocument({ sections: [wall(1)] }))).toEqual([]);
  });

  it('writes hits, time and share of the wall time', () => {
    const [, middle, hot] = linesOf(makeDocument());
    expect(hot.heat).toBe(100);
    expect(hot.share).toBe(0.5);
    expect(plain(Object.values(hot.text).join(' | '))).toBe(
      '10× | 1.00 s | 50 %'
    );
    expect(plain(Object.values(middle.text).join(' | '))).toBe(
      '11× | 400 ms | 20 %'
    );
  });

  it('writes as many decimals as wanted', () => {
    const [block] = cellHeat(makeDocument(), 'cell', {
      metric: 'time',
      decimals: 0
    });
    expect(plain(block.lines[1].text.time)).toBe('400 ms');
    expect(plain(block.lines[2].text.time)).toBe('1 s');
  });

  it('keeps a line of one percent faint, but not without heat', () => {
    const document = makeDocument({
      sections: [wall(1), lines({ hits: [1, 1, 1], time: [1e-9, 0.01, 1] })]
    });
    const [least, small] = linesOf(document);
    expect(least.heat).toBe(1);
    expect(small.heat).toBeGreaterThan(1);
    expect(small.heat).toBeLessThan(10);
  });

  it('gives no colour to a line whose own time is unknown', () => {
    const document = makeDocument({
      sections: [
        wall(2),
        lines({ hits: [1, 1], time: [0.5, 1.8], own: [0.5, null] })
      ]
    });
    const [own, calls] = linesOf(document);
    expect([own.heat, calls.heat]).toEqual([100, 0]);
    expect(calls.ownTime).toBeNull();
    expect(calls.shown).toBe('at-most');
    expect(plain(calls.text.time)).toBe('≤ 1.80 s');
    expect(plain(calls.text.share)).toBe('≤ 90 %');
    // As inclusive time it is a figure like any other.
    const inclusive = linesOf(document, 'time')[1];
    expect([inclusive.heat, plain(inclusive.text.time)]).toEqual([
      100,
      '1.80 s'
    ]);
  });

  it('shows the whole time, without colour, of a line that little but calls', () => {
    const [works, calls, both] = linesOf(
      makeDocument({
        sections: [
          wall(2),
          lines({ hits: [1, 1, 1], time: [0.4, 1, 0.5], own: [0.4, 0, 0.3] })
        ]
      })
    );
    expect(works.shown).toBe('own');
    expect(calls).toMatchObject({ shown: 'calls', heat: 0 });
    expect(plain(calls.text.time)).toBe('↳ 1.00 s');
    expect(plain(calls.text.share)).toBe('↳ 50 %');
    expect(plain(both.text.time)).toBe('300 ms');
  });

  it('takes times for own times where a profiler knows no others', () => {
    const document = makeDocument({
      sections: [wall(2), lines({ hits: [1, 1], time: [1, 2], own: null })]
    });
    expect(linesOf(document).map(({ ownTime }) => ownTime)).toEqual([1, 2]);
  });

  it('merges blocks that stand on the same line', () => {
    const document = makeDocument({
      sections: [
        wall(2),
        lines({
          lines: [1, 2],
          hits: [1, 5],
          time: [1.5, 0.1],
          own: [0.5, 0.1]
        }),
        lines({ name: 'f', lines: [1], hits: [7], time: [1], own: [1] })
      ]
    });
    const [merged] = linesOf(document);
    expect(merged).toMatchObject({ hits: 8, time: 1.5, ownTime: 1.5 });
  });

  it('is relative to the hottest line of all files', () => {
    const document = makeDocument({
      files: [
        { path: 'In [2]', cellId: 'cell', source: ['f()'] },
        { path: 'In [1]', cellId: 'defs', firstLine: 3, source: ['def f():'] },
        { path: 'library.py', source: ['pass'] }
      ],
      sections: [
        wall(2),
        lines({ hits: [1], time: [0.1] }),
        lines({ file: 1, name: 'f', lines: [3], hits: [1], time: [0.2] }),
        lines({ file: 2, name: 'g', hits: [1], time: [1] })
      ]
    });
    const [caller] = heatOf(document);
    const [called] = heatOf(document, 'self_time', 'defs');
    expect(caller.lines[0].heat).toBeLessThan(called.lines[0].heat);
    expect(called.lines[0].heat).toBeLessThan(50);
    expect([caller.whole, called.whole, called.firstLine]).toEqual([
      true,
      false,
      3
    ]);
  });

  it('says no share where nothing tells the time of the run', () => {
    const document = makeDocument({
      sections: [wall(null), lines({ hits: [3], time: [null], own: null })]
    });
    const [line] = linesOf(document);
    expect(line).toMatchObject({ share: null, time: null, heat: 0 });
    expect(line.text).toEqual({ hits: '3×', time: '', share: '' });
  });
});

describe('findUnchanged', () => {
  const text = SOURCE.join('\n');

  it('finds a whole cell only by itself', () => {
    expect(findUnchanged(text, SOURCE, 0, true)).toBe(0);
    expect(findUnchanged(`${text}\n\n`, SOURCE, 0, true)).toBe(0);
    expect(findUnchanged(text, [...SOURCE, ''], 0, true)).toBe(0);
    expect(findUnchanged(`# more\n${text}`, SOURCE, 0, true)).toBe(-1);
    expect(findUnchanged(`${text} `, SOURCE, 0, true)).toBe(0);
    expect(findUnchanged('', SOURCE, 0, true)).toBe(-1);
  });

  it('finds an excerpt nearest to where it was, at line borders', () => {
    const twice = `${text}\nx\n${text}`;
    expect(findUnchanged(twice, SOURCE, 0, false)).toBe(0);
    expect(findUnchanged(twice, SOURCE, 4, false)).toBe(4);
    expect(findUnchanged(`y\n${text}\nx`, SOURCE, 0, false)).toBe(1);
    expect(findUnchanged(`sub${text}`, SOURCE, 0, false)).toBe(-1);
    expect(findUnchanged(`${text}_more`, SOURCE, 0, false)).toBe(-1);
  });
});

describe('alignLines', () => {
  const old = ['a = 1', 'b = 2', 'for x in y:', '    print(x)', 'c = 3'];

  it('maps a text to itself', () => {
    expect(alignLines(old, old)).toEqual([0, 1, 2, 3, 4]);
  });

  it('follows lines that were inserted and deleted', () => {
    const now = ['# new', old[0], old[2], '    pass', old[3], old[4]];
    expect(alignLines(old, now)).toEqual([1, -1, 2, 4, 5]);
  });

  it('follows a line that was edited a little', () => {
    const now = [old[0], 'b = 22', old[2], '    print(x, 1)', old[4]];
    expect(alignLines(old, now)).toEqual([0, 1, 2, 3, 4]);
  });

  it('matches nothing in another text', () => {
    expect(alignLines(old, ['import os', 'os.exit()', 'z'])).toEqual(
      old.map(() => -1)
    );
    expect(alignLines(['a', ''], ['b', ''])[0]).toBe(-1);
    expect(alignLines(old, [''])).toEqual(old.map(() => -1));
    expect(alignLines([], ['a'])).toEqual([]);
  });

  it('keeps the order of lines', () => {
    const now = ['c = 3', 'x', 'a = 1', 'b = 2'];
    const found = alignLines(old, now).filter(line => line >= 0);
    expect(found.length).toBeGreaterThan(0);
    expect(found).toEqual([...found].sort((a, b) => a - b));
  });

  it('does not take long for large texts without a common line', () => {
    const many = (name: string): string[] =>
      Array.from({ length: 5000 }, (_, index) => `${name}${index}`);
    const [one, other] = [many('a'), many('b')];
    expect(alignLines(['same', ...one], ['same', ...other])[0]).toBe(0);
  });
});
