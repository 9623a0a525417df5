import { YNotebook, type ISharedCodeCell } from '@jupyter/ydoc';
import { EditorState, type Extension } from '@codemirror/state';
import { EditorView, lineNumbers } from '@codemirror/view';
import type { ProfileDocument } from '../document';
import { Heat } from '../heat';
import { Profiles } from '../profiles';
import { lines, makeDocument, SOURCE, wall } from './heat.documents';

const TEXT = SOURCE.join('\n');

describe('Heat', () => {
  let profiles: Profiles;
  let notebook: YNotebook;
  let heat: Heat;
  const views: EditorView[] = [];

  const addCell = (id: string, source: string, type = 'code') =>
    notebook.addCell({ cell_type: type, id, source } as never);

  const extensionFor = (sharedModel: unknown): Extension | null =>
    heat
      .extension()
      .factory({ inline: true, model: { sharedModel } as never })
      ?.instance(undefined) ?? null;

  /** The editor that JupyterLab makes for a cell. */
  const open = (cellId = 'cell', text?: string): EditorView => {
    const cell = notebook.cells.find(({ id }) => id === cellId)!;
    const view = new EditorView({
      parent: document.body,
      state: EditorState.create({
        doc: text ?? cell.getSource(),
        extensions: [lineNumbers(), extensionFor(cell) ?? []]
      })
    });
    views.push(view);
    return view;
  };

  /** `line:heat` of marked lines, `s` for stale ones, with the line's code. */
  const marks = (view: EditorView): string[] =>
    [...view.contentDOM.querySelectorAll<HTMLElement>('.cm-line')]
      .map((node, index) =>
        node.classList.contains('jp-CellProfiler-heatLine')
          ? `${index + 1}:${node.dataset.heat}${
              node.classList.contains('jp-mod-stale') ? 's' : ''
            } ${node.textContent?.trim()}`
          : ''
      )
      .filter(mark => mark !== '');

  const figures = (view: EditorView): HTMLElement[] => [
    ...view.dom.querySelectorAll<HTMLElement>('.jp-CellProfiler-figures')
  ];

  const edit = (view: EditorView, from: number, to: number, insert = '') =>
    view.dispatch({ changes: { from, to, insert } });

  const startOf = (view: EditorView, line: number): number =>
    view.state.doc.line(line).from;

  const set = (document: ProfileDocument | null, cellId = 'cell'): void =>
    profiles.set(notebook, cellId, document);

  const settled = (): Promise<void> => Promise.resolve();

  const FRESH = [
    '1:6 total = 0',
    '2:53 for i in range(10):',
    '3:100 total += i'
  ];
  const STALE = FRESH.map(mark => mark.replace(/:(\d+)/, ':$1s'));

  beforeEach(() => {
    // yjs warns of every cell that is built before it is inserted.
    jest.spyOn(console, 'warn').mockImplementation();
    profiles = new Profiles();
    notebook = new YNotebook();
    heat = new Heat({ profiles });
    addCell('cell', TEXT);
  });

  afterEach(() => {
    views.splice(0).forEach(view => view.destroy());
    heat.dispose();
    jest.restoreAllMocks();
  });

  describe('in an editor', () => {
    it('is there when the editor is made', () => {
      set(makeDocument());
      const view = open();
      expect(marks(view)).toEqual(FRESH);
      expect(figures(view)).toHaveLength(3);
    });

    it('comes and goes with the profile', async () => {
      const view = open();
      expect(marks(view)).toEqual([]);
      expect(view.dom.querySelector('.jp-CellProfiler-gutter')).toBeNull();
      set(makeDocument());
      await settled();
      expect(marks(view)).toEqual(FRESH);
      set(null);
      await settled();
      expect(marks(view)).toEqual([]);
      expect(view.dom.querySelector('.jp-CellProfiler-gutter')).toBeNull();
    });

    it('is replaced by that of the next run', async () => {
      set(makeDocument());
      const view = open();
      set(
        makeDocument({
          id: 'run-2',
          sections: [wall(1), lines({ lines: [2], hits: [1], time: [1] })]
        })
      );
      await settled();
      expect(marks(view)).toEqual(['2:100 for i in range(10):']);
    });

    it('is in all editors of the cell, and in no other', async () => {
      addCell('other', TEXT);
      const [one, two, other] = [open(), open(), open('other')];
      set(makeDocument());
      await settled();
      expect([marks(one), marks(two), marks(other)]).toEqual([
        FRESH,
        FRESH,
        []
      ]);
    });

    it('is not in a copy of the notebook', async () => {
      const copy = new YNotebook();
      const view = open();
      profiles.set(copy, 'cell', makeDocument());
      await settled();
      expect(marks(view)).toEqual([]);
    });

    it('does not touch an editor that has gone', async () => {
      const view = open();
      const dispatch = jest.spyOn(view, 'dispatch');
      set(makeDocument());
      view.destroy();
      await settled();
      heat.setOptions({ metric: 'hits' });
      expect(dispatch).not.toHaveBeenCalled();
    });

    it('does not flicker when a cell is moved', async () => {
      set(makeDocument());
      const view = open();
      const states: number[] = [];
      const dispatch = view.dispatch.bind(view);
      jest.spyOn(view, 'dispatch').mockImplementation((...specs) => {
        dispatch(...(specs as []));
        states.push(marks(view).length);
      });
      set(null);
      set(makeDocument());
      await settled();
      expect(states).toEqual([3]);
    });
  });

  describe('beside a line', () => {
    it('has hits, time, share and a bar, each in words too', () => {
      set(makeDocument());
      const [, , hot] = figures(open());
      expect(
        [...hot.children].map(child => child.textContent?.replace(/\s/g, ' '))
      ).toEqual(['10×', '1.00 s', '50 %', '']);
      const bar = hot.querySelector<HTMLElement>('.jp-CellProfiler-bar > span');
      expect(bar?.style.width).toBe('100%');
      expect(hot.title.replace(/\u202f/g, ' ')).toBe(
        'Ran 10 times.\nOwn time: 1.00 s.\n50 % of the run.'
      );
      expect(hot.getAttribute('aria-label')).toContain('Ran 10 times. Own');
    });

    it('stands left of the line numbers', () => {
      set(makeDocument());
      const gutters = open().dom.querySelectorAll('.cm-gutter');
      expect([...gutters].map(({ className }) => className)).toEqual([
        expect.stringContaining('jp-CellProfiler-gutter'),
        expect.stringContaining('cm-lineNumbers')
      ]);
    });

    it('says that a time is an upper limit', () => {
      set(
        makeDocument({
          sections: [
            wall(2),
            lines({ hits: [1, 1], time: [0.1, 1.5], own: [0.1, null] })
          ]
        })
      );
      const view = open();
      expect(marks(view)[1]).toBe('2:0 for i in range(10):');
      expect(figures(view)[1].textContent).toContain('≤');
      expect(figures(view)[1].title).toContain('functions that it calls');
    });
  });

  describe('under edits', () => {
    let view: EditorView;

    beforeEach(() => {
      set(makeDocument());
      view = open();
    });

    it('moves down with a line inserted above', () => {
      edit(view, 0, 0, '# first\n');
      expect(marks(view).map(mark => mark.slice(0, 1))).toEqual([
        '2',
        '3',
        '4'
      ]);
      expect(marks(view)[2]).toBe('4:100s total += i');
    });

    it('stays with a line inserted below', () => {
      edit(view, view.state.doc.length, view.state.doc.length, '\nlast = 1');
      expect(marks(view)).toEqual(STALE);
    });

    it('stays on a line that is edited, at its beginning too', () => {
      edit(view, startOf(view, 2), startOf(view, 2) + 3, 'while');
      edit(view, startOf(view, 2), startOf(view, 2), 'x');
      expect(marks(view)[1]).toBe('2:53s xwhile i in range(10):');
      // The mark goes by the beginning of the code, wherever that is now.
      const split = startOf(view, 2) + 6;
      edit(view, split, split, '\n');
      expect(marks(view)[1]).toBe('2:53s xwhile');
    });

    it.each([1, 2, 3])('follows Enter at column 0 of line %d', line => {
      edit(view, startOf(view, line), startOf(view, line), '\n');
      const code = SOURCE[line - 1].trim();
      expect(marks(view)).toContain(
        STALE[line - 1].replace(/^\d/, String(line + 1))
      );
      expect(marks(view).filter(mark => mark.endsWith(code))).toHaveLength(1);
      expect(marks(view)).toHaveLength(3);
    });

    it('follows a change of indentation', () => {
      edit(view, startOf(view, 3), startOf(view, 3) + 4);
      edit(view, startOf(view, 3), startOf(view, 3), '\t\t');
      expect(marks(view)).toEqual(STALE);
    });

    it('drops the mark of a deleted line, and undo brings it back', () => {
      const [from, to] = [startOf(view, 2), startOf(view, 3)];
      const deleted = view.state.sliceDoc(from, to);
      edit(view, from, to);
      expect(marks(view)).toEqual(['1:6s total = 0', '2:100s total += i']);
      edit(view, from, from, deleted);
      expect(marks(view)).toEqual(FRESH);
    });

    it('keeps one mark for lines that are joined', () => {
      edit(view, startOf(view, 2) - 1, startOf(view, 2), '; ');
      expect(marks(view).map(mark => mark.slice(0, 4))).toEqual([
        '1:6s',
        '2:10'
      ]);
    });

    it('is fresh again when the edit is taken back', () => {
      edit(view, 0, 0, 'x');
      expect(marks(view)[0]).toBe('1:6s xtotal = 0');
      expect(figures(view)[0].title).toContain('edited after this profile');
      edit(view, 0, 1);
      expect(marks(view)).toEqual(FRESH);
      expect(figures(view)[0].title).not.toContain('edited');
    });

    it('leaves no stray mark when the whole text is replaced', () => {
      edit(view, 0, view.state.doc.length, 'another\ntext\naltogether');
      expect(marks(view)).toEqual([]);
      expect(figures(view)).toEqual([]);
      // As JupyterLab's setSource does it: deletion and insertion apart.
      edit(view, 0, view.state.doc.length);
      edit(view, 0, 0, TEXT);
      expect(marks(view)).toEqual(FRESH);
      edit(view, 0, view.state.doc.length);
      expect(marks(view)).toEqual([]);
    });

    it('keeps marks on what a formatter left as it was', () => {
      edit(view, 0, view.state.doc.length, `\n${TEXT.replace('= 0', '= 0.0')}`);
      expect(marks(view)).toEqual([
        '2:6s total = 0.0',
        '3:53s for i in range(10):',
        '4:100s total += i'
      ]);
    });
  });

  it('is stale from the beginning when the cell was edited meanwhile', () => {
    set(makeDocument());
    expect(marks(open('cell', `import os\n${TEXT}`))).toEqual(
      STALE.map(mark => mark.replace(/^\d/, line => String(Number(line) + 1)))
    );
    // The second half of a cell that was split.
    expect(marks(open('cell', SOURCE[2]))).toEqual(['1:100s total += i']);
  });

  it('shows a function of another cell, and stays fresh beside edits', () => {
    const source = ['def f():', '    return 1'];
    addCell('defs', `import os\n\n${source.join('\n')}`);
    set(
      makeDocument({
        files: [
          { path: 'In [2]', cellId: 'cell', source: SOURCE },
          { path: 'In [1]', cellId: 'defs', firstLine: 3, source }
        ],
        sections: [
          wall(1),
          lines({ file: 1, name: 'f', lines: [4], hits: [9], time: [0.5] })
        ]
      })
    );
    const view = open('defs');
    expect(marks(view)).toEqual(['4:100 return 1']);
    edit(view, 0, 0, 'import sys\n');
    expect(marks(view)).toEqual(['5:100 return 1']);
    edit(view, view.state.doc.length, view.state.doc.length, '1');
    expect(marks(view)).toEqual(['5:100s return 11']);
  });

  it('goes by line numbers, as stale, without a source', () => {
    set(
      makeDocument({
        files: [{ path: 'In [1]', cellId: 'cell' }],
        sections: [
          wall(1),
          lines({ lines: [2, 99], hits: [1, 1], time: [1, 1] })
        ]
      })
    );
    expect(marks(open())).toEqual(['2:100s for i in range(10):']);
  });

  describe('setOptions', () => {
    it('hides and shows the heat of all editors at once', () => {
      set(makeDocument());
      const view = open();
      edit(view, 0, view.state.doc.line(1).to, 'something = else_()');
      edit(view, 5, 5, '_');
      const before = marks(view);
      heat.setOptions({ visible: false });
      expect(marks(view)).toEqual([]);
      expect(view.dom.querySelector('.jp-CellProfiler-gutter')).toBeNull();
      expect(marks(open())).toEqual([]);
      edit(view, 0, 0, '\n');
      heat.setOptions({ visible: true });
      expect(marks(view)).toEqual(
        before.map(mark =>
          mark.replace(/^\d/, line => String(Number(line) + 1))
        )
      );
      expect(heat.options.visible).toBe(true);
    });

    it('colours by another metric and writes other decimals', () => {
      set(makeDocument());
      const view = open();
      heat.setOptions({ metric: 'hits', decimals: 3 });
      expect(marks(view)[1]).toBe('2:100 for i in range(10):');
      expect(figures(view)[2].textContent).toContain('1.000');
      edit(view, startOf(view, 2), startOf(view, 2), 'x');
      heat.setOptions({ metric: 'time' });
      expect(marks(view)[1]).toBe('2:53s xfor i in range(10):');
    });
  });

  it('stays, as the last one, while the cell runs again', async () => {
    set(makeDocument());
    const view = open();
    const cell = notebook.cells[0] as ISharedCodeCell;
    set(null);
    cell.executionState = 'running';
    await settled();
    expect(marks(view)).toEqual(STALE);
    expect(figures(view)[0].title).toContain('runs again');
    set(makeDocument({ id: 'run-2' }));
    await settled();
    expect(marks(view)).toEqual(FRESH);
    // And a run without a profiler.
    cell.executionState = 'idle';
    set(null);
    cell.executionState = 'running';
    await settled();
    expect(marks(view)).toHaveLength(3);
    cell.executionState = 'idle';
    await settled();
    expect(marks(view)).toEqual([]);
  });

  it('goes when it is cleared', async () => {
    set(makeDocument());
    const view = open();
    profiles.clear(notebook);
    await settled();
    expect(marks(view)).toEqual([]);
  });

  it('is for code cells of notebooks only', () => {
    const markdown = addCell('text', '# Title', 'markdown');
    expect(extensionFor(markdown)).toBeNull();
    expect(extensionFor({ cell_type: 'code', id: 'x', notebook: null })).toBe(
      null
    );
    expect(extensionFor({ getSource: () => '' })).toBeNull();
    expect(extensionFor(notebook.cells[0])).not.toBeNull();
  });
});
