import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILayoutRestorer } from '@jupyterlab/application';
import { ICommandPalette, IToolbarWidgetRegistry } from '@jupyterlab/apputils';
import { PageConfig } from '@jupyterlab/coreutils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import type { IDocumentWidget } from '@jupyterlab/docregistry';
import { IFileBrowserFactory } from '@jupyterlab/filebrowser';
import type { FileEditor } from '@jupyterlab/fileeditor';
import { IEditorTracker } from '@jupyterlab/fileeditor';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { IStateDB } from '@jupyterlab/statedb';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { FileProfiles } from '../fileprofiles';
import { OpenFiles } from '../heat/openfiles';
import { chosenOptions, IProfilerSettings } from '../settings';
import { CommandIDs, IFileProfiles, IHistory } from '../tokens';
import { scriptButton } from './button';
import { addScriptCommands } from './commands';
import { FileHistory } from './filehistory';
import { ScriptLauncher } from './launcher';
import { ScriptMemory } from './memory';
import { ScriptRun } from './run';
import { startSession } from './session';
import { ScriptTabs } from './tabs';

const fileProfiles: JupyterFrontEndPlugin<IFileProfiles> = {
  id: 'jupyterlab-cell-profiler:file-profiles',
  description: 'Provides the newest profiles of files.',
  autoStart: true,
  provides: IFileProfiles,
  activate: () => new FileProfiles(() => PageConfig.getOption('serverRoot'))
};

const fileHistory: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-cell-profiler:file-history',
  description: 'Finds the newest runs of the scripts that are open in editors.',
  autoStart: true,
  requires: [IHistory, IFileProfiles, IEditorTracker],
  activate: (
    app: JupyterFrontEnd,
    history: IHistory,
    files: IFileProfiles,
    editors: IEditorTracker
  ) => {
    new FileHistory(history, files, new OpenFiles(editors));
  }
};

const scripts: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-cell-profiler:scripts',
  description: 'Runs scripts under profilers.',
  autoStart: true,
  requires: [
    IDocumentManager,
    IRenderMimeRegistry,
    IProfilerSettings,
    IFileProfiles
  ],
  optional: [
    IHistory,
    IEditorTracker,
    IFileBrowserFactory,
    IToolbarWidgetRegistry,
    IStateDB,
    ICommandPalette,
    ILayoutRestorer,
    ITranslator
  ],
  activate: (
    app: JupyterFrontEnd,
    docManager: IDocumentManager,
    rendermime: IRenderMimeRegistry,
    settings: IProfilerSettings,
    files: IFileProfiles,
    history: IHistory | null,
    editors: IEditorTracker | null,
    browsers: IFileBrowserFactory | null,
    toolbars: IToolbarWidgetRegistry | null,
    state: IStateDB | null,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null,
    translator: ITranslator | null
  ) => {
    const { commands, serviceManager, shell } = app;
    const trans = (translator ?? nullTranslator).load(
      'jupyterlab_cell_profiler'
    );
    const tabs = new ScriptTabs(shell, {
      rendermime,
      start: (path, answers, output) => {
        const run = new ScriptRun({
          path,
          answers,
          options: chosenOptions(settings.values, answers.profilers),
          start: () =>
            startSession(
              serviceManager,
              path,
              answers.directory,
              answers.kernel
            ),
          offerInstall: async (kernel, name, missing) => {
            const { offerInstall } = await import('../install');
            return offerInstall(
              kernel,
              name,
              missing,
              translator ?? nullTranslator
            );
          },
          output,
          trans
        });
        void run.done.then(() => {
          if (run.document) {
            history?.add(run.document);
            files.add(run.document, '');
          }
        });
        return run;
      },
      again: (path, answers) => void launcher.launch(path, answers, false),
      change: (path, answers) => void launcher.launch(path, answers, true),
      trans
    });
    const launcher: ScriptLauncher = new ScriptLauncher({
      docManager,
      memory: new ScriptMemory(state),
      settings,
      tabs,
      trans
    });
    addScriptCommands({
      app,
      launcher,
      tabs,
      editors,
      browsers,
      history,
      trans
    });
    palette?.addItem({
      command: CommandIDs.runScript,
      category: trans.__('Cell Profiler')
    });
    toolbars?.addFactory<IDocumentWidget<FileEditor>>(
      'Editor',
      'cell-profiler-run-script',
      editor =>
        scriptButton(
          editor,
          path => void commands.execute(CommandIDs.runScript, { path }),
          trans
        )
    );
    if (restorer && history) {
      tabs.restore(restorer);
    }
  }
};

export const scriptPlugins: JupyterFrontEndPlugin<unknown>[] = [
  fileProfiles as JupyterFrontEndPlugin<unknown>,
  fileHistory as JupyterFrontEndPlugin<unknown>,
  scripts as JupyterFrontEndPlugin<unknown>
];
