import type { CodeCell, ICodeCellModel } from '@jupyterlab/cells';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { Kernel } from '@jupyterlab/services';
import { nullTranslator } from '@jupyterlab/translation';
import { MessageLoop } from '@lumino/messaging';
import { Signal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';
import { fireEvent, within } from '@testing-library/dom';
import type { ProfileDocument } from '../document';
import { readDocument } from '../lib/validate';
import { watchRuns } from '../live';
import { ProfilerSettings } from '../settings';
import { MIME_TYPE } from '../tokens';
import { finished, liveDocument } from './live.documents';
import { createPanel, FakeKernel } from './runner.fakes';

const SOURCES = ['x = 1', 'import time\ny = f(x)\nz = y * 2'];

/** A panel with the signals of its session, in the page. */
class Page {
  readonly kernel = new FakeKernel();
  readonly panel = createPanel(this.kernel, SOURCES);
  readonly disposed = new Signal<this, void>(this);
  readonly stop = jest.fn();
  readonly settings = new ProfilerSettings(null);
  readonly navigator = {
    canOpen: jest.fn(() => true),
    open: jest.fn(() => Promise.resolve()),
    showCell: jest.fn(() => Promise.resolve(true)),
    showFile: jest.fn(() => Promise.resolve(true))
  };
  readonly iopub = new Signal<this, unknown>(this);
  readonly status = new Signal<this, Kernel.Status>(this);
  readonly connection = new Signal<this, Kernel.ConnectionStatus>(this);
  readonly kernelChanged = new Signal<this, unknown>(this);
  readonly watch;

  constructor() {
    Object.assign(this.kernel, { clientId: 'me', isDisposed: false });
    Object.assign(this.panel, { disposed: this.disposed });
    Object.assign(this.panel.sessionContext, {
      iopubMessage: this.iopub,
      statusChanged: this.status,
      connectionStatusChanged: this.connection,
      kernelChanged: this.kernelChanged
    });
    Widget.attach(this.panel.content, document.body);
    const tracker = {
      forEach: (each: (panel: NotebookPanel) => void) => each(this.panel),
      widgetAdded: new Signal({})
    };
    this.watch = watchRuns(tracker as unknown as INotebookTracker, {
      settings: this.settings,
      navigator: this.navigator,
      stop: this.stop,
      trans: nullTranslator.load('')
    });
  }

  dispose(): void {
    this.watch.dispose();
    this.panel.content.dispose();
  }

  /** A message of the kernel, about a request of this page. */
  tell(
    msg_type: string,
    content: unknown,
    parent: { msg_id?: string; session?: string } = {}
  ): void {
    this.iopub.emit({
      header: { msg_type },
      parent_header: { msg_id: 'request', session: 'me', ...parent },
      content
    });
  }

  live(document: unknown, display = 'cell-profiler-live-1'): void {
    this.tell('update_display_data', {
      data: { [MIME_TYPE]: document },
      metadata: {},
      transient: { display_id: display }
    });
  }

  cell(index: number): CodeCell {
    return this.panel.content.widgets[index] as CodeCell;
  }

  strips(): HTMLElement[] {
    return [...document.querySelectorAll<HTMLElement>('.jp-CellProfiler-live')];
  }

  outputs(index: number) {
    return (this.cell(index).model as ICodeCellModel).outputs.toJSON();
  }
}

/** Long enough for a drawing. */
const drawn = async (): Promise<void> => {
  await new Promise(resolve => setTimeout(resolve, 300));
  MessageLoop.flush();
  await new Promise(resolve => setTimeout(resolve, 20));
};

describe('a run that goes on', () => {
  let page: Page;

  beforeEach(() => {
    jest.spyOn(console, 'warn').mockImplementation();
    page = new Page();
  });

  afterEach(() => {
    page.dispose();
    jest.restoreAllMocks();
  });

  it('is shown below its cell, and goes on', async () => {
    page.live(liveDocument({ wall: 3, now: 2e8, peak: 3e8, line: 2 }));
    await drawn();
    const [strip, ...others] = page.strips();
    expect(others).toEqual([]);
    expect(page.cell(1).node.contains(strip)).toBe(true);
    expect(strip.textContent).toMatch(
      /Running: 3\.0\ss · line 2: y = f\(x\) · memory 200\sMB, peak 300\sMB \(\+200\sMB\)/
    );
    // Before the footer, after the outputs.
    expect(strip.previousElementSibling?.className).toMatch(/outputWrapper/);
    expect(strip.nextElementSibling?.className).toMatch(/footer/);
    const path = () =>
      strip.querySelector('.jp-CellProfiler-sketchLine')!.getAttribute('d')!;
    const before = path();
    page.live(
      liveDocument({ wall: 4, now: 25e7, peak: 3e8, line: 3, samples: 9 })
    );
    await drawn();
    expect(page.strips()).toEqual([strip]);
    expect(strip.textContent).toMatch(/line 3: z = y \* 2/);
    expect(path().length).toBeGreaterThan(before.length);
  });

  it('leads to the line, and can be stopped', async () => {
    page.live(liveDocument({ line: 2 }));
    await drawn();
    const strip = within(page.strips()[0]);
    fireEvent.click(strip.getByRole('button', { name: 'line 2' }));
    expect(page.navigator.open).toHaveBeenCalledWith(
      { cellId: 'cell-1', path: '', line: 2 },
      page.cell(1).node
    );
    fireEvent.click(strip.getByRole('button', { name: 'Stop' }));
    expect(page.stop).toHaveBeenCalledWith(page.panel);
  });

  it('is gone when its finished document has come', async () => {
    page.live(liveDocument());
    await drawn();
    page.tell('display_data', { data: { [MIME_TYPE]: finished('other') } });
    expect(page.strips()).toHaveLength(1);
    page.tell('display_data', { data: { [MIME_TYPE]: finished() } });
    expect(page.strips()).toEqual([]);
    // One that was still on its way.
    page.live(liveDocument());
    await drawn();
    expect(page.strips()).toEqual([]);
    expect(page.outputs(1)).toEqual([]);
  });

  it('is gone when its request is done, and not another one', async () => {
    page.live(liveDocument());
    await drawn();
    page.tell('status', { execution_state: 'busy' });
    page.tell('status', { execution_state: 'idle' }, { msg_id: 'other' });
    expect(page.strips()).toHaveLength(1);
    page.tell('status', { execution_state: 'idle' });
    expect(page.strips()).toEqual([]);
    expect(page.outputs(1)).toEqual([]);
  });

  it('goes with its cell, and with the watch', async () => {
    page.live(liveDocument());
    await drawn();
    page.panel.content.model!.sharedModel.deleteCell(1);
    expect(page.strips()).toEqual([]);
    page.live(liveDocument());
    await drawn();
    page.status.emit('autorestarting');
    expect(page.strips()).toEqual([]);

    page.live(liveDocument({ cellId: 'cell-0', id: 'second' }));
    await drawn();
    expect(page.strips()).toHaveLength(1);
    page.watch.dispose();
    expect(page.watch.isDisposed).toBe(true);
    expect(page.strips()).toEqual([]);
  });

  it('follows a cell that is moved', async () => {
    page.live(liveDocument());
    await drawn();
    page.panel.content.model!.sharedModel.moveCell(1, 0);
    page.live(liveDocument({ wall: 2 }));
    await drawn();
    expect(page.strips()).toHaveLength(1);
    expect(page.cell(0).model.id).toBe('cell-1');
    expect(page.cell(0).node.contains(page.strips()[0])).toBe(true);
  });

  it('does not come of anything else', async () => {
    const good = liveDocument();
    page.live(good, 'other');
    page.live(finished());
    page.live({ ...good, sections: 'none' });
    page.live({ ...good, version: 2 });
    page.live(liveDocument({ cellId: 'elsewhere' }));
    page.live(undefined);
    page.tell('update_display_data', {});
    page.tell('display_data', {});
    page.tell('stream', { name: 'stdout', text: 'x' });
    await drawn();
    expect(page.strips()).toEqual([]);
  });

  it('keeps what it knew when something broken comes', async () => {
    page.live(liveDocument({ wall: 3 }));
    page.live({ ...liveDocument({ wall: 99 }), files: null });
    await drawn();
    expect(page.strips()[0].textContent).toMatch(/Running: 3\.0\ss/);
  });

  it('is not drawn for each message', async () => {
    const draw = jest.spyOn(window, 'requestAnimationFrame');
    for (let i = 0; i < 50; i++) {
      page.live(liveDocument({ wall: i }));
    }
    await drawn();
    expect(page.strips()[0].textContent).toMatch(/Running: 49\ss/);
    expect(draw.mock.calls.length).toBeLessThan(5);
  });

  it('shows text of a stranger as text', async () => {
    page.live(liveDocument({ label: '<img src=x onerror=alert(1)>' }));
    await drawn();
    expect(page.strips()[0].querySelector('img')).toBeNull();
    expect(page.strips()[0].textContent).toContain('<img src=x');
  });

  it('is read out now and then', async () => {
    const said = () => within(page.strips()[0]).getByRole('status').textContent;
    page.live(liveDocument({ wall: 1 }));
    await drawn();
    expect(said()).toMatch(/^Running: 1\.0\ss, line 2, memory/);
    page.live(liveDocument({ wall: 4 }));
    await drawn();
    expect(said()).toMatch(/^Running: 1\.0\ss/);
    page.live(liveDocument({ wall: 6 }));
    await drawn();
    expect(said()).toMatch(/^Running: 6\.0\ss/);
    // What is urgent at once.
    page.live(liveDocument({ wall: 7, used: 0.95 }));
    await drawn();
    expect(said()).toMatch(/^Memory is running out/);
  });

  it('warns when memory runs out', async () => {
    page.live(liveDocument({ line: 3, used: 0.95, total: 16e9 }));
    await drawn();
    const [strip] = page.strips();
    const warning = strip.querySelector('.jp-CellProfiler-liveWarning')!;
    expect(warning.textContent).toMatch(
      /^Memory is running out: 95\s% of 16\.0\sGB \(the machine\) are in use, line 3 runs\.$/
    );
    expect(warning.querySelector('svg')).not.toBeNull();
    expect(within(strip).getByRole('button', { name: 'Stop' })).toBeTruthy();
    await page.settings.set('memoryWarning', 0);
    page.live(liveDocument({ used: 0.99, container: true }));
    await drawn();
    expect(strip.querySelector('.jp-CellProfiler-liveWarning')).toBeNull();
    await page.settings.set('memoryWarning', 99);
    page.live(liveDocument({ used: 0.99, container: true, wall: 9 }));
    await drawn();
    expect(strip.textContent).toMatch(/\(the container\) are in use/);
  });

  describe('whose kernel ends', () => {
    const kept = (): { document: ProfileDocument; text: unknown } => {
      const [output, ...others] = page.outputs(1);
      expect(others).toEqual([]);
      const data = output.data as { [type: string]: unknown };
      const read = readDocument(data[MIME_TYPE]);
      if (!('document' in read)) {
        throw new Error(JSON.stringify(read));
      }
      return { document: read.document, text: data['text/plain'] };
    };

    it('leaves its profile when the kernel dies', async () => {
      page.live(
        liveDocument({ now: 7.91e9, peak: 7.95e9, line: 2, used: 0.97 })
      );
      await drawn();
      // As JupyterLab does it: first the one, then the other.
      page.status.emit('restarting');
      page.status.emit('autorestarting');
      expect(page.strips()).toEqual([]);
      const { document, text } = kept();
      expect(document.live).toBeUndefined();
      expect(document.status).toBe('error');
      expect(document.error?.name).toBe('KernelDied');
      expect(document.error?.value).toBe(text);
      expect(text).toMatch(
        /^The kernel died while line 2 ran, at 7\.91\sGB of memory \(peak 7\.95\sGB\)\. It probably ran out of memory: 97\s% of 8\.00\sGB \(the machine\) were in use\. Work in smaller pieces/
      );
      // All of it is shown.
      expect(String(text).length).toBeLessThan(380);
      expect(document.files[0].source).toEqual(SOURCES[1].split('\n'));
      await drawn();
      expect(page.outputs(1)).toHaveLength(1);
      expect(
        page.panel.content.model!.sharedModel.cells[1].toJSON().outputs
      ).toHaveLength(1);
    });

    it('does not blame memory that was there', () => {
      page.live(liveDocument({ used: 0.3 }));
      page.status.emit('dead');
      expect(kept().text).toMatch(
        /When last seen, memory was not short \(30\s% of 8\.00\sGB, the machine\)/
      );
      expect(String(kept().text).length).toBeLessThan(380);
    });

    it('says that it does not know where it does not', () => {
      const document = liveDocument();
      page.live({
        ...document,
        sections: document.sections.filter(({ kind }) => kind === 'series')
      });
      page.status.emit('dead');
      expect(kept().text).toMatch(/It may have run out of memory/);
    });

    it('accuses nobody after a restart', async () => {
      page.live(liveDocument({ line: 2 }));
      page.status.emit('restarting');
      await drawn();
      const { document, text } = kept();
      expect(document.status).toBe('interrupted');
      expect(document.error).toBeUndefined();
      expect(text).toMatch(
        /^The kernel was restarted or shut down while line 2 ran, at/
      );
      page.kernelChanged.emit({});
      expect(page.outputs(1)).toHaveLength(1);
    });

    it('knows a lost connection from a closed one', () => {
      page.live(liveDocument());
      Object.assign(page.kernel, { isDisposed: true });
      page.connection.emit('disconnected');
      expect(page.outputs(1)).toEqual([]);
      Object.assign(page.kernel, { isDisposed: false });
      page.connection.emit('connecting');
      expect(page.outputs(1)).toEqual([]);
      page.connection.emit('disconnected');
      expect(kept().document.error?.name).toBe('ConnectionLost');
      expect(kept().text).toMatch(/may still be running/);
    });

    it('is written once, whoever looks on', () => {
      const { model } = page.panel.content;
      const other = watchRuns(
        {
          forEach: (each: (panel: NotebookPanel) => void) => each(page.panel),
          widgetAdded: new Signal({})
        } as unknown as INotebookTracker,
        {
          settings: page.settings,
          stop: page.stop,
          trans: nullTranslator.load('')
        }
      );
      page.live(liveDocument());
      page.status.emit('dead');
      expect(page.outputs(1)).toHaveLength(1);
      other.dispose();

      // In a shared notebook by the one who started it.
      Object.defineProperty(model, 'collaborative', { value: true });
      page.tell(
        'update_display_data',
        {
          data: {
            [MIME_TYPE]: liveDocument({ id: 'foreign', cellId: 'cell-0' })
          },
          transient: { display_id: 'cell-profiler-live-2' }
        },
        { session: 'somebody' }
      );
      page.status.emit('dead');
      expect(page.outputs(0)).toEqual([]);
    });
  });
});
