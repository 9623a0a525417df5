import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILayoutRestorer } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { IProfilerSettings } from '../settings';
import {
  CommandIDs,
  FILE_EXTENSION,
  IFileProfiles,
  IHistory,
  INavigator,
  IProfiles
} from '../tokens';
import { RunActions } from './actions';
import { HistoryClient } from './client';
import { addHistoryCommands } from './commands';
import { chooseFiles } from './files';
import { History } from './history';
import { HistoryCommandIDs } from './ids';
import { Outbox } from './outbox';
import { HistoryPanel } from './panel';
import { PanelModel } from './panelmodel';
import { Places } from './places';
import { HistoryTabs } from './tabs';
import { Transfer } from './transfer';

/** Among the tabs of the left sidebar: below files, kernels and contents. */
const RANK = 450;

const history: JupyterFrontEndPlugin<IHistory> = {
  id: 'jupyterlab-cell-profiler:history',
  description: 'Provides all runs, kept by the server.',
  autoStart: true,
  provides: IHistory,
  requires: [IProfilerSettings],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    settings: IProfilerSettings,
    translator: ITranslator | null
  ) => {
    const client = new HistoryClient(app.serviceManager.serverSettings);
    return new History({
      client,
      outbox: new Outbox(client.baseUrl),
      isOn: () => settings.values.history,
      trans: (translator ?? nullTranslator).load('jupyterlab_cell_profiler')
    });
  }
};

const panel: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-cell-profiler:history-panel',
  description: 'Shows the history of runs in the sidebar, and runs in tabs.',
  autoStart: true,
  requires: [
    IHistory,
    IProfiles,
    IProfilerSettings,
    INavigator,
    INotebookTracker,
    IRenderMimeRegistry
  ],
  optional: [IFileProfiles, ICommandPalette, ILayoutRestorer, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    history: IHistory,
    profiles: IProfiles,
    settings: IProfilerSettings,
    navigator: INavigator,
    tracker: INotebookTracker,
    rendermime: IRenderMimeRegistry,
    files: IFileProfiles | null,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null,
    translator: ITranslator | null
  ) => {
    const { commands, serviceManager, shell } = app;
    const trans = (translator ?? nullTranslator).load(
      'jupyterlab_cell_profiler'
    );
    const tabs = new HistoryTabs({
      app,
      history,
      navigator,
      rendermime,
      view: settings,
      trans
    });
    const model = new PanelModel(history, new Places(tracker));
    const actions = new RunActions({
      history,
      places: model.places,
      profiles,
      settings,
      navigator,
      files,
      open: (id, beside) => tabs.open(id, beside),
      trans
    });
    const transfer = new Transfer(history, trans);
    const panel = new HistoryPanel({
      model,
      commands,
      contents: serviceManager.contents,
      menuClosed: app.contextMenu.menu.aboutToClose,
      settings,
      onRename: (id, name) => void actions.rename(id, name),
      onFiles: files =>
        void transfer.read(files).then(ids => model.selectRuns(ids)),
      trans
    });
    shell.add(panel, 'left', { rank: RANK, type: 'Profile History' });
    addHistoryCommands({
      commands,
      model,
      actions,
      transfer,
      show: () => shell.activateById(panel.id),
      open: id => tabs.open(id),
      compare: ids => tabs.compare(ids),
      chooseFiles: () => chooseFiles(`${FILE_EXTENSION},.json`),
      trans
    });
    const category = trans.__('Cell Profiler');
    [CommandIDs.showHistory, CommandIDs.compare, HistoryCommandIDs.add].forEach(
      command => palette?.addItem({ command, category })
    );
    restorer?.add(panel, panel.id);
    if (restorer) {
      tabs.restore(restorer);
    }
  }
};

export const historyPlugins: JupyterFrontEndPlugin<unknown>[] = [
  history as JupyterFrontEndPlugin<unknown>,
  panel as JupyterFrontEndPlugin<unknown>
];
