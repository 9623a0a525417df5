import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { IRunSummary } from '../lib/history';
import type { HistoryRow, IRunGroup, RunOrder } from '../lib/historyrows';
import { groupRuns, rowKey, rowsOf } from '../lib/historyrows';
import type { IHistory } from '../tokens';
import type { Places } from './places';
import { RunList } from './runlist';

/** What a person sees and has chosen in the panel. */
export class PanelModel implements IDisposable {
  constructor(
    readonly history: IHistory,
    readonly places: Places
  ) {
    this.list = new RunList(history);
    this.list.changed.connect(this._onList, this);
    places.changed.connect(this._onPlaces, this);
  }

  readonly list: RunList;

  get isDisposed(): boolean {
    return this.list.isDisposed;
  }

  dispose(): void {
    this.list.dispose();
    Signal.clearData(this);
  }

  /** Emitted when there is something else to see. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get groups(): readonly IRunGroup[] {
    this._groups = this._groups ?? groupRuns(this.list.runs, this.list.order);
    return this._groups;
  }

  get rows(): readonly HistoryRow[] {
    if (this._rows === null) {
      const old = this._shownRows;
      this._rows = rowsOf(this.groups, this._collapsed);
      this._index = new Map(
        this._rows.map((row, index) => [rowKey(row), index])
      );
      this._keepPlace(old);
      this._shownRows = this._rows;
    }
    return this._rows;
  }

  /** Nothing is told while nobody looks. */
  get isShown(): boolean {
    return this._isShown;
  }

  set isShown(isShown: boolean) {
    this._isShown = isShown;
    this._tell();
  }

  // -- which runs ------------------------------------------------------------

  get query(): string {
    return this._query;
  }

  set query(query: string) {
    this._query = query;
    this._applyFilter();
  }

  /** Whether only runs of the current notebook are wanted. */
  get isOwnOnly(): boolean {
    return this._isOwnOnly;
  }

  set isOwnOnly(isOwnOnly: boolean) {
    this._isOwnOnly = isOwnOnly;
    this._applyFilter();
  }

  get order(): RunOrder {
    return this.list.order;
  }

  set order(order: RunOrder) {
    this.list.setOrder(order);
  }

  isCollapsed(group: IRunGroup): boolean {
    return this._collapsed.has(group.key);
  }

  collapse(group: IRunGroup, isCollapsed: boolean): void {
    if (isCollapsed) {
      this._collapsed.add(group.key);
    } else {
      this._collapsed.delete(group.key);
    }
    this._rows = null;
    this._tell();
  }

  // -- the active row and the selected runs ----------------------------------

  /** Key of the row that the keyboard is at. */
  get active(): string | null {
    return this._active;
  }

  /** Its place in `rows`; of the first row when it is not there. */
  get activeIndex(): number {
    const { rows } = this;
    return rows.length && this._active !== null
      ? (this._index.get(this._active) ?? 0)
      : 0;
  }

  activate(row: HistoryRow): void {
    this._active = rowKey(row);
    this._tell();
  }

  /** The selected runs, in the order of the list. */
  get selected(): readonly IRunSummary[] {
    return this.list.runs.filter(({ id }) => this._selected.has(id));
  }

  isSelected(id: string): boolean {
    return this._selected.has(id);
  }

  /** What an action is about: what is selected, else the active run. */
  get targets(): readonly IRunSummary[] {
    const row = this.rows[this.activeIndex];
    const active = row?.kind === 'run' && this._active ? row.run : null;
    return active && !this._selected.has(active.id) ? [active] : this.selected;
  }

  /**
   * Select a run.
   *
   * @param how - `only` this one; `toggle` it among the others; all `range` from the
   *   one that was active
   */
  select(row: HistoryRow, how: 'only' | 'toggle' | 'range'): void {
    const index = this.rows.indexOf(row);
    if (row.kind !== 'run' || index < 0) {
      return;
    }
    if (how === 'toggle') {
      if (!this._selected.delete(row.run.id)) {
        this._selected.add(row.run.id);
      }
    } else {
      const from = how === 'range' ? this.activeIndex : index;
      this._selected.clear();
      this.rows
        .slice(Math.min(from, index), Math.max(from, index) + 1)
        .forEach(
          each => each.kind === 'run' && this._selected.add(each.run.id)
        );
    }
    if (how !== 'range') {
      this._active = rowKey(row);
    }
    this._tell();
  }

  /** Select what is found of some runs, and make the first the active one. */
  selectRuns(ids: readonly string[]): void {
    this._selected.clear();
    ids.forEach(id => this._selected.add(id));
    const first = this.rows.find(
      row => row.kind === 'run' && this._selected.has(row.run.id)
    );
    this._active = first ? rowKey(first) : this._active;
    this._tell();
  }

  selectAll(): void {
    this.list.runs.forEach(({ id }) => this._selected.add(id));
    this._tell();
  }

  clearSelection(): void {
    this._selected.clear();
    this._tell();
  }

  // -- names -----------------------------------------------------------------

  /** Id of the run whose name is being written. */
  get renamed(): string | null {
    return this._renamed;
  }

  set renamed(id: string | null) {
    this._renamed = id;
    this._tell();
  }

  private _applyFilter(): void {
    const path = this._isOwnOnly ? this.places.currentPath : null;
    const query = this._query.trim();
    this.list.setFilter({
      ...(query ? { query } : {}),
      ...(path !== null ? { path } : {})
    });
  }

  private _onList(): void {
    this._groups = null;
    this._rows = null;
    this._tell();
  }

  /** When the active row is gone, the one in its place is the next. */
  private _keepPlace(old: readonly HistoryRow[]): void {
    if (this._active !== null && !this._index.has(this._active)) {
      const from = old.findIndex(row => rowKey(row) === this._active);
      const near = [...old.slice(from + 1), ...old.slice(0, from).reverse()];
      const next = near.find(row => this._index.has(rowKey(row)));
      this._active = from >= 0 && next ? rowKey(next) : null;
    }
  }

  private _onPlaces(): void {
    if (this._isOwnOnly) {
      this._applyFilter();
    }
    this._tell();
  }

  private _tell(): void {
    if (this._isShown) {
      this._changed.emit();
    }
  }

  private _isShown = false;
  private readonly _changed = new Signal<this, void>(this);
  private _query = '';
  private _isOwnOnly = false;
  private _groups: readonly IRunGroup[] | null = null;
  private _rows: readonly HistoryRow[] | null = null;
  /** Of `_rows`, by their keys. */
  private _index: ReadonlyMap<string, number> = new Map();
  /** The rows as they were looked at last. */
  private _shownRows: readonly HistoryRow[] = [];
  private readonly _collapsed = new Set<string>();
  private readonly _selected = new Set<string>();
  private _active: string | null = null;
  private _renamed: string | null = null;
}
