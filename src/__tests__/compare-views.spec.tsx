import { nullTranslator } from '@jupyterlab/translation';
import { fireEvent, within } from '@testing-library/dom';
import { act } from 'react';
import type { ProfileDocument } from '../document';
import type { IRepeat } from '../views/compare';
import {
  letterOf,
  signedPoints,
  signedShare,
  signedValue
} from '../views/compare/words';
import { madeUp } from './compare.documents';
import { ComparePage, runOf } from './compare.page';
import { GOLDEN, golden } from './golden';

// Of the library only its absence is needed here.
jest.mock('../views/plotly', () => ({
  ...jest.requireActual<object>('../views/plotly'),
  loadPlotly: () => new Promise(() => undefined)
}));

let page: ComparePage;

beforeEach(() => {
  page = new ComparePage();
});

afterEach(() => page.close());

const remarks = (): string =>
  page.host.querySelector('.jp-CellProfiler-remarks')?.textContent ?? '';

describe.each([
  ...GOLDEN.map((name, at) => [name, GOLDEN[(at + 1) % GOLDEN.length]]),
  ...GOLDEN.map(name => [name, name]),
  ['hostile', 'hostile'],
  ['lines-cell', 'hostile']
])('%s and %s', (one, other) => {
  const runs = [runOf(golden(one)), runOf(golden(other))];

  it('is drawn with every tab', () => {
    page.show(runs);
    const tabs = page.view.getAllByRole('tab');
    expect(tabs[0].textContent).toBe('Summary');
    for (const each of tabs) {
      page.click(each);
      expect(each.getAttribute('aria-selected')).toBe('true');
      expect(page.panel.textContent).not.toMatch(/NaN|undefined|\[object|null/);
      expect(page.panel.querySelectorAll('*').length).toBeLessThan(6000);
    }
    expect(remarks()).not.toBe('');
    expect(remarks()).not.toMatch(/NaN|undefined|\[object|%\d/);
  });

  it('shows strings as text, never as markup', () => {
    page.show(runs);
    for (const each of page.view.getAllByRole('tab')) {
      page.click(each);
      const active = 'script, img, iframe, object, a, [href], [src], [srcdoc]';
      expect(page.host.querySelectorAll(active)).toHaveLength(0);
      for (const element of page.host.querySelectorAll('*')) {
        for (const { name } of Array.from(element.attributes)) {
          expect(name).not.toMatch(/^on/);
        }
      }
    }
    expect((window as { pwned?: unknown }).pwned).toBeUndefined();
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

it.each([
  ['lines-cell', ['Summary', 'Lines']],
  ['functions-cell', ['Summary', 'Functions']],
  ['stacks-cell', ['Summary', 'Lines', 'Functions', 'Flame']],
  ['memory-lines-cell', ['Summary', 'Lines', 'Functions', 'Flame', 'Memory']],
  ['objects-cell', ['Summary', 'Objects']]
])('%s has the tabs that apply', (name, expected) => {
  page.show([runOf(golden(name)), runOf(golden(name))]);
  expect(page.view.getAllByRole('tab').map(one => one.textContent)).toEqual(
    expected
  );
});

describe('the header', () => {
  const [one, other] = [runOf(golden('lines-cell')), runOf(golden('short'))];

  it('names the runs, the first one as the baseline', () => {
    page.show([runOf(one.document, 'First'), runOf(other.document, 'Second')]);
    const [a, b] = page.view.getAllByRole('listitem');
    expect(a.textContent).toMatch(/^AFirstbaseline.*line_profiler 5\.1\.0/);
    expect(b.textContent).toMatch(/^BSecond/);
    expect(b.textContent).not.toMatch(/baseline/);
  });

  it('swaps two runs', () => {
    page.show([runOf(one.document, 'First'), runOf(other.document, 'Second')]);
    const wall = (): string =>
      page.host.querySelector('tr[data-name=wall]')!.textContent!;
    expect(wall()).toMatch(/2\.31.s231.µs−/);
    page.click(page.view.getByRole('button', { name: /Swap/ }));
    expect(page.view.getAllByRole('listitem')[0].textContent).toMatch(
      /^ASecond/
    );
    expect(wall()).toMatch(/231.µs2\.31.s\+/);
  });

  it('lets one of more than two be chosen, by the keyboard as well', () => {
    const document = golden('lines-cell');
    page.show([
      runOf(document, 'First'),
      runOf(golden('short'), 'Second'),
      runOf(golden('error'), 'Third')
    ]);
    expect(page.view.queryByRole('button', { name: /Swap/ })).toBeNull();
    const [second, third] = page.view.getAllByRole('radio');
    expect((second as HTMLInputElement).checked).toBe(true);
    page.click(third);
    expect((third as HTMLInputElement).checked).toBe(true);
    expect(remarks()).toMatch(/C ended with an error \(ZeroDivisionError\)/);
    const table = page.view.getByRole('table', { name: 'All runs' });
    expect(within(table).getAllByRole('row')).toHaveLength(4);
  });
});

describe('what to know before', () => {
  const document = golden('lines-cell');
  const against = (change: Partial<ProfileDocument>): string => {
    page.show([runOf(document), runOf({ ...document, ...change })]);
    return remarks();
  };

  it('is that all is the same', () => {
    expect(against({})).toMatch(/^Same source, profilers, options/);
  });

  it('is what is not', () => {
    const { environment, profilers } = document;
    expect(against({ profilers: golden('stacks-cell').profilers })).toMatch(
      /Not comparable: A ran under Lines, B under Stacks/
    );
    expect(
      against({ environment: { ...environment, python: '3.13.1' } })
    ).toMatch(/With care: Another Python: A on 3\.11\.9, B on 3\.13\.1/);
    expect(against({ environment: { ...environment, cpuCount: 96 } })).toMatch(
      /A had 8 processors, B had 96/
    );
    expect(
      against({ environment: { ...environment, platform: 'Windows' } })
    ).toMatch(/Another machine: A on Linux.*, B on Windows/);
    expect(
      against({ profilers: [{ ...profilers[0], options: { rate: 7 } }] })
    ).toMatch(
      /options of “Lines” are not the same: A with rate=–, B with rate=7/
    );
    expect(
      against({ profilers: [{ ...profilers[0], toolVersion: '4.0' }] })
    ).toMatch(
      /A was measured by line_profiler 5\.1\.0, B by line_profiler 4\.0/
    );
    expect(against({ status: 'interrupted' })).toMatch(
      /Not comparable: B was interrupted/
    );
    expect(
      against({ target: { ...document.target, sourceHash: 'other' } })
    ).toMatch(/source is not the same; lines are aligned/);
  });

  it('leaves out better and worse where the difference is not that of the code', () => {
    const words = (): (string | null)[] =>
      page.texts('[data-name=wall] .jp-CellProfiler-word');
    page.show([runOf(document), runOf(golden('short'))]);
    expect(words()).toEqual(['better']);
    page.show([
      runOf(document),
      runOf({ ...golden('short'), status: 'interrupted' })
    ]);
    expect(words()).toEqual(['less']);
    page.show([runOf(golden('short')), runOf(document)]);
    expect(words()).toEqual(['worse']);
  });
});

describe('the summary', () => {
  it('has nothing that differs between a run and itself', () => {
    const document = golden('all-sections');
    page.show([runOf(document), runOf(document)]);
    expect(
      page.host.querySelectorAll('[data-change=grown], [data-change=shrunk]')
    ).toHaveLength(0);
    expect(page.view.queryByText(/changed most/)).toBeNull();
    for (const text of page.texts('td[data-column=share]')) {
      expect(text).toBe('the same');
    }
  });

  it('says a change by an arrow, a signed number and a word', () => {
    page.show([runOf(golden('lines-cell')), runOf(golden('short'))]);
    const [change] = page.texts('[data-measure=wall] .jp-CellProfiler-delta');
    expect(change).toMatch(/^▼−100.%$/);
    expect(page.panel.textContent).toMatch(/times as fast/);
    const wall = page.host.querySelector('tr[data-name=wall]')!;
    expect(wall.querySelector('[data-column=change]')!.textContent).toMatch(
      /^−2\.31.s$/
    );
  });

  it('says that one run cannot tell noise, and what to do', () => {
    const document = golden('lines-cell');
    page.show([runOf(document), runOf(document)]);
    const noise = page.view.getByRole('region', { name: /noise/ });
    expect(noise.textContent).toMatch(/one run cannot tell.*at least 3/);
    expect(noise.querySelector('.jp-CellProfiler-lane')).toBeNull();
  });

  it('says whether repeated runs differ by more than noise', () => {
    const document = golden('lines-cell');
    const repeats = (...walls: number[]): IRepeat[] =>
      walls.map(wall => ({ wall, cpu: wall, peak: null }));
    const same = repeats(2.3, 2.32, 2.31, 2.29);
    page.show([runOf(document, 'A', same), runOf(document, 'B', same)]);
    const noise = (): HTMLElement =>
      page.view.getByRole('region', { name: /noise/ });
    expect(noise().textContent).toMatch(/median 2\.31.s of 5 runs/);
    expect(noise().textContent).toMatch(/within the noise/);
    expect(page.texts('[data-name=wall] [data-column=share]')).toEqual([
      'the same'
    ]);
    const slow = {
      ...document,
      sections: document.sections.map(section =>
        section.kind === 'totals'
          ? {
              ...section,
              items: section.items.map(item => ({
                ...item,
                value: item.value && 2 * item.value
              }))
            }
          : section
      )
    };
    const slower = repeats(4.6, 4.7, 4.61, 4.5);
    page.show([runOf(document, 'A', same), runOf(slow, 'B', slower)]);
    expect(noise().textContent).toMatch(/\(95 %: \+.* to \+.*\): beyond/);
    expect(page.texts('[data-name=wall] .jp-CellProfiler-word')).toEqual([
      'worse'
    ]);
    page.show([
      runOf(document, 'A', same.slice(0, 2)),
      runOf(slow, 'B', slower.slice(0, 2))
    ]);
    expect(noise().textContent).toMatch(/probably beyond the noise/);
    // As many runs, and no difference: the single runs differ all the same.
    page.show([runOf(document, 'A', slower), runOf(slow, 'B', same)]);
    expect(page.texts('[data-name=wall] .jp-CellProfiler-word')).toEqual([
      'within the noise'
    ]);
    expect(
      page.host.querySelector('[data-name=wall] [data-change]')!.outerHTML
    ).toMatch(/data-change="same"/);
  });

  it('leads to the lines and functions that changed most', () => {
    page.show([madeUp(1), madeUp(2)].map(one => runOf(one)));
    const table = page.view.getByRole('table', { name: /Lines that changed/ });
    expect(within(table).getAllByRole('row').length).toBeLessThanOrEqual(5);
    page.click(page.view.getByRole('button', { name: /Show all lines/ }));
    expect(page.tab('Lines').getAttribute('aria-selected')).toBe('true');
    page.open('Summary');
    page.click(page.view.getByRole('button', { name: /Show all functions/ }));
    expect(page.tab('Functions').getAttribute('aria-selected')).toBe('true');
  });
});

it('keeps keys of its buttons from JupyterLab', () => {
  page.show([runOf(golden('lines-cell')), runOf(golden('short'))]);
  const heard: string[] = [];
  const listener = (event: KeyboardEvent): void => void heard.push(event.key);
  document.addEventListener('keydown', listener);
  for (const key of ['Enter', 'ArrowRight', 'b']) {
    act(
      () => void fireEvent.keyDown(page.tab('Summary'), { key, bubbles: true })
    );
  }
  document.removeEventListener('keydown', listener);
  expect(heard).toEqual(['b']);
});

describe('differences', () => {
  it('have a sign', () => {
    expect(signedValue(-1.5, 'seconds', 2)).toBe('−1.50\u202fs');
    expect(signedValue(2000, 'bytes', 2)).toBe('+2.00\u202fkB');
    expect(signedValue(0, 'count', 2)).toBe('0');
    expect(signedValue(null, 'count', 2)).toBe('–');
  });

  it('are shares of the baseline, or times', () => {
    expect(signedShare(-0.5)).toBe('−50\u202f%');
    expect(signedShare(0.071)).toBe('+7.1\u202f%');
    expect(signedShare(11)).toBe('×\u202f12');
    expect(signedShare(1e-9)).toBe('<\u202f0.1\u202f%');
    expect(signedShare(Infinity)).toBe('–');
  });

  it('of shares are points', () => {
    const trans = nullTranslator.load('');
    expect(signedPoints(-0.031, trans)).toBe('−3.1 points');
    expect(signedPoints(1e-9, trans)).toMatch(/^<.0\.1 points$/);
  });

  it('are of runs that have letters', () => {
    expect([0, 25, 26].map(letterOf)).toEqual(['A', 'Z', '27']);
  });
});
