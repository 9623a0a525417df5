import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { IFileBrowserFactory } from '@jupyterlab/filebrowser';
import type { IEditorTracker } from '@jupyterlab/fileeditor';
import type { TranslationBundle } from '@jupyterlab/translation';
import type {
  ReadonlyJSONObject,
  ReadonlyPartialJSONObject
} from '@lumino/coreutils';
import { profilerChoice } from '../choices';
import { profileIcon } from '../icons';
import type { IScriptAnswers } from '../lib/scripts';
import { folderOf, isScript, nameOf, readAnswers } from '../lib/scripts';
import { warn } from '../notices';
import type { IHistory } from '../tokens';
import { CommandIDs } from '../tokens';
import type { ScriptLauncher } from './launcher';
import type { ScriptTabs } from './tabs';
import { RESTORE } from './tabs';

/** What the commands work with. */
export interface IScriptCommandOptions {
  readonly app: JupyterFrontEnd;
  readonly launcher: Pick<ScriptLauncher, 'launch'>;
  readonly tabs: Pick<ScriptTabs, 'show'>;
  readonly editors: Pick<IEditorTracker, 'currentWidget'> | null;
  readonly browsers: Pick<IFileBrowserFactory, 'tracker'> | null;
  readonly history: Pick<IHistory, 'get'> | null;
  readonly trans: TranslationBundle;
}

const RUN_ARGS: ReadonlyJSONObject = {
  type: 'object',
  properties: {
    path: {
      type: 'string',
      description:
        'The Python file, as the server has it. Default: the file in the active editor, else the one that is selected in the file browser.'
    },
    selected: {
      type: 'boolean',
      description:
        'The file that is selected in the file browser, whatever is in the active editor.'
    },
    profilers: {
      type: 'array',
      items: { type: 'string' },
      description:
        'Names of profilers, for example ["lines"]. Default: those of the last time, else the default profiler of the settings.'
    },
    options: {
      type: 'object',
      description: 'Options of the profilers, by name of the profiler.'
    },
    arguments: {
      anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }],
      description:
        'Arguments of the script: one line as in a shell, or a list. Default: those of the last time.'
    },
    directory: {
      type: 'string',
      description:
        'Working directory, as the server has it. Default: that of the last time, else the folder of the script.'
    },
    kernel: {
      type: 'string',
      description:
        'Name of the kernelspec whose Python runs the script. Default: that of the last time, else the default one of the server.'
    },
    stdin: {
      type: 'string',
      description:
        'Text for its standard input. Default: that of the last time, else it is closed.'
    },
    ask: {
      type: 'boolean',
      description:
        'Whether to ask for all this before the script runs. Default: true.'
    }
  }
};

const RESTORE_ARGS: ReadonlyJSONObject = {
  type: 'object',
  properties: {
    path: { type: 'string', description: 'The script.' },
    id: { type: 'string', description: 'Id of the run.' },
    answers: { type: 'object', description: 'How it was run.' }
  }
};

/** Add the commands that run scripts. */
export function addScriptCommands(options: IScriptCommandOptions): void {
  const { app, browsers, editors, history, launcher, tabs, trans } = options;
  const { commands, shell } = app;

  const selected = (): string | null => {
    for (const item of browsers?.tracker.currentWidget?.selectedItems() ?? []) {
      if (item.type !== 'directory') {
        return item.path;
      }
    }
    return null;
  };
  const edited = (): string | null => {
    const widget = editors?.currentWidget;
    return widget && widget === shell.currentWidget
      ? widget.context.localPath
      : null;
  };
  /** What the arguments ask for, whether or not it is a script. */
  const target = (args: ReadonlyPartialJSONObject): string | null =>
    typeof args.path === 'string'
      ? args.path
      : args.selected
        ? selected()
        : (edited() ?? selected());

  commands.addCommand(CommandIDs.runScript, {
    label: args => {
      const { profilers } = readAnswers(args);
      return profilers
        ? trans.__(
            'Profile Script: %1…',
            profilers.map(name => profilerChoice(name, trans).label).join(' + ')
          )
        : args.selected
          ? trans.__('Profile…')
          : trans.__('Profile Script…');
    },
    caption: args => {
      const path = target(args);
      return path !== null && isScript(path)
        ? trans.__(
            'Run “%1” in a process of its own and measure it',
            nameOf(path)
          )
        : trans.__(
            'Profiling a script needs a Python file: open one, or select it in the file browser.'
          );
    },
    icon: profileIcon,
    describedBy: { args: RUN_ARGS },
    isEnabled: args => isScript(target(args) ?? ''),
    execute: async args => {
      const path = target(args);
      return (
        path !== null &&
        launcher.launch(path, readAnswers(args), args.ask !== false)
      );
    }
  });

  commands.addCommand(RESTORE, {
    label: trans.__('Show Profiled Script'),
    caption: trans.__('Show a finished run of a script again'),
    describedBy: { args: RESTORE_ARGS },
    execute: async ({ answers, id, path }) => {
      if (typeof id !== 'string' || typeof path !== 'string' || !history) {
        return;
      }
      try {
        const usual: IScriptAnswers = {
          profilers: ['overview'],
          arguments: '',
          directory: folderOf(path),
          kernel: '',
          stdin: null
        };
        await tabs.show(await history.get(id), path, {
          ...usual,
          ...readAnswers(answers)
        });
      } catch (error) {
        warn(error instanceof Error ? error.message : String(error));
      }
    }
  });

  // The toolbar of an editor asks anew when another file is the current one.
  shell.currentChanged?.connect(() =>
    commands.notifyCommandChanged(CommandIDs.runScript)
  );
}
