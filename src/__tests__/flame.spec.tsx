import { nullTranslator } from '@jupyterlab/translation';
import { fireEvent, within } from '@testing-library/dom';
import * as React from 'react';
import { act } from 'react';
import type { Root } from 'react-dom/client';
import { createRoot } from 'react-dom/client';
import type { ProfileDocument } from '../document';
import { flameSvg } from '../lib/flamesvg';
import type { IProfileProps } from '../views';
import { Profile } from '../views';
import { keyStep, panned, zoomed } from '../views/flamekeys';
import type { IFlamePicture } from '../views/flamepaint';
import { shortened } from '../views/flamepaint';
import { DEFAULT_OPTIONS } from '../views/options';
import type { IProfileState } from '../views/state';
import { INITIAL_STATE } from '../views/state';
import { golden } from './golden';
import { FakeResizeObserver } from './plotly.fake';

(
  globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }
).IS_REACT_ACT_ENVIRONMENT = true;
globalThis.ResizeObserver = FakeResizeObserver;

/** Pixels of the picture. */
const WIDTH = 600;

let host: HTMLElement;
let root: Root;
let state: IProfileState;
/** What was written since the last picture began. */
let written: string[];

beforeEach(() => {
  written = [];
  host = document.createElement('div');
  document.body.appendChild(host);
  root = createRoot(host);
  state = { ...INITIAL_STATE, tab: 'flame' };
  jest
    .spyOn(HTMLElement.prototype, 'clientWidth', 'get')
    .mockReturnValue(WIDTH);
  const context = {
    setTransform: () => undefined,
    fillRect: (x: number, y: number, width: number) => {
      if (x === 0 && y === 0 && width === WIDTH) {
        written = [];
      }
    },
    strokeRect: () => undefined,
    measureText: () => ({ width: 7 }),
    fillText: (text: string) => void written.push(text)
  };
  jest
    .spyOn(HTMLCanvasElement.prototype, 'getContext')
    .mockReturnValue(context as never);
});

afterEach(() => {
  act(() => root.unmount());
  host.remove();
  jest.restoreAllMocks();
});

const draw = (profile: ProfileDocument, props: Partial<IProfileProps>): void =>
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
  );
const show = (
  profile: ProfileDocument = golden('stacks-threads'),
  props: Partial<IProfileProps> = {}
): void => act(() => draw(profile, props));
const view = (): ReturnType<typeof within> => within(host);
const frame = (): Promise<void> =>
  act(() => new Promise<void>(resolve => setTimeout(resolve, 40)));
const press = async (name: string | RegExp): Promise<void> => {
  act(() => void fireEvent.click(view().getByRole('button', { name })));
  await frame();
};
const picture = (): HTMLElement => view().getByRole('application');
const key = async (name: string, more: object = {}): Promise<boolean> => {
  let went = true;
  act(() => {
    went = fireEvent.keyDown(picture(), { key: name, bubbles: true, ...more });
  });
  await frame();
  return went;
};
const details = (): string =>
  host.querySelector('.jp-CellProfiler-flameDetails p')!.textContent!;

describe('the flame graph', () => {
  it('is drawn at once, with names', () => {
    show();
    expect(written).toContain('<module>');
    expect(picture().getAttribute('aria-label')).toMatch(/^Flame graph of/);
    const help = document.getElementById(
      picture().getAttribute('aria-describedby')!
    );
    expect(help?.textContent).toMatch(/Arrow keys/);
  });

  it('is walked through with the keys, and says what is selected', async () => {
    show(golden('stacks-cell'));
    expect(details()).toMatch(/Select a box/);
    expect(await key('ArrowDown')).toBe(false);
    expect(details()).toContain('Here:');
    const first = state.flame.box;
    expect(first).toEqual([0, 0]);
    await key('ArrowDown');
    expect(state.flame.box![1]).toBeGreaterThan(0);
    await key('ArrowUp');
    expect(state.flame.box).toEqual([0, 0]);
    // Keys that are none of its own go on to JupyterLab.
    expect(await key('a')).toBe(true);
    expect(await key('ArrowDown', { ctrlKey: true })).toBe(true);
  });

  it('zooms with Enter, and Escape shows all again', async () => {
    show();
    await key('+');
    expect(state.flame.zoom[0]).not.toBeNull();
    expect(view().getByRole('button', { name: 'Show all' })).toBeTruthy();
    expect(await key('Escape')).toBe(false);
    expect(state.flame.zoom[0]).toBeNull();
    // The next one is JupyterLab's.
    expect(await key('Escape')).toBe(true);
  });

  it('zooms with Ctrl and the wheel, and leaves the plain wheel to the page', async () => {
    show();
    const wheel = (more: WheelEventInit): boolean =>
      picture().dispatchEvent(
        new WheelEvent('wheel', { bubbles: true, cancelable: true, ...more })
      );
    expect(wheel({ deltaY: 100 })).toBe(true);
    act(() => void expect(wheel({ deltaY: -100, ctrlKey: true })).toBe(false));
    await frame();
    const [from, to] = state.flame.zoom[0]!;
    act(() => void expect(wheel({ deltaX: 50 })).toBe(false));
    await frame();
    expect(state.flame.zoom[0]![0]).toBeGreaterThan(from);
    expect(state.flame.zoom[0]![1] - state.flame.zoom[0]![0]).toBeCloseTo(
      to - from,
      9
    );
  });

  it('has every order, and a sandwich of what is selected', async () => {
    show();
    for (const name of ['Time order', 'Inverted', 'Left heavy']) {
      await press(name);
      expect(
        view().getByRole('button', { name }).getAttribute('aria-pressed')
      ).toBe('true');
      expect(written.length).toBeGreaterThan(0);
    }
    await press('Sandwich');
    expect(host.textContent).toContain('Select a function in the table below');
    const table = view().getByRole('table', { name: 'Heaviest functions' });
    act(() => void fireEvent.click(within(table).getAllByRole('button')[0]));
    await frame();
    expect(view().getAllByRole('application')).toHaveLength(2);
  });

  it('offers one thread or all of them', async () => {
    show();
    const choose = view().getByRole('combobox', { name: 'Thread' });
    const names = [...choose.querySelectorAll('option')].map(
      option => option.textContent
    );
    expect(names[0]).toBe('all');
    expect(names).toHaveLength(
      golden('stacks-threads').sections.reduce(
        (count, section) =>
          section.kind === 'stacks' ? section.threads!.length + 1 : count,
        0
      )
    );
    act(() => void fireEvent.change(choose, { target: { value: '1' } }));
    expect(state.flame.thread).toBe(1);
    await press('Time order');
    expect(choose.querySelectorAll('option')).toHaveLength(names.length - 1);
  });

  it('searches, sums, and says what is no expression', async () => {
    show();
    const field = view().getByRole('searchbox');
    const search = (value: string): void =>
      act(() => void fireEvent.change(field, { target: { value } }));
    search('module');
    expect(host.textContent).toMatch(
      /(One|\d+) box(es)? found, .*of the whole/
    );
    const rows = view().getAllByRole('row').length;
    search('no such function');
    expect(host.textContent).toContain('No function matches.');
    expect(view().getAllByRole('row').length).toBeLessThanOrEqual(rows);
    search('(');
    expect(host.textContent).toContain('no regular expression');
  });

  it('tells shares with how rough they are', () => {
    show();
    const cells = [
      ...host.querySelectorAll(
        '.jp-CellProfiler-flameView .jp-CellProfiler-share'
      )
    ].map(cell => cell.textContent);
    expect(cells[0]).toMatch(/\d.*%.*±.*\d.*%/);
    // Without a number of samples there is none.
    const counted = golden('stacks-threads');
    const sections = counted.sections.map(section =>
      section.kind === 'stacks' ? { ...section, samples: undefined } : section
    );
    show({ ...counted, sections });
    expect(
      host.querySelector('.jp-CellProfiler-flameView .jp-CellProfiler-share')!
        .textContent
    ).not.toContain('±');
  });

  it('leads to the line and to the lines', async () => {
    const open = jest.fn(async () => undefined);
    const profileLines = jest.fn();
    const base = golden('stacks-threads');
    show(base, { open, canOpen: () => true, profileLines });
    const table = view().getByRole('table', { name: 'Heaviest functions' });
    const row = within(table)
      .getAllByRole('row')
      .slice(1)
      .find(row => /^[a-z]\w*$/.test(row.querySelector('code')!.textContent!))!;
    const name = row.querySelector('code')!.textContent;
    act(() => void fireEvent.click(row));
    await press(/^Go to line/);
    expect(open).toHaveBeenCalledWith(
      expect.objectContaining({ line: expect.any(Number) })
    );
    const button = view().queryByRole('button', { name: 'Profile its lines' });
    if (base.files[0].cellId !== undefined) {
      act(() => void fireEvent.click(button!));
      expect(profileLines).toHaveBeenCalledWith(name, null);
    }
  });

  it('forgets the box and the zoom when the pictures change', async () => {
    show();
    await key('ArrowDown');
    await key('+');
    expect(state.flame.box).not.toBeNull();
    await press('Inverted');
    expect(state.flame).toMatchObject({ box: null, zoom: [] });
  });

  it('says so when a thread has nothing in time order', () => {
    const base = golden('stacks-cell');
    const sections = base.sections.map(section =>
      section.kind === 'stacks'
        ? {
            ...section,
            timeline: {
              ...section.timeline!,
              thread: section.timeline!.thread.map(() => 7)
            }
          }
        : section
    );
    state = { ...state, flame: { ...state.flame, order: 'time' } };
    show({ ...base, sections });
    expect(host.textContent).toContain('no samples of this thread');
  });
});

describe('views', () => {
  it('zoom about a point and stay inside', () => {
    expect(zoomed([0, 100], 0.25, 0.5, 100)).toEqual([12.5, 62.5]);
    expect(zoomed([0, 50], 0, 4, 100)).toBeNull();
    expect(zoomed([90, 100], 1, 1.5, 100)![1]).toBe(100);
    const near = zoomed([0, 1e-9], 0.5, 0.5, 100)!;
    expect(near[1] - near[0]).toBeGreaterThan(0);
  });

  it('pan and stay inside', () => {
    expect(panned([10, 20], 0.5, 100)).toEqual([15, 25]);
    expect(panned([10, 20], -5, 100)).toEqual([0, 10]);
    expect(panned([0, 100], 1, 100)).toBeNull();
  });

  it('has no keys without boxes', () => {
    const none = { boxes: { count: 0 } } as IFlamePicture;
    const event = new KeyboardEvent('keydown', { key: 'ArrowDown' });
    expect(keyStep(event, none)).toBeNull();
  });
});

describe('texts of strangers', () => {
  it('are cut, and neither turn nor break the line', () => {
    expect(shortened('function', 20)).toBe('function');
    expect(shortened('function', 5)).toBe('func…');
    expect(shortened('a\u202eb\nc\u0000', 20)).toBe('a·b·c·');
  });

  it('are text in an image', () => {
    const svg = flameSvg(
      [
        {
          x: 0,
          y: 0,
          width: 50,
          height: 19,
          fill: '#fff',
          text: '#000',
          label: '<script>"&\u0001',
          title: '</title><script>alert(1)</script>'
        }
      ],
      { width: 100, height: 20 },
      '#fff',
      'x" onload="alert(1)'
    );
    const parsed = new DOMParser().parseFromString(svg, 'image/svg+xml');
    expect(parsed.querySelector('parsererror')).toBeNull();
    expect(parsed.querySelector('script')).toBeNull();
    expect(parsed.documentElement.hasAttribute('onload')).toBe(false);
    expect(parsed.querySelector('text')!.textContent).toBe('<script>"&·');
  });
});
