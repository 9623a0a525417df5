import type { ICodeCellModel } from '@jupyterlab/cells';
import type { INotebookTracker } from '@jupyterlab/notebook';
import { NotebookModel } from '@jupyterlab/notebook';
import { Signal } from '@lumino/signaling';
import { collect } from '../collect';
import type { ProfileDocument } from '../document';
import { shortened, shortenedText } from '../lib/shorten';
import { readDocument } from '../lib/validate';
import { Profiles } from '../profiles';
import { DEFAULTS, type IProfilerSettings } from '../settings';
import { keepNotebooksShort } from '../shorten';
import { MIME_TYPE, type IHistory } from '../tokens';
import { GOLDEN, golden } from './golden';

const WHOLE = golden('lines-cell');

class FakeTracker {
  readonly widgetAdded = new Signal<this, unknown>(this);
  constructor(private readonly _panels: object[]) {}
  forEach(each: (panel: object) => void): void {
    this._panels.forEach(each);
  }
}

function notebook(document: ProfileDocument): NotebookModel {
  const model = new NotebookModel();
  model.sharedModel.deleteCellRange(0, model.sharedModel.cells.length);
  model.sharedModel.insertCell(0, {
    cell_type: 'code',
    id: 'cell',
    metadata: {},
    execution_count: 1,
    source: 'x = 1',
    outputs: [
      { output_type: 'stream', name: 'stdout', text: 'before' },
      {
        output_type: 'display_data',
        metadata: {},
        data: {
          [MIME_TYPE]: document as never,
          'text/html': '<b>lines</b>',
          'text/plain': 'Lines · tool\n\nWall 1 s\n\nLine Hits\n1 2'
        }
      }
    ]
  });
  return model;
}

const outputs = (model: NotebookModel) =>
  (model.cells.get(0) as ICodeCellModel).outputs;

const bundle = (model: NotebookModel): { [type: string]: unknown } =>
  outputs(model).get(1).toJSON().data as { [type: string]: unknown };

describe('shortened', () => {
  it.each(GOLDEN)('keeps head and totals of %s', name => {
    const document = golden(name);
    const short = shortened(document);
    const read = readDocument(short);
    expect('document' in read).toBe(true);
    expect(short.id).toBe(document.id);
    expect(short.target).toEqual(document.target);
    expect(short.sections).toEqual(
      document.sections.filter(({ kind }) => kind === 'totals')
    );
    expect(short.files.some(({ source }) => source !== undefined)).toBe(false);
    expect(document.summary).toBeUndefined();
  });

  it('leaves two paragraphs of a text', () => {
    expect(shortenedText('a\n\nb\nc\n\nd')).toBe('a\n\nb\nc');
    expect(shortenedText('x'.repeat(5000)).length).toBe(600);
    expect(shortenedText('line\n'.repeat(100)).split('\n').length).toBe(6);
  });
});

describe('keepNotebooksShort', () => {
  const start = (inNotebook: 'profile' | 'summary', model: NotebookModel) => {
    const kept = new Signal<IHistory, string>({} as IHistory);
    const tracker = new FakeTracker([{ context: { model } }]);
    const settings = {
      values: { ...DEFAULTS, inNotebook }
    } as IProfilerSettings;
    const watch = keepNotebooksShort(
      tracker as unknown as INotebookTracker,
      { kept },
      settings
    );
    return { kept, watch };
  };

  it('leaves a summary where the history has the whole', () => {
    const model = notebook(WHOLE);
    const { kept } = start('summary', model);
    kept.emit('another');
    expect(bundle(model)[MIME_TYPE]).toEqual(WHOLE);
    kept.emit(WHOLE.id);
    expect(bundle(model)).toEqual({
      [MIME_TYPE]: shortened(WHOLE),
      'text/plain': 'Lines · tool\n\nWall 1 s'
    });
    expect(outputs(model).length).toBe(2);
    expect(outputs(model).get(0).toJSON().text).toBe('before');
    const size = JSON.stringify(bundle(model)).length;
    expect(size).toBeLessThan(2500);
  });

  it('leaves the whole by default, and after its end', () => {
    const model = notebook(WHOLE);
    start('profile', model).kept.emit(WHOLE.id);
    const { kept, watch } = start('summary', model);
    watch.dispose();
    kept.emit(WHOLE.id);
    expect(bundle(model)[MIME_TYPE]).toEqual(WHOLE);
  });
});

describe('collect, of a summary', () => {
  const open = (document: ProfileDocument, get: IHistory['get']) => {
    const model = notebook(document);
    const profiles = new Profiles();
    const add = jest.fn();
    const panel = {
      context: { model, localPath: 'a.ipynb' },
      disposed: new Signal<object, void>({})
    };
    collect(new FakeTracker([panel]) as unknown as INotebookTracker, profiles, {
      add,
      get
    });
    return { model, profiles, add };
  };
  const newest = (model: NotebookModel, profiles: Profiles) =>
    profiles.newest(model.sharedModel, 'cell');
  const settled = () => new Promise(resolve => setTimeout(resolve, 0));

  it('has the whole from the history', async () => {
    const get = jest.fn().mockResolvedValue(WHOLE);
    const { add, model, profiles } = open(shortened(WHOLE), get);
    await settled();
    expect(get).toHaveBeenCalledWith(WHOLE.id);
    expect(newest(model, profiles)?.sections).toEqual(WHOLE.sections);
    expect(add).not.toHaveBeenCalled();
  });

  it('has the summary where the whole is gone', async () => {
    const get = jest.fn().mockRejectedValue(new Error('gone'));
    const { model, profiles } = open(shortened(WHOLE), get);
    await settled();
    expect(newest(model, profiles)?.summary).toBe(true);
  });

  it('keeps what is known when a profile is shortened', async () => {
    const get = jest.fn();
    const { add, model, profiles } = open(WHOLE, get);
    expect(add).toHaveBeenCalledTimes(1);
    const before = newest(model, profiles);
    const json = outputs(model).get(1).toJSON();
    outputs(model).set(1, {
      ...json,
      data: { [MIME_TYPE]: shortened(WHOLE) as never }
    } as never);
    await settled();
    expect(newest(model, profiles)).toBe(before);
    expect(get).not.toHaveBeenCalled();
    expect(add).toHaveBeenCalledTimes(1);
  });
});
