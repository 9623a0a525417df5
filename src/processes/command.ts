import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import type {
  ReadonlyJSONObject,
  ReadonlyPartialJSONObject
} from '@lumino/coreutils';
import { DisposableDelegate, DisposableSet } from '@lumino/disposable';
import type { IDisposable } from '@lumino/disposable';
import { whereIcon } from '../icons';
import { CommandIDs } from '../tokens';
import type { Lookings } from './lookings';

/** What the command works with. */
export interface IWhereCommandOptions {
  readonly app: Pick<JupyterFrontEnd, 'commands' | 'shell'>;
  readonly tracker: Pick<INotebookTracker, 'currentWidget' | 'find'>;
  readonly lookings: Pick<Lookings, 'changed' | 'of'>;
  readonly trans: TranslationBundle;
}

const ARGS: ReadonlyJSONObject = {
  type: 'object',
  properties: {
    path: {
      type: 'string',
      description:
        'Path of an open notebook, relative to the root of the server. Default: the active notebook.'
    }
  }
};

/** Add the command that shows the line that runs; dispose of the result to take it away. */
export function addWhereCommand(options: IWhereCommandOptions): IDisposable {
  const { app, lookings, tracker, trans } = options;
  const { commands, shell } = app;

  const panelOf = ({
    path
  }: ReadonlyPartialJSONObject): NotebookPanel | null => {
    const current = tracker.currentWidget;
    if (typeof path === 'string') {
      const isOf = ({ context }: NotebookPanel): boolean =>
        context.localPath === path;
      // Of several views of a notebook the one that a person works in.
      return current && isOf(current) ? current : (tracker.find(isOf) ?? null);
    }
    return current && current === shell.currentWidget ? current : null;
  };
  const runs = (args: ReadonlyPartialJSONObject): boolean => {
    const panel = panelOf(args);
    return panel !== null && lookings.of(panel).clock.run !== null;
  };

  const disposables = new DisposableSet();
  disposables.add(
    commands.addCommand(CommandIDs.where, {
      label: trans.__('Where Is It?'),
      caption: args =>
        runs(args)
          ? trans.__(
              'Show the line that runs now. The kernel goes on meanwhile.'
            )
          : trans.__('No cell of this notebook runs.'),
      icon: whereIcon,
      describedBy: { args: ARGS },
      isEnabled: runs,
      execute: async args => {
        const panel = panelOf(args);
        return panel ? lookings.of(panel).ask() : false;
      }
    })
  );
  // Menus and palettes ask anew when something changed.
  const refresh = (): void => commands.notifyCommandChanged(CommandIDs.where);
  lookings.changed.connect(refresh);
  disposables.add(
    new DisposableDelegate(() => {
      lookings.changed.disconnect(refresh);
    })
  );
  return disposables;
}
