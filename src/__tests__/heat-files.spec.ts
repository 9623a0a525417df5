import { EditorState, type Extension } from '@codemirror/state';
import { EditorView, lineNumbers } from '@codemirror/view';
import { Signal } from '@lumino/signaling';
import type { ProfileDocument } from '../document';
import { FileProfiles } from '../fileprofiles';
import { Heat } from '../heat';
import { OpenFiles } from '../heat/openfiles';
import { Profiles } from '../profiles';
import { FileHistory } from '../scripts/filehistory';
import { golden } from './golden';
import { lines, makeDocument } from './heat.documents';

const SCRIPT = golden('script-lines');
const TRAIN = SCRIPT.files[0].source!.join('\n');
const MODEL = SCRIPT.files[1].source!.join('\n');

const later = (document: ProfileDocument, id: string): ProfileDocument => ({
  ...document,
  id,
  started: '2026-11-25T00:00:00.000Z'
});

describe('FileProfiles', () => {
  let files: FileProfiles;
  let changed: string[];

  beforeEach(() => {
    files = new FileProfiles(() => '/srv');
    changed = [];
    files.changed.connect((_, path) => changed.push(path));
  });

  const newest = (path: string) => files.newest(path)?.document.id;

  it('knows the script and the files beside it', () => {
    files.add(SCRIPT, '');
    expect(changed).toEqual(['project/train.py', 'project/model.py']);
    expect([...files.newest('project/train.py')!.files]).toEqual([0]);
    expect([...files.newest('project/model.py')!.files]).toEqual([1]);
    expect(files.newest('train.py')).toBeNull();
  });

  it('knows the files of what a notebook ran', () => {
    const ofCell = makeDocument({
      files: [
        { path: 'In [1]', cellId: 'cell', source: ['f()'] },
        { path: '../lib/model.py', source: MODEL.split('\n') },
        { path: '/srv/other.py', source: ['1'] },
        { path: '/usr/lib/python3/json/__init__.py', source: ['1'] },
        { path: 'unmeasured.py', source: ['1'] }
      ],
      sections: [0, 1, 2, 3].map(file => lines({ file, hits: [1], time: [1] }))
    });
    files.add(ofCell, 'work/a.ipynb');
    expect(changed).toEqual(['lib/model.py', 'other.py']);
  });

  it('keeps the newest one', () => {
    const newer = later(SCRIPT, 'newer');
    files.add(newer, '');
    files.add(SCRIPT, '');
    files.add(newer, '');
    expect(newest('project/train.py')).toBe('newer');
    expect(changed).toHaveLength(2);
  });

  it('takes neither live documents nor summaries', () => {
    files.add({ ...SCRIPT, live: true }, '');
    files.add({ ...SCRIPT, summary: true }, '');
    expect(changed).toEqual([]);
  });

  it('forgets what is cleared, until another run comes', () => {
    files.add(SCRIPT, '');
    files.clear('project/train.py');
    files.add(SCRIPT, '');
    expect(files.newest('project/train.py')).toBeNull();
    expect(newest('project/model.py')).toBe(SCRIPT.id);
    files.add(later(SCRIPT, 'newer'), '');
    expect(newest('project/train.py')).toBe('newer');
    files.clear('unknown.py');
  });

  it('shows an earlier run again, until another one comes', () => {
    files.add(later(SCRIPT, 'newer'), '');
    files.putBack(SCRIPT, '');
    expect(newest('project/train.py')).toBe(SCRIPT.id);
    files.add(later(SCRIPT, 'newest'), '');
    expect(newest('project/train.py')).toBe('newest');
  });

  it('knows the memory of another run of the same source', () => {
    const memory: ProfileDocument = {
      ...later(SCRIPT, 'memory'),
      sections: [
        {
          kind: 'lines',
          file: 0,
          lines: [9],
          columns: [
            {
              name: 'memory_peak',
              label: 'Memory',
              unit: 'bytes',
              values: [1e6]
            }
          ]
        }
      ]
    };
    files.add(SCRIPT, '');
    files.add(memory, '');
    expect(files.beside('project/train.py', memory)).toBe(SCRIPT);
    expect(files.beside('project/train.py', SCRIPT)).toBe(memory);
    expect(files.beside('other.py', SCRIPT)).toBeNull();
  });

  it('knows no more than some hundred files', () => {
    const document = (path: string) => ({
      ...SCRIPT,
      id: path,
      target: { ...SCRIPT.target, path: `${path}/train.py` }
    });
    for (let i = 0; i < 150; i++) {
      files.add(document(`p${i}`), '');
    }
    expect(files.newest('p0/train.py')).toBeNull();
    expect(files.newest('p149/train.py')).not.toBeNull();
  });
});

/** What is used of the tracker of editors, of a widget and of its context. */
class FakeEditors {
  readonly widgetAdded = new Signal<this, unknown>(this);
  readonly widgets: { context: FakeContext }[] = [];

  forEach(each: (widget: unknown) => void): void {
    this.widgets.forEach(each);
  }

  open(context: FakeContext): void {
    const widget = { context };
    this.widgets.push(widget);
    this.widgetAdded.emit(widget);
  }
}

class FakeContext {
  constructor(public localPath: string) {}
  readonly model = { sharedModel: {} };
  readonly pathChanged = new Signal<this, string>(this);

  rename(path: string): void {
    this.localPath = path;
    this.pathChanged.emit(path);
  }
}

describe('Heat of a file', () => {
  let files: FileProfiles;
  let editors: FakeEditors;
  let heat: Heat;
  const views: EditorView[] = [];

  beforeEach(() => {
    files = new FileProfiles(() => '/srv');
    editors = new FakeEditors();
    heat = new Heat({
      profiles: new Profiles(),
      files: { profiles: files, open: new OpenFiles(editors as never) }
    });
  });

  afterEach(() => {
    views.splice(0).forEach(view => view.destroy());
    heat.dispose();
  });

  const extension = (model: unknown): Extension | null =>
    heat
      .extension()
      .factory({ inline: false, model: model as never })
      ?.instance(undefined) ?? null;

  /** As JupyterLab does: the editor is made before its file is known. */
  const open = (context: FakeContext, text: string): EditorView => {
    const view = new EditorView({
      parent: document.body,
      state: EditorState.create({
        doc: '',
        extensions: [lineNumbers(), extension(context.model) ?? []]
      })
    });
    views.push(view);
    editors.open(context);
    view.dispatch({ changes: { from: 0, insert: text } });
    return view;
  };

  const hot = (view: EditorView): string[] =>
    [
      ...view.contentDOM.querySelectorAll<HTMLElement>(
        '.jp-CellProfiler-heatLine'
      )
    ].map(
      line =>
        `${line.dataset.heat}${line.classList.contains('jp-mod-stale') ? 's' : ''} ${line.textContent?.trim()}`
    );

  const settled = (): Promise<void> => Promise.resolve();

  it('is there for the script and for its module', async () => {
    const script = open(new FakeContext('project/train.py'), `${TRAIN}\n`);
    expect(hot(script)).toEqual([]);
    files.add(SCRIPT, '');
    await settled();
    expect(hot(script)).toHaveLength(14);
    const module = open(new FakeContext('project/model.py'), `${MODEL}\n`);
    await settled();
    expect(hot(module)).toEqual([
      '49 for i in range(len(weights)):',
      '100 weights[i] += (batch - weights[i]) / 100'
    ]);
    const other = open(new FakeContext('train.py'), TRAIN);
    await settled();
    expect(hot(other)).toEqual([]);
  });

  it('is stale while the file is edited, and says so', async () => {
    files.add(SCRIPT, '');
    const view = open(new FakeContext('project/model.py'), MODEL);
    await settled();
    view.dispatch({ changes: { from: 0, insert: '# note\n' } });
    // An excerpt that only moved is as it was measured.
    expect(hot(view).some(line => line.includes('s '))).toBe(false);
    view.dispatch({ changes: { from: view.state.doc.length, insert: '0' } });
    expect(hot(view)[1]).toMatch(/^100s /);
    expect(
      view.dom
        .querySelector('.jp-CellProfiler-figures')!
        .getAttribute('aria-label')
    ).toContain('The file was edited after this profile.');
  });

  it('follows another name, is cleared and hidden', async () => {
    files.add(SCRIPT, '');
    const context = new FakeContext('copy.py');
    const view = open(context, MODEL);
    await settled();
    expect(hot(view)).toEqual([]);
    context.rename('project/model.py');
    await settled();
    expect(hot(view)).toHaveLength(2);
    heat.setOptions({ visible: false });
    expect(hot(view)).toEqual([]);
    heat.setOptions({ visible: true });
    expect(hot(view)).toHaveLength(2);
    files.clear('project/model.py');
    await settled();
    expect(hot(view)).toEqual([]);
  });

  it('is not in the cells of consoles, nor where no files are known', () => {
    const cell = { sharedModel: { cell_type: 'code', id: 'x' } };
    expect(extension(cell)).toBeNull();
    const alone = new Heat({ profiles: new Profiles() });
    const { model } = new FakeContext('a.py');
    expect(
      alone.extension().factory({ inline: false, model: model as never })
    ).toBeNull();
  });
});

describe('FileHistory', () => {
  const run = (id: string, started: string, parts: object = {}) => ({
    id,
    started,
    received: started,
    kind: 'script',
    path: 'project/train.py',
    ...parts
  });
  const OLD = run('old', '2026-11-24T00:00:00Z');
  const NEW = run('new', '2026-11-25T00:00:00Z');

  const setUp = (kept: unknown[], known: unknown[] = []) => {
    const history = {
      runs: known,
      search: jest.fn(async () => ({ runs: kept, total: kept.length })),
      get: jest.fn(async (id: string) => ({ ...SCRIPT, id })),
      changed: new Signal<object, void>({})
    };
    const editors = new FakeEditors();
    const add = jest.fn();
    const watch = new FileHistory(
      history as never,
      { add },
      new OpenFiles(editors as never)
    );
    return { history, editors, add, watch };
  };

  const settled = async (): Promise<void> => {
    for (let i = 0; i < 10; i++) {
      await Promise.resolve();
    }
  };

  it('brings the newest run of a script that is opened, once', async () => {
    const cell = run('cell', '2026-11-26T00:00:00Z', { kind: 'cell' });
    const { add, editors, history } = setUp([OLD, cell, NEW]);
    editors.open(new FakeContext('project/train.py'));
    editors.open(new FakeContext('project/train.py'));
    editors.open(new FakeContext('notes.txt'));
    await settled();
    expect(history.search).toHaveBeenCalledTimes(1);
    expect(add.mock.calls).toEqual([[{ ...SCRIPT, id: 'new' }, '']]);
  });

  it('does with what is known where the server keeps nothing', async () => {
    const { add, editors, history } = setUp([], [OLD]);
    history.search.mockImplementation(() => Promise.reject(new Error('no')));
    editors.open(new FakeContext('project/train.py'));
    await settled();
    expect(add).toHaveBeenCalledTimes(1);
  });

  it('brings runs that come later, and none after its end', async () => {
    const { add, editors, history, watch } = setUp([]);
    editors.open(new FakeContext('project/train.py'));
    await settled();
    expect(add).not.toHaveBeenCalled();
    history.runs = [OLD];
    history.changed.emit();
    history.changed.emit();
    await settled();
    expect(add).toHaveBeenCalledTimes(1);
    watch.dispose();
    history.runs = [NEW, OLD];
    history.changed.emit();
    await settled();
    expect(add).toHaveBeenCalledTimes(1);
  });
});
