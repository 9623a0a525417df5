import { nullTranslator } from '@jupyterlab/translation';
import type { BoundFunctions, queries } from '@testing-library/dom';
import { fireEvent, within } from '@testing-library/dom';
import * as React from 'react';
import { act } from 'react';
import type { Root } from 'react-dom/client';
import { createRoot } from 'react-dom/client';
import type { ProfileDocument } from '../document';
import { Profile } from '../views';
import { DEFAULT_OPTIONS } from '../views/options';
import type { IProfileState } from '../views/state';
import { INITIAL_STATE } from '../views/state';
import { plotText } from '../views/plotly';
import { contrast, mix, readable } from '../views/plottheme';
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
let state: IProfileState;

beforeEach(() => {
  mockPlotly.reset();
  host = document.createElement('div');
  document.body.appendChild(host);
  root = createRoot(host);
  state = { ...INITIAL_STATE, tab: 'functions' };
});

afterEach(() => {
  act(() => root.unmount());
  host.remove();
});

const show = (document: ProfileDocument = golden('functions-cell')): void =>
  act(() =>
    root.render(
      <Profile
        read={{ document, unknownKinds: [] }}
        options={DEFAULT_OPTIONS}
        state={state}
        onState={next => {
          state = next;
        }}
        open={null}
        canOpen={() => false}
        onDrawn={() => undefined}
        trans={nullTranslator.load('')}
      />
    )
  );

const view = (): BoundFunctions<typeof queries> => within(host);
const press = async (name: string): Promise<void> => {
  await act(async () => {
    fireEvent.click(view().getByRole('button', { name }));
  });
};
const choose = async (name: string, value: number): Promise<void> => {
  await act(async () => {
    fireEvent.change(view().getByRole('combobox', { name }), {
      target: { value: String(value) }
    });
  });
};
const ids = (): string[] => mockPlotly.trace.ids as string[];
const labels = (): string[] => mockPlotly.trace.labels as string[];
const idOf = (label: string): string => ids()[labels().indexOf(label)];

describe('the picture of the calls', () => {
  it('is not there, and not loaded, until somebody asks', async () => {
    show();
    expect(view().queryByRole('img')).toBeNull();
    expect(mockPlotly.drawn).toHaveLength(0);
    await press('Icicle');
    expect(mockPlotly.trace.type).toBe('icicle');
    expect(view().getByRole('img').getAttribute('aria-label')).toMatch(
      /Icicle.*table below/
    );
    expect(host.textContent).toMatch(/An estimate/);
    await press('Sunburst');
    expect(mockPlotly.trace.type).toBe('sunburst');
    await press('Table only');
    expect(view().queryByRole('img')).toBeNull();
    expect(mockPlotly.purged).toBe(1);
  });

  it('has the depth and the cut-off that are chosen', async () => {
    show();
    await press('Icicle');
    const count = ids().length;
    await choose('Depth', 3);
    expect(Math.max(...ids().map(id => id.split('/').length - 1))).toBe(3);
    await choose('Depth', 20);
    await choose('Cut-off', 0);
    expect(ids().length).toBeGreaterThan(count);
    await choose('Cut-off', 0.05);
    expect(labels()).toEqual(
      expect.arrayContaining(['calculate_z', '(other)'])
    );
    expect(state.picture).toMatchObject({ depth: 20, cutoff: 0.05 });
  });

  it('selects in the table, and is marked by it', async () => {
    show();
    await press('Icicle');
    const id = idOf('calculate_z');
    let went: unknown;
    await act(async () => {
      went = mockPlotly.click('plotly_icicleclick', { id });
    });
    // The picture zooms itself otherwise, and forgets it when it is drawn again.
    expect(went).toBe(false);
    const selected = host.querySelector('tr[aria-selected="true"]');
    expect(selected?.textContent).toContain('calculate_z');
    expect(mockPlotly.trace.level).toBe(id);
    const width = (mockPlotly.trace.marker as { line: { width: number[] } })
      .line.width;
    expect(ids().filter((_, i) => width[i] === 2)).toEqual([id]);
    // Once more goes a step back.
    await act(async () => {
      mockPlotly.click('plotly_icicleclick', { id });
    });
    expect(mockPlotly.trace.level).toBeUndefined();
    await press('Zoom to calculate_z');
    expect(mockPlotly.trace.level).toBe(id);
    await press('Reset zoom');
    expect(mockPlotly.trace.level).toBeUndefined();
  });

  it('shows the row of a function that the table does not have yet', async () => {
    show();
    await press('Icicle');
    await choose('Cut-off', 0);
    await act(async () => {
      mockPlotly.click('plotly_icicleclick', { id: idOf('_exact_ratio') });
    });
    const selected = host.querySelector('tr[aria-selected="true"]');
    expect(selected?.textContent).toContain('_exact_ratio');
  });

  it('says when it cannot be loaded, and leaves the table', async () => {
    mockPlotly.broken = true;
    show();
    await press('Icicle');
    expect(view().getByRole('alert').textContent).toMatch(
      /could not be drawn.*Reload/
    );
    expect(view().getByRole('grid')).toBeTruthy();
  });

  it('is drawn again when the theme changes', async () => {
    show();
    await press('Sunburst');
    const before = mockPlotly.drawn.length;
    await act(async () => {
      document.body.dataset.jpThemeName = 'JupyterLab Dark';
      await new Promise(resolve => setTimeout(resolve, 0));
    });
    expect(mockPlotly.drawn.length).toBe(before + 1);
  });

  it('gives no markup of a stranger to the library', async () => {
    const document = golden('functions-cell');
    for (const section of document.sections) {
      if (section.kind === 'calls') {
        section.functions.name = section.functions.name.map(
          (_, i) => `<a href="javascript:alert(${i})">x</a><b>&lt;%{label}`
        );
      }
    }
    show(document);
    await press('Icicle');
    const { hovertext } = mockPlotly.trace;
    for (const text of [...labels(), ...(hovertext as string[])]) {
      expect(text.replace(/<br>/g, '')).not.toMatch(/[<>]/);
    }
    expect(labels()[0]).toContain('&amp;lt;');
    expect(mockPlotly.trace.hovertemplate).toBeUndefined();
    expect(mockPlotly.trace.texttemplate).toBeUndefined();
  });
});

describe('texts and colours for plotly', () => {
  it('are plain', () => {
    expect(plotText('<b>&amp;\n')).toBe('&lt;b&gt;&amp;amp; ');
  });

  it('can be read', () => {
    expect(contrast('rgb(0, 0, 0)', 'rgb(255, 255, 255)')).toBeCloseTo(21);
    expect(readable('rgb(20, 20, 20)', 'rgb(0,0,0)', 'rgb(250,250,250)')).toBe(
      'rgb(250,250,250)'
    );
    expect(mix('rgb(200, 0, 0)', 'color(srgb 0 0 1)', 0.5)).toBe(
      'rgb(100, 0, 128)'
    );
    expect(mix('currentcolor', 'nonsense', 0.5)).toBe('rgb(128, 128, 128)');
  });
});
