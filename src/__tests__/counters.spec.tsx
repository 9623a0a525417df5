import { nullTranslator } from '@jupyterlab/translation';
import type { BoundFunctions, queries } from '@testing-library/dom';
import { fireEvent, within } from '@testing-library/dom';
import * as React from 'react';
import { act } from 'react';
import type { Root } from 'react-dom/client';
import { createRoot } from 'react-dom/client';
import type { ProfileDocument, TotalsItem } from '../document';
import { readingOf } from '../lib/counterreadings';
import { counterCards, hasCounters, isCounted } from '../lib/counters';
import { Profile } from '../views';
import { readingSentence } from '../views/counterreadings';
import { DEFAULT_OPTIONS } from '../views/options';
import type { IProfileState } from '../views/state';
import { INITIAL_STATE } from '../views/state';
import { golden } from './golden';

(
  globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }
).IS_REACT_ACT_ENVIRONMENT = true;

const trans = nullTranslator.load('');

/** A run with these totals. */
const run = (values: { [name: string]: number | null }): ProfileDocument => ({
  ...golden('counters-cell'),
  sections: [
    {
      kind: 'totals',
      items: Object.entries(values).map(([name, value]) => ({
        name,
        label: name,
        unit: 'count',
        value,
        supported: value !== null
      }))
    }
  ]
});

/** What is said of a figure of such a run. */
const said = (
  name: string,
  values: { [name: string]: number | null }
): string | null => {
  const reading = readingOf(name, run(values));
  return reading && readingSentence(reading, 2, trans).replace(/\u202f/g, ' ');
};

describe('readings', () => {
  it.each([
    [
      { wall: 1, user: 1.9, sys: 0.1 },
      '2.00 s of computing in 1.00 s on the wall: 2.0 processors worked at once.'
    ],
    [
      { wall: 2, user: 0.2, sys: 0 },
      '2.00 s on the wall, far above the 200 ms of computing: for 90 % of the time it waited.'
    ],
    [
      { wall: 1, user: 0.9, sys: 0.06 },
      '1.00 s on the wall, 960 ms of computing: it hardly waited.'
    ],
    [
      { wall: 1, user: 0.6, sys: 0 },
      '1.00 s on the wall, 600 ms of computing: it computed, and waited for 40 % of the time.'
    ],
    // A busy machine is not the run's own waiting.
    [
      { wall: 1, user: 0.3, sys: 0, run_delay: 0.69 },
      '1.00 s on the wall, 300 ms of computing: it hardly waited.'
    ],
    [{ wall: 0.001, user: 0, sys: 0 }, null],
    [{ wall: 1, user: null, sys: 0 }, null]
  ])('of the wall time: %j', (values, sentence) => {
    expect(said('wall', values)).toBe(sentence);
  });

  it.each([
    [
      'task_clock',
      { task_clock: 2, wall: 1 },
      /^Task clock 2\.00 s in 1\.00 s on the wall: 2\.0 processors were busy\.$/
    ],
    ['minor_faults', { minor_faults: 24_400 }, /^About 99\.9 MB .* lazily/],
    ['minor_faults', { minor_faults: 3 }, /already had/],
    ['major_faults', { major_faults: 0 }, /never waited/],
    ['major_faults', { major_faults: 12 }, /12 times.*disk/],
    ['migrations', { migrations: 9 }, /9 times, and lost their caches/],
    ['migrations', { migrations: 1 }, /moved once/],
    ['migrations', { migrations: 0 }, /stayed/],
    ['run_delay', { run_delay: 0.4, wall: 1 }, /^For 40 % of the time no/],
    ['run_delay', { run_delay: 0.01, wall: 1 }, /nearly always/],
    ['kernel_threads', { kernel_threads: 0.5, user: 1, sys: 0 }, /prints much/],
    [
      'kernel_threads',
      { kernel_threads: 0.001, user: 1, sys: 0 },
      /next to nothing/
    ],
    ['sys', { sys: 0.6, user: 0.4, wall: 1 }, /^60 % .*operating system/],
    ['instructions_per_cycle', { instructions_per_cycle: 0.4 }, /waited for/],
    ['instructions_per_cycle', { instructions_per_cycle: 1.2 }, /as usual/],
    ['instructions_per_cycle', { instructions_per_cycle: 2.6 }, /well used/],
    [
      'cache_miss_percent',
      { cache_miss_percent: 20, cache_misses: 9e6, instructions: 1e9 },
      /^9\.0 misses .* much of the time/
    ],
    [
      'cache_miss_percent',
      { cache_miss_percent: 60, cache_misses: 6e5, instructions: 1e9 },
      /^0\.6 misses .* little/
    ],
    ['branch_miss_percent', { branch_miss_percent: 8 }, /sorting/],
    ['branch_miss_percent', { branch_miss_percent: 0.5 }, /were right/],
    [
      'involuntary_switches',
      { involuntary_switches: 900, wall: 1 },
      /^900 times a second/
    ],
    ['involuntary_switches', { involuntary_switches: 9, wall: 1 }, /rarely/],
    [
      'voluntary_switches',
      { voluntary_switches: 90_000, wall: 2 },
      /^45,000 times a second/
    ],
    [
      'read_chars',
      { read_chars: 2e8, read_bytes: 0 },
      /^Of the 200 MB, only 0 B came from the disk/
    ],
    [
      'read_chars',
      { read_chars: 2e8, read_bytes: 1.8e8 },
      /180 MB came from the disk/
    ],
    ['write_bytes', { write_bytes: 5e6 }, /5\.00 MB go to the disk/]
  ])('of %s: %j', (name, values, sentence) => {
    expect(said(name, values as never)).toMatch(sentence);
  });

  it.each([
    ['minor_faults', { minor_faults: null }],
    ['task_clock', { task_clock: 2 }],
    ['involuntary_switches', { involuntary_switches: 900 }],
    ['cache_miss_percent', { cache_miss_percent: 20 }],
    ['voluntary_switches', { voluntary_switches: 3, wall: 1 }],
    ['read_chars', { read_chars: 2e8 }],
    ['cycles', { cycles: 5 }],
    ['no_such', {}]
  ])('says nothing of %s in %j', (name, values) => {
    expect(said(name, values as never)).toBeNull();
  });
});

describe('cards', () => {
  const names = (document: ProfileDocument): { [group: string]: string[] } =>
    Object.fromEntries(
      counterCards(document).map(({ counters, group }) => [
        group,
        counters.map(({ name }) => name)
      ])
    );

  it('have every figure of a run, in groups', () => {
    const found = names(golden('counters-cell'));
    expect(Object.keys(found)).toEqual([
      ...['time', 'processor', 'memory', 'switches', 'disk']
    ]);
    expect(found.time.slice(0, 4)).toEqual(['wall', 'user', 'sys', 'wait']);
    expect(found.processor[2]).toBe('instructions_per_cycle');
    expect(found.switches).toContain('migrations');
  });

  it('have bars of what they are a part of', () => {
    const shares = new Map(
      counterCards(golden('counters-cell'))
        .flatMap(({ counters }) => counters)
        .map(({ name, share }) => [name, share])
    );
    expect(shares.get('task_clock')).toBe(1);
    expect(shares.get('wall')).toBeCloseTo(1.0113 / 2.0041, 3);
    expect(shares.get('cpus_utilised')).toBeCloseTo(1.98 / 8, 2);
    expect(shares.get('cache_misses')).toBeCloseTo(0.19, 2);
    expect(shares.get('cache_miss_percent')).toBeCloseTo(0.19, 2);
    expect(shares.get('cycles')).toBeNull();
    for (const share of shares.values()) {
      expect(share === null || (share >= 0 && share <= 1)).toBe(true);
    }
  });

  it('keep what the machine refuses', () => {
    const [, processor] = counterCards(golden('counters-unsupported'));
    expect(processor.counters[0]).toMatchObject({
      name: 'cycles',
      value: null,
      share: null
    });
    expect(processor.counters[0].help).toMatch(/virtual PMU/);
  });

  it('have mean and deviation in the row of the figure', () => {
    const rows = counterCards(golden('counters-repeated')).flatMap(
      ({ counters }) => counters
    );
    expect(rows.some(({ name }) => /_(mean|deviation)$/.test(name))).toBe(
      false
    );
    const clock = rows.find(({ name }) => name === 'task_clock');
    expect(4 * clock!.mean!).toBeCloseTo(clock!.value!, 6);
    expect(clock!.deviation).toBeGreaterThan(0);
  });

  it('have events that a person named', () => {
    const document = run({ wall: 1, cs: 2, l1_dcache_loads: 5, repeat: 1 });
    expect(names(document).other).toEqual(['l1_dcache_loads']);
    expect(names({ ...document, profilers: [] }).other).toBeUndefined();
  });

  it('are there for an overview, too, and not for what has no counters', () => {
    expect(hasCounters(golden('all-sections'))).toBe(true);
    expect(isCounted(golden('all-sections'))).toBe(false);
    expect(hasCounters(golden('lines-cell'))).toBe(false);
    expect(hasCounters(golden('memory-timeline'))).toBe(false);
  });
});

describe('the Counters view', () => {
  let host: HTMLElement;
  let root: Root;
  let state: IProfileState;

  beforeEach(() => {
    state = { ...INITIAL_STATE, tab: 'counters' };
    host = document.createElement('div');
    document.body.appendChild(host);
    root = createRoot(host);
  });

  afterEach(() => {
    act(() => root.unmount());
    host.remove();
  });

  const show = (document: ProfileDocument): void =>
    act(() =>
      root.render(
        <Profile
          read={{ document, unknownKinds: [] }}
          options={DEFAULT_OPTIONS}
          state={state}
          onState={change => {
            state = { ...state, ...change };
            show(document);
          }}
          open={null}
          canOpen={() => false}
          onDrawn={() => undefined}
          trans={trans}
        />
      )
    );
  const view = (): BoundFunctions<typeof queries> => within(host);
  const card = (name: string): HTMLElement =>
    view().getByRole('region', { name });
  const row = (name: string): HTMLElement =>
    host.querySelector<HTMLElement>(`li[data-name="${name}"]`)!;

  it('has a card for each part, with readings of the run', () => {
    show(golden('counters-cell'));
    expect(within(card('Time')).getAllByRole('listitem')).toHaveLength(8);
    expect(row('task_clock').textContent).toMatch(
      /Task clock 2\.00.s in 1\.01.s on the wall: 2\.0 processors were busy/
    );
    expect(row('migrations').textContent).toMatch(/lost their caches/);
    expect(row('minor_faults').textContent).toMatch(/102.MB .* lazily/);
    expect(host.textContent).not.toMatch(/≈/);
  });

  it('explains a figure when it is pressed, or all of them', () => {
    show(golden('counters-cell'));
    const details = (): HTMLDetailsElement[] => [
      ...host.querySelectorAll('details')
    ];
    expect(details().some(({ open }) => open)).toBe(false);
    for (const one of host.querySelectorAll('li[data-name] details > p')) {
      // Two sentences.
      expect(one.textContent).toMatch(/\. .+\.$/);
    }
    const all = view().getByRole('button', { name: 'Explain all' });
    act(() => void fireEvent.click(all));
    expect(all.getAttribute('aria-pressed')).toBe('true');
    expect(details().every(({ open }) => open)).toBe(true);
  });

  it('says what the machine refuses, why, and what to do; never 0', () => {
    show(golden('counters-unsupported'));
    expect(row('cycles').textContent).toMatch(/not available.*virtual PMU/);
    expect(row('branches').textContent).toMatch(
      /not available.*same reason as above/
    );
    expect(row('cycles').querySelector('.jp-CellProfiler-meter')).toBeNull();
    expect(row('migrations').textContent).toMatch(/0.*stayed/);
  });

  it('marks estimates', () => {
    const document = golden('counters-cell');
    for (const section of document.sections) {
      if (section.kind === 'totals') {
        for (const item of section.items as TotalsItem[]) {
          if (item.name === 'cycles') {
            item.help = `Estimated: counted for 67 % of the time. ${item.help}`;
          }
        }
      }
    }
    show(document);
    expect(row('cycles').textContent).toMatch(/≈ 6\.41.G/);
    expect(view().getByRole('tabpanel').textContent).toMatch(/took turns/);
  });

  it('has each run of a statement', () => {
    show(golden('counters-repeated'));
    expect(row('wall').textContent).toMatch(/each run 18\d.ms ± \d/);
  });

  it('is led to by the Summary, which has the times only', () => {
    state = { ...INITIAL_STATE, tab: 'summary' };
    show(golden('counters-cell'));
    expect(host.querySelector('[data-name="cycles"]')).toBeNull();
    expect(host.querySelector('[data-name="wall"]')).not.toBeNull();
    act(
      () =>
        void fireEvent.click(
          view().getByRole('button', { name: /Show all counters/ })
        )
    );
    expect(card('Processor')).not.toBeNull();
  });

  it('is there beside an overview', () => {
    show(golden('all-sections'));
    expect(view().getByRole('tab', { name: 'Counters' })).not.toBeNull();
  });
});
