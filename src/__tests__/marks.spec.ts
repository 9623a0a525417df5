import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { nullTranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';
import { fireEvent } from '@testing-library/dom';
import type { History } from '../history/history';
import { sourceHash } from '../lib/sourcehash';
import { Marks } from '../report/marks';
import { ReportModel } from '../report/model';
import { makeDocument, wall } from './heat.documents';
import { createHistory, FakeServer, settle } from './history.fakes';
import { createPanel } from './runner.fakes';

const PATH = 'a/b.ipynb';
const SOURCES = ['load()', 'time.sleep(9)', 'blob = make()'];

/** A record of a cell, so many seconds long. */
function record(id: string, cellId: string, seconds: number, parts = {}) {
  const document = makeDocument({ id, cellId, sections: [wall(seconds)] });
  const source = SOURCES[Number(cellId.slice(-1))] ?? '';
  return {
    ...document,
    target: {
      kind: 'cell' as const,
      cellId,
      path: PATH,
      sourceHash: sourceHash(source)
    },
    ...parts
  };
}

/** A notebook in the page, its history, and the marks. */
class Page {
  readonly panel = createPanel(null, SOURCES);
  readonly disposed = new Signal<this, void>(this);
  readonly pathChanged = new Signal<this, string>(this);
  readonly server = new FakeServer();
  readonly history: History = createHistory(this.server).history;
  readonly open = jest.fn();
  readonly model: ReportModel;
  readonly marks: Marks;

  constructor() {
    const { model } = this.panel;
    Object.assign(this.panel, { disposed: this.disposed });
    Object.assign(this.panel.context, { model, pathChanged: this.pathChanged });
    Widget.attach(this.panel.content, document.body);
    this.server.keep(record('old', 'cell-0', 4));
    this.server.keep(record('far', 'cell-0', 100), { path: 'far.ipynb' });
    this.model = new ReportModel(PATH, {
      tracker: {
        find: (test: (panel: NotebookPanel) => boolean) =>
          test(this.panel) ? this.panel : undefined,
        widgetAdded: new Signal({})
      } as unknown as INotebookTracker,
      history: this.history,
      trans: nullTranslator.load('')
    });
    this.marks = new Marks({
      panel: this.panel,
      model: this.model,
      onOpen: this.open,
      trans: nullTranslator.load('')
    });
  }

  dispose(): void {
    this.marks.dispose();
    this.model.dispose();
    this.history.dispose();
    this.panel.content.dispose();
  }

  /** What the marks say, cell by cell. */
  get texts(): (string | null)[] {
    return this.panel.content.widgets.map(({ node }) => {
      const marks = node.querySelectorAll('.jp-CellProfiler-mark');
      expect(marks.length).toBeLessThan(2);
      return marks[0]?.textContent!.replace(/\s/g, ' ') ?? null;
    });
  }
}

const drawn = async (): Promise<void> => {
  await settle();
  await new Promise(resolve => setTimeout(resolve, 300));
  await new Promise(resolve => requestAnimationFrame(resolve));
};

describe('the marks', () => {
  let page: Page;

  beforeEach(async () => {
    jest.spyOn(console, 'warn').mockImplementation();
    page = new Page();
    await drawn();
  });

  afterEach(() => {
    page.dispose();
    jest.restoreAllMocks();
  });

  it('say the share and the time, from the server and from now', async () => {
    expect(page.texts).toEqual(['100 % · 4.00 s', null, null]);
    page.history.add(record('a', 'cell-1', 12));
    page.history.add(record('b', 'cell-2', 0.2));
    await drawn();
    expect(page.texts).toEqual(['25 % · 4.00 s', '74 % · 12.0 s', null]);
    const [, node] = document.querySelectorAll<HTMLElement>(
      '.jp-CellProfiler-mark'
    );
    expect(node.title).toMatch(/^74\s% of the time of this notebook’s cells/);
    expect(node.getAttribute('aria-label')).toBe(node.title);
    expect(node.dataset.share).toBe('74');
  });

  it('fit below the prompt, however long it took', async () => {
    page.history.add(record('a', 'cell-1', 725));
    page.history.add(record('b', 'cell-2', 8000));
    await drawn();
    expect(page.texts).toEqual([null, '8 % · > 12 min', '92 % · > 2 h']);
    const [first] = document.querySelectorAll<HTMLElement>(
      '.jp-CellProfiler-mark'
    );
    expect(first.title.replace(/\s/g, ' ')).toMatch(/^8\.3 %.*: 12 min 05 s/);
  });

  it('are of the newest run', async () => {
    const started = '2026-11-24T00:00:00.000Z';
    page.history.add(record('a', 'cell-0', 1, { started }));
    await drawn();
    expect(page.texts[0]).toBe('100 % · 1.00 s');
    expect(page.model.report.cells[0].runs).toBe(2);
  });

  it('come last in their cells and out of the way of its layout', () => {
    const { node } = page.panel.content.widgets[0];
    expect(node.lastElementChild!.className).toBe('jp-CellProfiler-mark');
  });

  it('go with their cells', async () => {
    const { sharedModel } = page.panel.content.model!;
    sharedModel.moveCell(0, 2);
    await drawn();
    expect(page.texts).toEqual([null, null, '100 % · 4.00 s']);
    sharedModel.deleteCell(2);
    await drawn();
    expect(document.querySelector('.jp-CellProfiler-mark')).toBeNull();
  });

  it('say when the cell has changed', async () => {
    const mark = () =>
      document.querySelector<HTMLElement>('.jp-CellProfiler-mark')!;
    expect(mark().title).not.toMatch(/changed/);
    page.panel.content.model!.sharedModel.getCell(0).setSource('other()');
    await drawn();
    expect(mark().title).toMatch(/has changed since/);
  });

  it('lead to the report, by mouse and keys, and the notebook sees no key', () => {
    const mark = document.querySelector<HTMLElement>('.jp-CellProfiler-mark')!;
    fireEvent.click(mark);
    expect(page.open).toHaveBeenCalledTimes(1);
    const onKey = jest.fn();
    page.panel.content.node.addEventListener('keydown', onKey);
    fireEvent.keyDown(mark, { key: 'Enter' });
    expect(onKey).not.toHaveBeenCalled();
    fireEvent.keyDown(mark, { key: 'a' });
    expect(onKey).toHaveBeenCalledTimes(1);
  });

  it('leave nothing behind', () => {
    page.marks.dispose();
    expect(document.querySelector('.jp-CellProfiler-mark')).toBeNull();
    expect(document.querySelector('.jp-CellProfiler-marked')).toBeNull();
  });

  it('follow the notebook to another path, with what it had', async () => {
    Object.assign(page.panel.context, { localPath: 'new.ipynb' });
    page.pathChanged.emit('new.ipynb');
    await drawn();
    expect(page.texts[0]).toBe('100 % · 4.00 s');
    page.server.keep(record('n', 'cell-1', 4), { path: 'new.ipynb' });
    await page.model.refresh();
    await drawn();
    expect(page.texts).toEqual(['50 % · 4.00 s', '50 % · 4.00 s', null]);
  });
});

describe('what is known', () => {
  it('is said to be less while the server is away, and is mended', async () => {
    jest.spyOn(console, 'warn').mockImplementation();
    const page = new Page();
    page.server.failing = { status: 503, message: 'Busy.' };
    await page.model.refresh();
    expect(page.model.problem).toMatch(/cannot be had now: Busy\./);
    page.server.failing = undefined;
    await page.history.refresh();
    await drawn();
    expect(page.model.problem).toBeNull();
    page.dispose();
    jest.restoreAllMocks();
  });

  it('has records in the history, but not among its runs', async () => {
    jest.spyOn(console, 'warn').mockImplementation();
    const page = new Page();
    await page.history.refresh();
    page.history.add(record('a', 'cell-1', 12));
    page.history.add(record('a', 'cell-1', 12));
    await drawn();
    expect([...page.server.kept.keys()]).toContain('a');
    expect(page.history.runs).toEqual([]);
    expect(page.history.total).toBe(0);
    expect(page.history.records.map(({ id }) => id)).toEqual(['a']);
    expect(page.server.asked('POST')).toHaveLength(1);
    page.dispose();
    jest.restoreAllMocks();
  });
});
