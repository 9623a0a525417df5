import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILayoutRestorer } from '@jupyterlab/application';
import { ICommandPalette, WidgetTracker } from '@jupyterlab/apputils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { CommandIDs, IHistory } from '../tokens';
import { openForeign } from './client';
import { addOpenCommand, chooseForeign, FACTORY } from './commands';
import type { ForeignDocument } from './factory';
import { ForeignFactory, ForeignModelFactory, MODEL } from './factory';
import { defaultTypes, fileTypes, GENERIC, SHARED } from './filetypes';

const opening: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-cell-profiler:opening',
  description: 'Opens profiles that other tools wrote.',
  autoStart: true,
  requires: [IRenderMimeRegistry, IDocumentManager],
  optional: [
    IHistory,
    IDefaultFileBrowser,
    ICommandPalette,
    ILayoutRestorer,
    ITranslator
  ],
  activate: (
    app: JupyterFrontEnd,
    rendermime: IRenderMimeRegistry,
    docManager: IDocumentManager,
    history: IHistory | null,
    browser: IDefaultFileBrowser | null,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null,
    translator: ITranslator | null
  ) => {
    const { commands, docRegistry, serviceManager } = app;
    const { contents, serverSettings } = serviceManager;
    const trans = (translator ?? nullTranslator).load(
      'jupyterlab_cell_profiler'
    );
    fileTypes(trans).forEach(type => docRegistry.addFileType(type));
    docRegistry.addModelFactory(new ForeignModelFactory());
    const types = defaultTypes(trans);
    const factory = new ForeignFactory(
      {
        name: FACTORY,
        label: trans.__('Profile of Another Tool'),
        modelName: MODEL,
        fileTypes: [...types, GENERIC, ...SHARED],
        defaultFor: types,
        readOnly: true
      },
      {
        rendermime,
        history,
        read: (path, signal) =>
          contents.driveName(path) === ''
            ? openForeign(
                contents.localPath(path),
                serverSettings,
                signal,
                trans
              )
            : Promise.reject(
                new Error(
                  trans.__(
                    'Only files of the Jupyter server can be read: copy this one there first.'
                  )
                )
              ),
        trans
      }
    );
    const tracker = new WidgetTracker<ForeignDocument>({
      namespace: 'cell-profiler-foreign'
    });
    factory.widgetCreated.connect((_, widget) => {
      void tracker.add(widget);
      widget.context.pathChanged.connect(() => void tracker.save(widget));
    });
    docRegistry.addWidgetFactory(factory);
    if (restorer) {
      void restorer.restore(tracker, {
        command: 'docmanager:open',
        args: ({ context }) => ({ path: context.path, factory: FACTORY }),
        name: ({ context }) => context.path
      });
    }
    addOpenCommand({
      commands,
      docManager,
      choose: () => chooseForeign(docManager, browser?.model.path, trans),
      trans
    });
    palette?.addItem({
      command: CommandIDs.open,
      category: trans.__('Cell Profiler')
    });
  }
};

export const openingPlugins: JupyterFrontEndPlugin<unknown>[] = [
  opening as JupyterFrontEndPlugin<unknown>
];
