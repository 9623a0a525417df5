import { Notification } from '@jupyterlab/apputils';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { CommandRegistry } from '@lumino/commands';
import { Signal } from '@lumino/signaling';
import * as schema from '../../schema/plugin.json';
import { RunActions } from '../history/actions';
import { addHistoryCommands } from '../history/commands';
import { HistoryCommandIDs } from '../history/ids';
import { PanelModel } from '../history/panelmodel';
import { Places } from '../history/places';
import type { Transfer } from '../history/transfer';
import type { IRunSummary } from '../lib/history';
import { Profiles } from '../profiles';
import { ProfilerSettings } from '../settings';
import type { INavigator } from '../tokens';
import { CommandIDs } from '../tokens';
import { SOURCE } from './heat.documents';
import { createFilledHistory, makeRunDocument, trans } from './history.fakes';
import { createPanel } from './runner.fakes';

/** An open notebook at a path, whose first cell is `cell-0`. */
function openPanel(path: string, source: string): NotebookPanel {
  const panel = createPanel(null, [source, '2']);
  return Object.assign(panel, {
    id: `panel of ${path}`,
    context: {
      localPath: path,
      model: panel.model,
      pathChanged: new Signal<object, string>({})
    },
    disposed: new Signal<object, void>({})
  });
}

function trackerOf(panels: NotebookPanel[]): INotebookTracker {
  return {
    currentWidget: panels[0] ?? null,
    get activeCell() {
      return panels[0]?.content.activeCell ?? null;
    },
    forEach: (each: (panel: NotebookPanel) => void) => panels.forEach(each),
    find: (test: (panel: NotebookPanel) => boolean) => panels.find(test),
    widgetAdded: new Signal<object, NotebookPanel>({}),
    currentChanged: new Signal<object, NotebookPanel | null>({})
  } as unknown as INotebookTracker;
}

async function setUp(
  runs: readonly Partial<IRunSummary>[],
  panels: NotebookPanel[] = [openPanel('julia.ipynb', SOURCE.join('\n'))]
) {
  const created = await createFilledHistory(
    runs.map(run => ({ cellId: 'cell-0', ...run }))
  );
  // As the document of each run, so its list entry.
  created.server.kept.forEach((run, id) => {
    const document = makeRunDocument(id, 1);
    run.document = {
      ...document,
      started: run.summary.started,
      files: [{ path: 'In [1]', cellId: 'cell-0', source: SOURCE }]
    };
  });
  const places = new Places(trackerOf(panels));
  const model = new PanelModel(created.history, places);
  const profiles = new Profiles();
  const settings = new ProfilerSettings(null);
  const navigator = {
    showCell: jest.fn(async (path: string) => places.notebook(path) !== null),
    showFile: jest.fn(async (path: string) => path !== 'gone.py')
  };
  const files = { putBack: jest.fn() };
  const open = jest.fn(async () => undefined);
  const actions = new RunActions({
    history: created.history,
    places,
    profiles,
    settings,
    navigator: navigator as unknown as INavigator,
    files,
    open,
    trans
  });
  const transfer = {
    save: jest.fn(async () => undefined),
    saveAll: jest.fn(async () => undefined),
    read: jest.fn(async () => ['run-1'])
  };
  const commands = new CommandRegistry();
  const show = jest.fn();
  const compare = jest.fn(async () => undefined);
  const openTab = jest.fn(async () => undefined);
  addHistoryCommands({
    commands,
    model,
    actions,
    transfer: transfer as unknown as Transfer,
    show,
    open: openTab,
    compare,
    chooseFiles: async () => [],
    trans
  });
  const row = (id: string) =>
    model.rows.find(each => each.kind === 'run' && each.run.id === id)!;
  return {
    ...created,
    actions,
    commands,
    compare,
    files,
    model,
    navigator,
    open,
    openTab,
    panels,
    places,
    profiles,
    row,
    settings,
    show,
    transfer
  };
}

/** What was said in notifications, and the last one of them. */
function notifications(): string[] {
  return Notification.manager.notifications.map(({ message }) => message);
}

beforeEach(() => {
  // yjs warns of every cell that JupyterLab builds before it inserts it.
  jest.spyOn(console, 'warn').mockImplementation();
  Notification.dismiss();
});

afterEach(() => jest.restoreAllMocks());

describe('RunActions', () => {
  it('puts the heat of a run back on its unchanged cell', async () => {
    const { actions, history, navigator, panels, profiles } = await setUp([{}]);
    await actions.putBack(history.find('run-0')!);
    expect(navigator.showCell).toHaveBeenCalledWith('julia.ipynb', 'cell-0');
    const notebook = panels[0].model!.sharedModel;
    expect(profiles.newest(notebook, 'cell-0')?.id).toBe('run-0');
    expect(notifications()[0]).toMatch(/shown on its cell/);
  });

  it('puts the heat of a run back on its script', async () => {
    const of = (path: string) => ({ kind: 'script', cellId: null, path });
    const set = await setUp([of('train.py'), of('gone.py')]);
    const { actions, commands, files, history, navigator } = set;
    const { putBack, showCell } = HistoryCommandIDs;
    const args = { ids: ['run-0'] };
    expect([
      commands.label(putBack, args),
      commands.label(showCell, args)
    ]).toEqual(['Put Back on the Script', 'Go to the Script']);
    await commands.execute(putBack, args);
    expect(navigator.showFile).toHaveBeenCalledWith('train.py');
    expect(
      files.putBack.mock.calls.map(([{ id }, from]) => [id, from])
    ).toEqual([['run-0', '']]);
    expect(notifications()[0]).toMatch(/shown in its script/);
    await actions.putBack(history.find('run-1')!);
    expect(files.putBack).toHaveBeenCalledTimes(1);
  });

  it('says where heat is hidden', async () => {
    const { actions, history, settings } = await setUp([{}]);
    await settings.set('heat', false);
    await actions.putBack(history.find('run-0')!);
    expect(notifications()[0]).toMatch(/heat is hidden.*Show Heat/);
  });

  it('shows the run beside the notebook when the cell was edited', async () => {
    const panel = openPanel('julia.ipynb', 'total = 1');
    const { actions, history, open, profiles } = await setUp([{}], [panel]);
    await actions.putBack(history.find('run-0')!);
    expect(open).toHaveBeenCalledWith('run-0', panel.id);
    expect(notifications()[0]).toMatch(/changed since this run.*beside/);
    const notebook = panel.model!.sharedModel;
    expect(profiles.newest(notebook, 'cell-0')).toBeNull();
  });

  it('does nothing more where the cell cannot be shown', async () => {
    const set = await setUp([{ path: 'gone.ipynb' }, { cellId: null }]);
    await set.actions.putBack(set.history.find('run-0')!);
    await set.actions.putBack(set.history.find('run-1')!);
    expect(set.open).not.toHaveBeenCalled();
    expect(notifications()).toEqual([]);
    set.server.failing = { status: 503, message: 'The disk is full.' };
    await set.actions.putBack(set.history.find('run-0')!);
    expect(notifications()).toEqual(['The disk is full.']);
  });

  it('renames; an empty name is none', async () => {
    const { actions, history } = await setUp([{}]);
    await actions.rename('run-0', '  mine ');
    expect(history.find('run-0')?.name).toBe('mine');
    await actions.rename('run-0', ' ');
    expect(history.find('run-0')?.name).toBeNull();
  });

  it('pins all, or takes all pins away', async () => {
    const { actions, history } = await setUp([{}, { pinned: true }]);
    const pinned = (): boolean[] => history.runs.map(run => run.pinned);
    await actions.pin(history.runs);
    expect(pinned()).toEqual([true, true]);
    await actions.pin(history.runs);
    expect(pinned()).toEqual([false, false]);
  });

  it('deletes, and takes it back from the notification', async () => {
    const { actions, history } = await setUp([{}, {}, {}]);
    await actions.remove(history.runs.slice(0, 2));
    expect(history.runs.map(({ id }) => id)).toEqual(['run-2']);
    expect(notifications()).toEqual(['2 runs were deleted.']);
    const [{ options }] = Notification.manager.notifications;
    options.actions![0].callback({} as MouseEvent);
    await new Promise(resolve => setTimeout(resolve, 20));
    expect(history.runs).toHaveLength(3);
  });

  it('stops at what cannot be deleted, and says why', async () => {
    const { actions, history, server } = await setUp([{}, {}]);
    server.failing = { status: 503, message: 'The disk is full.' };
    await actions.remove(history.runs);
    expect(notifications()).toEqual(['The disk is full.']);
    expect(history.runs).toHaveLength(2);
    expect(server.asked('DELETE')).toHaveLength(1);
  });

  it('compares two or more, and one with the run before', async () => {
    const { actions } = await setUp([{}, { profilers: ['lines'] }, {}]);
    expect(actions.comparable(['run-0', 'run-1', 'run-0'])).toEqual([
      'run-0',
      'run-1'
    ]);
    expect(actions.comparable(['run-0'])).toEqual(['run-2', 'run-0']);
    expect(actions.comparable(['run-1'])).toBeNull();
    expect(actions.comparable([])).toBeNull();
    const many = [...Array(21)].map((_, index) => String(index));
    expect(actions.comparable(many)).toBeNull();
    expect(actions.comparable(many.slice(1))).toHaveLength(20);
  });

  it('finds the newest two of the active cell, of the same profilers if it can', async () => {
    const { actions, panels } = await setUp([
      { profilers: ['lines'] },
      {},
      { cellId: 'cell-1' },
      {}
    ]);
    expect(actions.comparable(actions.ofActiveCell())).toEqual([
      'run-3',
      'run-1'
    ]);
    panels[0].content.activeCellIndex = 1;
    expect(actions.comparable(actions.ofActiveCell())).toBeNull();
    const two = await setUp([{ profilers: ['lines'] }, {}]);
    expect(two.actions.ofActiveCell()).toEqual(['run-0', 'run-1']);
  });
});

describe('commands of the history', () => {
  it('all say which arguments they take', async () => {
    const { commands } = await setUp([]);
    for (const id of [
      CommandIDs.showHistory,
      CommandIDs.compare,
      ...Object.values(HistoryCommandIDs)
    ]) {
      const { args } = await commands.describedBy(id);
      expect([id, args]).toEqual([
        id,
        expect.objectContaining({ type: 'object' })
      ]);
      expect(commands.label(id)).toMatch(/^[A-Z]/);
    }
  });

  it('are among those that the schema puts into menus and gives keys', async () => {
    const { commands } = await setUp([]);
    const used = [...JSON.stringify(schema).matchAll(/"command":"([^"]+)"/g)];
    const ids = used.map(([, id]) => id);
    for (const id of commands.listCommands()) {
      expect(ids).toContain(id);
    }
  });

  it('compare what is asked for, what is selected, or the active cell', async () => {
    const { commands, compare, model, row } = await setUp([{}, {}, {}, {}]);
    const { compare: id } = CommandIDs;
    await commands.execute(id, { ids: ['run-3', 'run-0'] });
    expect(compare).toHaveBeenLastCalledWith(['run-3', 'run-0']);
    await commands.execute(id, { ids: ['run-2'] });
    expect(compare).toHaveBeenLastCalledWith(['run-3', 'run-2']);
    await commands.execute(id);
    expect(compare).toHaveBeenLastCalledWith(['run-1', 'run-0']);
    model.select(row('run-1'), 'only');
    model.select(row('run-3'), 'toggle');
    expect(commands.label(id)).toBe('Compare Runs');
    await commands.execute(id);
    expect(compare).toHaveBeenLastCalledWith(['run-1', 'run-3']);
    model.selectAll();
    expect(commands.label(id)).toBe('Compare 4 Runs');
  });

  it('compare is disabled where there is nothing to compare, and says so', async () => {
    const { commands, compare } = await setUp([{}]);
    expect(commands.isEnabled(CommandIDs.compare)).toBe(false);
    expect(commands.caption(CommandIDs.compare)).toMatch(/Select two/);
    await commands.execute(CommandIDs.compare);
    expect(compare).not.toHaveBeenCalled();
  });

  it('open also what is not known yet, as a tab that is restored', async () => {
    const { commands, openTab, model, row } = await setUp([{}, {}]);
    await commands.execute(HistoryCommandIDs.open, { ids: ['unknown'] });
    expect(openTab).toHaveBeenLastCalledWith('unknown');
    expect(commands.isEnabled(HistoryCommandIDs.open)).toBe(false);
    model.select(row('run-1'), 'only');
    await commands.execute(HistoryCommandIDs.open);
    expect(openTab).toHaveBeenLastCalledWith('run-1');
  });

  it('are about the runs that are named, else about the selection', async () => {
    const set = await setUp([{}, {}, { kind: 'process', cellId: null }]);
    const { commands, history, model, row } = set;
    model.select(row('run-0'), 'only');
    await commands.execute(HistoryCommandIDs.pin);
    expect(commands.isToggled(HistoryCommandIDs.pin)).toBe(true);
    await commands.execute(HistoryCommandIDs.pin, { ids: ['run-1'] });
    expect(history.runs.map(({ pinned }) => pinned)).toEqual([
      true,
      true,
      false
    ]);
    await commands.execute(HistoryCommandIDs.rename, { ids: ['run-1'] });
    expect([set.show.mock.calls.length, model.renamed]).toEqual([1, 'run-1']);

    const { putBack, showCell } = HistoryCommandIDs;
    for (const id of [putBack, showCell]) {
      expect(commands.isEnabled(id)).toBe(true);
      expect(commands.isEnabled(id, { ids: ['run-2'] })).toBe(false);
      expect(commands.isEnabled(id, { ids: ['run-0', 'run-1'] })).toBe(false);
    }
    await commands.execute(showCell);
    expect(set.navigator.showCell).toHaveBeenCalledTimes(1);

    model.select(row('run-1'), 'toggle');
    expect(commands.label(HistoryCommandIDs.remove)).toBe('Delete Runs');
    await commands.execute(HistoryCommandIDs.remove);
    expect(history.runs.map(({ id }) => id)).toEqual(['run-2']);
  });

  it('save and add', async () => {
    const { commands, history, model, server, transfer } = await setUp([
      {},
      {}
    ]);
    await commands.execute(HistoryCommandIDs.save, { ids: ['run-1'] });
    expect(transfer.save).toHaveBeenLastCalledWith([history.find('run-1')]);
    model.query = 'julia';
    await commands.execute(HistoryCommandIDs.save, { all: true });
    expect(transfer.saveAll).toHaveBeenLastCalledWith({ query: 'julia' });
    await commands.execute(HistoryCommandIDs.add);
    expect(model.selected.map(({ id }) => id)).toEqual(['run-1']);
    server.failing = { status: 404 };
    await history.refresh();
    await commands.execute(HistoryCommandIDs.save, { all: true });
    expect(transfer.save).toHaveBeenLastCalledWith(model.list.runs);
  });

  it('read the history before they compare what they do not know', async () => {
    const set = await setUp([{}, {}]);
    const fresh = await createFilledHistory([]);
    jest.spyOn(set.history, 'state', 'get').mockReturnValue({
      ...fresh.history.state,
      mode: 'unknown'
    });
    const refresh = jest.spyOn(set.history, 'refresh');
    await set.commands.execute(CommandIDs.compare, { ids: ['x', 'y'] });
    expect(refresh).toHaveBeenCalled();
    expect(set.compare).toHaveBeenCalledWith(['x', 'y']);
  });
});

describe('Places', () => {
  it('know cells of open notebooks', async () => {
    const { places } = await setUp([]);
    expect(places.currentPath).toBe('julia.ipynb');
    expect(places.activeCell).toEqual({
      path: 'julia.ipynb',
      cellId: 'cell-0'
    });
    expect(places.position('julia.ipynb', 'cell-1')).toBe(2);
    expect(places.position('julia.ipynb', 'gone')).toBeNull();
    expect(places.position('other.ipynb', 'cell-1')).toBeNull();
    expect(places.position(null, null)).toBeNull();
    expect(places.source('julia.ipynb', 'cell-1')).toBe('2');
    expect(places.source('julia.ipynb', 'gone')).toBeNull();
  });

  it('tell when cells come and go, and notebooks are renamed', async () => {
    const { panels, places } = await setUp([]);
    const changed = jest.fn();
    places.changed.connect(changed);
    panels[0].model!.sharedModel.deleteCell(0);
    expect(changed).toHaveBeenCalled();
    expect(places.position('julia.ipynb', 'cell-1')).toBe(1);
    changed.mockClear();
    (panels[0].context.pathChanged as Signal<object, string>).emit('b.ipynb');
    expect(changed).toHaveBeenCalledTimes(1);
    places.dispose();
    (panels[0].context.pathChanged as Signal<object, string>).emit('c.ipynb');
    expect(changed).toHaveBeenCalledTimes(1);
  });

  it('do without notebooks', () => {
    const places = new Places(null);
    expect([places.currentPath, places.activeCell]).toEqual([null, null]);
    expect(places.notebook('a.ipynb')).toBeNull();
    places.dispose();
  });
});
