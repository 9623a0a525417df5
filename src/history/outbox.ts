import { createStore, del, entries, get, set, type UseStore } from 'idb-keyval';
import type { ProfileDocument } from '../document';

/** Documents that wait, and their characters, at most: the oldest give way. */
const MOST_WAITING = 200;
const MOST_CHARACTERS = 64 * 1024 * 1024;

/** Ids that are remembered as known to the server. */
const MOST_KNOWN = 20_000;

/** Milliseconds in which changes of the known ids are written once. */
const SOON = 1000;

/** A document that waits for the server. */
interface IWaiting {
  readonly server: string;
  /** Milliseconds since the epoch: the order. */
  readonly since: number;
  readonly document: ProfileDocument;
}

/**
 * What the history keeps in the browser, over a reload: documents that could not be
 * delivered, and the ids of those that were.
 *
 * A browser that keeps nothing (a private window, no room) is no problem of the
 * person's: then it lasts as long as the page.
 */
export class Outbox {
  /**
   * @param server - base URL: servers of one origin share the browser's storage
   */
  constructor(private readonly _server: string) {}

  /** Documents that wait for this server, the oldest first. */
  async waiting(): Promise<ProfileDocument[]> {
    const all = (await this._try('waiting', entries<string, IWaiting>)) ?? [];
    return all
      .map(([, entry]) => entry)
      .filter(({ server }) => server === this._server)
      .sort((one, other) => one.since - other.since)
      .map(({ document }) => document);
  }

  /** Keep a document until it is delivered. */
  async keep(document: ProfileDocument): Promise<void> {
    const server = this._server;
    const entry: IWaiting = { server, since: Date.now(), document };
    await this._try('waiting', store =>
      set(this._key(document.id), entry, store)
    );
  }

  /** Forget a document: it was delivered, or will never be. */
  async drop(id: string): Promise<void> {
    await this._try('waiting', store => del(this._key(id), store));
  }

  /** Ids that this server has had. */
  async known(): Promise<string[]> {
    return (
      (await this._try('known', store => get<string[]>(this._server, store))) ??
      []
    );
  }

  /** Remember these ids, the newest last, as they are a moment later: once for many. */
  remember(ids: ReadonlySet<string>): void {
    if (this._timer === null) {
      this._timer = setTimeout(() => {
        this._timer = null;
        const newest = [...ids].slice(-MOST_KNOWN);
        void this._try('known', store => set(this._server, newest, store));
      }, SOON);
    }
  }

  private _key(id: string): string {
    return `${this._server} ${id}`;
  }

  private async _try<T>(
    what: string,
    action: (store: UseStore) => Promise<T>
  ): Promise<T | undefined> {
    try {
      let store = this._stores.get(what);
      if (!store) {
        store = createStore(`cell-profiler-${what}`, 'history');
        this._stores.set(what, store);
      }
      return await action(store);
    } catch {
      return undefined;
    }
  }

  private readonly _stores = new Map<string, UseStore>();
  private _timer: ReturnType<typeof setTimeout> | null = null;
}

/**
 * Which documents have to give way so that the rest is within the bounds.
 *
 * @param sizes - characters by id, the oldest first
 * @param isLight - whether it has to give way before all others
 */
export function beyondBounds(
  sizes: ReadonlyMap<string, number>,
  isLight: (id: string) => boolean = () => false
): string[] {
  let count = sizes.size;
  let characters = 0;
  sizes.forEach(size => {
    characters += size;
  });
  const beyond: string[] = [];
  if (count <= MOST_WAITING && characters <= MOST_CHARACTERS) {
    return beyond;
  }
  const all = [...sizes];
  for (const [id, size] of [
    ...all.filter(([id]) => isLight(id)),
    ...all.filter(([id]) => !isLight(id))
  ]) {
    if (count <= MOST_WAITING && characters <= MOST_CHARACTERS) {
      break;
    }
    beyond.push(id);
    count--;
    characters -= size;
  }
  return beyond;
}
