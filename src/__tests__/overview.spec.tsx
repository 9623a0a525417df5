import { nullTranslator } from '@jupyterlab/translation';
import { fireEvent, within } from '@testing-library/dom';
import * as React from 'react';
import { act } from 'react';
import type { Root } from 'react-dom/client';
import { createRoot } from 'react-dom/client';
import type { ProfileDocument, Section } from '../document';
import { causes, costOfTouching } from '../lib/causes';
import type { Verdict } from '../lib/totals';
import { breakdown, meaning } from '../lib/totals';
import type { IProfileProps } from '../views';
import { Profile } from '../views';
import { DEFAULT_OPTIONS } from '../views/options';
import type { IProfileState } from '../views/state';
import { INITIAL_STATE } from '../views/state';
import { golden } from './golden';

/** Wall, user and sys seconds, percent of native code, faults: what an overview has. */
type Numbers = readonly [number, number, number, number | null, number];

function overview(
  [wall, user, sys, native, faults]: Numbers,
  more: Section[] = []
): ProfileDocument {
  const base = golden('memory-timeline');
  const values: [string, number | null][] = [
    ['wall', wall],
    ['user', user],
    ['sys', sys],
    ['native_percent', native],
    ['minor_faults', faults]
  ];
  const items = values
    .filter(([, value]) => value !== null)
    .map(([name, value]) => ({
      name,
      label: name,
      value,
      unit: 'count' as const,
      supported: true
    }));
  return { ...base, sections: [{ kind: 'totals', items }, ...more] };
}

const rss = (values: (number | null)[]): Section => ({
  kind: 'series',
  name: 'rss',
  unit: 'bytes',
  t: values.map((_, index) => index),
  values
});

const STACKS: Section = {
  kind: 'stacks',
  unit: 'seconds',
  frames: { name: ['f'], file: [0], line: [1] },
  nodes: { parent: [-1], frame: [0], self: [1], total: [1] }
};

describe('causes', () => {
  it('knows native code only where it was looked at', () => {
    expect(causes(overview([1, 1, 0, 76, 0])).native).toBeCloseTo(0.76);
    expect(causes(overview([1, 1, 0, null, 0])).native).toBeNull();
    expect(causes(golden('lines-cell'))).toEqual({ native: null, touched: 0 });
  });

  it('takes the growth for what large pages do not tell', () => {
    expect(causes(overview([1, 1, 0, null, 1000])).touched).toBe(4_096_000);
    const grown = rss([1e8, 3e8, null, 2e8, 3e8]);
    expect(causes(overview([1, 1, 0, null, 2], [grown])).touched).toBe(3e8);
    expect(costOfTouching({ native: null, touched: 4_096_000 })).toBeCloseTo(
      0.001
    );
  });
});

describe('the verdict', () => {
  const table: [Numbers, Section[], Verdict][] = [
    [[1, 0.97, 0.01, 80, 100], [], 'computing'],
    [[1, 0.5, 0.45, null, 250_000], [], 'allocating'],
    [[1, 0.5, 0.45, null, 0], [rss([0, 1e9])], 'allocating'],
    // Reading files, say.
    [[1, 0.5, 0.45, null, 1000], [], 'kernel'],
    // Touched, but that cost nothing to speak of.
    [[1, 0.9, 0.08, null, 200_000], [], 'computing'],
    [[1, 0.1, 0.3, null, 200_000], [], 'waiting']
  ];
  it.each(table)('of %j', (numbers, more, verdict) => {
    const document = overview(numbers, more);
    expect(meaning(breakdown(document), causes(document)).verdict).toBe(
      verdict
    );
  });
});

describe('the summary of an overview', () => {
  let host: HTMLElement;
  let root: Root;
  let state: IProfileState;
  const profileAgain = jest.fn();

  beforeEach(() => {
    state = INITIAL_STATE;
    profileAgain.mockClear();
    host = document.createElement('div');
    document.body.appendChild(host);
    root = createRoot(host);
  });

  afterEach(() => {
    act(() => root.unmount());
    host.remove();
  });

  const show = (
    profile: ProfileDocument,
    props: Partial<IProfileProps> = { profileAgain }
  ): void =>
    act(() =>
      root.render(
        <Profile
          read={{ document: profile, unknownKinds: [] }}
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
  const text = (): string =>
    host.querySelector('.jp-CellProfiler-meaning')!.textContent!;
  const steps = (): string[] =>
    [...host.querySelectorAll('.jp-CellProfiler-nextSteps button')].map(
      button => button.textContent!
    );
  const press = (name: string | RegExp): void =>
    act(() => void fireEvent.click(within(host).getByRole('button', { name })));

  it('leads from Python to the functions', () => {
    show(overview([2, 1.98, 0.01, 8, 100]));
    expect(text()).toMatch(/mostly in Python itself \(8.*% in compiled/);
    expect(steps()).toEqual(['Profile functions']);
    press('Profile functions');
    expect(profileAgain).toHaveBeenCalledWith(['functions']);
  });

  it('leads from native code to its functions', () => {
    show(overview([2, 1.98, 0.01, 90, 100]));
    expect(text()).toMatch(/mostly in compiled libraries .*90/);
    press('Profile native stacks');
    expect(profileAgain).toHaveBeenCalledWith(['stacks'], {
      stacks: { native: true }
    });
  });

  it('leads from memory to its timeline', () => {
    show(overview([1, 0.5, 0.45, null, 400_000], [rss([1e8, 3e8])]));
    expect(text()).toMatch(/gets memory.*45.*1\.6\d? GB|gets memory/);
    expect(text()).toMatch(/work in place/);
    press('Show the memory');
    expect(state.tab).toBe('memory');
  });

  it('leads from waiting to where it waits', () => {
    show(overview([2, 0.1, 0.1, null, 10], [STACKS]));
    expect(steps()).toEqual(['Show the stacks']);
    press('Show the stacks');
    expect(state.tab).toBe('flame');
  });

  it('offers no run where there is no cell to run', () => {
    show(overview([2, 1.98, 0.01, 8, 100]), {});
    expect(steps()).toEqual([]);
  });

  it('has steps after an overview only', () => {
    show(golden('lines-cell'), { profileAgain });
    expect(steps()).toEqual(['Show all lines →']);
  });

  it('says how rough a share of few samples is, not of counted lines', () => {
    show(golden('stacks-cell'));
    expect(text()).toMatch(/\d+(\.\d)?\s%\s?\(± \d+\s%\) of the time is in/);
    expect(host.querySelector('caption')!.textContent).toMatch(
      /of 34 samples, ± 1\d\s% at most/
    );
    show(golden('lines-cell'));
    expect(text()).not.toContain('±');
    expect(host.querySelector('caption')!.textContent).not.toContain('±');
  });

  it('has memory and stacks in small, which lead to their tabs', () => {
    show(golden('memory-timeline'));
    press(/^Memory while it ran: peak/);
    expect(state.tab).toBe('memory');
    show(golden('stacks-cell'));
    press('Show the flame graph');
    expect(state.tab).toBe('flame');
    show(golden('lines-cell'));
    expect(host.querySelector('.jp-CellProfiler-sketch')).toBeNull();
  });

  it('keeps the counts of the system for those who ask', () => {
    show(overview([1, 0.9, 0.05, null, 123]));
    const counts = host.querySelector('details.jp-CellProfiler-counts')!;
    expect(counts.querySelector('[data-name=minor_faults]')).not.toBeNull();
    expect(host.querySelectorAll('[data-name=minor_faults]')).toHaveLength(1);
    expect(counts.hasAttribute('open')).toBe(false);
  });
});
