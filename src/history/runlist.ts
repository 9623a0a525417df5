import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { IRunSummary } from '../lib/history';
import { matches, merged } from '../lib/history';
import type { RunOrder } from '../lib/historyrows';
import type { IHistory, IHistoryFilter } from '../tokens';

/** Milliseconds without a key until the server is asked. */
const PAUSE = 200;

/** What the server has found so far. */
interface IFound {
  readonly runs: readonly IRunSummary[];
  readonly total: number;
}

/**
 * The runs that a person wants to see: all of them, those with some words, those of
 * a notebook. While not all runs are known here, the server searches.
 */
export class RunList implements IDisposable {
  constructor(private readonly _history: IHistory) {
    _history.changed.connect(this._onHistory, this);
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    clearTimeout(this._timer);
    Signal.clearData(this);
  }

  /** Emitted when the list changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get filter(): IHistoryFilter {
    return this._filter;
  }

  /** Whether the list is a choice of runs. */
  get isFiltered(): boolean {
    return Boolean(this._filter.query || this._filter.path);
  }

  get order(): RunOrder {
    return this._order;
  }

  /** Whether an answer of the server is awaited. */
  get isLoading(): boolean {
    return this._isLoading;
  }

  /** Why the server could not be asked; null when it could. */
  get problem(): string | null {
    return this._problem;
  }

  /** The newest first. */
  get runs(): readonly IRunSummary[] {
    this._runs = this._runs ?? this._collect();
    return this._runs;
  }

  /** Whether there are more that match. */
  get hasMore(): boolean {
    return this._isSearched
      ? this._found === null || this._found.runs.length < this._found.total
      : !this._isComplete;
  }

  setFilter(filter: IHistoryFilter): void {
    if (
      filter.query !== this._filter.query ||
      filter.path !== this._filter.path
    ) {
      this._filter = filter;
      this._found = null;
      this._token++;
      this._isLoading = false;
      this._problem = null;
      this._update();
      clearTimeout(this._timer);
      if (this._isSearched) {
        this._timer = setTimeout(() => void this.more(), PAUSE);
      }
    }
  }

  setOrder(order: RunOrder): void {
    this._order = order;
    this._update();
    this._loadAll();
  }

  /** Have the next part. */
  async more(): Promise<void> {
    if (this._isLoading || !this.hasMore || this._isDisposed) {
      return;
    }
    this._isLoading = true;
    const token = this._token;
    try {
      if (this._isSearched) {
        const before = this._found?.runs ?? [];
        const next = await this._history.search(this._filter, before.length);
        if (token === this._token) {
          const runs = [...before, ...next.runs];
          // Nothing more, whatever the total says: not to be asked for ever.
          const total = next.runs.length > 0 ? next.total : runs.length;
          this._found = { runs, total };
        }
      } else {
        await this._history.more();
      }
      this._problem = null;
    } catch (error) {
      this._problem = error instanceof Error ? error.message : String(error);
    }
    if (token === this._token) {
      this._isLoading = false;
      this._update();
      this._loadAll();
    }
  }

  /** The longest of all runs is only known when all are. */
  private _loadAll(): void {
    if (this._order !== 'newest' && this._problem === null) {
      void this.more();
    }
  }

  /** Whether all runs are known here. */
  private get _isComplete(): boolean {
    return this._history.runs.length >= this._history.total;
  }

  /** Whether the server has to be asked for what matches. */
  private get _isSearched(): boolean {
    return (
      this.isFiltered &&
      (this._found !== null ||
        (!this._isComplete && this._history.state.mode === 'server'))
    );
  }

  private _collect(): readonly IRunSummary[] {
    const { path, query } = this._filter;
    if (!this.isFiltered) {
      return this._history.runs;
    }
    const own = this._history.runs.filter(
      run => (!path || run.path === path) && (!query || matches(run, query))
    );
    // As they are now: they may have been renamed, or deleted.
    const found = (this._found?.runs ?? [])
      .map(({ id }) => this._history.find(id))
      .filter((run): run is IRunSummary => run !== null);
    return merged(own, found);
  }

  private _onHistory(): void {
    this._update();
    this._loadAll();
  }

  private _update(): void {
    this._runs = null;
    if (!this._isDisposed) {
      this._changed.emit();
    }
  }

  private _isDisposed = false;
  private _filter: IHistoryFilter = {};
  private _order: RunOrder = 'newest';
  private _found: IFound | null = null;
  private _runs: readonly IRunSummary[] | null = null;
  private _isLoading = false;
  private _problem: string | null = null;
  /** Tells an answer to an earlier filter from one to this. */
  private _token = 0;
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private readonly _changed = new Signal<this, void>(this);
}
