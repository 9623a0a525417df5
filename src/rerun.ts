import type { JupyterFrontEnd } from '@jupyterlab/application';
import { showErrorMessage } from '@jupyterlab/apputils';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { nullTranslator, type ITranslator } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import type { ProfileDocument } from './document';
import { isUnchanged } from './lib/align';
import { callableExpression } from './lib/callable';
import { isScript } from './lib/scripts';
import { CommandIDs, type IProfilerOptions, type IRerun } from './tokens';

/**
 * The step from one profile to the next: the same cell or script once more, by the same
 * command that a person would choose in the menu.
 */
export class Rerun implements IRerun {
  constructor(options: {
    tracker: INotebookTracker;
    shell: JupyterFrontEnd.IShell;
    commands: CommandRegistry;
    translator?: ITranslator;
  }) {
    this._tracker = options.tracker;
    this._shell = options.shell;
    this._commands = options.commands;
    this._translator = options.translator ?? nullTranslator;
  }

  canRun(document: ProfileDocument, from: Element): boolean {
    return (
      this._script(document, from) !== null || this.canRunLines(document, from)
    );
  }

  canRunLines(document: ProfileDocument, from: Element): boolean {
    return (
      this._commands.hasCommand(CommandIDs.run) &&
      this._find(document, from) !== null
    );
  }

  async profileLines(
    document: ProfileDocument,
    name: string,
    place: { readonly path: string; readonly line: number } | null,
    from: Element
  ): Promise<void> {
    // Without a name to look up, what the cell defines is measured all the same.
    const expression = callableExpression(name);
    await this._run(document, from, {
      profilers: ['lines'],
      options: place
        ? { lines: { places: [{ ...place, name }] } }
        : expression === null
          ? {}
          : { lines: { functions: [expression] } }
    });
  }

  async profileAgain(
    document: ProfileDocument,
    profilers: readonly string[],
    options: IProfilerOptions | undefined,
    from: Element
  ): Promise<void> {
    const args = { profilers: [...profilers], options: options ?? {} };
    const path = this._script(document, from);
    if (path === null) {
      await this._run(document, from, args);
      return;
    }
    const given = document.target.arguments;
    await this._commands.execute(CommandIDs.runScript, {
      path,
      ...args,
      ...(given ? { arguments: [...given] } : {})
    });
  }

  /** The path of the script that a document is of, where it can be run. */
  private _script({ target }: ProfileDocument, from: Element): string | null {
    const { kind, path } = target;
    // In a notebook it was run by a magic, by a path that is the kernel's.
    return kind === 'script' &&
      path !== undefined &&
      isScript(path) &&
      !path.startsWith('/') &&
      this._commands.hasCommand(CommandIDs.runScript) &&
      !this._tracker.find(({ node }) => node.contains(from))
      ? path
      : null;
  }

  /** Press the button on the cell, with these arguments of the command. */
  private async _run(
    document: ProfileDocument,
    from: Element,
    args: ReadonlyPartialJSONObject
  ): Promise<void> {
    // Asked again: the cell may have been edited since the profile was drawn.
    const found = this._find(document, from);
    if (!found) {
      const trans = this._translator.load('jupyterlab_cell_profiler');
      await showErrorMessage(
        trans.__('Cannot profile the cell again'),
        trans.__(
          'The cell has changed since this profile was made. Profile it again first.'
        )
      );
      return;
    }
    const { panel, index } = found;
    this._shell.activateById(panel.id);
    panel.content.deselectAll();
    panel.content.activeCellIndex = index;
    await this._commands.execute(CommandIDs.run, args);
  }

  /** The cell that made the profile, in the notebook that holds it. */
  private _find(
    { files, target }: ProfileDocument,
    from: Element
  ): { panel: NotebookPanel; index: number } | null {
    const { source = null, firstLine = 1 } = files[0] ?? {};
    // Not another notebook: a copy has cells of the same ids.
    const panel = this._tracker.find(({ node }) => node.contains(from));
    if (target.kind !== 'cell' || !target.cellId || !source || !panel) {
      return null;
    }
    const index = panel.content.widgets.findIndex(
      ({ model }) => model.id === target.cellId && model.type === 'code'
    );
    const text = panel.content.widgets[index]?.model.sharedModel.getSource();
    return text !== undefined && isUnchanged(text, source, firstLine)
      ? { panel, index }
      : null;
  }

  private readonly _commands: CommandRegistry;
  private readonly _shell: JupyterFrontEnd.IShell;
  private readonly _tracker: INotebookTracker;
  private readonly _translator: ITranslator;
}
