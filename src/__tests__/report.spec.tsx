import { nullTranslator } from '@jupyterlab/translation';
import type { BoundFunctions, queries } from '@testing-library/dom';
import { fireEvent, within } from '@testing-library/dom';
import * as React from 'react';
import { act } from 'react';
import type { Root } from 'react-dom/client';
import { createRoot } from 'react-dom/client';
import type { INotebookReport } from '../lib/report';
import { reportOf } from '../lib/report';
import { download } from '../views/download';
import type { IReportProps } from '../views/report';
import { Report } from '../views/report';
import { at, makeRun } from './history.fakes';

jest.mock('../views/download', () => ({ download: jest.fn() }));

(
  globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }
).IS_REACT_ACT_ENVIRONMENT = true;

const HOSTILE = '<img src=x onerror="alert(1)"> "><script>alert(2)</script>';

const NAMES = ['load()', 'time.sleep(9)', 'blob = make()', 'never()'];

function someReport(parts: { path?: string; line?: string } = {}) {
  const cells = NAMES.map((firstLine, index) => ({
    id: `cell-${index}`,
    index,
    number: index + 1,
    firstLine: index === 0 ? (parts.line ?? firstLine) : firstLine,
    sourceHash: 'hash',
    hasRun: false
  }));
  const record = { profilers: [], record: true };
  return reportOf(parts.path ?? 'work/nb.ipynb', cells, [
    makeRun({
      ...record,
      id: '0',
      cellId: 'cell-0',
      wall: 1,
      cpu: 1,
      increment: 1e6,
      peak: 1e8,
      sourceHash: 'other'
    }),
    makeRun({
      ...record,
      id: '1',
      cellId: 'cell-1',
      wall: 9,
      cpu: 0,
      increment: 0,
      peak: 1e8,
      status: 'interrupted'
    }),
    makeRun({
      id: '2',
      cellId: 'cell-2',
      profilers: ['lines'],
      wall: 2,
      cpu: 2,
      increment: 4e6,
      peak: 3e8
    })
  ]);
}

let host: HTMLElement;
let root: Root;
let view: BoundFunctions<typeof queries>;
const on = {
  onGo: jest.fn(),
  onProfile: jest.fn(),
  onRecord: jest.fn()
};

beforeEach(() => {
  jest.clearAllMocks();
  host = document.createElement('div');
  document.body.appendChild(host);
  root = createRoot(host);
  view = within(host);
});

afterEach(() => {
  act(() => root.unmount());
  host.remove();
});

function show(
  report: INotebookReport = someReport(),
  parts: Partial<IReportProps> = {}
): void {
  act(() =>
    root.render(
      <Report
        report={report}
        isRecording={true}
        problem={null}
        decimals={2}
        {...on}
        trans={nullTranslator.load('')}
        {...parts}
      />
    )
  );
}

const click = (element: Element): void => {
  act(() => void fireEvent.click(element));
};

const rows = (): HTMLElement[] => [
  ...host.querySelectorAll<HTMLElement>('tbody tr')
];

/** The first lines in the order of the rows. */
const order = (): string[] =>
  rows().map(row => row.querySelector('code')!.textContent!);

const text = (row: HTMLElement, column: string): string =>
  row
    .querySelector(`[data-column="${column}"]`)!
    .textContent!.replace(/\s/g, ' ');

describe('Report', () => {
  it('ranks the cells by time, those without a run last', () => {
    show();
    expect(order()).toEqual([
      'time.sleep(9)',
      'blob = make()',
      'load()',
      'never()'
    ]);
    const [slowest, , , never] = rows();
    expect(
      ['cell', 'runs', 'wall', 'share', 'cpu', 'wait', 'increment', 'peak'].map(
        column => text(slowest, column)
      )
    ).toEqual(['2', '1', '9.00 s', '75 %', '0 s', '9.00 s', '0 B', '100 MB']);
    expect(text(never, 'wall')).toBe('–');
    expect(never.querySelector('.jp-CellProfiler-meter')).toBeNull();
  });

  it('has bars as long as the shares, beside their numbers', () => {
    show();
    const widths = rows()
      .slice(0, 3)
      .map(
        row =>
          row.querySelector<HTMLElement>(
            '[data-column="share"] .jp-CellProfiler-meter > span'
          )!.style.width
      );
    expect(widths).toEqual(['100.00%', '22.22%', '11.11%']);
  });

  it('says what is not as it seems', () => {
    show();
    const tags = rows().map(row =>
      [...row.querySelectorAll('.jp-CellProfiler-reportTag')].map(
        tag => tag.textContent
      )
    );
    expect(tags).toEqual([
      ['interrupted'],
      ['under Lines'],
      ['changed since'],
      ['not run']
    ]);
    expect(host.textContent).toMatch(/One cell has changed since it ran/);
    expect(host.textContent).toMatch(/One cell has no recorded run/);
    show(undefined, { problem: 'The server is away.' });
    expect(view.getByRole('note').textContent).toBe('The server is away.');
  });

  it('adds up', () => {
    show();
    const totals = view.getByRole('list', { name: 'Totals' });
    const texts = [...totals.children].map(item =>
      item.firstElementChild!.textContent!.replace(/\s/g, ' ')
    );
    expect(texts).toEqual(['12.0 s', '3.00 s', '9.00 s', '300 MB', '4.00 MB']);
  });

  it('is sorted by the heads, and by what it is ranked by', () => {
    show();
    const head = (name: string) =>
      view.getByRole('columnheader', { name: new RegExp(`^${name}`) });
    expect(head('Wall').getAttribute('aria-sort')).toBe('descending');
    click(within(head('Added')).getByRole('button'));
    expect(order()[0]).toBe('blob = make()');
    expect(head('Added').getAttribute('aria-sort')).toBe('descending');
    expect(view.getByRole('table', { name: 'Cells by memory' })).toBeTruthy();
    click(within(head('Added')).getByRole('button'));
    expect(order()[0]).toBe('time.sleep(9)');
    expect(order()[3]).toBe('never()');

    const rank = view.getByLabelText('Rank by') as HTMLSelectElement;
    expect(rank.selectedOptions[0].textContent).toBe('a column');
    act(() => void fireEvent.change(rank, { target: { selectedIndex: 2 } }));
    expect(order()).toEqual(NAMES);
    act(() => void fireEvent.change(rank, { target: { selectedIndex: 1 } }));
    expect(order()[0]).toBe('blob = make()');
  });

  it('leads to a cell by a click or Enter, and by arrows to the next row', () => {
    show();
    click(rows()[1]);
    expect(on.onGo.mock.calls[0][0].id).toBe('cell-2');
    act(() => rows()[0].focus());
    const press = (key: string): boolean => {
      let isLeft = true;
      act(() => {
        isLeft = fireEvent.keyDown(document.activeElement!, { key });
      });
      return isLeft;
    };
    expect(press('ArrowDown')).toBe(false);
    expect(document.activeElement).toBe(rows()[1]);
    press('End');
    expect(document.activeElement).toBe(rows()[3]);
    press('ArrowUp');
    press('Enter');
    expect(on.onGo.mock.calls[1][0].id).toBe('cell-0');
    expect(rows().map(({ tabIndex }) => tabIndex)).toEqual([-1, -1, 0, -1]);
    expect(press('x')).toBe(true);
  });

  it('profiles a cell where its notebook is open', () => {
    show();
    const button = () => view.getByRole('button', { name: 'Profile cell 2' });
    click(button());
    expect(on.onProfile.mock.calls[0][0].id).toBe('cell-1');
    expect(on.onGo).not.toHaveBeenCalled();
    // The key is the button's, not the row's.
    act(() => void fireEvent.keyDown(button(), { key: 'Enter' }));
    expect(on.onGo).not.toHaveBeenCalled();
    show(undefined, { isRecording: null });
    click(button());
    expect(on.onProfile).toHaveBeenCalledTimes(1);
    expect(button().title).toMatch(/Open the notebook/);
  });

  it('has the switch', () => {
    show(undefined, { isRecording: false });
    const box = view.getByRole('checkbox') as HTMLInputElement;
    expect(box.checked).toBe(false);
    click(box);
    expect(on.onRecord).toHaveBeenCalledWith(true);
    show(undefined, { isRecording: null });
    expect(box.disabled).toBe(true);
  });

  it('says what to do when nothing is known', () => {
    const nothing = reportOf('nb.ipynb', [], []);
    show(nothing, { isRecording: false });
    click(view.getByRole('button', { name: 'Record every cell' }));
    expect(on.onRecord).toHaveBeenCalledWith(true);
    expect(view.queryByRole('table')).toBeNull();
    show(nothing);
    expect(host.textContent).toMatch(/Run some cells/);
    show(nothing, { isRecording: null });
    expect(host.textContent).toMatch(/Open the notebook/);
  });

  it('is saved as a table and as JSON', () => {
    show();
    for (const name of [/csv/, /json/]) {
      click(view.getByRole('button', { name: /Export/ }));
      click(view.getByRole('menuitem', { name }));
    }
    const [csv, json] = (download as jest.Mock).mock.calls;
    expect([csv[0], json[0]]).toEqual(['nb-report.csv', 'nb-report.json']);
    expect(csv[1].split('\r\n')).toHaveLength(6);
    expect(JSON.parse(json[1]).cells).toHaveLength(4);
  });

  it('takes no text for anything but text', () => {
    const long = 'x'.repeat(100_000);
    show(someReport({ path: `${HOSTILE}/${HOSTILE}.ipynb`, line: HOSTILE }));
    expect(host.querySelector('img, script')).toBeNull();
    expect(order()[2]).toBe(HOSTILE.slice(0, 80));
    expect(view.getByRole('heading', { level: 2 }).textContent).toContain(
      'script>.ipynb'
    );
    show(someReport({ path: long, line: long }));
    expect(host.textContent!.length).toBeLessThan(3000);
  });

  it('draws hundreds of cells in the order they are ranked', () => {
    const cells = [...Array(500)].map((_, index) => ({
      id: `${index}`,
      index,
      number: index + 1,
      firstLine: `f(${index})`,
      sourceHash: 'hash',
      hasRun: true
    }));
    const runs = cells.map(({ id }) =>
      makeRun({ id, cellId: id, wall: Number(id), started: at(1) })
    );
    show(reportOf('nb.ipynb', cells, runs));
    expect(rows()).toHaveLength(500);
    expect(order()[0]).toBe('f(499)');
  });
});
