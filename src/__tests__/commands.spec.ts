import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import * as schema from '../../schema/plugin.json';
import { addCommands, readRequest } from '../commands';
import { HistoryCommandIDs } from '../history/ids';
import type { IRunner } from '../runner';
import type { IProfiles } from '../tokens';
import { CommandIDs } from '../tokens';
import { createPanel, createRunner, FakeKernel } from './runner.fakes';

/** The commands, as in an application whose current widget is `panel`. */
function setUp(panel: NotebookPanel | null, others: NotebookPanel[] = []) {
  const commands = new CommandRegistry();
  const { runner, settings } = createRunner();
  const run = jest.spyOn(runner, 'run').mockResolvedValue(true);
  const clear = jest.fn();
  const clicked: { node: HTMLElement | undefined } = { node: undefined };
  const all = panel ? [panel, ...others] : others;
  addCommands({
    app: {
      commands,
      shell: { currentWidget: panel },
      contextMenuHitTest: (test: (node: HTMLElement) => boolean) =>
        clicked.node && test(clicked.node) ? clicked.node : undefined
    } as unknown as JupyterFrontEnd,
    tracker: {
      currentWidget: panel,
      find: (test: (panel: NotebookPanel) => boolean) => all.find(test)
    } as unknown as INotebookTracker,
    runner: runner as IRunner,
    profiles: { clear } as unknown as IProfiles,
    settings,
    trans: nullTranslator.load('jupyterlab_cell_profiler')
  });
  return { commands, run, clear, settings, clicked };
}

describe('commands', () => {
  it('all say which arguments they take', async () => {
    const { commands } = setUp(null);
    for (const id of commands.listCommands()) {
      const { args } = await commands.describedBy(id);
      expect(args).toMatchObject({ type: 'object' });
    }
  });

  it('are those that the schema puts into menus and gives keys', () => {
    const { commands } = setUp(null);
    const used = [...JSON.stringify(schema).matchAll(/"command":"([^"]+)"/g)];
    expect(used.length).toBeGreaterThan(5);
    const known = [
      ...commands.listCommands(),
      // Those of the history, the report, scripts and processes have tests of their own.
      CommandIDs.showHistory,
      CommandIDs.compare,
      CommandIDs.recordEveryCell,
      CommandIDs.report,
      CommandIDs.runScript,
      CommandIDs.open,
      CommandIDs.attach,
      CommandIDs.where,
      ...Object.values(HistoryCommandIDs)
    ];
    used.forEach(([, id]) => expect(known).toContain(id));
  });

  it('run passes on what is asked', async () => {
    const panel = createPanel(new FakeKernel());
    const { commands, run } = setUp(panel);
    await commands.execute(CommandIDs.run);
    expect(run).toHaveBeenLastCalledWith(panel, {});
    const args = { profilers: ['lines'], options: { lines: { a: 1 } } };
    await commands.execute(CommandIDs.run, args);
    expect(run).toHaveBeenLastCalledWith(panel, args);
  });

  it('run is disabled without a notebook, and says so', async () => {
    const { commands, run } = setUp(null);
    expect(commands.isEnabled(CommandIDs.run)).toBe(false);
    expect(commands.caption(CommandIDs.run)).toMatch(/needs a notebook/);
    expect(run).not.toHaveBeenCalled();
  });

  it('run is disabled where the kernel is not Python, and says so', () => {
    const panel = createPanel(new FakeKernel());
    (panel.sessionContext.specsManager as { specs: unknown }).specs = {
      kernelspecs: { python3: { language: 'R' } }
    };
    const { commands } = setUp(panel);
    expect(commands.isEnabled(CommandIDs.run)).toBe(false);
    expect(commands.caption(CommandIDs.run)).toMatch(/Python code only.* R\./);
  });

  it('run names its profiler in menus', () => {
    const { commands } = setUp(createPanel(new FakeKernel()));
    expect(commands.label(CommandIDs.run)).toBe('Profile Cell');
    expect(commands.caption(CommandIDs.run)).toMatch(/\(Overview\)/);
    expect(commands.label(CommandIDs.run, { profilers: ['lines'] })).toBe(
      'Lines: Which lines? Exact counts and times'
    );
    expect(commands.label(CommandIDs.run, { profilers: ['functions'] })).toBe(
      'Functions: Which functions? Who called them?'
    );
    expect(commands.label(CommandIDs.run, { profilers: ['later'] })).toBe(
      'later'
    );
  });

  it('run takes the cell under the context menu, in whichever notebook', async () => {
    const here = createPanel(new FakeKernel());
    const there = createPanel(new FakeKernel());
    there.node.append(there.content.node);
    const { commands, run, clicked } = setUp(here, [there]);
    const args = { underPointer: true };
    expect(commands.isEnabled(CommandIDs.run, args)).toBe(false);

    clicked.node = there.content.widgets[1].node;
    there.node.append(clicked.node);
    expect(commands.isEnabled(CommandIDs.run, args)).toBe(true);
    await commands.execute(CommandIDs.run, args);
    expect(run).toHaveBeenCalledWith(there, {});
    expect(there.content.activeCellIndex).toBe(1);
    expect(here.content.activeCellIndex).toBe(0);
  });

  it('toggle-heat turns the setting', async () => {
    const { commands, settings } = setUp(null);
    expect(commands.isToggled(CommandIDs.toggleHeat)).toBe(true);
    await commands.execute(CommandIDs.toggleHeat);
    expect(settings.values.heat).toBe(false);
    expect(commands.isToggled(CommandIDs.toggleHeat)).toBe(false);
  });

  it('clear-heat forgets the profiles of the notebook only', async () => {
    const panel = createPanel(new FakeKernel());
    const { commands, clear } = setUp(panel);
    await commands.execute(CommandIDs.clearHeat);
    expect(clear).toHaveBeenCalledTimes(1);
    expect(clear).toHaveBeenCalledWith(panel.model!.sharedModel);
    expect(setUp(null).commands.isEnabled(CommandIDs.clearHeat)).toBe(false);
  });
});

describe('readRequest', () => {
  it.each([
    [{}, {}],
    [{ profilers: [] }, {}],
    [{ profilers: 'lines' }, { profilers: ['lines'] }],
    [{ profilers: ['lines', 3, ''] }, { profilers: ['lines'] }],
    [{ options: { lines: {} } }, { options: { lines: {} } }],
    [{ options: ['x'] }, {}],
    [{ toolbar: true }, {}]
  ])('reads %j', (args, expected) => {
    expect(readRequest(args)).toEqual(expected);
  });
});
