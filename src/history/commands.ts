import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type {
  ReadonlyJSONObject,
  ReadonlyPartialJSONObject
} from '@lumino/coreutils';
import { DisposableDelegate, DisposableSet } from '@lumino/disposable';
import type { IDisposable } from '@lumino/disposable';
import { profileIcon } from '../icons';
import type { IRunSummary } from '../lib/history';
import { CommandIDs } from '../tokens';
import type { RunActions } from './actions';
import { HistoryCommandIDs } from './ids';
import type { PanelModel } from './panelmodel';
import type { Transfer } from './transfer';

/** What the commands work with. */
export interface IHistoryCommandOptions {
  readonly commands: CommandRegistry;
  readonly model: PanelModel;
  readonly actions: RunActions;
  readonly transfer: Transfer;
  /** Show the panel. */
  readonly show: () => void;
  /** Open a run in a tab. */
  readonly open: (id: string) => Promise<void>;
  /** Open a comparison in a tab. */
  readonly compare: (ids: readonly string[]) => Promise<void>;
  /** Ask for files. */
  readonly chooseFiles: () => Promise<readonly File[]>;
  readonly trans: TranslationBundle;
}

const IDS: ReadonlyJSONObject = {
  type: 'array',
  items: { type: 'string' },
  description:
    'Ids of runs. Default: those that are selected in the history panel.'
};

const RUN_ARGS: ReadonlyJSONObject = {
  type: 'object',
  properties: { ids: IDS }
};

const SAVE_ARGS: ReadonlyJSONObject = {
  type: 'object',
  properties: {
    ids: IDS,
    all: {
      type: 'boolean',
      description: 'All runs that the panel lists, whatever is selected.'
    }
  }
};

const COMPARE_ARGS: ReadonlyJSONObject = {
  type: 'object',
  properties: {
    ids: {
      type: 'array',
      items: { type: 'string' },
      description:
        'Ids of two or more runs, or of one that is compared with the run before. Default: those that are selected in the history panel, else the newest two of the active cell.'
    }
  }
};

const NO_ARGS: ReadonlyJSONObject = { type: 'object', properties: {} };

/** Add the commands of the history; dispose of the result to take them away. */
export function addHistoryCommands(
  options: IHistoryCommandOptions
): IDisposable {
  const { actions, commands, model, trans, transfer } = options;
  const { history } = model;

  /** The runs that a command is about. */
  const runs = (args: ReadonlyPartialJSONObject): readonly IRunSummary[] => {
    const ids = idsOf(args);
    return ids
      ? ids
          .map(id => history.find(id))
          .filter((run): run is IRunSummary => run !== null)
      : model.targets;
  };
  const compared = (
    args: ReadonlyPartialJSONObject
  ): readonly string[] | null => {
    const selected = model.selected.map(({ id }) => id);
    const ids =
      idsOf(args) ?? (selected.length > 0 ? selected : actions.ofActiveCell());
    return actions.comparable(ids);
  };
  const disposables = new DisposableSet();
  const add = (id: string, command: CommandRegistry.ICommandOptions): void => {
    disposables.add(commands.addCommand(id, command));
  };

  add(CommandIDs.showHistory, {
    label: trans.__('Show Profile History'),
    caption: trans.__('Show all profiled runs in the sidebar'),
    icon: profileIcon,
    describedBy: { args: NO_ARGS },
    execute: () => options.show()
  });
  add(CommandIDs.compare, {
    label: args => {
      const count = compared(args)?.length ?? 0;
      return count > 2
        ? trans.__('Compare %1 Runs', count)
        : trans.__('Compare Runs');
    },
    caption: args =>
      compared(args)
        ? trans.__('Show what differs between runs')
        : trans.__(
            'Select two to 20 runs in the profile history, or a cell that was profiled twice.'
          ),
    describedBy: { args: COMPARE_ARGS },
    isEnabled: args => compared(args) !== null,
    execute: async args => {
      // The history is read when somebody asks for it.
      if (history.state.mode === 'unknown') {
        await history.refresh();
      }
      const ids = compared(args);
      await (ids && options.compare(ids));
    }
  });
  add(HistoryCommandIDs.open, {
    label: args =>
      runs(args).length > 1 ? trans.__('Open Runs') : trans.__('Open Run'),
    caption: trans.__('Show the whole profile in a tab'),
    describedBy: { args: RUN_ARGS },
    isEnabled: args => idsOf(args) !== null || runs(args).length > 0,
    // A tab that is restored asks for a run that is not known yet.
    execute: async args => {
      for (const id of idsOf(args) ?? runs(args).map(({ id }) => id)) {
        await options.open(id);
      }
    }
  });
  add(HistoryCommandIDs.putBack, {
    label: args =>
      isOfScript(runs(args))
        ? trans.__('Put Back on the Script')
        : trans.__('Put Back on the Cell'),
    caption: trans.__('Show the heat of this run in the editor again'),
    describedBy: { args: RUN_ARGS },
    isEnabled: args => isOfCell(runs(args)) || isOfScript(runs(args)),
    execute: args => actions.putBack(runs(args)[0])
  });
  add(HistoryCommandIDs.showCell, {
    label: args =>
      isOfScript(runs(args))
        ? trans.__('Go to the Script')
        : trans.__('Go to the Cell'),
    caption: args =>
      isOfScript(runs(args))
        ? trans.__('Open the script that was run')
        : trans.__('Show the cell that was run, in its notebook'),
    describedBy: { args: RUN_ARGS },
    isEnabled: args => isOfCell(runs(args)) || isOfScript(runs(args)),
    execute: args => actions.showCell(runs(args)[0])
  });
  add(HistoryCommandIDs.rename, {
    label: trans.__('Rename Run…'),
    caption: trans.__('Give the run a name of your own'),
    describedBy: { args: RUN_ARGS },
    isEnabled: args => runs(args).length === 1,
    execute: args => {
      options.show();
      model.renamed = runs(args)[0].id;
    }
  });
  add(HistoryCommandIDs.pin, {
    label: trans.__('Pin Run'),
    caption: trans.__('Keep the run when old ones are thinned out'),
    describedBy: { args: RUN_ARGS },
    isToggleable: true,
    isToggled: args =>
      runs(args).length > 0 && runs(args).every(({ pinned }) => pinned),
    isEnabled: args => runs(args).length > 0,
    execute: args => actions.pin(runs(args))
  });
  add(HistoryCommandIDs.remove, {
    label: args =>
      runs(args).length > 1 ? trans.__('Delete Runs') : trans.__('Delete Run'),
    describedBy: { args: RUN_ARGS },
    isEnabled: args => runs(args).length > 0,
    execute: args => actions.remove(runs(args))
  });
  add(HistoryCommandIDs.save, {
    label: args =>
      args.all
        ? trans.__('Export All Runs…')
        : runs(args).length > 1
          ? trans.__('Export Runs…')
          : trans.__('Export Run…'),
    caption: trans.__('Save as .cellprofile.json, several as a zip file'),
    describedBy: { args: SAVE_ARGS },
    isEnabled: args =>
      args.all ? model.list.runs.length > 0 : runs(args).length > 0,
    execute: args =>
      !args.all
        ? transfer.save(runs(args))
        : history.state.mode === 'session'
          ? transfer.save(model.list.runs)
          : transfer.saveAll(model.list.filter)
  });
  add(HistoryCommandIDs.add, {
    label: trans.__('Import Profiles…'),
    caption: trans.__('Add profiles from .cellprofile.json files'),
    describedBy: { args: NO_ARGS },
    execute: async () => {
      model.selectRuns(await transfer.read(await options.chooseFiles()));
    }
  });

  // Menus and toolbars ask anew when something changed.
  const refresh = (): void => commands.notifyCommandChanged(CommandIDs.compare);
  history.changed.connect(refresh);
  disposables.add(
    new DisposableDelegate(() => history.changed.disconnect(refresh))
  );
  return disposables;
}

/** The ids that are asked for; null when it is up to the selection. */
function idsOf({ ids }: ReadonlyPartialJSONObject): string[] | null {
  return Array.isArray(ids)
    ? ids.filter((id): id is string => typeof id === 'string')
    : null;
}

function isOfScript(runs: readonly IRunSummary[]): boolean {
  return (
    runs.length === 1 && runs[0].kind === 'script' && runs[0].path !== null
  );
}

function isOfCell(runs: readonly IRunSummary[]): boolean {
  return runs.length === 1 && runs[0].cellId !== null && runs[0].path !== null;
}
