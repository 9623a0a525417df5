import { nullTranslator } from '@jupyterlab/translation';
import type { BoundFunctions, queries } from '@testing-library/dom';
import { fireEvent, within } from '@testing-library/dom';
import * as React from 'react';
import { act } from 'react';
import type { Root } from 'react-dom/client';
import { createRoot } from 'react-dom/client';
import type { ProfileDocument } from '../document';
import { hasCounters } from '../lib/counters';
import { stackSections } from '../lib/stacks';
import type { IReadDocument } from '../lib/validate';
import type { ISourceLocation } from '../tokens';
import type { IProfileProps } from '../views';
import { Profile } from '../views';
import { DEFAULT_OPTIONS } from '../views/options';
import type { IProfileState } from '../views/state';
import { INITIAL_STATE } from '../views/state';
import { GOLDEN, golden } from './golden';

// Of the library only its absence is needed here.
jest.mock('../views/plotly', () => ({
  ...jest.requireActual<object>('../views/plotly'),
  loadPlotly: () => new Promise(() => undefined)
}));

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
  state = INITIAL_STATE;
});

afterEach(() => {
  act(() => root.unmount());
  host.remove();
});

function show(
  document: ProfileDocument,
  props: Partial<IProfileProps> = {}
): void {
  const read: IReadDocument = { document, unknownKinds: [] };
  act(() =>
    root.render(
      <Profile
        read={read}
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
const tab = (name: string): HTMLElement => view().getByRole('tab', { name });
const texts = (selector: string): (string | null)[] =>
  [...host.querySelectorAll(selector)].map(element => element.textContent);

describe.each(GOLDEN)('%s', name => {
  const profile = golden(name);
  const has = (wanted: string): boolean =>
    profile.sections.some(({ kind }) => kind === wanted);
  const expected = [
    ...(has('lines') || has('totals') ? ['Summary'] : []),
    ...(has('lines') ? ['Lines'] : []),
    ...(has('calls') ? ['Functions'] : []),
    ...(stackSections(profile).length > 0 ? ['Flame'] : []),
    ...(has('series') ? ['Memory'] : []),
    ...(has('objects') ? ['Objects'] : []),
    ...(hasCounters(profile) ? ['Counters'] : [])
  ];

  it('is drawn with its title and every tab', () => {
    show(profile);
    expect(view().getByRole('heading', { level: 2 }).textContent).toBe(
      profile.title
    );
    const tabs = view().queryAllByRole('tab');
    expect(tabs.map(({ textContent }) => textContent)).toEqual(expected);
    for (const one of tabs) {
      click(one);
      expect(one.getAttribute('aria-selected')).toBe('true');
      const panel = view().getByRole('tabpanel');
      expect(panel.textContent).not.toBe('');
      expect(panel.textContent).not.toMatch(/NaN|undefined|\[object/);
      expect(panel.getAttribute('aria-labelledby')).toBe(one.id);
    }
  });

  it('shows its strings as text, never as markup', () => {
    show(profile);
    for (const one of [null, ...view().queryAllByRole('tab')]) {
      if (one) {
        click(one);
      }
      const active = 'script, img, iframe, object, a, [href], [src], [srcdoc]';
      expect(host.querySelectorAll(active)).toHaveLength(0);
      for (const element of host.querySelectorAll('*')) {
        for (const { name } of Array.from(element.attributes)) {
          expect(name).not.toMatch(/^on/);
        }
      }
    }
    expect((window as { pwned?: unknown }).pwned).toBeUndefined();
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it.each(['lines', 'functions'])('has a bounded amount of text: %s', tab => {
    state = { ...INITIAL_STATE, tab };
    show(profile);
    expect(host.querySelectorAll('*').length).toBeLessThan(3000);
    expect(host.textContent?.length).toBeLessThan(50000);
  });
});

describe('summary', () => {
  const metric = (name: string): (string | null)[] =>
    texts(`[data-name="${name}"] > :not(.jp-CellProfiler-hidden)`);

  it('says where the time is and what to do', () => {
    show(golden('lines-cell'));
    const text = host.querySelector('.jp-CellProfiler-meaning')?.textContent;
    expect(text).toMatch(/computes/);
    expect(text).toMatch(/lines 7–9 of calculate_z/);
    expect(text).toMatch(/Start there/);
  });

  it('names what a waiting run waits for', () => {
    show(golden('error'));
    const text = host.querySelector('.jp-CellProfiler-meaning')?.textContent;
    expect(text).toMatch(/waits/);
    expect(text).toMatch(/line 6 of inverse/);
  });

  it('does not explain a run that was too short', () => {
    show(golden('short'));
    const text = host.querySelector('.jp-CellProfiler-meaning')?.textContent;
    expect(text).toMatch(/too short/);
    expect(text).not.toMatch(/line \d/);
  });

  it('explains each number', () => {
    show(golden('lines-cell'));
    const metrics = [...host.querySelectorAll('.jp-CellProfiler-metric')];
    expect(metrics.length).toBeGreaterThan(4);
    for (const one of metrics) {
      expect(one.getAttribute('title')).toMatch(/\w{3}/);
    }
  });

  it('says why a number is missing, and shows no 0 for it', () => {
    show(golden('unsupported-totals'));
    expect(metric('user')).toEqual([
      'not available',
      'user',
      expect.stringContaining('does not tell')
    ]);
    expect(metric('wall')).toEqual([expect.stringMatching(/\d/), 'wall']);
    expect(host.querySelector('.jp-CellProfiler-timeBar')).toBeNull();
  });

  it('has a legend in words for its bar', () => {
    show(golden('lines-cell'));
    const legend = view().getByRole('list', { name: /time divides/ });
    expect(legend.textContent).toMatch(/user.*system.*waiting/);
  });

  it('shows totals that it does not know by their own label', () => {
    const later = {
      name: 'later_kind',
      label: 'Of a later version',
      value: 3,
      unit: 'count' as const,
      supported: true
    };
    const short = golden('short');
    show({ ...short, sections: [{ kind: 'totals', items: [later] }] });
    expect(host.querySelector('[data-name=later_kind]')?.textContent).toContain(
      'Of a later version'
    );
  });

  it('leads to the lines', () => {
    show(golden('lines-cell'));
    click(view().getByRole('button', { name: /Show all lines/ }));
    expect(tab('Lines').getAttribute('aria-selected')).toBe('true');
    expect(state.tab).toBe('lines');
  });

  it('ranks lines by their own time, at most ten', () => {
    show(golden('lines-methods'));
    const table = view().getByRole('table', { name: 'Hottest lines' });
    const lines = within(table).getAllByRole('row').slice(1);
    expect(lines).toHaveLength(10);
    // The calling line has most time, but cannot be told from what it calls.
    expect(lines[0].textContent).toContain('self.prices[d]');
  });
});

describe('notices', () => {
  const notices = (): string =>
    host.querySelector('.jp-CellProfiler-notices')?.textContent ?? '';

  it.each([
    ['error', /Partial.*ZeroDivisionError: division by zero/],
    ['interrupted', /Partial.*interrupted/],
    ['truncated', /Shortened/],
    ['syntax-error', /Nothing was measured.*SyntaxError/],
    ['all-sections', /^$/],
    ['lines-cell', /^$/]
  ])('%s', (name, text) => {
    show(golden(name));
    expect(notices()).toMatch(text);
  });

  it('names sections of a later version', () => {
    show(golden('lines-cell'), {
      read: { document: golden('lines-cell'), unknownKinds: ['threads'] }
    });
    expect(notices()).toMatch(/threads/);
  });
});

describe('tabs', () => {
  it('follow the arrow keys, round and to the ends', () => {
    show(golden('lines-cell'));
    const selected = (): string | null =>
      view().getByRole('tab', { selected: true }).textContent;
    for (const [key, next] of [
      ['ArrowRight', 'Lines'],
      ['ArrowRight', 'Summary'],
      ['ArrowLeft', 'Lines'],
      ['Home', 'Summary'],
      ['End', 'Lines']
    ]) {
      press(view().getByRole('tab', { selected: true }), key);
      expect(selected()).toBe(next);
      expect(document.activeElement?.textContent).toBe(next);
    }
    expect(tab('Lines').tabIndex).toBe(0);
    expect(tab('Summary').tabIndex).toBe(-1);
  });

  it('keep their keys from the notebook, and no others', () => {
    show(golden('lines-cell'));
    const heard: string[] = [];
    const listener = (event: KeyboardEvent): void => void heard.push(event.key);
    document.addEventListener('keydown', listener);
    for (const key of ['Enter', ' ', 'ArrowRight', 'b', 'Escape']) {
      press(tab('Summary'), key);
    }
    document.removeEventListener('keydown', listener);
    expect(heard).toEqual(['b', 'Escape']);
  });
});

describe('lines', () => {
  beforeEach(() => {
    state = { ...INITIAL_STATE, tab: 'lines' };
  });

  const block = (name: RegExp): Bound =>
    within(view().getByRole('region', { name }));
  const numbers = (name: RegExp): (string | null)[] =>
    block(name)
      .getAllByRole('row')
      .slice(1)
      .map(row => row.querySelector('[data-column=line]')!.textContent);

  it('have a block for each function, hottest first', () => {
    show(golden('lines-cell'));
    expect(texts('.jp-CellProfiler-blockName')).toEqual([
      'calculate_z',
      'top level'
    ]);
    expect(numbers(/calculate_z/)).toEqual(
      Array.from({ length: 11 }, (_, index) => String(index + 1))
    );
  });

  it('are sorted by a click on a header, and say so', () => {
    show(golden('lines-cell'));
    const header = (): HTMLElement =>
      block(/calculate_z/).getByRole('columnheader', { name: /^Time/ });
    expect(header().getAttribute('aria-sort')).toBe('none');
    const button = within(header()).getByRole('button');
    button.focus();
    click(button);
    // Who sorts by the keyboard wants to press again.
    expect(document.activeElement).toBe(button);
    expect(header().getAttribute('aria-sort')).toBe('descending');
    expect(numbers(/calculate_z/).slice(0, 3)).toEqual(['7', '8', '9']);
    // A line without numbers stands last.
    expect(numbers(/calculate_z/).pop()).toBe('1');
    click(button);
    expect(header().getAttribute('aria-sort')).toBe('ascending');
    expect(numbers(/calculate_z/).slice(-4)).toEqual(['9', '8', '7', '1']);
    expect(state.sort).toEqual({ column: 'time', descending: false });
  });

  it('can be only those with time', () => {
    show(golden('lines-cell'));
    click(view().getByRole('checkbox', { name: /Only lines/ }));
    expect(numbers(/calculate_z/)).not.toContain('1');
    expect(host.querySelector('.jp-mod-plain')).toBeNull();
  });

  it('show the chosen columns in their order', () => {
    show(golden('lines-cell'), {
      options: {
        columns: ['percent_of_total', 'hits', 'no such column', 'hits'],
        decimals: 0
      }
    });
    const names = block(/calculate_z/)
      .getAllByRole('columnheader')
      .map(({ dataset }) => dataset.column);
    expect(names).toEqual(['percent_of_total', 'hits', 'line', 'source']);
  });

  it('always show columns that no setting names', () => {
    show(golden('hostile'), { options: { columns: [], decimals: 2 } });
    expect(host.querySelector('[data-column=toString]')).not.toBeNull();
    expect(host.querySelector('[data-column=hits]')).toBeNull();
  });

  it('bound an own time that cannot be told', () => {
    show(golden('lines-methods'));
    const row = block(/Model\.fit/).getByRole('row', { name: /predict/ });
    expect(row.querySelector('[data-column=self_time]')?.textContent).toMatch(
      /^≤/
    );
    expect(row.dataset.heat).toBe('0');
  });

  it('are warmest where the time is, with a number beside the colour', () => {
    show(golden('lines-cell'));
    const hot = host.querySelector<HTMLElement>('tr[data-heat="100"]');
    expect(hot?.textContent).toContain('while abs(z)');
    expect(hot?.textContent).toMatch(/\d\s%/);
  });

  it('close and open a block', () => {
    show(golden('lines-cell'));
    const toggle = block(/calculate_z/).getByRole('button', { expanded: true });
    click(toggle);
    expect(toggle.getAttribute('aria-expanded')).toBe('false');
    expect(block(/calculate_z/).queryByRole('table')).toBeNull();
    click(toggle);
    expect(block(/calculate_z/).queryByRole('table')).not.toBeNull();
  });

  it('draw a long block in parts, from its hottest line', () => {
    const document = golden('lines-cell');
    const count = 5000;
    const all = Array.from({ length: count }, (_, index) => index + 1);
    const time = all.map(line => (line === 3000 ? 1 : 1e-6));
    show({
      ...document,
      files: [{ path: 'long.py', source: all.map(line => `x = ${line}`) }],
      sections: [
        {
          kind: 'lines',
          file: 0,
          lines: all,
          columns: [{ name: 'time', label: '', unit: 'seconds', values: time }]
        }
      ]
    });
    expect(host.querySelectorAll('tbody tr').length).toBeLessThan(300);
    expect(host.querySelector('tr[data-heat="100"]')?.textContent).toContain(
      'x = 3000'
    );
    const before = host.querySelectorAll('tbody tr').length;
    click(view().getByRole('button', { name: /more lines of 5000/ }));
    expect(host.querySelectorAll('tbody tr').length).toBe(before + 250);
    click(view().getByRole('button', { name: /lines before/ }));
    expect(host.querySelectorAll('tbody tr').length).toBe(before + 500);
  });

  it('open where that can be done', () => {
    const opened: ISourceLocation[] = [];
    const document = golden('lines-methods');
    show(document, {
      canOpen: ({ cellId }) => cellId !== undefined,
      open: async location => void opened.push(location)
    });
    expect(block(/median/).queryByRole('button', { name: /Go to/ })).toBeNull();
    click(block(/load/).getByRole('button', { name: 'Go to line 13' }));
    expect(opened).toEqual([
      { cellId: document.files[2].cellId, path: 'In [4]', line: 13 }
    ]);
  });

  it('say when a line could not be opened', async () => {
    show(golden('lines-cell'), {
      canOpen: () => true,
      open: () => Promise.reject(new Error('gone'))
    });
    const [link] = view().getAllByRole('button', { name: 'Go to line 7' });
    await act(async () => void fireEvent.click(link));
    expect(view().getByRole('status').textContent).toMatch(/could not/);
  });
});
