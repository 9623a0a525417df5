import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { ProfileDocument } from './document';
import { isBeside } from './lib/beside';
import { measureOf } from './lib/lines';
import { basePath, contentsPath } from './lib/paths';
import type { IFileProfile, IFileProfiles } from './tokens';

/** Files whose profiles are known, at most: what was told of long ago gives way. */
const MOST_FILES = 200;

/** What is known of one file. */
interface IShelf {
  newest: IFileProfile | null;
  /** An earlier document that a person wants to see again. */
  putBack: IFileProfile | null;
  /** The last run that had times of its lines, and the last that had memory. */
  readonly last: Map<string, ProfileDocument>;
  /** Ids of what a person has cleared: it must not come back by being told again. */
  readonly cleared: Set<string>;
}

/**
 * The newest profile of each file that documents name, in memory: from runs of
 * scripts, and from cells that called functions of a module.
 */
export class FileProfiles implements IFileProfiles {
  /**
   * @param _serverRoot - the server's root on its machine; may begin with `~`
   */
  constructor(private readonly _serverRoot: () => string) {}

  get changed(): ISignal<IFileProfiles, string> {
    return this._changed;
  }

  newest(path: string): IFileProfile | null {
    const shelf = this._shelves.get(path);
    return shelf?.putBack ?? shelf?.newest ?? null;
  }

  beside(path: string, document: ProfileDocument): ProfileDocument | null {
    const shelf = this._shelves.get(path);
    const measure = measureOf(document);
    const found =
      measure && shelf?.last.get(measure === 'time' ? 'memory' : 'time');
    return found && isBeside(document, found) ? found : null;
  }

  add(document: ProfileDocument, from: string): void {
    if (document.live || document.summary) {
      return;
    }
    for (const [path, files] of this._filesOf(document, from)) {
      const shelf = this._shelf(path);
      const { cleared, last, newest } = shelf;
      if (
        cleared.has(document.id) ||
        newest?.document.id === document.id ||
        (newest && isOlder(document, newest.document))
      ) {
        continue;
      }
      const measure = measureOf(document);
      if (measure !== null) {
        last.set(measure, document);
      }
      shelf.newest = { document, files };
      shelf.putBack = null;
      this._changed.emit(path);
    }
  }

  putBack(document: ProfileDocument, from: string): void {
    for (const [path, files] of this._filesOf(document, from)) {
      this._shelf(path).putBack = { document, files };
      this._changed.emit(path);
    }
  }

  clear(path: string): void {
    const shelf = this._shelves.get(path);
    if (!shelf || this.newest(path) === null) {
      return;
    }
    if (shelf.newest) {
      shelf.cleared.add(shelf.newest.document.id);
    }
    shelf.newest = null;
    shelf.putBack = null;
    shelf.last.clear();
    this._changed.emit(path);
  }

  /** The files of a document with lines, by path in Jupyter, as their places in it. */
  private _filesOf(
    document: ProfileDocument,
    from: string
  ): Map<string, Set<number>> {
    const root = this._serverRoot();
    const base = basePath(document.target, from, root);
    const withLines = new Set<number>();
    document.sections.forEach(section => {
      if (section.kind === 'lines') {
        withLines.add(section.file);
      }
    });
    const found = new Map<string, Set<number>>();
    document.files.forEach((file, index) => {
      const path =
        file.cellId === undefined && withLines.has(index)
          ? contentsPath(file.path, base, root)
          : null;
      if (path !== null) {
        // Several excerpts of one file may stand in a document.
        found.set(path, (found.get(path) ?? new Set()).add(index));
      }
    });
    return found;
  }

  private _shelf(path: string): IShelf {
    const shelf = this._shelves.get(path) ?? {
      newest: null,
      putBack: null,
      last: new Map(),
      cleared: new Set()
    };
    this._shelves.delete(path);
    this._shelves.set(path, shelf);
    if (this._shelves.size > MOST_FILES) {
      const [oldest] = this._shelves.keys();
      this._shelves.delete(oldest);
    }
    return shelf;
  }

  private readonly _changed = new Signal<IFileProfiles, string>(this);
  /** By path; what was told of last is the last. */
  private readonly _shelves = new Map<string, IShelf>();
}

/** Whether a document began before another one; of equals the later told is newer. */
function isOlder(one: ProfileDocument, other: ProfileDocument): boolean {
  return Date.parse(one.started) < Date.parse(other.started);
}
