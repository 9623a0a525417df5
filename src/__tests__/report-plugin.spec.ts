import type { ILayoutRestorer, JupyterFrontEnd } from '@jupyterlab/application';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { StateDB } from '@jupyterlab/statedb';
import { CommandRegistry } from '@lumino/commands';
import { Signal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';
import { fireEvent, waitFor, within } from '@testing-library/dom';
import { reportPlugins } from '../report/plugins';
import type { ReportTab } from '../report/tab';
import { ProfilerSettings } from '../settings';
import { CommandIDs } from '../tokens';
import { makeDocument, wall } from './heat.documents';
import { createHistory, FakeServer } from './history.fakes';
import { createPanel, createRunner, FakeKernel } from './runner.fakes';

jest.setTimeout(30000);

const PATH = 'a/b.ipynb';

/** The plugin in an application with one notebook, of which a run is known. */
class Page {
  readonly kernel = new FakeKernel();
  readonly panel = createPanel(this.kernel, ['load()', 'time.sleep(9)']);
  readonly server = new FakeServer();
  readonly history = createHistory(this.server).history;
  readonly commands = new CommandRegistry();
  readonly disposed = new Signal<this, void>(this);
  readonly pathChanged = new Signal<this, string>(this);
  readonly currentChanged = new Signal<this, unknown>(this);
  readonly fileChanged = new Signal<this, unknown>(this);
  readonly palette: string[] = [];
  readonly added: [Widget, string][] = [];
  readonly activated: string[] = [];
  readonly restored: string[] = [];
  readonly run = jest.fn();
  readonly showCell = jest.fn(() => Promise.resolve(true));
  currentWidget: NotebookPanel | null = this.panel;

  constructor(isFull = false) {
    const { model } = this.panel;
    Object.assign(this.panel, { disposed: this.disposed });
    Object.assign(this.panel.context, { model, pathChanged: this.pathChanged });
    Object.assign(this.panel.sessionContext, { iopubMessage: new Signal({}) });
    Widget.attach(this.panel.content, document.body);
    const run = makeDocument({ cellId: 'cell-1', sections: [wall(9)] });
    this.server.keep({
      ...run,
      target: { kind: 'cell', cellId: 'cell-1', path: PATH }
    });
    this.commands.addCommand(CommandIDs.run, { execute: this.run });
    const app = {
      commands: this.commands,
      serviceManager: {
        contents: {
          fileChanged: this.fileChanged,
          localPath: (path: string) => path.replace('drive:', '')
        }
      },
      shell: {
        currentWidget: this.panel,
        activateById: (id: string) => this.activated.push(id),
        add: (widget: Widget, area: string) => {
          if (!(isFull && area === 'main')) {
            this.added.push([widget, area]);
            Widget.attach(widget, document.body);
          }
        }
      }
    } as unknown as JupyterFrontEnd;
    const current = (): NotebookPanel | null => this.currentWidget;
    const tracker = {
      get currentWidget() {
        return current();
      },
      currentChanged: this.currentChanged,
      widgetAdded: new Signal({}),
      forEach: (each: (panel: NotebookPanel) => void) => each(this.panel),
      find: (test: (panel: NotebookPanel) => boolean) =>
        test(this.panel) ? this.panel : undefined
    } as unknown as INotebookTracker;
    void reportPlugins[0].activate(
      app,
      tracker,
      createRunner().runner,
      this.history,
      { showCell: this.showCell },
      new ProfilerSettings(null),
      new StateDB(),
      {
        addItem: ({ command }: { command: string }) =>
          this.palette.push(command)
      },
      {
        restore: (_: unknown, { command }: { command: string }) => {
          this.restored.push(command);
        }
      } as unknown as ILayoutRestorer,
      null
    );
  }

  dispose(): void {
    this.added.forEach(([widget]) => widget.dispose());
    this.disposed.emit();
    this.history.dispose();
    this.panel.content.dispose();
  }

  get marks(): number {
    return document.querySelectorAll('.jp-CellProfiler-mark').length;
  }

  get isOn(): boolean {
    return this.commands.isToggled(CommandIDs.recordEveryCell);
  }

  /** Wait until the report is in the page. */
  async report(): Promise<ReportTab> {
    await this.commands.execute(CommandIDs.report);
    const tab = this.added[0][0] as ReportTab;
    await waitFor(() => expect(tab.node.querySelector('tbody')).toBeTruthy());
    return tab;
  }
}

describe('the report plugin', () => {
  let page: Page;

  beforeEach(() => {
    jest.spyOn(console, 'warn').mockImplementation();
    jest.spyOn(console, 'error').mockImplementation();
    page = new Page();
  });

  afterEach(() => {
    page.dispose();
    jest.restoreAllMocks();
  });

  it('has commands that say what they take, in the palette too', async () => {
    for (const id of [CommandIDs.recordEveryCell, CommandIDs.report]) {
      expect(page.palette).toContain(id);
      expect((await page.commands.describedBy(id)).args).toMatchObject({
        properties: { path: { type: 'string' } }
      });
      expect(page.commands.isEnabled(id)).toBe(true);
    }
    page.currentWidget = null;
    const { recordEveryCell, report } = CommandIDs;
    expect(page.commands.isEnabled(recordEveryCell)).toBe(false);
    expect(page.commands.isEnabled(report)).toBe(false);
    expect(page.commands.isEnabled(report, { path: 'x.ipynb' })).toBe(true);
    expect(page.commands.isEnabled(recordEveryCell, { path: 'x' })).toBe(false);
    expect(page.commands.caption(report)).toMatch(/Open a notebook/);
    expect(page.restored).toEqual([report]);
  });

  it('marks the cells while the switch is on', async () => {
    const changed = jest.fn();
    page.commands.commandChanged.connect((_, { id }) => changed(id));
    expect([page.isOn, page.marks]).toEqual([false, 0]);
    await page.commands.execute(CommandIDs.recordEveryCell);
    expect(page.isOn).toBe(true);
    expect(changed).toHaveBeenCalledWith(CommandIDs.recordEveryCell);
    expect(page.kernel.log).toContain(`record true ${PATH}`);
    await waitFor(() => expect(page.marks).toBe(1));
    await page.commands.execute(CommandIDs.recordEveryCell, { on: true });
    expect(page.isOn).toBe(true);
    await page.commands.execute(CommandIDs.recordEveryCell);
    expect([page.isOn, page.marks]).toEqual([false, 0]);
    expect(page.kernel.log).toContain(`record false ${PATH}`);
  });

  it('marks them while the report is open, and opens it once', async () => {
    const tab = await page.report();
    expect(page.added.map(([, area]) => area)).toEqual(['main']);
    await waitFor(() => expect(page.marks).toBe(1));
    fireEvent.click(document.querySelector('.jp-CellProfiler-mark')!);
    await waitFor(() => expect(page.activated).toEqual([tab.id, tab.id]));
    expect(page.added).toHaveLength(1);
    tab.dispose();
    expect(page.marks).toBe(0);
  });

  it('leads from the report to cells, runs and the switch', async () => {
    const tab = await page.report();
    expect(tab.title.label).toBe('Report: b.ipynb');
    const view = within(tab.node);
    fireEvent.click(tab.node.querySelector('[data-cell="cell-1"]')!);
    expect(page.showCell).toHaveBeenCalledWith(PATH, 'cell-1');
    fireEvent.click(view.getByRole('button', { name: 'Profile cell 2' }));
    await waitFor(() => expect(page.run).toHaveBeenCalledTimes(1));
    // A notebook that could not be opened is not the one to run a cell in.
    page.showCell.mockResolvedValue(false);
    fireEvent.click(view.getByRole('button', { name: 'Profile cell 1' }));
    await new Promise(resolve => setTimeout(resolve, 10));
    expect(page.run).toHaveBeenCalledTimes(1);
    fireEvent.click(view.getByRole('checkbox'));
    await waitFor(() => expect(page.isOn).toBe(true));
  });

  it('follows a notebook to another path', async () => {
    const tab = await page.report();
    await page.commands.execute(CommandIDs.recordEveryCell);
    page.fileChanged.emit({
      type: 'rename',
      oldValue: { path: `drive:${PATH}` },
      newValue: { path: 'drive:new.ipynb' }
    });
    Object.assign(page.panel.context, { localPath: 'new.ipynb' });
    page.pathChanged.emit('new.ipynb');
    expect(tab.path).toBe('new.ipynb');
    expect(tab.title.label).toBe('Report: new.ipynb');
    expect(page.isOn).toBe(true);
    await waitFor(() => expect(page.marks).toBe(1));
    page.fileChanged.emit({
      type: 'delete',
      oldValue: { path: 'new.ipynb' },
      newValue: null
    });
    expect(page.isOn).toBe(false);
  });

  it('shows the report below a notebook that has the whole main area', async () => {
    page.dispose();
    page = new Page(true);
    const tab = await page.report();
    expect(page.added).toEqual([[tab, 'down']]);
    expect(tab.hasClass('jp-CellProfiler-below')).toBe(true);
  });
});
