import { fireEvent } from '@testing-library/dom';
import { act } from 'react';
import type { ProfileDocument } from '../document';
import { diffColours, STEPS, stepOf } from '../views/compare/diffcolors';
import type { IDiffFrame } from '../views/compare/diffcolors';
import type * as plottheme from '../views/plottheme';
import { contrast } from '../views/plottheme';
import { ComparePage, runOf } from './compare.page';
import { golden } from './golden';
import { documentOf, sectionOf } from './stacks.documents';

// jsdom computes no variables of a theme.
const mockTheme: { colours: { [name: string]: string } | null } = {
  colours: null
};
jest.mock('../views/plottheme', () => {
  const actual = jest.requireActual<typeof plottheme>('../views/plottheme');
  return {
    ...actual,
    themeColours: (
      element: HTMLElement,
      variables: { [name: string]: string }
    ) => mockTheme.colours ?? actual.themeColours(element, variables)
  };
});

/** Pixels of the picture. */
const WIDTH = 600;

let page: ComparePage;
/** What was written since the last picture began, and the colour below it. */
let written: [string, string][];

beforeEach(() => {
  written = [];
  jest
    .spyOn(HTMLElement.prototype, 'clientWidth', 'get')
    .mockReturnValue(WIDTH);
  let box = '';
  const context = {
    fillStyle: '',
    setTransform: () => undefined,
    fillRect: (x: number, y: number, width: number) => {
      box = context.fillStyle;
      if (x === 0 && y === 0 && width === WIDTH) {
        written = [];
      }
    },
    strokeRect: () => undefined,
    measureText: () => ({ width: 7 }),
    fillText: (text: string) => void written.push([text, box])
  };
  jest
    .spyOn(HTMLCanvasElement.prototype, 'getContext')
    .mockReturnValue(context as never);
  page = new ComparePage();
});

afterEach(() => {
  page.close();
  jest.restoreAllMocks();
});

const before = documentOf(
  sectionOf([
    ['main', -1, 0],
    ['slow', 0, 2],
    ['quick', 0, 4],
    ['gone', 0, 2]
  ])
);
const after = documentOf(
  sectionOf([
    ['main', -1, 0],
    ['slow', 0, 4],
    ['quick', 0, 2],
    ['new', 0, 6]
  ])
);

function show(
  one: ProfileDocument = before,
  other: ProfileDocument = after
): void {
  page.show([runOf(one), runOf(other)]);
  page.open('Flame');
}

const frame = (): Promise<void> =>
  act(() => new Promise<void>(resolve => setTimeout(resolve, 40)));
const press = async (name: RegExp): Promise<void> => {
  page.click(page.view.getByRole('button', { name }));
  await frame();
};
const choose = async (name: RegExp, value: string): Promise<void> => {
  page.change(page.view.getByRole('combobox', { name }), value);
  await frame();
};
const key = async (name: string): Promise<void> => {
  act(
    () =>
      void fireEvent.keyDown(page.view.getByRole('application'), {
        key: name,
        bubbles: true
      })
  );
  await frame();
};
const labels = (): string[] => written.map(([text]) => text);
const details = (): string =>
  page.host.querySelector('.jp-CellProfiler-flameDetails p')!.textContent!;

describe('the differential flame graph', () => {
  it('is drawn at once, with how each box changed', () => {
    show();
    expect(labels()).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^main ▲ \+50.%$/),
        expect.stringMatching(/^slow ▲ \+100.%$/),
        expect.stringMatching(/^quick ▼ −50.%$/),
        'new ▲'
      ])
    );
    expect(labels().join()).not.toContain('gone');
  });

  it('has equal boxes of a run and itself, without a number', () => {
    show(before, before);
    expect(labels().sort()).toEqual(['gone', 'main', 'quick', 'slow']);
    expect(page.panel.textContent).toMatch(/A has no stacks that are not/);
  });

  it('lists what is gone, and shows it as wide as it was', async () => {
    show();
    const table = (): string =>
      page.view.getByRole('table', { name: /only/ }).textContent!;
    expect(table()).toMatch(/^Gone: only A has these.*gone/);
    await press(/As in A/);
    expect(labels().join()).toMatch(/gone ▼ −100.%/);
    expect(labels().join()).not.toContain('new');
    expect(table()).toMatch(/^New: only B has these.*new/);
  });

  it('compares shares of the run where that is asked for', async () => {
    show();
    // A quarter of 8, a third of 12.
    await choose(/Compare/, 'share');
    expect(labels().join()).toMatch(/slow ▲ \+33.%/);
    expect(labels()).toContain('main');
    await key('ArrowDown');
    await key('ArrowDown');
    expect(details()).toMatch(
      /new.*A: not there.*B: 6\.00.s \(50.% of the run/
    );
    expect(details()).toMatch(/\+50 points/);
  });

  it('is walked through with the keys', async () => {
    show();
    expect(details()).toMatch(/Select a box/);
    await key('ArrowDown');
    expect(details()).toMatch(/^main/);
    await key('ArrowDown');
    await key('ArrowRight');
    expect(details()).toMatch(
      /^slow.*A: 2\.00.s \(25.% of the run\), 2\.00.s itself.*B: 4\.00.s.*▲\+2\.00.s \(\+100.%\)/
    );
    await key('Enter');
    expect(page.view.getByRole('button', { name: 'Show all' })).toBeTruthy();
    await press(/As in A/);
    expect(page.view.queryByRole('button', { name: 'Show all' })).toBeNull();
    expect(details()).toMatch(/Select a box/);
  });

  it('is searched', async () => {
    show();
    page.change(page.view.getByRole('searchbox'), 'slow|quick');
    await frame();
    expect(page.panel.textContent).toMatch(/2 boxes found, 50.% of the whole/);
  });

  it('is turned round', async () => {
    show();
    await choose(/Order/, 'inverted');
    expect(page.panel.textContent).toMatch(/below each is who called it/);
    expect(labels().filter(text => text.startsWith('main'))).toHaveLength(3);
  });

  it('says where samples cannot tell, or stand for too little', () => {
    const [one, other] = [before, after].map(document => ({
      ...document,
      sections: [
        ...document.sections.map(section => ({ ...section, samples: 4 })),
        {
          kind: 'totals' as const,
          items: [
            {
              name: 'wall',
              label: '',
              value: 20,
              unit: 'seconds' as const,
              supported: true
            }
          ]
        }
      ]
    })) as ProfileDocument[];
    show(one, other);
    expect(labels()).toContain('slow ≈');
    expect(page.panel.textContent).toMatch(
      /samples of A stand for 8\.00.s of its 20\.0.s.*of B stand for 12\.0.s/
    );
  });

  it('goes to the line of a run', async () => {
    const opened: unknown[] = [];
    const stacks = golden('stacks-cell');
    page.show([runOf(stacks), runOf(stacks)], {
      onOpen: (index, location) => opened.push([index, location])
    });
    page.open('Flame');
    await key('ArrowDown');
    await press(/Go to line \d+ of B/);
    const { cellId, path } = stacks.files[0];
    expect(opened).toEqual([[1, { cellId, path, line: 4 }]]);
  });

  it('has what is measured of the same only', async () => {
    const memory = golden('memory-lines-cell');
    show(memory, memory);
    await choose(/^Of/, '1');
    await key('ArrowDown');
    expect(details()).toMatch(/A: \d.*MB \(100.% of the run\)/);
    // Nothing of these is sampled.
    expect(page.panel.textContent).not.toMatch(/too few samples/);
  });
});

describe('colours of changes', () => {
  // As the themes of JupyterLab and variables.css have them.
  const THEMES = {
    light: {
      text: 'rgb(0, 0, 0)',
      inverse: 'rgb(255, 255, 255)',
      background: 'rgb(255, 255, 255)',
      same: 'rgb(238, 238, 238)',
      grown: 'rgb(178, 24, 43)',
      shrunk: 'rgb(33, 102, 172)'
    },
    dark: {
      text: 'rgb(255, 255, 255)',
      inverse: 'rgb(0, 0, 0)',
      background: 'rgb(33, 33, 33)',
      same: 'rgb(66, 66, 66)',
      grown: 'rgb(239, 138, 98)',
      shrunk: 'rgb(103, 169, 207)'
    }
  };
  afterEach(() => {
    mockTheme.colours = null;
  });

  it.each(['light', 'dark'] as const)('can be read: %s', name => {
    mockTheme.colours = THEMES[name];
    const sizes = [-1, -0.7, -0.5, -0.3, -0.01, 0, 0.01, 0.3, 0.5, 0.7, 1];
    const { fill } = diffColours(page.host, node => sizes[node]);
    const fills = sizes.map((_, node) => fill({ node } as IDiffFrame));
    for (const { fill, text } of fills) {
      expect(contrast(fill, text)).toBeGreaterThan(4.5);
    }
    // Each step is another colour, and less and more never the same one.
    expect(new Set(fills.map(({ fill }) => fill)).size).toBe(11);
  });

  it('are the stronger the more changed', () => {
    const steps = [0.001, 0.2, 0.21, 0.5, 0.99, 1].map(stepOf);
    expect(steps).toEqual([0, 0, 1, 2, 4, 4]);
    expect(STEPS).toBe(5);
  });
});
