import { nullTranslator } from '@jupyterlab/translation';
import { fireEvent, within } from '@testing-library/dom';
import * as React from 'react';
import { act } from 'react';
import type { Root } from 'react-dom/client';
import { createRoot } from 'react-dom/client';
import type { ProfileDocument } from '../document';
import { cellHeat } from '../lib/heat';
import { lineModel } from '../lib/lines';
import {
  hasKinds,
  isScalene,
  kindsOf,
  leaksOf,
  scaleneMeaning
} from '../lib/scalene';
import { Profile } from '../views';
import { columnLabel } from '../views/labels';
import { DEFAULT_OPTIONS } from '../views/options';
import { MORE_COLUMNS, scaleneColumn } from '../views/scalenelabels';
import type { IProfileState } from '../views/state';
import { INITIAL_STATE } from '../views/state';
import { golden } from './golden';

(
  globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }
).IS_REACT_ACT_ENVIRONMENT = true;

jest.mock('../views/plotly', () => jest.requireActual('./plotly.fake'));

const trans = nullTranslator.load('');
const run = golden('scalene-cell');
const leaky = golden('scalene-leak');

/** The figures of a document set to others. */
function withTotals(
  document: ProfileDocument,
  values: { [name: string]: number | null }
): ProfileDocument {
  return {
    ...document,
    sections: document.sections.map(section =>
      section.kind === 'totals'
        ? {
            ...section,
            items: section.items.map(item =>
              item.name in values
                ? {
                    ...item,
                    value: values[item.name],
                    supported: values[item.name] !== null
                  }
                : item
            )
          }
        : section
    )
  };
}

describe('what Scalene says', () => {
  it('divides the time of a line into parts that add up', () => {
    const { blocks } = lineModel(run);
    let seen = 0;
    for (const block of blocks) {
      expect(hasKinds(block)).toBe(true);
      for (const row of block.rows) {
        const kinds = kindsOf(block, row);
        if (kinds.length > 0) {
          seen += 1;
          const whole = kinds.reduce((all, { value }) => all + value, 0);
          expect(whole).toBeCloseTo(row.own!, 6);
          const shares = kinds.reduce((all, { share }) => all + share, 0);
          expect(shares).toBeCloseTo(1, 9);
        }
      }
    }
    expect(seen).toBeGreaterThan(2);
  });

  it('is about time, and lines never have more than the run', () => {
    const model = lineModel(run);
    expect(model.measure).toBe('time');
    const shares = model.blocks.map(({ share }) => share ?? 0);
    expect(shares.reduce((all, share) => all + share, 0)).toBeLessThanOrEqual(
      1.000001
    );
  });

  it('knows documents of others', () => {
    expect(isScalene(run)).toBe(true);
    const other = golden('memory-lines-cell');
    expect(isScalene(other)).toBe(false);
    expect(lineModel(other).blocks.some(hasKinds)).toBe(false);
  });

  it('finds leaks, most likely first', () => {
    const [leak, ...more] = leaksOf(lineModel(leaky));
    expect(more).toEqual([]);
    expect(leak.row.text).toContain('seen.append');
    expect(leak.likelihood).toBeGreaterThan(0.9);
    expect(leak.speed).toBeGreaterThan(1e6);
    expect(leaksOf(lineModel(run))).toEqual([]);
  });

  it('colours the cells of both', () => {
    const options = { metric: 'self_time' as const, decimals: 2 };
    const [own] = cellHeat(run, run.target.cellId!, options);
    const sleeping = own.lines.find(({ line }) => line === 8)!;
    expect(sleeping.heat).toBeGreaterThan(0);
    expect(own.lines.find(({ line }) => line === 1)!.memoryText).toMatch(/MB$/);
    const earlier = run.files.find(
      ({ cellId }) => cellId && cellId !== run.target.cellId
    )!;
    expect(
      cellHeat(run, earlier.cellId!, options).flatMap(({ lines }) => lines)
    ).not.toEqual([]);
  });

  it('has every column explained', () => {
    const names = new Set<string>(MORE_COLUMNS);
    for (const document of [run, leaky]) {
      document.sections.forEach(section => {
        if (section.kind === 'lines') {
          section.columns.forEach(({ name }) => names.add(name));
        }
      });
    }
    for (const name of [...names, 'gpu_time', 'gpu_memory', 'await_percent']) {
      const label = scaleneColumn(name, trans) ?? columnLabel(name, trans);
      expect([name, label?.help]).toEqual([name, expect.any(String)]);
    }
  });
});

describe('its views', () => {
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

  function show(document: ProfileDocument, tab = 'summary'): void {
    state = { ...INITIAL_STATE, tab };
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
          trans={trans}
        />
      )
    );
  }
  const heads = (): string[] =>
    [...host.querySelectorAll('th[data-column]')].map(head =>
      head.getAttribute('data-column')!
    );

  it('Summary says what it was, how the time divides, and what was held', () => {
    show(run);
    expect(host.textContent).toContain('after one earlier cell');
    const bar = within(host).getByRole('list', {
      name: 'How the time divides'
    });
    expect(bar.textContent).toContain('Python');
    expect(bar.textContent).toContain('native');
    expect(bar.textContent).toContain('system and waiting');
    expect(host.textContent).toMatch(/It held \d+\sMB at most/);
    // The bar has them already.
    expect(host.textContent).not.toContain('in native code');
    expect(host.textContent).not.toContain('Exact, also for a moment');
    expect(host.querySelector('.jp-CellProfiler-leaks')).toBeNull();
    expect(host.querySelector('.jp-CellProfiler-kinds')).not.toBeNull();
  });

  it('says what to do about the kind of time that there is most of', () => {
    show(
      withTotals(run, {
        memory_copied: 5e9,
        memory_growth_percent: 2,
        memory_python_percent: 90
      })
    );
    expect(host.textContent).toMatch(/It copied 5\.00\sGB/);
    expect(host.textContent).toContain('Nearly all of what it allocated');
    expect(host.textContent).toContain('arrays of numpy or pandas need');
    const kinds = scaleneMeaning(run, lineModel(run)).kinds;
    const most = [...kinds].sort((a, b) => b.share - a.share)[0];
    expect(host.textContent?.includes('rewriting the Python around')).toBe(
      most.name === 'native' && most.share >= 0.6
    );
  });

  it('shows likely leaks with what to do next', () => {
    show(leaky);
    const leaks = host.querySelector('.jp-CellProfiler-leaks')!;
    expect(leaks.textContent).toContain('seen.append');
    expect(leaks.textContent).toMatch(/9\d\s%/);
    expect(leaks.textContent).toContain('a list or cache that only grows');
    // Scalene sees no copies while it samples stacks: not 0.
    const copied = [...host.querySelectorAll('*')].filter(
      ({ children, textContent }) =>
        children.length === 0 && textContent === 'copied'
    );
    expect(copied).toHaveLength(1);
    expect(copied[0].parentElement!.textContent).not.toMatch(/0\sB/);
  });

  it('Lines has a bar of three colours, and the rest of the columns on request', () => {
    show(run, 'lines');
    expect(heads()).toContain('python_time');
    expect(heads()).toContain('memory_copied');
    expect(heads()).not.toContain('memory_average');
    expect(heads()).not.toContain('core_percent');
    const parts = [
      ...host.querySelectorAll('.jp-CellProfiler-kinds [data-part]')
    ].map(part => part.getAttribute('data-part'));
    expect(new Set(parts)).toEqual(new Set(['python', 'native', 'sys']));
    act(
      () =>
        void fireEvent.click(
          within(host).getByRole('checkbox', { name: 'All columns' })
        )
    );
    expect(heads()).toContain('memory_average');
    expect(heads()).toContain('core_percent');
  });

  it('leaves documents of others as they are', () => {
    show(golden('lines-cell'), 'lines');
    expect(host.querySelector('.jp-CellProfiler-kinds')).toBeNull();
    expect(
      within(host).queryByRole('checkbox', { name: 'All columns' })
    ).toBeNull();
  });
});
