import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyJSONObject } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import { profileIcon } from '../icons';
import { CommandIDs } from '../tokens';

/** Of the factory, as “Open With” and `docmanager:open` have it. */
export const FACTORY = 'Profile of Another Tool';

/** What the command works with. */
export interface IOpenCommandOptions {
  readonly commands: CommandRegistry;
  readonly docManager: IDocumentManager;
  /** Asks a person for files; paths, none when they think better of it. */
  readonly choose: () => Promise<readonly string[]>;
  readonly trans: TranslationBundle;
}

const ARGS: ReadonlyJSONObject = {
  type: 'object',
  properties: {
    path: {
      type: 'string',
      description:
        'Path of a profile that another tool wrote, as the server has it. Default: a dialog asks.'
    }
  }
};

/** Add the command; dispose of the result to take it away. */
export function addOpenCommand(options: IOpenCommandOptions): IDisposable {
  const { choose, commands, docManager, trans } = options;
  return commands.addCommand(CommandIDs.open, {
    label: trans.__('Open Profile of Another Tool…'),
    caption: trans.__(
      'Show what cProfile, line_profiler, mprof, memray, Scalene, py-spy, pyinstrument, speedscope or Node recorded'
    ),
    icon: profileIcon,
    describedBy: { args: ARGS },
    execute: async args => {
      const { path } = args;
      const paths =
        typeof path === 'string' && path !== '' ? [path] : await choose();
      paths.forEach(one => docManager.openOrReveal(one, FACTORY));
    }
  });
}

/**
 * Ask with JupyterLab's dialog for files; loaded when it is needed.
 *
 * @param folder - to begin in
 */
export async function chooseForeign(
  manager: IDocumentManager,
  folder: string | undefined,
  trans: TranslationBundle
): Promise<readonly string[]> {
  const { FileDialog } = await import('@jupyterlab/filebrowser');
  const { button, value } = await FileDialog.getOpenFiles({
    manager,
    ...(folder === undefined ? {} : { defaultPath: folder }),
    title: trans.__('Open Profile of Another Tool')
  });
  return button.accept
    ? (value ?? [])
        .filter(({ type }) => type !== 'directory')
        .map(({ path }) => path)
    : [];
}
