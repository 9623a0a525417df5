import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILayoutRestorer } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import type { Contents } from '@jupyterlab/services';
import { IStateDB } from '@jupyterlab/statedb';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { IRunner } from '../runner';
import { IProfilerSettings } from '../settings';
import { CommandIDs, IHistory, INavigator } from '../tokens';
import { addReportCommands } from './commands';
import { RecordSwitch } from './switch';
import { ReportTabs } from './tabs';
import { NotebookWatches } from './watch';

const report: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-cell-profiler:report',
  description:
    'Records ordinary runs of notebooks, marks slow cells, and reports on notebooks.',
  autoStart: true,
  requires: [
    INotebookTracker,
    IRunner,
    IHistory,
    INavigator,
    IProfilerSettings
  ],
  optional: [IStateDB, ICommandPalette, ILayoutRestorer, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    runner: IRunner,
    history: IHistory,
    navigator: INavigator,
    view: IProfilerSettings,
    state: IStateDB | null,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null,
    translator: ITranslator | null
  ) => {
    const { commands, serviceManager, shell } = app;
    const trans = (translator ?? nullTranslator).load(
      'jupyterlab_cell_profiler'
    );
    const recordSwitch = new RecordSwitch(state);
    follow(recordSwitch, serviceManager.contents);
    const tabs = new ReportTabs(shell, {
      tracker,
      history,
      recordSwitch,
      view,
      onGo: (path, cellId) => void navigator.showCell(path, cellId),
      onProfile: (path, cellId) =>
        void navigator
          .showCell(path, cellId)
          .then(isShown => isShown && commands.execute(CommandIDs.run)),
      onRecord: (path, on) =>
        void commands.execute(CommandIDs.recordEveryCell, { path, on }),
      trans
    });
    const watches = new NotebookWatches({
      tracker,
      runner,
      history,
      recordSwitch,
      tabs,
      open: path => void tabs.open(path),
      trans
    });
    addReportCommands({
      app,
      tracker,
      recordSwitch,
      record: (panel, on) => watches.set(panel, on),
      open: path => tabs.open(path),
      trans
    });
    const category = trans.__('Cell Profiler');
    [CommandIDs.recordEveryCell, CommandIDs.report].forEach(command =>
      palette?.addItem({ command, category })
    );
    if (restorer) {
      tabs.restore(restorer);
    }
  }
};

/** Keep the switch with the notebooks that are renamed in this page. */
function follow(recordSwitch: RecordSwitch, contents: Contents.IManager): void {
  contents.fileChanged.connect((_, { newValue, oldValue, type }) => {
    const from = oldValue?.path;
    const to = newValue?.path;
    if (type === 'rename' && from && to) {
      recordSwitch.move(contents.localPath(from), contents.localPath(to));
    } else if (type === 'delete' && from) {
      recordSwitch.forget(contents.localPath(from));
    }
  });
}

export const reportPlugins: JupyterFrontEndPlugin<unknown>[] = [
  report as JupyterFrontEndPlugin<unknown>
];
