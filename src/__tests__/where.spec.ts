import { YNotebook } from '@jupyter/ydoc';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { PromiseDelegate } from '@lumino/coreutils';
import { MessageLoop } from '@lumino/messaging';
import { Signal } from '@lumino/signaling';
import { BoxPanel, Widget } from '@lumino/widgets';
import { fireEvent, within } from '@testing-library/dom';
import type { IDump } from '../lib/processes/types';
import { WhereButton } from '../processes/button';
import { addWhereCommand } from '../processes/command';
import { Lookings } from '../processes/lookings';
import type { IAnswer, IWhere } from '../processes/tokens';
import { CommandIDs } from '../tokens';
import { dump, FakeSession, thread } from './where.fakes';

const trans = nullTranslator.load('');

const AT_2 = dump(
  [
    thread(['heavy a cell:2@cell-0', '<module> a cell:1@cell-1'], {
      gil: true
    })
  ],
  ['Main and Thread-1 both wait for a lock.']
);

/** A cell, as far as it is looked at. */
const cell = (id: string, executionCount: number | null) => ({
  model: { id, type: 'code', executionCount },
  isPlaceholder: () => false,
  isAttached: true,
  ready: Promise.resolve()
});

/** A notebook whose cell `cell-1` calls a function of `cell-0`. */
class Page {
  readonly session = new FakeSession();
  readonly notebook = new YNotebook();
  readonly contentHeader = new BoxPanel();
  readonly node = document.createElement('div');
  readonly cells = [cell('cell-0', 3), cell('cell-1', null)];
  readonly content = {
    widgets: this.cells,
    scrollToItem: jest.fn(() => Promise.resolve()),
    activate: jest.fn()
  };
  readonly context = { localPath: 'a/b.ipynb' };
  readonly panel = {
    content: this.content,
    contentHeader: this.contentHeader,
    context: this.context,
    model: { sharedModel: this.notebook },
    node: this.node,
    sessionContext: this.session
  } as unknown as NotebookPanel;
  readonly disposed = new Signal<NotebookPanel, void>(this.panel);
  readonly glow = { show: jest.fn(), reveal: jest.fn(), clear: jest.fn() };
  readonly asker = {
    where: jest.fn((): Promise<IDump> => Promise.resolve(AT_2)),
    answered: new Signal<IWhere, IAnswer>({} as IWhere)
  };
  readonly commands = new CommandRegistry();
  readonly tracker = {
    currentWidget: this.panel as NotebookPanel | null,
    find: (is: (panel: NotebookPanel) => boolean) =>
      is(this.panel) ? this.panel : undefined,
    forEach: (each: (panel: NotebookPanel) => void) => each(this.panel),
    widgetAdded: new Signal({})
  };
  readonly shell = { currentWidget: this.panel as unknown };
  readonly lookings = new Lookings(this.trackerOf(), {
    asker: this.asker,
    glow: this.glow,
    commands: this.commands,
    kernels: this.session.kernels as never,
    trans
  });
  readonly button = new WhereButton({
    panel: this.panel,
    clock: this.lookings.of(this.panel).clock,
    onClick: () => void this.ask(),
    trans
  });

  constructor() {
    document.body.append(this.node);
    Widget.attach(this.contentHeader, this.node);
    Widget.attach(this.button, this.node);
    addWhereCommand({
      app: { commands: this.commands, shell: this.shell } as never,
      tracker: this.tracker as never,
      lookings: this.lookings,
      trans
    });
  }

  private trackerOf(): INotebookTracker {
    Object.assign(this.panel, { disposed: this.disposed });
    return this.tracker as unknown as INotebookTracker;
  }

  dispose(): void {
    this.lookings.dispose();
    this.button.dispose();
    this.contentHeader.dispose();
    this.node.remove();
  }

  ask(): Promise<boolean> {
    return this.commands.execute(CommandIDs.where, { path: 'a/b.ipynb' });
  }

  get note(): HTMLElement | null {
    return this.node.querySelector('.jp-CellProfiler-whereNote');
  }
}

/** Long enough for React to draw. */
const drawn = async (): Promise<void> => {
  MessageLoop.flush();
  await new Promise(resolve => setTimeout(resolve, 20));
  MessageLoop.flush();
};

describe('“Where is it?”', () => {
  let page: Page;

  beforeEach(() => {
    jest.spyOn(console, 'warn').mockImplementation();
    page = new Page();
  });

  afterEach(() => {
    page.dispose();
    jest.restoreAllMocks();
  });

  it('is a button of long runs only', async () => {
    jest.useFakeTimers();
    try {
      expect(page.button.isHidden).toBe(true);
      page.session.begin('1');
      jest.advanceTimersByTime(1900);
      expect(page.button.isHidden).toBe(true);
      jest.advanceTimersByTime(100);
      expect(page.button.isHidden).toBe(false);
    } finally {
      jest.useRealTimers();
    }
    await drawn();
    const button = within(page.button.node).getByRole('button', {
      name: 'Where is it?'
    });
    expect(button.title).toMatch(/line that runs now/);
    button.focus();
    page.session.end('1');
    expect(page.button.isHidden).toBe(true);
    // The focus would be nowhere.
    expect(page.content.activate).toHaveBeenCalled();
    expect(page.note).toBeNull();
  });

  it('lets the line glow of an answer that others asked for', async () => {
    const answer = (kernelId: string): void =>
      page.asker.answered.emit({
        target: { kind: 'kernel', kernelId, name: 'b.ipynb' },
        dump: AT_2
      });
    answer('kernel');
    expect(page.glow.show).not.toHaveBeenCalled();
    page.session.begin('1');
    answer('another');
    expect(page.glow.show).not.toHaveBeenCalled();
    answer('kernel');
    expect(page.glow.show).toHaveBeenCalledTimes(1);
    expect(page.glow.show).toHaveBeenCalledWith(page.notebook, 'cell-0', 2);
    await drawn();
    expect(page.note).toBeNull();
    page.session.end('1');
    expect(page.glow.clear).toHaveBeenCalled();
  });

  it('lets the line glow, and says it', async () => {
    page.session.begin('1');
    expect(await page.ask()).toBe(true);
    expect(page.asker.where).toHaveBeenCalledWith(
      {
        kind: 'kernel',
        kernelId: 'kernel',
        name: 'b.ipynb',
        path: 'a/b.ipynb'
      },
      { native: false, locals: false, subprocesses: false }
    );
    expect(page.glow.show).toHaveBeenCalledWith(page.notebook, 'cell-0', 2);
    expect(page.glow.reveal).toHaveBeenCalledWith(page.notebook);
    await drawn();
    const note = within(page.note!);
    const status = note.getByRole('status');
    expect(status.textContent).toMatch(
      /^In \[3\], line 2: heavy\(\); holds the GIL \(at .+\)Main and Thread-1/
    );
    page.glow.reveal.mockClear();
    fireEvent.click(note.getByRole('button', { name: 'In [3], line 2' }));
    expect(page.glow.reveal).toHaveBeenCalled();
    expect(note.queryByRole('button', { name: 'Watch' })).toBeNull();

    page.glow.clear.mockClear();
    page.session.end('1');
    expect(page.note).toBeNull();
    expect(page.glow.clear).toHaveBeenCalledWith(page.notebook);
  });

  it('can be asked again, and closed', async () => {
    page.session.begin('1');
    await page.ask();
    await drawn();
    const { note } = page;
    page.asker.where.mockResolvedValueOnce(
      dump([thread(['<module> a cell:1@cell-1'], { waits: 'sleep' })])
    );
    fireEvent.click(within(note!).getByRole('button', { name: 'Ask again' }));
    await drawn();
    expect(page.note).toBe(note);
    expect(note!.textContent).toMatch(/^In \[\*\], line 1; sleeps/);
    expect(page.glow.show).toHaveBeenLastCalledWith(page.notebook, 'cell-1', 1);
    fireEvent.click(within(note!).getByRole('button', { name: 'Close' }));
    expect(page.note).toBeNull();
    await page.ask();
    expect(page.note).not.toBeNull();
  });

  it('leads to all threads, and to watching', async () => {
    const attach = jest.fn();
    page.commands.addCommand(CommandIDs.attach, {
      describedBy: { args: {} },
      execute: attach
    });
    page.session.begin('1');
    await page.ask();
    await drawn();
    const note = within(page.note!);
    fireEvent.click(note.getByRole('button', { name: 'All threads' }));
    fireEvent.click(note.getByRole('button', { name: 'Watch' }));
    expect(attach.mock.calls.map(([args]) => args)).toEqual([
      { kernelId: 'kernel', action: 'where' },
      { kernelId: 'kernel', action: 'watch' }
    ]);
  });

  it('says why it is not known', async () => {
    page.asker.where.mockRejectedValueOnce(new Error('Not <b>with</b> Yama.'));
    page.session.begin('1');
    expect(await page.ask()).toBe(false);
    await drawn();
    expect(page.note!.textContent).toMatch(/^Not <b>with<\/b> Yama\./);
    expect(page.glow.show).not.toHaveBeenCalled();
    expect(await page.ask()).toBe(true);
    await drawn();
    expect(page.note!.textContent).toMatch(/^In \[3\], line 2/);
  });

  it('lets nothing glow when no line of a cell runs', async () => {
    page.asker.where.mockResolvedValueOnce(
      dump([thread([])], ['The kernel is idle: no cell runs.'])
    );
    page.session.begin('1');
    await page.ask();
    await drawn();
    expect(page.note!.textContent).toMatch(/^No line of a cell runs/);
    expect(page.note!.textContent).not.toMatch(/idle/);
    expect(page.glow.show).not.toHaveBeenCalled();
    expect(page.glow.clear).toHaveBeenCalled();
  });

  it('drops an answer that comes after the cell has ended', async () => {
    const answer = new PromiseDelegate<IDump>();
    page.asker.where.mockReturnValue(answer.promise);
    page.session.begin('1');
    const asked = page.ask();
    // A second press while it is asked asks nothing.
    expect(await page.ask()).toBe(false);
    page.session.end('1');
    page.session.begin('2');
    answer.resolve(AT_2);
    expect(await asked).toBe(false);
    expect(page.note).toBeNull();
    expect(page.glow.show).not.toHaveBeenCalled();
    expect(page.asker.where).toHaveBeenCalledTimes(1);
    // The next cell can be asked for.
    expect(await page.ask()).toBe(true);
  });

  it('scrolls to a cell that is not in the page', async () => {
    page.cells[0].isPlaceholder = () => true;
    page.session.begin('1');
    await page.ask();
    expect(page.content.scrollToItem).toHaveBeenCalledWith(0, 'smart');
    expect(page.glow.reveal).toHaveBeenCalled();
  });

  it('is a command of the notebook that is asked for, or worked in', async () => {
    const { commands } = page;
    const isEnabled = (args = {}) => commands.isEnabled(CommandIDs.where, args);
    let changes = 0;
    commands.commandChanged.connect((_, { id }) => {
      changes += Number(id === CommandIDs.where);
    });
    expect(isEnabled()).toBe(false);
    expect(commands.caption(CommandIDs.where)).toBe(
      'No cell of this notebook runs.'
    );
    page.session.begin('1');
    expect(changes).toBe(1);
    expect(isEnabled()).toBe(true);
    expect(isEnabled({ path: 'other.ipynb' })).toBe(false);
    page.shell.currentWidget = null;
    expect(isEnabled()).toBe(false);
    expect(isEnabled({ path: 'a/b.ipynb' })).toBe(true);
    page.tracker.currentWidget = null;
    expect(isEnabled({ path: 'a/b.ipynb' })).toBe(true);
    expect(
      await commands.execute(CommandIDs.where, { path: 'other.ipynb' })
    ).toBe(false);
    page.session.end('1');
    expect(isEnabled({ path: 'a/b.ipynb' })).toBe(false);
  });

  it('ends with its notebook', async () => {
    page.session.begin('1');
    await page.ask();
    page.disposed.emit();
    expect(page.note).toBeNull();
    expect(page.glow.clear).toHaveBeenCalled();
  });
});
