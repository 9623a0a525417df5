import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette, IToolbarWidgetRegistry } from '@jupyterlab/apputils';
import { IEditorExtensionRegistry } from '@jupyterlab/codemirror';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { Languages } from '../languages';
import { CommandIDs } from '../tokens';
import { Asker } from './ask';
import { WhereButton } from './button';
import { cellsOf } from './cells';
import { ProcessClient } from './client';
import { addWhereCommand } from './command';
import { Glow } from './glow';
import { Lookings } from './lookings';
import { Subshells } from './subshell';
import { IWhere } from './tokens';

const asker: JupyterFrontEndPlugin<IWhere> = {
  id: 'jupyterlab-cell-profiler:where-asker',
  description: 'Says where a kernel or a process is now.',
  autoStart: true,
  provides: IWhere,
  optional: [INotebookTracker, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load(
      'jupyterlab_cell_profiler'
    );
    const languages = new Languages();
    return new Asker({
      client: new ProcessClient(app.serviceManager.serverSettings, trans),
      subshells: new Subshells(),
      find: kernelId => {
        const panel = tracker?.find(
          ({ sessionContext }) =>
            sessionContext.session?.kernel?.id === kernelId
        );
        const kernel = panel?.sessionContext.session?.kernel;
        return panel && kernel
          ? {
              kernel,
              language: languages.get(panel.sessionContext),
              known: cellsOf(panel)
            }
          : null;
      },
      trans
    });
  }
};

const where: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-cell-profiler:where',
  description: 'Shows the line that runs in the cells of notebooks.',
  autoStart: true,
  requires: [INotebookTracker, IEditorExtensionRegistry, IWhere],
  optional: [IToolbarWidgetRegistry, ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    editors: IEditorExtensionRegistry,
    asker: IWhere,
    toolbars: IToolbarWidgetRegistry | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ) => {
    const { commands, serviceManager } = app;
    const trans = (translator ?? nullTranslator).load(
      'jupyterlab_cell_profiler'
    );
    const glow = new Glow(trans);
    editors.addExtension(glow.extension());
    const lookings = new Lookings(tracker, {
      asker,
      glow,
      commands,
      kernels: serviceManager.kernels,
      trans
    });
    addWhereCommand({ app, tracker, lookings, trans });
    palette?.addItem({
      command: CommandIDs.where,
      category: trans.__('Cell Profiler')
    });
    toolbars?.addFactory<NotebookPanel>(
      'Notebook',
      'cell-profiler-where',
      panel =>
        new WhereButton({
          panel,
          clock: lookings.of(panel).clock,
          onClick: () =>
            void commands.execute(CommandIDs.where, {
              path: panel.context.localPath
            }),
          trans
        })
    );
  }
};

export const wherePlugins: JupyterFrontEndPlugin<unknown>[] = [
  asker as JupyterFrontEndPlugin<unknown>,
  where as JupyterFrontEndPlugin<unknown>
];
