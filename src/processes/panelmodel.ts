import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { ProcessRow, SectionName, TargetRow } from '../lib/processes/rows';
import { processRows, rowKey } from '../lib/processes/rows';
import type { IListing } from '../lib/processes/types';
import type { ProcessClient } from './client';

/** Milliseconds between two lists. */
const EVERY = 2000;

/** A command line that a person asked for. */
export interface IShownCommand {
  /** Null while the server is asked, and where it refuses. */
  readonly words: readonly string[] | null;
  readonly problem: string | null;
}

/** What a person sees and has chosen in the panel; the server is asked while they look. */
export class ProcessModel implements IDisposable {
  constructor(
    private readonly _client: Pick<ProcessClient, 'list' | 'command'>
  ) {}

  /** Emitted when there is something else to see. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** What runs; null before the first answer. */
  get listing(): IListing | null {
    return this._listing;
  }

  /** Why there is no newer list, as a sentence. */
  get problem(): string | null {
    return this._problem;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this.isShown = false;
    Signal.clearData(this);
  }

  /** Whether somebody looks; otherwise the server is left alone. */
  get isShown(): boolean {
    return this._isShown;
  }

  set isShown(isShown: boolean) {
    if (isShown !== this._isShown) {
      this._isShown = isShown;
      if (isShown) {
        void this.refresh();
      } else {
        clearTimeout(this._timer);
      }
    }
  }

  /** Ask what runs now, and again after a while. */
  async refresh(): Promise<void> {
    clearTimeout(this._timer);
    const turn = ++this._turn;
    let listing: IListing | null = null;
    let problem: string | null = null;
    try {
      listing = await this._client.list();
    } catch (error) {
      problem = sentenceOf(error);
    }
    if (turn !== this._turn || this._isDisposed) {
      return;
    }
    this._listing = listing ?? this._listing;
    this._problem = problem;
    this._forgetCommands();
    this._update();
    if (this._isShown) {
      this._timer = setTimeout(() => void this.refresh(), EVERY);
    }
  }

  // -- what is listed ----------------------------------------------------------

  get rows(): readonly ProcessRow[] {
    return this._rows;
  }

  get query(): string {
    return this._query;
  }

  set query(query: string) {
    this._query = query;
    this._update();
  }

  isCollapsed(section: SectionName): boolean {
    return this._collapsed.has(section);
  }

  collapse(section: SectionName, isCollapsed: boolean): void {
    if (isCollapsed) {
      this._collapsed.add(section);
    } else {
      this._collapsed.delete(section);
    }
    this._update();
  }

  // -- the active row ----------------------------------------------------------

  /** Place in `rows` of the row that the keyboard is at. */
  get activeIndex(): number {
    const index = this._rows.findIndex(row => rowKey(row) === this._active);
    return Math.max(0, index);
  }

  activate(row: ProcessRow): void {
    this._active = rowKey(row);
    this._changed.emit();
  }

  /** What the buttons below the list are about; null where that is nothing. */
  get selected(): TargetRow | null {
    const row = this._rows.find(each => rowKey(each) === this._active);
    return row === undefined || row.kind === 'section' ? null : row;
  }

  // -- command lines -----------------------------------------------------------

  /** The command line of a row, if a person asked for it. */
  commandOf(row: TargetRow): IShownCommand | null {
    return this._commands.get(rowKey(row)) ?? null;
  }

  /** Ask for the command line of a row, or take it away again. */
  async toggleCommand(row: TargetRow): Promise<void> {
    const key = rowKey(row);
    const { pid } = row.process;
    if (this._commands.delete(key) || pid === null) {
      this._changed.emit();
      return;
    }
    const asked: IShownCommand = { words: null, problem: null };
    this._commands.set(key, asked);
    this._changed.emit();
    let answer: IShownCommand;
    try {
      answer = { words: await this._client.command(pid), problem: null };
    } catch (error) {
      answer = { words: null, problem: sentenceOf(error) };
    }
    if (this._commands.get(key) === asked) {
      this._commands.set(key, answer);
      this._changed.emit();
    }
  }

  /** A number may soon be that of another process, whose secrets nobody asked for. */
  private _forgetCommands(): void {
    const { kernels = [], processes = [] } = this._listing ?? {};
    const kept = new Set(
      processRows({ kernels, processes, refusal: null }, '', new Set()).map(
        rowKey
      )
    );
    [...this._commands.keys()]
      .filter(key => !kept.has(key))
      .forEach(key => this._commands.delete(key));
  }

  private _update(): void {
    const old = this._rows;
    this._rows = this._listing
      ? processRows(this._listing, this._query, this._collapsed)
      : [];
    this._keepPlace(old);
    this._changed.emit();
  }

  /** When the active row is gone, the nearest one that is left is the next. */
  private _keepPlace(old: readonly ProcessRow[]): void {
    const keys = new Set(this._rows.map(rowKey));
    if (this._active !== null && !keys.has(this._active)) {
      const from = old.findIndex(row => rowKey(row) === this._active);
      const near = [...old.slice(from + 1), ...old.slice(0, from).reverse()];
      const next = near.find(row => keys.has(rowKey(row)));
      this._active = from >= 0 && next ? rowKey(next) : null;
    }
  }

  private _active: string | null = null;
  private readonly _changed = new Signal<this, void>(this);
  private readonly _collapsed = new Set<SectionName>();
  private readonly _commands = new Map<string, IShownCommand>();
  private _isDisposed = false;
  private _isShown = false;
  private _listing: IListing | null = null;
  private _problem: string | null = null;
  private _query = '';
  private _rows: readonly ProcessRow[] = [];
  private _timer: ReturnType<typeof setTimeout> | undefined = undefined;
  /** Of the answers, only the one to the last question counts. */
  private _turn = 0;
}

/** What an error says to a person. */
export function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
