import { nullTranslator } from '@jupyterlab/translation';
import type { BoundFunctions, queries } from '@testing-library/dom';
import { fireEvent, within } from '@testing-library/dom';
import * as React from 'react';
import { act } from 'react';
import type { Root } from 'react-dom/client';
import { createRoot } from 'react-dom/client';
import type { ProfileDocument } from '../document';
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
  document: ProfileDocument = golden('memory-timeline')
): Promise<void> => {
  await act(async () =>
    root.render(
      <Profile
        read={{ document, unknownKinds: [] }}
        options={DEFAULT_OPTIONS}
        state={{ ...INITIAL_STATE, tab: 'memory' }}
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
