import type { IOutput } from '@jupyterlab/nbformat';
import type { ICodeCellModel } from '@jupyterlab/cells';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { NotebookModel } from '@jupyterlab/notebook';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import { collect } from '../collect';
import type { ProfileDocument } from '../document';
import * as validate from '../lib/validate';
import { Profiles } from '../profiles';
import { MIME_TYPE } from '../tokens';
import { makeDocument } from './heat.documents';

const display = (profile: unknown): IOutput => ({
  output_type: 'display_data',
  data: { [MIME_TYPE]: profile as never, 'text/plain': 'a profile' },
  metadata: {}
});

const stream = (text: string): IOutput => ({
  output_type: 'stream',
  name: 'stdout',
  text
});

const cell = (id: string, outputs: IOutput[] = []) => ({
  cell_type: 'code' as const,
  id,
  metadata: {},
  execution_count: null,
  source: 'x = 1',
  outputs
});

/** What `collect` uses of a tracker and its panels. */
class FakeTracker {
  readonly widgetAdded = new Signal<this, NotebookPanel>(this);
  readonly panels: NotebookPanel[] = [];

  forEach(each: (panel: NotebookPanel) => void): void {
    this.panels.forEach(each);
  }

  open(model: NotebookModel): FakePanel {
    const panel = new FakePanel(model);
    this.panels.push(panel as unknown as NotebookPanel);
    this.widgetAdded.emit(panel as unknown as NotebookPanel);
    return panel;
  }
}

class FakePanel {
  constructor(model: NotebookModel) {
    this.context = { model, localPath: 'folder/a.ipynb' };
  }
  readonly context: { model: NotebookModel; localPath: string };
  readonly disposed = new Signal<this, void>(this);
}

describe('collect', () => {
  let tracker: FakeTracker;
  let profiles: Profiles;
  let model: NotebookModel;
  let watch: IDisposable;
  let runs: ProfileDocument[];
  let named: [id: string, from: string][];

  const start = (outputs: { [id: string]: IOutput[] }): void => {
    model = new NotebookModel();
    model.sharedModel.insertCells(
      0,
      Object.keys(outputs).map(id => cell(id, outputs[id]))
    );
    tracker = new FakeTracker();
    profiles = new Profiles();
    runs = [];
    named = [];
    watch = collect(
      tracker as unknown as INotebookTracker,
      profiles,
      {
        add: document => void runs.push(document),
        get: () => Promise.reject(new Error('nothing is kept'))
      },
      { add: ({ id }, from) => void named.push([id, from]) }
    );
    tracker.open(model);
  };

  const outputsOf = (index: number) =>
    (model.cells.get(index) as ICodeCellModel).outputs;

  const newest = (cellId: string) =>
    profiles.newest(model.sharedModel, cellId)?.id;

  const run = (id: string, cellId = 'a'): ProfileDocument =>
    makeDocument({ id, cellId });

  beforeEach(() => {
    // yjs warns of every cell that JupyterLab builds before it inserts it.
    jest.spyOn(console, 'warn').mockImplementation();
  });

  afterEach(() => {
    watch.dispose();
    jest.restoreAllMocks();
  });

  it('finds profiles that are there when a notebook is opened', () => {
    start({ a: [stream('hello'), display(run('one'))], b: [] });
    expect(newest('a')).toBe('one');
    expect(newest('b')).toBeUndefined();
  });

  it('finds those of notebooks that were open before', () => {
    start({ a: [display(run('one'))] });
    const others = new Profiles();
    const second = collect(tracker as unknown as INotebookTracker, others);
    expect(others.newest(model.sharedModel, 'a')?.id).toBe('one');
    second.dispose();
  });

  it('finds one that comes while a cell runs', () => {
    start({ a: [] });
    outputsOf(0).add(stream('working'));
    expect(newest('a')).toBeUndefined();
    outputsOf(0).add(display(run('one')));
    expect(newest('a')).toBe('one');
  });

  it('follows an output that is updated in place', () => {
    start({ a: [display(run('one')), stream('after')] });
    outputsOf(0).set(0, display(run('two')));
    expect(newest('a')).toBe('two');
    outputsOf(0)
      .get(0)
      .setData({
        data: display(run('three')).data as { [MIME_TYPE]: never }
      });
    expect(newest('a')).toBe('three');
    outputsOf(0).set(0, stream('no profile any more'));
    expect(newest('a')).toBeUndefined();
  });

  it('follows clear_output, at once and delayed', () => {
    start({ a: [display(run('one'))] });
    outputsOf(0).clear();
    expect(newest('a')).toBeUndefined();
    outputsOf(0).add(display(run('two')));
    outputsOf(0).clear(true);
    expect(newest('a')).toBe('two');
    outputsOf(0).add(stream('next'));
    expect(newest('a')).toBeUndefined();
  });

  it('takes the last of several profiles', () => {
    start({ a: [display(run('one')), display(run('two')), stream('x')] });
    expect(newest('a')).toBe('two');
    outputsOf(0).remove(1);
    expect(newest('a')).toBe('one');
  });

  it('sees cells come, move and go', () => {
    start({ a: [display(run('one'))] });
    model.sharedModel.insertCell(1, cell('b', [display(run('two', 'b'))]));
    expect(newest('b')).toBe('two');
    model.sharedModel.moveCell(1, 0);
    expect(newest('b')).toBe('two');
    expect(newest('a')).toBe('one');
    // The moved cell is another model: that one is watched now.
    outputsOf(0).clear();
    expect(newest('b')).toBeUndefined();
    model.sharedModel.deleteCell(1);
    expect(newest('a')).toBeUndefined();
  });

  it('sees a cell change its type', () => {
    start({ a: [display(run('one'))] });
    model.sharedModel.transact(() => {
      model.sharedModel.deleteCell(0);
      model.sharedModel.insertCell(0, {
        cell_type: 'markdown',
        id: 'a',
        metadata: {},
        source: 'x = 1'
      });
    });
    expect(model.cells.get(0).id).toBe('a');
    expect(newest('a')).toBeUndefined();
  });

  it('leaves documents out that are broken, or of a newer version', () => {
    const newer = { ...run('newer'), version: 2 };
    const broken = { ...run('broken'), files: 'none' };
    start({ a: [display(newer)], b: [display(broken)], c: [display('{')] });
    expect(['a', 'b', 'c'].map(newest)).toEqual([
      undefined,
      undefined,
      undefined
    ]);
    outputsOf(0).set(0, display(run('good')));
    expect(newest('a')).toBe('good');
  });

  it('says of a copied cell what was said of the original', () => {
    start({ a: [display(run('one'))] });
    model.sharedModel.insertCell(1, cell('copy', [display(run('one'))]));
    const copied = profiles.newest(model.sharedModel, 'copy');
    expect(copied?.files[0].cellId).toBe('copy');
    expect(profiles.newest(model.sharedModel, 'a')?.files[0].cellId).toBe('a');
  });

  it('takes the cell that holds it where a headless run knew no ids', () => {
    const document = run('headless');
    delete document.target.cellId;
    document.files.forEach(file => delete file.cellId);
    start({ a: [display(document)] });
    const found = profiles.newest(model.sharedModel, 'a');
    expect(found?.target.cellId).toBe('a');
    expect(found?.files.map(file => file.cellId)).toEqual(['a']);
  });

  it('does not validate again what is the same', () => {
    const read = jest.spyOn(validate, 'readDocument');
    start({ a: [display(run('one'))] });
    expect(read).toHaveBeenCalledTimes(1);
    const document = profiles.newest(model.sharedModel, 'a');
    outputsOf(0).add(stream('more'));
    // Builds every output anew.
    model.cells.get(0).trusted = !model.cells.get(0).trusted;
    expect(read).toHaveBeenCalledTimes(1);
    expect(profiles.newest(model.sharedModel, 'a')).toBe(document);
  });

  it('does not look at outputs that are no profile', () => {
    const read = jest.spyOn(validate, 'readDocument');
    start({ a: [] });
    const outputs = outputsOf(0);
    const get = jest.spyOn(outputs, 'get');
    for (let i = 0; i < 50; i++) {
      outputs.add({
        output_type: 'display_data',
        data: { 'text/plain': String(i) },
        metadata: {}
      });
    }
    expect(read).not.toHaveBeenCalled();
    expect(get).not.toHaveBeenCalled();
  });

  it('tells the history each finished run once, with its place', () => {
    start({ a: [display(run('one')), display(run('two'))], b: [] });
    expect(runs.map(({ id }) => id)).toEqual(['one', 'two']);
    expect(runs[1].target).toEqual({
      kind: 'cell',
      cellId: 'a',
      path: 'folder/a.ipynb'
    });
    outputsOf(1).add(display(run('three', 'b')));
    outputsOf(1).add(stream('more'));
    // Builds every output anew.
    model.cells.get(0).trusted = !model.cells.get(0).trusted;
    outputsOf(0).clear();
    outputsOf(0).add(display(run('one')));
    expect(runs.map(({ id }) => id)).toEqual(['one', 'two', 'three']);
  });

  it('tells the history of a script as one of its own, by its path here', () => {
    const script = (path: string) => ({
      ...makeDocument({ id: path, files: [{ path: 'x.py', source: ['1'] }] }),
      target: { kind: 'script' as const, path }
    });
    start({ a: [display(script('../x.py')), display(script('/out/x.py'))] });
    expect(runs.map(({ target }) => target)).toEqual([
      { kind: 'script', path: 'x.py' },
      { kind: 'script', path: '/out/x.py' }
    ]);
  });

  it('tells of the files that a document names', () => {
    start({ a: [display(makeDocument())], b: [] });
    expect(named).toEqual([['run-1', 'folder/a.ipynb']]);
  });

  it('tells the history neither of what is live nor of what is broken', () => {
    start({
      a: [
        display({ ...run('live'), live: true }),
        display({ ...run('x'), files: 1 })
      ]
    });
    expect(runs).toEqual([]);
    outputsOf(0).set(0, display(run('live')));
    expect(runs.map(({ id }) => id)).toEqual(['live']);
  });

  it('tells the history the cell of a statement, and what it cannot show itself', () => {
    const target = {
      kind: 'statement' as const,
      source: 'f()',
      path: 'module.ipynb'
    };
    const later = { kind: 'later', more: 1 };
    const sections = [...run('x').sections, later];
    start({ a: [display({ ...run('x'), target, sections })] });
    expect(runs[0].target).toEqual({ ...target, cellId: 'a' });
    expect(runs[0].sections).toContainEqual(later);
  });

  it('ends with its disposal, and with the last view of a notebook', () => {
    start({ a: [] });
    const [first] = tracker.panels;
    const second = tracker.open(model);
    (first as unknown as FakePanel).disposed.emit();
    outputsOf(0).add(display(run('one')));
    expect(newest('a')).toBe('one');
    second.disposed.emit();
    outputsOf(0).add(display(run('two')));
    expect(newest('a')).toBe('one');

    start({ a: [] });
    watch.dispose();
    outputsOf(0).add(display(run('one')));
    tracker.open(new NotebookModel());
    expect(watch.isDisposed).toBe(true);
    expect(newest('a')).toBeUndefined();
  });
});
