import type { JupyterFrontEnd } from '@jupyterlab/application';
import { showErrorMessage } from '@jupyterlab/apputils';
import { PageConfig } from '@jupyterlab/coreutils';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { IDocumentWidget } from '@jupyterlab/docregistry';
import {
  NotebookActions,
  type INotebookTracker,
  type NotebookPanel
} from '@jupyterlab/notebook';
import { nullTranslator, type ITranslator } from '@jupyterlab/translation';
import { basePath, contentsPath } from './lib/paths';
import type { INavigator, ISourceLocation } from './tokens';

/**
 * Shows places of a profile: a line of a cell in its notebook, or of a file that
 * Jupyter serves. It never leaves Jupyter, since locations come from documents.
 */
export class Navigator implements INavigator {
  constructor(options: {
    tracker: INotebookTracker;
    docManager: IDocumentManager;
    shell: JupyterFrontEnd.IShell;
    translator?: ITranslator;
  }) {
    this._tracker = options.tracker;
    this._docManager = options.docManager;
    this._shell = options.shell;
    this._translator = options.translator ?? nullTranslator;
  }

  canOpen(location: ISourceLocation, from: Element): boolean {
    return location.cellId === undefined
      ? this._pathOf(location, from) !== null
      : this._findCell(location.cellId, from) !== null;
  }

  async open(location: ISourceLocation, from: Element): Promise<void> {
    if (location.cellId !== undefined) {
      const panel = this._findCell(location.cellId, from);
      if (panel) {
        await this._openCell(panel, location.cellId, location.line);
      }
      return;
    }
    const path = this._pathOf(location, from);
    if (path !== null) {
      await this._openFile(path, location.line);
    }
  }

  async showCell(
    path: string,
    cellId: string,
    line?: number
  ): Promise<boolean> {
    const trans = this._translator.load('jupyterlab_cell_profiler');
    const isOf = ({ context }: NotebookPanel): boolean =>
      context.localPath === path;
    if (!this._tracker.find(isOf)) {
      if (!(await this._exists(path))) {
        return false;
      }
      const widget = this._docManager.openOrReveal(path);
      if (!widget) {
        // Notebook 7 opens it in a tab of the browser.
        return false;
      }
      await widget.context.ready;
    }
    const panel = this._tracker.find(isOf);
    if (panel && (await this._openCell(panel, cellId, line ?? null))) {
      return true;
    }
    await showErrorMessage(
      trans.__('Cannot show the cell'),
      trans.__('%1 does not have this cell any more.', path)
    );
    return false;
  }

  async showFile(path: string): Promise<boolean> {
    if (!(await this._exists(path))) {
      return false;
    }
    // Notebook 7 opens it in a tab of the browser and gives no widget.
    const widget = this._docManager.openOrReveal(path);
    await widget?.context.ready;
    return widget !== undefined;
  }

  /**
   * @param line - null to select the cell only
   * @returns whether the notebook has the cell
   */
  private async _openCell(
    panel: NotebookPanel,
    cellId: string,
    line: number | null
  ): Promise<boolean> {
    const notebook = panel.content;
    const index = indexOfCell(panel, cellId);
    const cell = notebook.widgets[index];
    if (!cell) {
      return false;
    }
    this._shell.activateById(panel.id);
    NotebookActions.expandParent(cell, notebook);
    cell.inputHidden = false;
    notebook.deselectAll();
    notebook.activeCellIndex = index;
    try {
      // In a windowed notebook this also puts the cell into the page.
      await notebook.scrollToItem(index, 'smart');
      await cell.ready;
    } catch {
      // Another scroll came in between, or the cell has gone.
    }
    const { editor } = cell;
    if (!cell.isDisposed && editor && line !== null) {
      notebook.mode = 'edit';
      reveal(editor, line);
      editor.focus();
    }
    return true;
  }

  /** Whether there is such a file; when not, the person is told. */
  private async _exists(path: string): Promise<boolean> {
    const { services } = this._docManager;
    try {
      await services.contents.get(path, { content: false });
      return true;
    } catch {
      const trans = this._translator.load('jupyterlab_cell_profiler');
      await showErrorMessage(
        trans.__('Cannot open the file'),
        trans.__('Jupyter does not find %1.', path)
      );
      return false;
    }
  }

  private async _openFile(path: string, line: number): Promise<void> {
    // A file that is not there would open an editor that then fails.
    if (!(await this._exists(path))) {
      return;
    }
    // Notebook 7 opens it in a tab of the browser and gives no widget.
    const widget = this._docManager.openOrReveal(path);
    await widget?.context.ready;
    const editor = editorOf(widget);
    if (editor) {
      reveal(editor, line);
      editor.focus();
    }
  }

  /** The path in Jupyter's contents, null for a file that is not there. */
  private _pathOf(location: ISourceLocation, from: Element): string | null {
    const serverRoot = PageConfig.getOption('serverRoot');
    const holder = this._documentOf(from);
    const base = location.target
      ? basePath(location.target, holder, serverRoot)
      : holder;
    return contentsPath(location.path, base, serverRoot);
  }

  /** The path of the notebook or file whose widget holds `from`; empty for none. */
  private _documentOf(from: Element): string {
    const panel = this._findPanel(from);
    if (panel) {
      return panel.context.path;
    }
    for (const widget of this._shell.widgets('main')) {
      if (widget.node.contains(from)) {
        return this._docManager.contextForWidget(widget)?.path ?? '';
      }
    }
    return '';
  }

  private _findPanel(from: Element): NotebookPanel | null {
    return this._tracker.find(panel => panel.node.contains(from)) ?? null;
  }

  private _findCell(cellId: string, from: Element): NotebookPanel | null {
    const hasCell = (panel: NotebookPanel): boolean =>
      indexOfCell(panel, cellId) >= 0;
    const own = this._findPanel(from);
    if (own) {
      // Not another notebook: a copy has cells of the same ids.
      return hasCell(own) ? own : null;
    }
    const current = this._tracker.currentWidget;
    return current && hasCell(current)
      ? current
      : (this._tracker.find(hasCell) ?? null);
  }

  private readonly _docManager: IDocumentManager;
  private readonly _shell: JupyterFrontEnd.IShell;
  private readonly _tracker: INotebookTracker;
  private readonly _translator: ITranslator;
}

/** What is used of an editor. */
interface IEditor {
  readonly lineCount: number;
  setCursorPosition(position: { line: number; column: number }): void;
  revealPosition(position: { line: number; column: number }): void;
  focus(): void;
}

function indexOfCell(panel: NotebookPanel, cellId: string): number {
  return panel.content.widgets.findIndex(
    ({ model }) => model.id === cellId && model.type === 'code'
  );
}

/** The text editor of a document, if it is one. */
function editorOf(widget: IDocumentWidget | undefined): IEditor | null {
  const content = widget?.content as { editor?: IEditor } | undefined;
  return typeof content?.editor?.revealPosition === 'function'
    ? content.editor
    : null;
}

/** Put the cursor at a 1-based line, or at the last one. */
function reveal(editor: IEditor, line: number): void {
  const index = Math.max(0, Math.min(line, editor.lineCount) - 1);
  const position = { line: index, column: 0 };
  editor.setCursorPosition(position);
  editor.revealPosition(position);
}
