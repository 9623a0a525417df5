import { YNotebook } from '@jupyter/ydoc';
import { EditorState, type Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { nullTranslator } from '@jupyterlab/translation';
import { Glow } from '../processes/glow';

describe('Glow', () => {
  let notebook: YNotebook;
  let glow: Glow;
  const views: EditorView[] = [];

  const extensionFor = (sharedModel: unknown): Extension | null =>
    glow
      .extension()
      .factory({ inline: true, model: { sharedModel } as never })
      ?.instance(undefined) ?? null;

  /** The editor that JupyterLab makes for a cell. */
  const open = (id: string): EditorView => {
    const cell = notebook.cells.find(cell => cell.id === id)!;
    const view = new EditorView({
      parent: document.body,
      state: EditorState.create({
        doc: cell.getSource(),
        extensions: [extensionFor(cell) ?? []]
      })
    });
    views.push(view);
    return view;
  };

  /** The lines that glow, as a person reads them. */
  const shining = (view: EditorView): (string | null)[] =>
    [...view.contentDOM.querySelectorAll('.cm-line.jp-CellProfiler-glow')].map(
      line => line.textContent
    );

  beforeEach(() => {
    jest.useFakeTimers();
    // yjs warns of every cell that is built before it is inserted.
    jest.spyOn(console, 'warn').mockImplementation();
    notebook = new YNotebook();
    glow = new Glow(nullTranslator.load(''));
    for (const id of ['one', 'two']) {
      notebook.addCell({ cell_type: 'code', id, source: 'a\nb\nc' } as never);
    }
  });

  afterEach(() => {
    glow.dispose();
    views.splice(0).forEach(view => view.destroy());
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  it('marks one line of a notebook, in words, too', () => {
    const [one, two] = [open('one'), open('two')];
    expect(shining(one)).toEqual([]);
    glow.show(notebook, 'one', 2);
    expect(shining(one)).toEqual(['b◂ running']);
    expect(one.state.doc.toString()).toBe('a\nb\nc');
    glow.show(notebook, 'two', 3);
    expect(shining(one)).toEqual([]);
    expect(shining(two)).toEqual(['c◂ running']);
    glow.clear(notebook);
    expect(shining(two)).toEqual([]);
  });

  it('goes out after ten seconds of the last question', () => {
    const one = open('one');
    glow.show(notebook, 'one', 1);
    jest.advanceTimersByTime(9000);
    glow.show(notebook, 'one', 2);
    jest.advanceTimersByTime(9000);
    expect(shining(one)).toEqual(['b◂ running']);
    jest.advanceTimersByTime(1000);
    expect(shining(one)).toEqual([]);
  });

  it('goes out when the text changes', () => {
    const one = open('one');
    glow.show(notebook, 'one', 2);
    one.dispatch({ selection: { anchor: 1 } });
    expect(shining(one)).toHaveLength(1);
    one.dispatch({ changes: { from: 0, insert: 'x' } });
    expect(shining(one)).toEqual([]);
    // Nor does it come back in another editor.
    expect(shining(open('one'))).toEqual([]);
  });

  it('shines in an editor that is made later, and in each view', () => {
    glow.show(notebook, 'one', 2);
    const editors = [open('one'), open('one')];
    expect(editors.map(shining)).toEqual([['b◂ running'], ['b◂ running']]);
    glow.clear(notebook);
    expect(editors.map(shining)).toEqual([[], []]);
  });

  it('does not mark what is not there', () => {
    const one = open('one');
    glow.show(notebook, 'one', 4);
    glow.reveal(notebook);
    expect(shining(one)).toEqual([]);
    glow.show(notebook, 'gone', 1);
    glow.reveal(new YNotebook());
    expect(shining(one)).toEqual([]);
    expect(extensionFor({})).toBeNull();
    notebook.addCell({
      cell_type: 'markdown',
      id: 'text',
      source: ''
    } as never);
    expect(extensionFor(notebook.cells[2])).toBeNull();
  });

  it('scrolls without moving the cursor or the focus', () => {
    const one = open('one');
    const dispatch = jest.spyOn(one, 'dispatch');
    glow.show(notebook, 'one', 3);
    glow.reveal(notebook);
    expect(dispatch).toHaveBeenCalledTimes(2);
    expect(one.state.selection.main.head).toBe(0);
    expect(one.hasFocus).toBe(false);
  });

  it('leaves nothing when it is disposed', () => {
    const one = open('one');
    glow.show(notebook, 'one', 1);
    glow.dispose();
    expect(shining(one)).toEqual([]);
    const dispatch = jest.spyOn(one, 'dispatch');
    jest.advanceTimersByTime(60000);
    expect(dispatch).not.toHaveBeenCalled();
  });
});
