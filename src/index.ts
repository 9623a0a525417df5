import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILayoutRestorer } from '@jupyterlab/application';
import {
  ICommandPalette,
  ISessionContextDialogs,
  IToolbarWidgetRegistry,
  WidgetTracker
} from '@jupyterlab/apputils';
import { IEditorExtensionRegistry } from '@jupyterlab/codemirror';
import { IEditorTracker } from '@jupyterlab/fileeditor';
import { IDocumentManager } from '@jupyterlab/docmanager';
import type { MimeDocument } from '@jupyterlab/docregistry';
import { MimeDocumentFactory } from '@jupyterlab/docregistry';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { INotebookTracker } from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { collect } from './collect';
import { addCommands } from './commands';
import { Heat } from './heat';
import { OpenFiles } from './heat/openfiles';
import { Comparisons } from './history/comparisons';
import { historyPlugins } from './history/plugins';
import { profileIcon } from './icons';
import { readDocument } from './lib/validate';
import { watchRuns } from './live';
import { Navigator } from './navigator';
import { Neighbours } from './neighbours';
import { openingPlugins } from './opening/plugins';
import { processPlugins } from './processes/plugins';
import { wherePlugins } from './processes/where-plugin';
import { Profiles } from './profiles';
import { createRendererFactory } from './renderer';
import { reportPlugins } from './report/plugins';
import { Rerun } from './rerun';
import { IRunner, Runner } from './runner';
import { scriptPlugins } from './scripts/plugins';
import { keepNotebooksShort } from './shorten';
import { IProfilerSettings, ProfilerSettings } from './settings';
import { ProfileButton } from './toolbar';
import {
  CommandIDs,
  FILE_EXTENSION,
  IFileProfiles,
  IHistory,
  INavigator,
  IProfiles,
  IRerun,
  MIME_TYPE,
  SETTINGS_ID
} from './tokens';

const FILE_TYPE = 'cell-profile';

/** Carries the id of `schema/plugin.json`. */
const settings: JupyterFrontEndPlugin<IProfilerSettings> = {
  id: SETTINGS_ID,
  description: 'Provides the settings of Cell Profiler.',
  autoStart: true,
  provides: IProfilerSettings,
  optional: [ISettingRegistry],
  activate: (app: JupyterFrontEnd, registry: ISettingRegistry | null) =>
    new ProfilerSettings(registry)
};

const profiles: JupyterFrontEndPlugin<IProfiles> = {
  id: 'jupyterlab-cell-profiler:profiles',
  description: 'Provides the profiles in the outputs of the open notebooks.',
  autoStart: true,
  provides: IProfiles,
  activate: () => new Profiles()
};

const collector: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-cell-profiler:collect',
  description: 'Collects the profiles from the outputs of notebooks.',
  autoStart: true,
  requires: [INotebookTracker, IProfiles, IProfilerSettings],
  optional: [IHistory, IFileProfiles],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    profiles: IProfiles,
    settings: IProfilerSettings,
    history: IHistory | null,
    files: IFileProfiles | null
  ) => {
    collect(tracker, profiles, history, files);
    if (history) {
      keepNotebooksShort(tracker, history, settings);
    }
  }
};

const heat: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-cell-profiler:heat',
  description: 'Colours the lines of profiled cells and files in the editors.',
  autoStart: true,
  requires: [IEditorExtensionRegistry, IProfiles, IProfilerSettings],
  optional: [IFileProfiles, IEditorTracker, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    editors: IEditorExtensionRegistry,
    profiles: IProfiles,
    settings: IProfilerSettings,
    files: IFileProfiles | null,
    tracker: IEditorTracker | null,
    translator: ITranslator | null
  ) => {
    const heat = new Heat({
      profiles,
      files:
        files && tracker
          ? { profiles: files, open: new OpenFiles(tracker) }
          : undefined,
      translator: translator ?? undefined
    });
    const update = () => {
      const { heat: visible, heatMetric: metric, decimals } = settings.values;
      heat.setOptions({ visible, metric, decimals });
    };
    settings.changed.connect(update);
    update();
    editors.addExtension(heat.extension());
  }
};

const navigator: JupyterFrontEndPlugin<INavigator> = {
  id: 'jupyterlab-cell-profiler:navigator',
  description: 'Shows places of a profile in the notebook or in a file.',
  autoStart: true,
  provides: INavigator,
  requires: [INotebookTracker, IDocumentManager],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    docManager: IDocumentManager,
    translator: ITranslator | null
  ) =>
    new Navigator({
      tracker,
      docManager,
      shell: app.shell,
      translator: translator ?? undefined
    })
};

const rerun: JupyterFrontEndPlugin<IRerun> = {
  id: 'jupyterlab-cell-profiler:rerun',
  description:
    'Runs the cell or script of a profile once more, under another profiler.',
  autoStart: true,
  provides: IRerun,
  requires: [INotebookTracker],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    translator: ITranslator | null
  ) =>
    new Rerun({
      tracker,
      shell: app.shell,
      commands: app.commands,
      translator: translator ?? undefined
    })
};

/** Works wherever there are outputs, with or without notebooks. */
const renderer: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-cell-profiler:renderer',
  description: 'Draws profiles in outputs.',
  autoStart: true,
  requires: [IRenderMimeRegistry, IProfilerSettings],
  optional: [
    INavigator,
    IRerun,
    INotebookTracker,
    IProfiles,
    IHistory,
    ITranslator
  ],
  activate: (
    app: JupyterFrontEnd,
    rendermime: IRenderMimeRegistry,
    settings: IProfilerSettings,
    navigator: INavigator | null,
    rerun: IRerun | null,
    tracker: INotebookTracker | null,
    profiles: IProfiles | null,
    history: IHistory | null,
    translator: ITranslator | null
  ) => {
    rendermime.addFactory(
      createRendererFactory({
        view: settings,
        navigator: navigator ?? undefined,
        rerun: rerun ?? undefined,
        neighbours:
          tracker && profiles ? new Neighbours(tracker, profiles) : undefined,
        whole: history ? id => history.get(id) : undefined,
        comparisons: history
          ? new Comparisons(history, app.commands)
          : undefined,
        translator: translator ?? undefined
      }),
      0
    );
  }
};

const file: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-cell-profiler:file',
  description: 'Opens profiles that are files.',
  autoStart: true,
  requires: [IRenderMimeRegistry],
  optional: [IHistory, ILayoutRestorer, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    rendermime: IRenderMimeRegistry,
    history: IHistory | null,
    restorer: ILayoutRestorer | null,
    translator: ITranslator | null
  ) => {
    const { docRegistry } = app;
    const trans = (translator ?? nullTranslator).load(
      'jupyterlab_cell_profiler'
    );
    docRegistry.addFileType({
      name: FILE_TYPE,
      displayName: trans.__('Cell Profile'),
      extensions: [FILE_EXTENSION],
      mimeTypes: [MIME_TYPE],
      contentType: 'file',
      fileFormat: 'text',
      icon: profileIcon
    });
    const factory = new MimeDocumentFactory({
      rendermime,
      // As text: a file that is no JSON then becomes a sentence in the page.
      dataType: 'string',
      modelName: 'text',
      name: 'Cell Profile',
      label: trans.__('Cell Profile'),
      primaryFileType: docRegistry.getFileType(FILE_TYPE),
      fileTypes: [FILE_TYPE],
      defaultFor: [FILE_TYPE],
      defaultRendered: [FILE_TYPE],
      readOnly: true
    });
    const tracker = new WidgetTracker<MimeDocument>({
      namespace: 'cell-profiler-file'
    });
    factory.widgetCreated.connect((_, widget) => {
      widget.title.icon = profileIcon;
      void tracker.add(widget);
      void widget.context.ready.then(() => {
        const read = readDocument(widget.context.model.toString());
        if ('document' in read) {
          history?.add(read.document);
        }
      });
      widget.context.pathChanged.connect(() => void tracker.save(widget));
    });
    docRegistry.addWidgetFactory(factory);
    if (restorer) {
      void restorer.restore(tracker, {
        command: 'docmanager:open',
        args: widget => ({ path: widget.context.path, factory: factory.name }),
        name: widget => widget.context.path
      });
    }
  }
};

const runner: JupyterFrontEndPlugin<IRunner> = {
  id: 'jupyterlab-cell-profiler:runner',
  description: 'Runs cells under profilers.',
  autoStart: true,
  provides: IRunner,
  requires: [IProfilerSettings],
  optional: [ISessionContextDialogs, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    settings: IProfilerSettings,
    dialogs: ISessionContextDialogs | null,
    translator: ITranslator | null
  ) =>
    new Runner({
      settings,
      dialogs: dialogs ?? undefined,
      translator: translator ?? nullTranslator,
      offerInstall: async (kernel, name, missing) => {
        const { offerInstall } = await import('./install');
        return offerInstall(
          kernel,
          name,
          missing,
          translator ?? nullTranslator
        );
      }
    })
};

const commands: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-cell-profiler:commands',
  description: 'Adds the commands to profile cells and to show heat.',
  autoStart: true,
  requires: [INotebookTracker, IRunner, IProfiles, IProfilerSettings],
  optional: [IFileProfiles, IEditorTracker, ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    runner: IRunner,
    profiles: IProfiles,
    settings: IProfilerSettings,
    files: IFileProfiles | null,
    editors: IEditorTracker | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load(
      'jupyterlab_cell_profiler'
    );
    addCommands({
      app,
      tracker,
      editors,
      runner,
      profiles,
      files,
      settings,
      trans
    });
    const category = trans.__('Cell Profiler');
    [CommandIDs.run, CommandIDs.toggleHeat, CommandIDs.clearHeat].forEach(
      command => palette?.addItem({ command, category })
    );
  }
};

const live: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-cell-profiler:live',
  description: 'Shows profiled runs below their cells while they go on.',
  autoStart: true,
  requires: [INotebookTracker, IRunner, IProfilerSettings],
  optional: [INavigator, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    runner: IRunner,
    settings: IProfilerSettings,
    navigator: INavigator | null,
    translator: ITranslator | null
  ) => {
    watchRuns(tracker, {
      settings,
      navigator: navigator ?? undefined,
      stop: panel => void runner.stop(panel),
      trans: (translator ?? nullTranslator).load('jupyterlab_cell_profiler')
    });
  }
};

const toolbar: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-cell-profiler:toolbar',
  description: 'Adds the Profile button to the toolbar of notebooks.',
  autoStart: true,
  requires: [IToolbarWidgetRegistry, IRunner, IProfilerSettings],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    toolbars: IToolbarWidgetRegistry,
    runner: IRunner,
    settings: IProfilerSettings,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load(
      'jupyterlab_cell_profiler'
    );
    toolbars.addFactory<NotebookPanel>(
      'Notebook',
      'cell-profiler-run',
      panel =>
        new ProfileButton({
          panel,
          runner,
          settings,
          commands: app.commands,
          trans
        })
    );
  }
};

export default [
  settings,
  profiles,
  collector,
  heat,
  navigator,
  rerun,
  renderer,
  file,
  runner,
  commands,
  live,
  toolbar,
  ...historyPlugins,
  ...reportPlugins,
  ...scriptPlugins,
  ...openingPlugins,
  ...processPlugins,
  ...wherePlugins
] as JupyterFrontEndPlugin<unknown>[];
