import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILayoutRestorer } from '@jupyterlab/application';
import { Clipboard, ICommandPalette } from '@jupyterlab/apputils';
import { PageConfig } from '@jupyterlab/coreutils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { filePath } from '../lib/processes/openplace';
import { targetOf } from '../lib/processes/rows';
import { tell } from '../notices';
import { CommandIDs, IHistory, INavigator } from '../tokens';
import { ProcessClient } from './client';
import { addProcessCommands } from './commands';
import { knownCells, positionOf } from './notebookcells';
import { ProcessPanel } from './panel';
import { ProcessModel } from './panelmodel';
import { ProcessTabs } from './tabs';
import { IWhere } from './tokens';

/** Among the tabs of the left sidebar: below the history of runs. */
const RANK = 460;

const processes: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-cell-profiler:processes',
  description:
    'Shows what already runs in the sidebar, and looks into a busy kernel or process.',
  autoStart: true,
  requires: [INotebookTracker, IRenderMimeRegistry, IWhere],
  optional: [
    INavigator,
    IHistory,
    ICommandPalette,
    ILayoutRestorer,
    ITranslator
  ],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    rendermime: IRenderMimeRegistry,
    asker: IWhere,
    navigator: INavigator | null,
    history: IHistory | null,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null,
    translator: ITranslator | null
  ) => {
    const { commands, serviceManager, shell } = app;
    const trans = (translator ?? nullTranslator).load(
      'jupyterlab_cell_profiler'
    );
    const client = new ProcessClient(serviceManager.serverSettings, trans);
    const onCopy = (text: string): void => {
      Clipboard.copyToSystem(text);
      tell(trans.__('Copied.'));
    };
    const tabs = new ProcessTabs({
      shell,
      asker,
      context: { client, cellsOf: target => knownCells(tracker, target) },
      rendermime,
      positionOf: (cellId, target) => positionOf(tracker, target, cellId),
      onRecorded: document => history?.add(document),
      canOpen: (place, from) => {
        const path = pathOf(place);
        return (
          path !== null &&
          navigator !== null &&
          place.line > 0 &&
          navigator.canOpen({ ...place, path }, from)
        );
      },
      onOpen: (place, from) => {
        const path = pathOf(place);
        if (path !== null) {
          void navigator?.open({ ...place, path }, from);
        }
      },
      onCopy,
      trans
    });
    const panel = new ProcessPanel({
      model: new ProcessModel(client),
      onAction: (action, row) => void tabs[action](targetOf(row)),
      onCopy,
      trans
    });
    shell.add(panel, 'left', { rank: RANK, type: 'Processes' });
    addProcessCommands({
      commands,
      tabs,
      list: () => client.list(),
      show: () => shell.activateById(panel.id),
      trans
    });
    palette?.addItem({
      command: CommandIDs.attach,
      category: trans.__('Cell Profiler')
    });
    restorer?.add(panel, panel.id);
  }
};

/** The path of a file for the navigator; of a cell its name, which is not looked at. */
function pathOf({
  cellId,
  file
}: {
  readonly cellId?: string;
  readonly file: string;
}): string | null {
  return cellId === undefined
    ? filePath(file, PageConfig.getOption('serverRoot'))
    : file;
}

export const processPlugins: JupyterFrontEndPlugin<unknown>[] = [
  processes as JupyterFrontEndPlugin<unknown>
];
