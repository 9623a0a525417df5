import { nullTranslator } from '@jupyterlab/translation';
import type { BoundFunctions, queries } from '@testing-library/dom';
import { fireEvent, within } from '@testing-library/dom';
import * as React from 'react';
import { act } from 'react';
import type { Root } from 'react-dom/client';
import { createRoot } from 'react-dom/client';
import type { ProfileDocument, Section, TotalsItem } from '../document';
import type { ISourceLocation } from '../tokens';
import { Profile } from '../views';
import { DEFAULT_OPTIONS } from '../views/options';
import { INITIAL_STATE } from '../views/state';
import { golden } from './golden';
import { FakePlotly, FakeResizeObserver } from './plotly.fake';

const mockPlotly = new FakePlotly();

jest.mock('../views/plotly', () => ({
  ...jest.requireActual<object>('../views/plotly'),
  loadPlotly: () => mockPlotly.load()
}));

(
  globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }
).IS_REACT_ACT_ENVIRONMENT = true;
globalThis.ResizeObserver = FakeResizeObserver;

let host: HTMLElement;
let root: Root;
let opened: ISourceLocation[];

beforeEach(() => {
  mockPlotly.reset();
  opened = [];
  host = document.createElement('div');
  document.body.appendChild(host);
  root = createRoot(host);
});

afterEach(() => {
  act(() => root.unmount());
  host.remove();
});

const show = async (
  document: ProfileDocument = golden('memory-timeline'),
  tab = 'memory'
): Promise<void> => {
  await act(async () =>
    root.render(
      <Profile
        read={{ document, unknownKinds: [] }}
        options={DEFAULT_OPTIONS}
        state={{ ...INITIAL_STATE, tab }}
        onState={() => undefined}
        open={async location => void opened.push(location)}
        canOpen={() => true}
        onDrawn={() => undefined}
        trans={nullTranslator.load('')}
      />
    )
  );
};

const view = (): BoundFunctions<typeof queries> => within(host);
const rows = (): (string | null)[][] =>
  within(view().getByRole('table', { name: 'What each line added' }))
    .getAllByRole('row')
    .slice(1)
    .map(row => [...row.children].map(({ textContent }) => textContent));

describe('the Memory view', () => {
  it('draws what there is over time, as SVG', async () => {
    await show();
    expect(view().getByRole('tab', { selected: true }).textContent).toBe(
      'Memory'
    );
    const [{ data, layout }] = mockPlotly.drawn;
    expect(data.map(({ type }) => type)).toEqual([
      ...['scatter', 'scatter', 'scatter']
    ]);
    expect(data[1].name).toBe('child processes');
    const { hovertext, x } = mockPlotly.trace as {
      hovertext: string[];
      x: number[];
    };
    expect(hovertext[x.indexOf(0.5)]).toMatch(
      /this process<br>.*MB at 500.ms<br>line 7: data = load\(20_000\)/
    );
    // The exact peak is above the largest sample; the text says during which line.
    expect(data[2]).toMatchObject({ y: [466264064] });
    expect(layout.annotations?.map(({ text }) => text)).toEqual([
      expect.stringMatching(/^peak 466.MB, line 10$/),
      expect.stringMatching(/^before: 91\.2.MB$/)
    ]);
    expect(layout.shapes).toHaveLength(1);
  });

  it('has the same in a table, and leads to the lines', async () => {
    await show();
    const table = rows();
    expect(table.map(([line]) => line).sort()).toEqual([
      ...['1', '10', '11', '12', '2', '7', '8', '9']
    ]);
    const line = table.find(([line]) => line === '8')!;
    expect(line[1]).toMatch(/^\+16\d.MB$/);
    expect(line[5]).toBe('scaled = data - data.mean(axis=0)');
    await act(async () => {
      fireEvent.click(view().getByRole('button', { name: 'Go to line 8' }));
    });
    expect(opened).toEqual([
      expect.objectContaining({ line: 8, path: 'In [9]' })
    ]);
  });

  it('opens the line that ran when the curve is pressed', async () => {
    await show();
    await act(async () => {
      mockPlotly.click('plotly_click', { x: 0.5, curveNumber: 0 });
    });
    expect(opened).toEqual([expect.objectContaining({ line: 7 })]);
  });

  it('teaches what the numbers mean', async () => {
    await show();
    expect(host.textContent).toMatch(/resident memory \(RSS\)/);
    expect(host.textContent).toMatch(/first written to/);
    expect(host.textContent).toMatch(/need not be a leak/);
    expect(host.textContent).toMatch(/high-water mark/);
    expect(host.textContent).toMatch(/Peak 466.MB, before the run 91\.2.MB/);
  });

  it('does without marks, and without totals', async () => {
    const document = golden('memory-timeline');
    await show({
      ...document,
      sections: document.sections
        .filter(({ kind }) => kind === 'series')
        .map(section => ({ ...section, marks: undefined }))
    } as ProfileDocument);
    expect(host.textContent).toMatch(/Which lines ran when was not recorded/);
    expect(mockPlotly.drawn[0].layout.shapes).toEqual([]);
    expect(host.textContent).toMatch(/Peak 465.MB\.(?! Most)/);
  });

  it('gives no markup of a stranger to the library', async () => {
    const document = golden('memory-timeline');
    for (const section of document.sections) {
      if (section.kind === 'series') {
        section.name = '<a href="javascript:alert(1)">x</a>';
        section.marks = [{ t: 0, label: '<img src=x onerror=alert(1)>' }];
      }
    }
    await show(document);
    const [{ data, layout }] = mockPlotly.drawn;
    const texts = [
      ...data.map(({ name }) => name ?? ''),
      ...(mockPlotly.trace.hovertext as string[]),
      ...(layout.annotations ?? []).map(({ text }) => text ?? '')
    ];
    for (const text of texts) {
      expect(text.replace(/<br>/g, '')).not.toMatch(/[<>]/);
    }
    expect(host.querySelector('a[href], img')).toBeNull();
  });
});

/** A run under `memory`, with more of what it may have. */
function watched(
  totals: [string, number, TotalsItem['unit'], string?][],
  ...more: Section[]
): ProfileDocument {
  const document = golden('memory-timeline');
  const items = totals.map(([name, value, unit, help]) => ({
    name,
    label: name,
    value,
    unit,
    supported: true,
    ...(help ? { help } : {})
  }));
  return {
    ...document,
    profilers: [
      {
        name: 'memory',
        tool: 'psutil',
        toolVersion: '7',
        options: {},
        notes: []
      }
    ],
    sections: [...document.sections, { kind: 'totals', items }, ...more]
  };
}

const series = (
  name: string,
  unit: 'bytes' | 'percent',
  values: number[]
): Section => ({
  kind: 'series',
  name,
  unit,
  t: values.map((_, index) => index / 2),
  values
});

describe('the Memory view of a run under memory', () => {
  const left = 'The least that the machine had left.';

  it('draws a limit that the peak comes near, else says it', async () => {
    const limit = (total: number) =>
      watched([
        ['memory_limit', total, 'bytes', 'All the memory of the machine.'],
        ['memory_available', 11.2e9, 'bytes', left]
      ]);
    await show(limit(16e9));
    expect(host.textContent).toMatch(
      /The machine has 16\.0\sGB; when it was fullest, 11\.2\sGB were left\./
    );
    expect(mockPlotly.drawn[0].layout.shapes).toHaveLength(1);
    mockPlotly.reset();
    await show(limit(5e8));
    const [{ layout }] = mockPlotly.drawn;
    expect(layout.shapes).toEqual([
      expect.objectContaining({
        line: expect.objectContaining({ dash: 'dash' })
      }),
      expect.objectContaining({ y0: 5e8, y1: 5e8 })
    ]);
    expect(layout.annotations?.map(({ text }) => text)).toContainEqual(
      expect.stringMatching(/^limit: 500\sMB$/)
    );
    expect((layout.yaxis?.range as number[])[1]).toBeGreaterThan(5e8);
  });

  it('draws children dotted, GPUs, and how busy they were', async () => {
    await show(
      watched(
        [],
        series('child 1234', 'bytes', [1e8, 2e8]),
        series('uss', 'bytes', [1e8, 1e8]),
        series('pss', 'bytes', [1e8, 1e8]),
        series('gpu', 'bytes', [0, 3e9]),
        series('gpu 1', 'bytes', [0, 1e9]),
        series('gpu_utilization', 'percent', [0, 70]),
        series('gpu_utilization 1', 'percent', [0, 30])
      )
    );
    const [{ data, layout }] = mockPlotly.drawn;
    expect(data.map(({ name }) => name)).toEqual([
      ...['this process', 'child processes', 'unique memory (USS)'],
      ...['proportional memory (PSS)', 'GPU memory', 'GPU 1 memory'],
      ...['child 1234', 'peak', 'GPU, how busy', 'GPU 1, how busy']
    ]);
    const styles = data as { line?: { dash: string; width: number } }[];
    expect(styles[6].line).toMatchObject({ dash: 'dot' });
    expect(styles[6].line!.width).toBeLessThan(styles[0].line!.width);
    expect(data[8]).toMatchObject({ yaxis: 'y2' });
    expect(layout.yaxis2).toMatchObject({ overlaying: 'y', side: 'right' });
    expect(layout.showlegend).toBe(true);
  });

  it('has each run of a statement that was repeated', async () => {
    const above = (mb: string) =>
      `${mb} MB above what was there when this run began.`;
    const document = watched([
      ['repeat', 3, 'count'],
      ['peak_spread', 2e7, 'bytes'],
      ['peak_1', 3e8, 'bytes', above('200.00')],
      ['peak_2', 3.2e8, 'bytes', above('0.00')],
      ['peak_3', 3.1e8, 'bytes', 'Nobody knows.']
    ]);
    await show(document);
    const table = view().getByRole('table', { name: 'Each run' });
    expect(
      within(table)
        .getAllByRole('row')
        .slice(1)
        .map(row => row.textContent!.replace(/\s/g, ' '))
    ).toEqual(['1300 MB+200 MB', '2320 MB0 B', '3310 MB–']);
    expect(host.textContent).toMatch(
      /It ran 3 times\. The peaks of the runs differ by 20\.0\sMB\./
    );
    // The single ones are no big numbers of the Summary.
    await act(async () => {
      fireEvent.click(view().getByRole('tab', { name: 'Summary' }));
    });
    expect(host.querySelector('[data-name="peak_1"]')).toBeNull();
    expect(host.querySelector('[data-name="peak_spread"]')).not.toBeNull();
  });

  it('is what the Summary is about', async () => {
    await show(
      watched([['memory_limit', 16e9, 'bytes', 'All the memory.']]),
      'summary'
    );
    const names = [...host.querySelectorAll('.jp-CellProfiler-metric')].map(
      metric => metric.getAttribute('data-name')
    );
    expect(names.slice(0, 3)).toEqual([
      ...['peak_rss', 'increment', 'baseline_rss']
    ]);
    expect(
      host.querySelector('details [data-name="memory_limit"]')
    ).not.toBeNull();
    expect(host.querySelector('.jp-CellProfiler-meaning')!.textContent).toMatch(
      /Peak 466.MB, before the run 91\.2.MB\. .*line \d+/
    );
    expect(host.querySelector('.jp-CellProfiler-sketchLine')).not.toBeNull();
    await act(async () => {
      fireEvent.click(view().getByRole('button', { name: 'Show the memory' }));
    });
    expect(view().getByRole('tab', { selected: true }).textContent).toBe(
      'Memory'
    );
  });
});
