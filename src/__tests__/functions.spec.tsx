import { nullTranslator } from '@jupyterlab/translation';
import type { BoundFunctions, queries } from '@testing-library/dom';
import { fireEvent, within } from '@testing-library/dom';
import * as React from 'react';
import { act } from 'react';
import type { Root } from 'react-dom/client';
import { createRoot } from 'react-dom/client';
import type { CallsSection, ProfileDocument } from '../document';
import type { IProfileProps } from '../views';
import { Profile } from '../views';
import { DEFAULT_OPTIONS } from '../views/options';
import type { IProfileState } from '../views/state';
import { INITIAL_STATE } from '../views/state';
import { golden } from './golden';

// React asks for it, so that it can tell tests from carelessness.
(
  globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }
).IS_REACT_ACT_ENVIRONMENT = true;

let host: HTMLElement;
let root: Root;
let state: IProfileState;

beforeEach(() => {
  host = document.createElement('div');
  document.body.appendChild(host);
  root = createRoot(host);
  state = { ...INITIAL_STATE, tab: 'functions' };
});

afterEach(() => {
  act(() => root.unmount());
  host.remove();
});

function show(
  props: Partial<IProfileProps> = {},
  document: ProfileDocument = golden('functions-cell')
): void {
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
        {...props}
      />
    )
  );
}

type Bound = BoundFunctions<typeof queries>;

const view = (): Bound => within(host);
const click = (element: Element): void =>
  act(() => void fireEvent.click(element));
const press = (element: Element, key: string): boolean => {
  let went = true;
  act(() => {
    went = fireEvent.keyDown(element, { key, bubbles: true });
  });
  return went;
};
const rows = (): HTMLElement[] => [
  ...view()
    .getByRole('grid')
    .querySelectorAll<HTMLElement>('tbody > tr[tabindex]')
];
const names = (): (string | null | undefined)[] =>
  rows().map(row => row.querySelector('code')?.textContent);
const row = (name: string): HTMLElement => rows()[names().indexOf(name)];
const selected = (): (string | null | undefined)[] =>
  rows()
    .filter(row => row.getAttribute('aria-selected') === 'true')
    .map(row => row.querySelector('code')?.textContent);
const related = (caption: string): (string | null)[] =>
  [
    ...view().getByRole('table', { name: caption }).querySelectorAll('code')
  ].map(code => code.textContent);
const search = (text: string): void =>
  act(
    () =>
      void fireEvent.change(view().getByRole('searchbox'), {
        target: { value: text }
      })
  );

describe('the table', () => {
  it('has the ten functions with most cumulative time first, then more', () => {
    show();
    expect(names()).toHaveLength(10);
    expect(names().slice(0, 2)).toEqual(['<module>', 'calculate_z']);
    click(view().getByRole('button', { name: /Show 12 more functions/ }));
    expect(names()).toHaveLength(22);
    expect(view().queryByRole('button', { name: /Show \d+ more/ })).toBeNull();
    expect(names()[21]).toBe('(29 other functions)');
  });

  it('draws a bounded number of many functions', () => {
    const many = golden('functions-cell');
    const section = many.sections.find(
      (section): section is CallsSection => section.kind === 'calls'
    )!;
    const { functions } = section;
    const count = 5000;
    const of = <T,>(value: T): T[] => new Array<T>(count).fill(value);
    section.functions = {
      name: functions.name.concat(of('f'.repeat(1e4))),
      file: functions.file.concat(of(0)),
      line: functions.line.concat(of(1)),
      calls: functions.calls.concat(of(1)),
      primitive_calls: functions.primitive_calls.concat(of(1)),
      self_time: functions.self_time.concat(of(0)),
      total_time: functions.total_time.concat(of(1))
    };
    show({}, many);
    expect(names()).toHaveLength(10);
    expect(host.textContent?.length).toBeLessThan(10000);
    click(view().getByRole('button', { name: 'Show 40 more functions' }));
    click(view().getByRole('button', { name: 'Show 450 more functions' }));
    expect(names()).toHaveLength(500);
  });

  it('says recursive calls as pstats does', () => {
    show();
    const text = row('fibonacci').querySelector('td')?.textContent;
    expect(text).toMatch(/^35.421\/1$/);
    expect(row('calculate_z').querySelector('td')?.textContent).toBe('1');
  });

  it('is sorted by a click on a heading, and says so', () => {
    show();
    const heading = (): HTMLElement =>
      view().getByRole('columnheader', { name: 'Self' });
    expect(
      view()
        .getByRole('columnheader', { name: 'Cumulative' })
        .getAttribute('aria-sort')
    ).toBe('descending');
    click(within(heading()).getByRole('button'));
    expect(heading().getAttribute('aria-sort')).toBe('descending');
    expect(names()[0]).toBe('calculate_z');
    click(within(heading()).getByRole('button'));
    expect(heading().getAttribute('aria-sort')).toBe('ascending');
    expect(names()).not.toContain('calculate_z');
  });

  it('is filtered by a regular expression, and falls back to plain text', () => {
    show();
    search('^model\\.');
    expect(names()).toEqual([
      'Model.fit',
      'Model.fit.<locals>.<listcomp>',
      'Model.step'
    ]);
    expect(view().queryByRole('alert')).toBeNull();
    search('(29');
    expect(view().getByRole('alert').textContent).toMatch(/plain text/);
    expect(names()).toEqual(['(29 other functions)']);
    search('(a+)+');
    expect(view().getByRole('alert').textContent).toMatch(/too much/);
    expect(host.textContent).toContain('No function matches.');
    expect(view().getAllByRole('status')[0].textContent).toBe(
      '0 of 22 functions'
    );
  });

  it('has folders and library code on request', () => {
    show();
    search('encode');
    const place = (): string | null | undefined =>
      row('JSONEncoder.encode').querySelector('.jp-CellProfiler-where')
        ?.textContent;
    expect(place()).toBe('encoder.py:183');
    click(view().getByLabelText('File names without directories'));
    expect(place()).toBe('/usr/lib/python3.11/json/encoder.py:183');
    search('');
    click(view().getByLabelText('Hide library code'));
    expect(names()).toContain('calculate_z');
    expect(names().join()).not.toMatch(/JSONEncoder|built-in|other functions/);
  });

  it('opens a place without selecting its row', () => {
    const open = jest.fn(() => Promise.resolve());
    show({ open, canOpen: ({ path }) => !path.startsWith('/') });
    const link = view().getByRole('button', { name: 'Go to In [7]:7' });
    click(link);
    expect(open).toHaveBeenCalledWith({
      cellId: '9f1c2a6e-4d0b-4c1e-8a37-5b0e6d2f7a10',
      path: 'In [7]',
      line: 7
    });
    expect(selected()).toEqual([]);
  });
});

describe('the selected function', () => {
  it('has its callers and callees, and they can be selected', () => {
    show();
    click(row('calculate_z'));
    expect(selected()).toEqual(['calculate_z']);
    expect(related('Called by')).toEqual(['<module>']);
    expect(related('Calls')[0]).toBe('<built-in method builtins.abs>');
    const table = view().getByRole('table', { name: 'Calls' });
    click(within(table).getAllByTitle('Select this function')[0]);
    expect(selected()).toEqual(['<built-in method builtins.abs>']);
    expect(related('Called by')).toContain('calculate_z');
    expect(document.activeElement?.textContent).toMatch(/builtins\.abs/);
    expect(host.textContent).toContain('It called nothing');
  });

  it('is selected with the keyboard, which the notebook does not see', () => {
    show();
    const outside = jest.fn();
    document.addEventListener('keydown', outside);
    expect(
      rows()
        .map(({ tabIndex }) => tabIndex)
        .slice(0, 2)
    ).toEqual([0, -1]);
    press(rows()[0], 'Enter');
    expect(selected()).toEqual(['<module>']);
    expect(press(rows()[0], 'ArrowDown')).toBe(false);
    expect(selected()).toEqual(['calculate_z']);
    expect(document.activeElement).toBe(row('calculate_z'));
    press(row('calculate_z'), 'ArrowUp');
    press(rows()[0], 'ArrowUp');
    expect(selected()).toEqual(['<module>']);
    press(rows()[0], 'End');
    expect(document.activeElement).toBe(rows()[9]);
    expect(outside).not.toHaveBeenCalled();
    press(rows()[9], 'x');
    expect(outside).toHaveBeenCalledTimes(1);
    document.removeEventListener('keydown', outside);
  });

  it('is kept when the widget is drawn again', () => {
    show();
    click(row('calculate_z'));
    act(() => root.unmount());
    root = createRoot(host);
    show();
    expect(selected()).toEqual(['calculate_z']);
  });

  it('is forgotten when it is not there', () => {
    state = {
      ...state,
      functions: { ...state.functions, selected: 1000 }
    };
    show();
    expect(host.textContent).toContain('Select a function');
  });

  it('offers its lines where they can be profiled', () => {
    const profileLines = jest.fn();
    const button = (): HTMLElement | null =>
      view().queryByRole('button', { name: 'Profile its lines' });
    show();
    click(row('calculate_z'));
    expect(button()).toBeNull();
    show({ profileLines });
    expect(button()?.title).toMatch(/exactly.*more time/);
    click(button()!);
    expect(profileLines).toHaveBeenCalledWith('calculate_z', null);
    for (const other of ['<module>', '<built-in method builtins.abs>']) {
      click(row(other));
      expect(button()).toBeNull();
    }
  });
});

describe('the summary', () => {
  it('has the hottest functions where there are no lines', () => {
    state = INITIAL_STATE;
    show();
    const table = view().getByRole('table', { name: /Hottest functions/ });
    expect(table.querySelector('code')?.textContent).toBe('calculate_z');
    expect(host.textContent).not.toMatch(/Show all lines/);
    click(view().getByRole('button', { name: 'Show all functions →' }));
    expect(state.tab).toBe('functions');
  });

  it('leads to one of them', () => {
    state = INITIAL_STATE;
    show();
    click(view().getAllByTitle(/Show who called it/)[0]);
    expect(selected()).toEqual(['calculate_z']);
  });

  it('leaves them to the Functions view where there are lines', () => {
    state = INITIAL_STATE;
    show({}, golden('all-sections'));
    expect(host.textContent).not.toMatch(/Hottest functions/);
  });
});
