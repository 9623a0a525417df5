import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import type {
  ReadonlyJSONObject,
  ReadonlyPartialJSONObject
} from '@lumino/coreutils';
import { DisposableDelegate, DisposableSet } from '@lumino/disposable';
import type { IDisposable } from '@lumino/disposable';
import { profileIcon } from '../icons';
import { CommandIDs } from '../tokens';
import type { RecordSwitch } from './switch';

/** What the commands work with. */
export interface IReportCommandOptions {
  readonly app: JupyterFrontEnd;
  readonly tracker: INotebookTracker;
  readonly recordSwitch: RecordSwitch;
  /** Switch the recording of a notebook. */
  readonly record: (panel: NotebookPanel, on: boolean) => Promise<void>;
  /** Show the report of a notebook. */
  readonly open: (path: string) => Promise<void>;
  readonly trans: TranslationBundle;
}

const PATH: ReadonlyJSONObject = {
  type: 'string',
  description:
    'Path of a notebook. Default: the one that a person works in, or worked in last.'
};

const REPORT_ARGS: ReadonlyJSONObject = {
  type: 'object',
  properties: { path: PATH }
};

const RECORD_ARGS: ReadonlyJSONObject = {
  type: 'object',
  properties: {
    path: PATH,
    on: {
      type: 'boolean',
      description: 'Whether to record. Default: the other way than now.'
    }
  }
};

/** Add the commands; dispose of the result to take them away. */
export function addReportCommands(options: IReportCommandOptions): IDisposable {
  const { app, recordSwitch, tracker, trans } = options;
  const { commands } = app;

  const pathOf = ({ path }: ReadonlyPartialJSONObject): string | null =>
    typeof path === 'string'
      ? path
      : (tracker.currentWidget?.context.localPath ?? null);
  const panelOf = (args: ReadonlyPartialJSONObject): NotebookPanel | null => {
    const path = pathOf(args);
    const { currentWidget } = tracker;
    return currentWidget?.context.localPath === path
      ? currentWidget
      : (tracker.find(({ context }) => context.localPath === path) ?? null);
  };

  const disposables = new DisposableSet();
  disposables.add(
    commands.addCommand(CommandIDs.recordEveryCell, {
      label: trans.__('Record Every Cell'),
      caption: args =>
        panelOf(args)
          ? trans.__(
              'Each ordinary run of this notebook leaves how long it took and what memory it needed, in the history and not in the notebook'
            )
          : trans.__('Open a notebook to have its runs recorded.'),
      describedBy: { args: RECORD_ARGS },
      isToggleable: true,
      isToggled: args => {
        const path = pathOf(args);
        return path !== null && recordSwitch.isOn(path);
      },
      isEnabled: args => panelOf(args) !== null,
      execute: async args => {
        const panel = panelOf(args);
        if (panel) {
          await recordSwitch.ready;
          const isOn = recordSwitch.isOn(panel.context.localPath);
          const on = typeof args.on === 'boolean' ? args.on : !isOn;
          await options.record(panel, on);
        }
      }
    })
  );
  disposables.add(
    commands.addCommand(CommandIDs.report, {
      label: trans.__('Notebook Report'),
      caption: args =>
        pathOf(args) === null
          ? trans.__('Open a notebook to see what its cells cost.')
          : trans.__('Rank the cells of the notebook by time and memory'),
      icon: profileIcon,
      describedBy: { args: REPORT_ARGS },
      isEnabled: args => pathOf(args) !== null,
      execute: async args => {
        const path = pathOf(args);
        await (path !== null && options.open(path));
      }
    })
  );

  // Menus and toolbars ask anew when something changed.
  const refresh = (): void => {
    commands.notifyCommandChanged(CommandIDs.recordEveryCell);
    commands.notifyCommandChanged(CommandIDs.report);
  };
  recordSwitch.changed.connect(refresh);
  tracker.currentChanged.connect(refresh);
  disposables.add(
    new DisposableDelegate(() => {
      recordSwitch.changed.disconnect(refresh);
      tracker.currentChanged.disconnect(refresh);
    })
  );
  return disposables;
}
