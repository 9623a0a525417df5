import type { CodeCell } from '@jupyterlab/cells';
import { PathExt } from '@jupyterlab/coreutils';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import { placeOf, type IPlaceNow } from '../lib/processes/place';
import type { IDump } from '../lib/processes/types';
import { CommandIDs } from '../tokens';
import type { IWhereNoteProps, WhereState } from '../views/processes/WhereNote';
import type { Glow } from './glow';
import type * as note from './note';
import type { IKernels, IRun } from './runclock';
import { RunClock } from './runclock';
import type { IWhere } from './tokens';

/** What looking works with. */
export interface ILookingOptions {
  readonly asker: IWhere;
  readonly glow: Pick<Glow, 'show' | 'reveal' | 'clear'>;
  readonly commands: Pick<CommandRegistry, 'hasCommand' | 'execute'>;
  readonly kernels: IKernels;
  readonly trans: TranslationBundle;
}

/** Where the running cell of one notebook is: asked when a person wants to know. */
export class Looking implements IDisposable {
  constructor(
    private readonly _panel: NotebookPanel,
    private readonly _options: ILookingOptions
  ) {
    this.clock = new RunClock(_panel.sessionContext, _options.kernels);
    this.clock.changed.connect(this._onRun, this);
  }

  readonly clock: RunClock;

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      this._close();
      this.clock.dispose();
      Signal.clearData(this);
    }
  }

  /**
   * Ask where the cell is; show it as a line that glows, and in words.
   *
   * @returns whether it is known
   */
  async ask(): Promise<boolean> {
    const { run } = this.clock;
    const { context, sessionContext } = this._panel;
    const kernel = sessionContext.session?.kernel;
    if (!run || !kernel || this._asking === run) {
      return false;
    }
    this._asking = run;
    if (this._state.kind === 'problem') {
      this._state = { kind: 'asking' };
    }
    void this._draw();
    let state: WhereState;
    try {
      const dump = await this._options.asker.where(
        {
          kind: 'kernel',
          kernelId: kernel.id,
          name: PathExt.basename(context.localPath),
          path: context.localPath
        },
        { native: false, locals: false, subprocesses: false }
      );
      const now = placeOf(dump, id => this._cell(id) !== undefined);
      // Of an idle main thread the notes say that the kernel is.
      const notes = now.thread?.name === 'MainThread' ? dump.notes : [];
      state = { kind: 'place', now, notes, time: new Date() };
    } catch (reason) {
      const problem = reason instanceof Error ? reason.message : String(reason);
      state = { kind: 'problem', problem };
    }
    if (this._asking === run) {
      this._asking = null;
    }
    if (this._isDisposed || this.clock.run !== run) {
      // What ran then runs no more.
      return false;
    }
    this._state = state;
    await this._draw();
    if (state.kind === 'place') {
      await this._show(state.now);
    }
    return state.kind === 'place';
  }

  /** Let the line of an answer glow that somebody else asked for. */
  glowAt(dump: IDump): void {
    if (this.clock.run && this._asking === null) {
      const { line } = placeOf(dump, id => this._cell(id) !== undefined);
      const notebook = this._panel.model?.sharedModel;
      if (line && notebook) {
        this._options.glow.show(notebook, line.cellId, line.line);
      }
    }
  }

  /** The kernel of the notebook; null when it has none. */
  get kernelId(): string | null {
    return this._panel.sessionContext.session?.kernel?.id ?? null;
  }

  private _onRun(): void {
    const { run } = this.clock;
    if (run !== this._run) {
      this._run = run;
      this._asking = null;
      this._close();
    }
  }

  /** Let the line glow. */
  private async _show({ line }: IPlaceNow): Promise<void> {
    const notebook = this._panel.model?.sharedModel;
    if (!notebook) {
      return;
    }
    if (line === null) {
      this._options.glow.clear(notebook);
      return;
    }
    this._options.glow.show(notebook, line.cellId, line.line);
    await this._reveal();
  }

  /** Scroll to the line; the active cell and the focus stay what they are. */
  private async _reveal(): Promise<void> {
    const notebook = this._panel.content;
    const line = this._state.kind === 'place' ? this._state.now.line : null;
    const cell = line && this._cell(line.cellId);
    if (!cell) {
      return;
    }
    if (cell.isPlaceholder() || !cell.isAttached) {
      try {
        await notebook.scrollToItem(notebook.widgets.indexOf(cell), 'smart');
        await cell.ready;
      } catch {
        // Another scroll came in between, or the cell has gone.
      }
    }
    if (!this._isDisposed && this._panel.model) {
      this._options.glow.reveal(this._panel.model.sharedModel);
    }
  }

  private async _draw(): Promise<void> {
    try {
      // With the first question only: a notebook without one pays nothing.
      this._views = this._views ?? (await import('./note'));
    } catch {
      // As after an update of the extension: the line glows all the same.
      return;
    }
    if (this._isDisposed || !this.clock.run) {
      return;
    }
    if (this._note === null || this._note.isDisposed) {
      this._note = new this._views.NoteWidget(this._props());
      this._panel.contentHeader.addWidget(this._note);
    } else {
      this._note.draw(this._props());
    }
  }

  private _props(): IWhereNoteProps {
    const { commands, trans } = this._options;
    const kernelId = this.kernelId ?? '';
    const attach = (action: string): (() => void) | null =>
      commands.hasCommand(CommandIDs.attach)
        ? () => void commands.execute(CommandIDs.attach, { kernelId, action })
        : null;
    return {
      state: this._state,
      isAsking: this._asking !== null,
      label: id => this._label(id),
      onAgain: () => void this.ask(),
      onAll: attach('where'),
      onWatch: attach('watch'),
      onLine: () => void this._reveal(),
      onClose: () => this._close(),
      trans
    };
  }

  /** Take the note away and let nothing glow. */
  private _close(): void {
    this._note?.dispose();
    this._note = null;
    this._state = { kind: 'asking' };
    const notebook = this._panel.model?.sharedModel;
    if (notebook) {
      this._options.glow.clear(notebook);
    }
  }

  private _cell(cellId: string): CodeCell | undefined {
    return this._panel.content.widgets.find(
      (cell): cell is CodeCell =>
        cell.model.id === cellId && cell.model.type === 'code'
    );
  }

  /** As the prompt has it: a cell that runs has no number yet. */
  private _label(cellId: string): string {
    return `In [${this._cell(cellId)?.model.executionCount ?? '*'}]`;
  }

  private _asking: IRun | null = null;
  private _isDisposed = false;
  private _note: note.NoteWidget | null = null;
  private _run: IRun | null = null;
  private _state: WhereState = { kind: 'asking' };
  private _views: typeof note | null = null;
}
