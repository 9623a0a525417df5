import { nullTranslator } from '@jupyterlab/translation';
import type { BoundFunctions, queries } from '@testing-library/dom';
import { fireEvent, within } from '@testing-library/dom';
import * as React from 'react';
import { act } from 'react';
import type { Root } from 'react-dom/client';
import { createRoot } from 'react-dom/client';
import type { ObjectsSection, ProfileDocument } from '../document';
import { objectsCsv } from '../lib/objectexports';
import { mapNodes, objectModel, ownSize, pathTo } from '../lib/objects';
import { readDocument } from '../lib/validate';
import { Profile } from '../views';
import { DEFAULT_OPTIONS } from '../views/options';
import type { IProfileState } from '../views/state';
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
let state: IProfileState;

beforeEach(() => {
  mockPlotly.reset();
  host = document.createElement('div');
  document.body.appendChild(host);
  root = createRoot(host);
  state = { ...INITIAL_STATE, tab: 'objects' };
});

afterEach(() => {
  act(() => root.unmount());
  host.remove();
});

const show = async (
  document: ProfileDocument = golden('objects-cell')
): Promise<void> => {
  await act(async () =>
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
};

const view = (): BoundFunctions<typeof queries> => within(host);
const rows = (): HTMLElement[] => [
  ...view()
    .getByRole('treegrid')
    .querySelectorAll<HTMLElement>('tbody > tr[aria-level]')
];
const names = (): (string | null | undefined)[] =>
  rows().map(row => row.querySelector('code')?.textContent);
const row = (name: string): HTMLElement => rows()[names().indexOf(name)];
const cell = (name: string, column: string): string =>
  row(name).querySelector(`[data-column="${column}"]`)?.textContent ?? '';
const key = async (name: string, key: string): Promise<boolean> => {
  let went = true;
  await act(async () => {
    went = fireEvent.keyDown(row(name), { key, bubbles: true });
  });
  return went;
};
const click = async (element: Element): Promise<void> => {
  await act(async () => {
    fireEvent.click(element);
  });
};
const sectionOf = ({ sections }: ProfileDocument): ObjectsSection =>
  sections.find(
    (section): section is ObjectsSection => section.kind === 'objects'
  )!;

describe('the tree', () => {
  it('has the variables, the largest first, with what the cell added', async () => {
    await show();
    expect(names().slice(0, 4)).toEqual(['index', 'words', 'table', 'part']);
    expect(rows().every(row => row.getAttribute('aria-level') === '1')).toBe(
      true
    );
    expect(cell('part', 'name')).toMatch(/view of table/);
    expect(cell('table', 'type')).toBe('pandas.DataFrame');
    expect(cell('words', 'size')).toMatch(/^1.61.MB$/);
    expect(cell('words', 'added')).toMatch(/^\+1.61.MB$/);
    expect(cell('settings', 'added')).toBe('0');
    expect(view().getByRole('tabpanel').textContent).toMatch(
      /4.65.MB in all.*The run added \+4.65.MB/
    );
  });

  it('opens and closes with the keyboard, which the notebook does not see', async () => {
    await show();
    const outside = jest.fn();
    document.addEventListener('keydown', outside);
    expect(row('model').getAttribute('aria-expanded')).toBe('false');
    expect(row('cache').hasAttribute('aria-expanded')).toBe(false);
    expect(await key('model', 'ArrowRight')).toBe(false);
    expect(row('model').getAttribute('aria-expanded')).toBe('true');
    expect(row('.layers').getAttribute('aria-level')).toBe('2');
    await key('model', 'ArrowRight');
    expect(document.activeElement).toBe(row('.layers'));
    expect(row('.layers').getAttribute('aria-selected')).toBe('true');
    await key('.layers', 'Enter');
    expect(names()).toContain('[3]');
    await key('[0]', 'ArrowLeft');
    expect(document.activeElement).toBe(row('.layers'));
    await key('.layers', 'ArrowLeft');
    expect(names()).not.toContain('[3]');
    await key('.layers', 'ArrowDown');
    expect(document.activeElement).toBe(row('.history'));
    await key('.history', 'Home');
    expect(document.activeElement).toBe(rows()[0]);
    await key('index', 'End');
    expect(document.activeElement).toBe(rows()[rows().length - 1]);
    expect(rows().filter(({ tabIndex }) => tabIndex === 0)).toHaveLength(1);
    expect(outside).not.toHaveBeenCalled();
    await key('cache', 'x');
    expect(outside).toHaveBeenCalledTimes(1);
    document.removeEventListener('keydown', outside);
  });

  it('opens with the mouse, and that is kept', async () => {
    await show();
    await click(view().getByRole('button', { name: 'Open model' }));
    expect(names()).toContain('.layers');
    act(() => root.unmount());
    root = createRoot(host);
    await show();
    expect(names()).toContain('.layers');
    await click(view().getByRole('button', { name: 'Close model' }));
    expect(names()).not.toContain('.layers');
  });

  it('is sorted within each level, and says so', async () => {
    await show();
    await key('model', 'ArrowRight');
    const heading = (): HTMLElement =>
      view().getByRole('columnheader', { name: 'Name' });
    await click(within(heading()).getByRole('button'));
    expect(heading().getAttribute('aria-sort')).toBe('ascending');
    expect(names()[0]).toBe('cache');
    expect(names().indexOf('.history')).toBe(names().indexOf('model') + 2);
  });

  it('is filtered, with what leads to a match', async () => {
    await show();
    await act(async () => {
      fireEvent.change(view().getByRole('searchbox'), {
        target: { value: 'weights' }
      });
    });
    expect(names().slice(0, 4)).toEqual([
      'model',
      '.layers',
      '[0]',
      "['weights']"
    ]);
    await act(async () => {
      fireEvent.change(view().getByRole('searchbox'), {
        target: { value: 'nothing of that' }
      });
    });
    expect(view().getByRole('tabpanel').textContent).toContain(
      'No object matches.'
    );
  });

  it('opens an expression by itself', async () => {
    const document = golden('objects-cell');
    document.target.kind = 'statement';
    delete sectionOf(document).added;
    await show(document);
    expect(names()).toContain('.layers');
    await click(view().getByRole('button', { name: 'Close model' }));
    expect(names()).not.toContain('.layers');
  });

  it('says what was not measured', async () => {
    const document = golden('objects-cell');
    const section = sectionOf(document);
    section.partial = section.name.map(name => name === 'words');
    section.size = section.size.map((size, i) =>
      section.name[i] === 'log' ? null : size
    );
    await show(document);
    expect(cell('words', 'size')).toMatch(/^≥ /);
    expect(cell('log', 'size')).toBe('not measured');
  });

  it('explains the difference to memit', async () => {
    await show();
    expect(host.textContent).toMatch(/memit and the Memory view count/);
  });
});

describe('the treemap', () => {
  it('draws what counts once, and finds in the table', async () => {
    await show();
    const { ids, labels, parents, type, values } = mockPlotly.trace as {
      readonly [name: string]: string[];
    };
    expect(type).toBe('treemap');
    const of = (name: string): number =>
      Number(values[labels.indexOf(name)] ?? 0);
    expect(of('everything')).toBeCloseTo(4.65e6, -4);
    expect(of('same')).toBe(0);
    expect(of('part')).toBeLessThan(10000);
    const id = ids[labels.indexOf("['weights']")];
    let went: unknown;
    await act(async () => {
      went = mockPlotly.click('plotly_treemapclick', { id });
    });
    expect(went).toBe(false);
    expect(
      host.querySelector('tr[aria-selected="true"] code')?.textContent
    ).toBe("['weights']");
    expect(names()).toContain('.layers');
    expect(parents[ids.indexOf(id)]).not.toBe('');
  });

  it('is marked by the table, zooms, and can be hidden', async () => {
    await show();
    await click(row('model'));
    const width = (mockPlotly.trace.marker as { line: { width: number[] } })
      .line.width;
    const labels = mockPlotly.trace.labels as string[];
    expect(labels.filter((_, i) => width[i] === 2)).toEqual(['model']);
    await click(view().getByRole('button', { name: 'Zoom to model' }));
    expect(mockPlotly.trace.level).toBeDefined();
    await click(view().getByRole('button', { name: 'Reset zoom' }));
    expect(mockPlotly.trace.level).toBeUndefined();
    await click(view().getByRole('button', { name: 'Hide treemap' }));
    expect(view().queryByRole('img')).toBeNull();
  });

  it('has parts that are no more than their whole', () => {
    for (const name of ['objects-cell', 'hostile', 'all-sections']) {
      const nodes = mapNodes(objectModel(golden(name)));
      const sums = new Map<string, number>();
      for (const { parent, value } of nodes) {
        expect(value).toBeGreaterThan(0);
        sums.set(parent, (sums.get(parent) ?? 0) + value);
      }
      for (const { id, value } of nodes) {
        expect(sums.get(id) ?? 0).toBeLessThanOrEqual(value * (1 + 1e-9));
      }
      expect(nodes.length).toBeLessThanOrEqual(1500);
    }
  });

  it('gives no markup of a stranger to the library', async () => {
    await show(golden('hostile'));
    const { hovertext, labels, text } = mockPlotly.trace as {
      readonly [name: string]: string[];
    };
    for (const one of [...labels, ...hovertext, ...text]) {
      expect(one.replace(/<br>/g, '')).not.toMatch(/[<>]/);
    }
    expect(host.querySelector('tabpanel img, script, a')).toBeNull();
  });
});

describe('the summary', () => {
  it('has the largest variables, and leads to them', async () => {
    state = INITIAL_STATE;
    await show();
    const table = view().getByRole('table', { name: /Largest variables/ });
    expect(table.querySelector('code')?.textContent).toBe('index');
    expect(host.textContent).toMatch(/4.65.MB.*All variables/);
    await click(
      within(table).getAllByTitle('Show what it refers to')[2] as Element
    );
    expect(state.tab).toBe('objects');
    expect(names()).toContain("['x']");
  });
});

describe('the model', () => {
  it('knows ways, and what counts once', () => {
    const model = objectModel(golden('objects-cell'));
    const weights = model.rows.find(({ name }) => name === "['weights']")!;
    expect(pathTo(model, weights.index).map(({ name }) => name)).toEqual([
      'model',
      '.layers',
      '[0]',
      "['weights']"
    ]);
    const same = model.roots.find(({ name }) => name === 'same')!;
    expect(ownSize(same)).toBe(0);
    const sum = model.roots.reduce((sum, row) => sum + ownSize(row), 0);
    const [totals] = golden('objects-cell').sections.filter(
      section =>
        section.kind === 'totals' &&
        section.items.some(({ name }) => name === 'total_size')
    );
    expect(totals.kind === 'totals' && totals.items[0].value).toBe(sum);
  });

  it('is saved as a table without formulas', () => {
    const csv = objectsCsv(golden('objects-cell')).split('\r\n');
    expect(csv[0]).toMatch(/^variable,path,type,size_bytes/);
    expect(csv.some(line => line.startsWith('model,".layers[0]'))).toBe(true);
    expect(objectsCsv(golden('hostile'))).not.toMatch(/^[=+@]/m);
  });

  it.each([
    ['shared', (s: ObjectsSection) => s.shared!.pop()],
    ['added', (s: ObjectsSection) => s.added!.push(1)],
    ['added', (s: ObjectsSection) => s.added!.splice(0, 1, 'x' as never)],
    ['note', (s: ObjectsSection) => s.note!.pop()],
    ['note', (s: ObjectsSection) => s.note!.splice(0, 1, 1 as never)],
    ['parent', (s: ObjectsSection) => s.parent.splice(0, 1, 5)],
    [
      'partial',
      (s: ObjectsSection) => (s.partial = s.name.map(() => 1 as never))
    ]
  ])('is refused with a broken column %s', (column, spoil) => {
    const document = golden('objects-cell');
    spoil(sectionOf(document));
    expect(readDocument(document)).toEqual({
      problem: {
        code: 'broken',
        detail: expect.stringContaining(column)
      }
    });
  });
});
