import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { IEditorTracker } from '@jupyterlab/fileeditor';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import type {
  ReadonlyJSONObject,
  ReadonlyPartialJSONObject
} from '@lumino/coreutils';
import { DisposableDelegate, DisposableSet } from '@lumino/disposable';
import type { IDisposable } from '@lumino/disposable';
import { profilerChoice } from './choices';
import { profileIcon } from './icons';
import type { IRunner, IRunRequest } from './runner';
import type { IProfilerSettings } from './settings';
import type { IFileProfiles, IProfiles } from './tokens';
import { CommandIDs } from './tokens';

/** What the commands work with. */
export interface ICommandOptions {
  readonly app: JupyterFrontEnd;
  readonly tracker: INotebookTracker;
  /** Without it there are no files to be coloured. */
  readonly editors?: Pick<IEditorTracker, 'currentWidget'> | null;
  readonly runner: IRunner;
  readonly profiles: IProfiles;
  readonly files?: Pick<IFileProfiles, 'clear'> | null;
  readonly settings: IProfilerSettings;
  readonly trans: TranslationBundle;
}

const RUN_ARGS: ReadonlyJSONObject = {
  type: 'object',
  properties: {
    profilers: {
      type: 'array',
      items: { type: 'string' },
      description:
        'Names of profilers, for example ["lines"]. Default: the default profiler of the settings.'
    },
    options: {
      type: 'object',
      description: 'Options of the profilers, by name of the profiler.'
    },
    underPointer: {
      type: 'boolean',
      description:
        'In a context menu: the cell that was clicked, instead of the active one.'
    }
  }
};

const NO_ARGS: ReadonlyJSONObject = { type: 'object', properties: {} };

/** Add the commands; dispose of the result to take them away. */
export function addCommands(options: ICommandOptions): IDisposable {
  const { app, editors, files, tracker, runner, profiles, settings, trans } =
    options;
  const { commands, shell } = app;

  /** The notebook that a person works in, if they do. */
  const current = (): NotebookPanel | null => {
    const panel = tracker.currentWidget;
    return panel && panel === shell?.currentWidget ? panel : null;
  };
  /** The file that a person works in, if it is one. */
  const currentFile = (): string | null => {
    const editor = files && editors?.currentWidget;
    return editor && editor === shell?.currentWidget
      ? editor.context.localPath
      : null;
  };
  /** The cell under a context menu; JupyterLab does not make it the active one. */
  const clicked = (): { panel: NotebookPanel; index: number } | null => {
    const node = app.contextMenuHitTest(({ classList }) =>
      classList.contains('jp-Cell')
    );
    const panel = tracker.find(panel => panel.node.contains(node ?? null));
    const index = panel?.content.widgets.findIndex(cell => cell.node === node);
    return panel && index !== undefined && index >= 0 ? { panel, index } : null;
  };
  /** Why there is nothing to run now, as a sentence. */
  const problem = (args: ReadonlyPartialJSONObject): string | null => {
    const panel = args.underPointer ? clicked()?.panel : current();
    return panel
      ? runner.problem(panel.sessionContext)
      : trans.__('Profiling needs a notebook: open one and select a cell.');
  };

  const disposables = new DisposableSet();
  disposables.add(
    commands.addCommand(CommandIDs.run, {
      label: args => {
        const { profilers } = readRequest(args);
        return profilers?.length
          ? profilers.map(name => menuLabel(name, trans)).join(' + ')
          : trans.__('Profile Cell');
      },
      caption: args =>
        problem(args) ??
        trans.__(
          'Run the active cell once and measure it (%1)',
          (readRequest(args).profilers ?? [settings.values.defaultProfiler])
            .map(name => profilerChoice(name, trans).label)
            .join(', ')
        ),
      // In a menu of profilers the icon would only repeat itself.
      icon: args => (readRequest(args).profilers ? undefined : profileIcon),
      describedBy: { args: RUN_ARGS },
      isEnabled: args => problem(args) === null,
      execute: async args => {
        const cell = args.underPointer ? clicked() : null;
        if (cell) {
          cell.panel.content.deselectAll();
          cell.panel.content.activeCellIndex = cell.index;
        }
        const panel = args.underPointer ? cell?.panel : current();
        return panel ? runner.run(panel, readRequest(args)) : false;
      }
    })
  );

  disposables.add(
    commands.addCommand(CommandIDs.toggleHeat, {
      label: trans.__('Show Heat'),
      caption: trans.__(
        'Colour the lines of profiled cells, with the numbers beside them'
      ),
      describedBy: { args: NO_ARGS },
      isToggleable: true,
      isToggled: () => settings.values.heat,
      execute: () => settings.set('heat', !settings.values.heat)
    })
  );

  disposables.add(
    commands.addCommand(CommandIDs.clearHeat, {
      label: trans.__('Clear Heat'),
      caption: () =>
        current()
          ? trans.__(
              'Take the colours and numbers out of this notebook’s editors until the next profile'
            )
          : currentFile() !== null
            ? trans.__(
                'Take the colours and numbers out of this file’s editors until the next profile'
              )
            : trans.__(
                'There is no notebook or file whose heat could be cleared.'
              ),
      describedBy: { args: NO_ARGS },
      isEnabled: () => current() !== null || currentFile() !== null,
      execute: () => {
        const notebook = current()?.model?.sharedModel;
        const file = currentFile();
        if (notebook) {
          profiles.clear(notebook);
        } else if (file !== null) {
          files?.clear(file);
        }
      }
    })
  );

  // Menus and palettes ask anew when something changed.
  const refresh = () => commands.notifyCommandChanged(CommandIDs.run);
  const toggle = () => commands.notifyCommandChanged(CommandIDs.toggleHeat);
  runner.changed.connect(refresh);
  settings.changed.connect(refresh);
  settings.changed.connect(toggle);
  disposables.add(
    new DisposableDelegate(() => {
      runner.changed.disconnect(refresh);
      settings.changed.disconnect(refresh);
      settings.changed.disconnect(toggle);
    })
  );
  return disposables;
}

/** What the arguments of a command ask for; what makes no sense is left out. */
export function readRequest(args: ReadonlyPartialJSONObject): IRunRequest {
  const { profilers, options } = args;
  const names = (Array.isArray(profilers) ? profilers : [profilers]).filter(
    (name): name is string => typeof name === 'string' && name !== ''
  );
  return {
    ...(names.length ? { profilers: names } : {}),
    ...(options && typeof options === 'object' && !Array.isArray(options)
      ? { options: options as { [name: string]: unknown } }
      : {})
  };
}

function menuLabel(name: string, trans: TranslationBundle): string {
  const { label, question } = profilerChoice(name, trans);
  return question ? trans.__('%1: %2', label, question) : label;
}
