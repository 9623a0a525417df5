import type { ISharedNotebook } from '@jupyter/ydoc';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { ProfileDocument } from './document';
import { isBeside } from './lib/beside';
import { measureOf } from './lib/lines';
import type { IProfileChange, IProfiles } from './tokens';

/** What the outputs of one cell hold. */
interface IEntry {
  readonly document: ProfileDocument;
  /** Cells whose source the document speaks of. */
  readonly cells: ReadonlySet<string>;
  /** Milliseconds since the epoch; -Infinity for a date that is none. */
  readonly started: number;
  /** Decides between runs that began at the same time. */
  readonly arrival: number;
}

/** An earlier document, in place of what the outputs hold. */
interface IPutBack {
  readonly document: ProfileDocument;
  /** Id of what the outputs of the cell held then, told again when they are built anew. */
  readonly instead: string | undefined;
}

/** The profiles of one notebook. */
interface IShelf {
  /** By the cell whose outputs hold the document. */
  readonly entries: Map<string, IEntry>;
  /**
   * The last run of each cell that had times of lines, and the last that had memory,
   * by measure and cell: the one is shown beside the other.
   */
  readonly last: Map<string, ProfileDocument>;
  /** Earlier documents that a person wants to see on a cell again, by the cell. */
  readonly putBack: Map<string, IPutBack>;
  /**
   * Documents that a person has cleared. They still stand in the outputs, so
   * they are delivered again whenever an output is built anew (cell moved,
   * notebook trusted), and must not come back by that.
   */
  readonly cleared: Set<string>;
}

/**
 * The profiles in the outputs of the open notebooks, in memory: a notebook's
 * outputs are the truth, this is only an index of them.
 */
export class Profiles implements IProfiles {
  /** Emitted for each cell whose newest profile changed. */
  get changed(): ISignal<IProfiles, IProfileChange> {
    return this._changed;
  }

  newest(notebook: ISharedNotebook, cellId: string): ProfileDocument | null {
    const shelf = this._shelves.get(notebook);
    const putBack = shelf?.putBack.get(cellId);
    if (putBack) {
      return putBack.document;
    }
    let best: IEntry | null = null;
    for (const entry of shelf?.entries.values() ?? []) {
      if (
        entry.cells.has(cellId) &&
        !shelf?.cleared.has(entry.document.id) &&
        (best === null || isNewer(entry, best))
      ) {
        best = entry;
      }
    }
    return best?.document ?? null;
  }

  beside(
    notebook: ISharedNotebook,
    document: ProfileDocument
  ): ProfileDocument | null {
    const shelf = this._shelves.get(notebook);
    const { cellId } = document.target;
    const measure = measureOf(document);
    if (!shelf || cellId === undefined || measure === null) {
      return null;
    }
    const other = measure === 'time' ? 'memory' : 'time';
    const found = shelf.last.get(`${other} ${cellId}`);
    return found && !shelf.cleared.has(found.id) && isBeside(document, found)
      ? found
      : null;
  }

  set(
    notebook: ISharedNotebook,
    cellId: string,
    document: ProfileDocument | null
  ): void {
    const shelf = this._shelf(notebook);
    const old = shelf.entries.get(cellId);
    if (document === (old?.document ?? null)) {
      return;
    }
    const entry =
      document === null
        ? null
        : {
            document,
            cells: cellsOf(document),
            started: startOf(document),
            // A run that reports again while it goes on keeps its place.
            arrival:
              old?.document.id === document.id ? old.arrival : this._arrivals++
          };
    const own = { cells: new Set([cellId]) };
    this._change(notebook, [old, entry, own], () => {
      if (entry === null) {
        shelf.entries.delete(cellId);
      } else {
        shelf.entries.set(cellId, entry);
        if (entry.document.id !== shelf.putBack.get(cellId)?.instead) {
          shelf.putBack.delete(cellId);
        }
        const measure = measureOf(entry.document);
        if (measure !== null) {
          shelf.last.set(`${measure} ${cellId}`, entry.document);
        }
      }
    });
  }

  clear(notebook: ISharedNotebook): void {
    const shelf = this._shelf(notebook);
    const entries = [...shelf.entries.values()];
    const cells = new Set(shelf.putBack.keys());
    this._change(notebook, [...entries, { cells }], () => {
      entries.forEach(entry => shelf.cleared.add(entry.document.id));
      shelf.last.clear();
      shelf.putBack.clear();
    });
  }

  putBack(
    notebook: ISharedNotebook,
    cellId: string,
    document: ProfileDocument
  ): void {
    const shelf = this._shelf(notebook);
    const instead = shelf.entries.get(cellId)?.document.id;
    this._change(notebook, [{ cells: new Set([cellId]) }], () => {
      shelf.putBack.set(cellId, { document, instead });
    });
  }

  /** Do a change and tell about each cell that has another newest profile by it. */
  private _change(
    notebook: ISharedNotebook,
    touched: readonly (Pick<IEntry, 'cells'> | null | undefined)[],
    change: () => void
  ): void {
    const before = new Map<string, ProfileDocument | null>();
    for (const entry of touched) {
      for (const cellId of entry?.cells ?? []) {
        before.set(cellId, this.newest(notebook, cellId));
      }
    }
    change();
    for (const [cellId, document] of before) {
      if (this.newest(notebook, cellId) !== document) {
        this._changed.emit({ notebook, cellId });
      }
    }
  }

  private _shelf(notebook: ISharedNotebook): IShelf {
    let shelf = this._shelves.get(notebook);
    if (!shelf) {
      shelf = {
        entries: new Map(),
        last: new Map(),
        putBack: new Map(),
        cleared: new Set()
      };
      this._shelves.set(notebook, shelf);
    }
    return shelf;
  }

  private _arrivals = 0;
  private readonly _changed = new Signal<IProfiles, IProfileChange>(this);
  // Weak: a closed notebook takes its profiles with it. Keyed by notebook since
  // a copied notebook has the same cell ids.
  private readonly _shelves = new WeakMap<ISharedNotebook, IShelf>();
}

function cellsOf(document: ProfileDocument): Set<string> {
  const cells = new Set<string>();
  for (const { cellId } of document.files) {
    if (cellId !== undefined) {
      cells.add(cellId);
    }
  }
  return cells;
}

function startOf(document: ProfileDocument): number {
  const started = Date.parse(document.started);
  return Number.isNaN(started) ? -Infinity : started;
}

function isNewer(one: IEntry, other: IEntry): boolean {
  return one.started === other.started
    ? one.arrival > other.arrival
    : one.started > other.started;
}
