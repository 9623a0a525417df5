import { within } from '@testing-library/dom';
import { act } from 'react';
import type { ProfileDocument } from '../document';
import type { ISourceLocation } from '../tokens';
import { madeUp, withCalls } from './compare.documents';
import { ComparePage, runOf } from './compare.page';
import { golden } from './golden';
import { FakePlotly } from './plotly.fake';

const mockPlotly = new FakePlotly();
jest.mock('../views/plotly', () => ({
  ...jest.requireActual<object>('../views/plotly'),
  loadPlotly: () => mockPlotly.load()
}));

let page: ComparePage;

beforeEach(() => {
  mockPlotly.reset();
  page = new ComparePage();
});

afterEach(() => page.close());

describe('lines', () => {
  const before = golden('lines-cell');
  const source = [...before.files[0].source!];
  // An import in front, and another last line.
  const edited: ProfileDocument = {
    ...before,
    target: { ...before.target, sourceHash: 'edited' },
    files: [
      {
        ...before.files[0],
        source: ['import fast', ...source.slice(0, -1), 'print(len(zs))']
      }
    ],
    sections: before.sections.map(section =>
      section.kind === 'lines'
        ? {
            ...section,
            firstLine: section.firstLine && section.firstLine + 1,
            lastLine: section.lastLine && section.lastLine + 1,
            lines: section.lines.map(line => line + 1),
            columns: section.columns.map(column => ({
              ...column,
              values: column.values.map(value => value && value / 2)
            }))
          }
        : section
    )
  };
  const rows = (): HTMLTableRowElement[] => [
    ...page.host.querySelectorAll<HTMLTableRowElement>(
      '.jp-CellProfiler-comparedLines tbody > tr'
    )
  ];
  const cells = (row: Element, column: string): (string | null)[] =>
    [...row.querySelectorAll(`[data-column=${column}]`)].map(
      cell => cell.textContent
    );

  beforeEach(() => {
    page.show([runOf(before), runOf(edited)]);
    page.open('Lines');
  });

  it('stand beside each other, aligned by their text', () => {
    const hot = rows().find(row => row.textContent!.includes('while abs'))!;
    expect(cells(hot, 'line')).toEqual(['7', '8']);
    const [value] = cells(hot, 'before');
    expect(value).toMatch(/\d.m?s$/);
    expect(cells(hot, 'change')[0]).toMatch(/^−\d/);
    expect(hot.dataset.status).toBe('same');
  });

  it('that are new or gone say so, by a sign and a word', () => {
    const added = rows()[0];
    expect(added.textContent).toContain('import fast');
    expect(cells(added, 'sign')).toEqual(['+added']);
    expect(cells(added, 'line')).toEqual(['', '1']);
    const gone = rows().filter(row => row.dataset.status === 'removed');
    for (const row of gone) {
      expect(cells(row, 'sign')).toEqual(['−removed']);
    }
    const changed = rows().filter(row => row.dataset.status === 'edited');
    expect(changed.length % 2).toBe(0);
    expect(gone.length + changed.length).toBeGreaterThan(0);
  });

  it('are compared by what is chosen', () => {
    const [choice] = page.view.getAllByRole('combobox') as HTMLSelectElement[];
    expect([...choice.options].map(option => option.text)).toEqual([
      'Time',
      'Own time',
      'Hits',
      'Per hit'
    ]);
    page.change(choice, 'hits');
    const hot = rows().find(row => row.textContent!.includes('while abs'))!;
    expect(cells(hot, 'before')[0]).not.toMatch(/s$/);
    // Hits add up, times of lines that call each other do not.
    expect(page.texts('.jp-CellProfiler-blockTime')[0]).toMatch(/→.*▼−/);
  });

  it('are sorted by their change', () => {
    const head = page.view.getByRole('columnheader', { name: 'Change' });
    page.click(within(head).getByRole('button'));
    expect(rows()[0].textContent).toMatch(/calculate_z\(/);
    page.click(
      within(
        page.view.getByRole('columnheader', { name: /^Line B/ })
      ).getByRole('button')
    );
    expect(rows()[0].textContent).toContain('import fast');
  });

  it('open in the run that they are of', () => {
    const opened: [number, ISourceLocation][] = [];
    page.show([runOf(before), runOf(edited)], {
      onOpen: (index, location) => opened.push([index, location])
    });
    const hot = rows().find(row => row.textContent!.includes('while abs'))!;
    const [a, b] = within(hot).getAllByRole('button');
    page.click(a);
    page.click(b);
    const { cellId, path } = before.files[0];
    expect(opened).toEqual([
      [0, { cellId, path, line: 7 }],
      [1, { cellId, path, line: 8 }]
    ]);
    page.click(page.view.getByRole('button', { name: /Swap/ }));
    page.click(
      within(
        rows().find(row => row.textContent!.includes('while abs'))!
      ).getAllByRole('button')[0]
    );
    expect(opened[2]).toEqual([1, { cellId, path, line: 8 }]);
  });

  it('close and open a file', () => {
    const toggle = page.view.getByRole('button', { expanded: true });
    page.click(toggle);
    expect(rows()).toHaveLength(0);
    page.click(toggle);
    expect(rows().length).toBeGreaterThan(0);
  });

  it('of a long file are drawn in parts, and without what says nothing', () => {
    const long = (changed: number): ProfileDocument => {
      const all = Array.from({ length: 3000 }, (_, index) => index + 1);
      return {
        ...before,
        files: [{ path: 'long.py', source: all.map(line => `x = ${line}`) }],
        sections: [
          {
            kind: 'lines',
            file: 0,
            lines: all.slice(0, 1000),
            columns: [
              {
                name: 'time',
                label: '',
                unit: 'seconds',
                values: all
                  .slice(0, 1000)
                  .map(line => (line === changed ? 2 : 1))
              }
            ]
          }
        ]
      };
    };
    page.show([runOf(long(1)), runOf(long(2))]);
    expect(rows().length).toBeLessThan(300);
    page.click(page.view.getByRole('button', { name: /Show 250 more lines/ }));
    expect(rows().length).toBeGreaterThan(450);
    for (let i = 0; i < 3; i++) {
      const more = page.view.queryByRole('button', { name: /more lines/ });
      if (more) {
        page.click(more);
      }
    }
    expect(page.host.textContent).toMatch(/1998 lines without numbers/);
  });

  it('without numbers that can be compared show the text', () => {
    const other = {
      ...edited,
      profilers: [{ ...edited.profilers[0], name: 'stacks' }]
    };
    page.show([runOf(before), runOf(other)]);
    expect(page.panel.textContent).toMatch(/only the text is compared/);
    expect(
      page.view.queryByRole('columnheader', { name: 'Change' })
    ).toBeNull();
    expect(rows()[0].textContent).toContain('import fast');
  });
});

describe('functions', () => {
  const [before, after] = [madeUp(4), madeUp(9)].map(withCalls);
  const names = (): (string | null)[] =>
    page.texts('.jp-CellProfiler-comparedFunctions tbody th > code');

  beforeEach(() => {
    page.show([runOf(before), runOf(after)]);
    page.open('Functions');
  });

  it('have calls, self and total time of both runs', () => {
    const heads = page.texts('.jp-CellProfiler-comparedFunctions thead th');
    expect(heads).toEqual([
      'Self A',
      'Self B',
      'Change',
      'Cumulative A',
      'Cumulative B',
      'Change',
      'Calls',
      'Function'
    ]);
    expect(names()).toContain('f');
  });

  it('can be searched for, sorted, and left out where nothing changed', () => {
    const all = names();
    const name = page.view.getByRole('columnheader', { name: 'Function' });
    page.click(within(name).getByRole('button'));
    expect(names()).toEqual([...all].sort());
    page.change(page.view.getByRole('searchbox'), '^len');
    expect(names().every(text => text === 'len')).toBe(true);
    page.show([runOf(before), runOf(before)]);
    page.change(page.view.getByRole('searchbox'), '');
    page.click(page.view.getByRole('checkbox', { name: /Only those/ }));
    expect(names()).toEqual([]);
    expect(page.panel.textContent).toMatch(/No function matches/);
  });

  it('come from stacks where calls were not counted', () => {
    page.show([runOf(golden('stacks-cell')), runOf(golden('stacks-threads'))]);
    const heads = page.texts('.jp-CellProfiler-comparedFunctions thead th');
    expect(heads).not.toContain('Calls');
    expect(page.panel.textContent).toMatch(/come from stacks/);
    expect(names()).toContain('inner');
    expect(page.panel.textContent).toMatch(/inneronly in A/);
  });
});

describe('memory', () => {
  const timeline = golden('memory-timeline');
  const frame = (): Promise<void> =>
    act(() => new Promise<void>(resolve => setTimeout(resolve, 10)));
  const drawn = () => mockPlotly.drawn[mockPlotly.drawn.length - 1];

  it('of all runs is in one picture, each with its own dash and colour', async () => {
    page.show([
      runOf(timeline, 'First'),
      runOf(timeline, 'Second'),
      runOf(golden('memory-lines-cell'), 'Third')
    ]);
    page.open('Memory');
    await frame();
    const lines = drawn().data.filter(
      trace => (trace as { mode: string }).mode === 'lines'
    ) as { name: string; line: { dash: string; color: string } }[];
    expect(lines.map(({ name }) => name)).toEqual([
      'A: First',
      'B: Second',
      'C: Third'
    ]);
    expect(new Set(lines.map(({ line }) => line.dash)).size).toBe(3);
    const labels = drawn().layout.annotations!.map(({ text }) => text);
    expect(labels).toEqual([
      expect.stringMatching(/^A: peak 466.MB$/),
      expect.stringMatching(/^B: peak 466.MB$/),
      expect.stringMatching(/^C: peak/)
    ]);
    // Two at the same place do not hide each other.
    const shifts = drawn().layout.annotations!.map(({ yshift }) => yshift);
    expect(shifts[1]).not.toBe(shifts[0]);
    const table = page.view.getByRole('table', { name: 'Peaks' });
    expect(within(table).getAllByRole('row')).toHaveLength(4);
  });

  it('can be that above what was there before', async () => {
    page.show([runOf(timeline, 'First'), runOf(timeline, 'Second')]);
    page.open('Memory');
    await frame();
    page.click(page.view.getByRole('checkbox', { name: /Above/ }));
    await frame();
    const [trace] = drawn().data as { y: number[] }[];
    expect(Math.min(...trace.y)).toBeLessThan(1e6);
    expect(drawn().layout.annotations![0].text).toMatch(/^A: peak 375.MB$/);
  });
});
