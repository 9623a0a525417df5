import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { ProfileDocument } from '../document';
import type { IRunSummary } from '../lib/history';
import type { HistoryClient } from './client';
import { HistoryError } from './client';
import type { Outbox } from './outbox';
import { beyondBounds } from './outbox';

/** Milliseconds before the first repetition; each next one waits twice as long. */
const FIRST_PAUSE = 2000;
const LONGEST_PAUSE = 5 * 60 * 1000;

/**
 * - `unknown`: not asked yet;
 * - `server`: documents are delivered;
 * - `session`: the server has no history, they stay here as long as the page;
 * - `offline`: the server does not take them now, they wait.
 */
export type DeliveryMode = 'unknown' | 'server' | 'session' | 'offline';

/** What became of a document. */
export interface IDelivered {
  readonly document: ProfileDocument;
  readonly summary: IRunSummary;
  /** Whether the server did not have it before. */
  readonly isNew: boolean;
}

/**
 * Brings documents to the server, one after the other. What it does not take now is
 * kept, in the browser too, and tried again after pauses that grow.
 */
export class Delivery implements IDisposable {
  constructor(
    private readonly _client: Pick<HistoryClient, 'post'>,
    private readonly _outbox: Pick<Outbox, 'waiting' | 'keep' | 'drop'>
  ) {
    window.addEventListener('online', this._onOnline);
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    window.removeEventListener('online', this._onOnline);
    this._wake();
    Signal.clearData(this);
  }

  get mode(): DeliveryMode {
    return this._mode;
  }

  /** Why the server does not take documents now, or did not take one; null if it does. */
  get problem(): string | null {
    return this._problem;
  }

  /** Documents that had to give way before they were delivered. */
  get lost(): number {
    return this._lost;
  }

  /** What is here and not (yet) on the server, the oldest first. */
  get documents(): ReadonlyMap<string, ProfileDocument> {
    return this._documents;
  }

  /** Emitted when the mode or the documents change. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Emitted for each document that the server has now. */
  get delivered(): ISignal<this, IDelivered> {
    return this._delivered;
  }

  /** Take up what waits from an earlier page. */
  async load(): Promise<void> {
    for (const document of await this._outbox.waiting()) {
      this._kept.add(document.id);
      this._put(document);
    }
    this._deliver();
  }

  add(document: ProfileDocument): void {
    this._put(document);
    if (this._mode === 'offline') {
      this._keep();
    } else {
      this._deliver();
    }
  }

  /** A person does not want it any more, or it is on the server. */
  drop(id: string): void {
    if (this._documents.delete(id)) {
      this._sizes.delete(id);
      if (this._kept.delete(id)) {
        void this._outbox.drop(id);
      }
      this._changed.emit();
    }
  }

  /** The server has answered something else: try again at once. */
  resume(): void {
    this._set('server', null);
    this._deliver();
  }

  /** The server has not answered something else as it should. */
  fail(error: HistoryError): void {
    if (error.isMissing) {
      this._set('session', null);
      this._bound();
    } else {
      this._set('offline', error.message);
      this._bound();
      this._keep();
      this._retryLater();
    }
  }

  private _put(document: ProfileDocument): void {
    this._documents.set(document.id, document);
    this._sizes.set(document.id, JSON.stringify(document).length);
    this._bound();
    this._changed.emit();
  }

  /** What is delivered at once needs no bound: the notebook has it, too. */
  private _bound(): void {
    if (this._mode === 'session' || this._mode === 'offline') {
      for (const id of beyondBounds(this._sizes, id => this._isLight(id))) {
        this._lost += this._isLight(id) ? 0 : 1;
        this.drop(id);
      }
    }
  }

  /** Whether it is a record that nobody has asked for by itself. */
  private _isLight(id: string): boolean {
    return this._documents.get(id)?.profilers.length === 0;
  }

  private _deliver(): void {
    if (!this._isDelivering && this._mode !== 'session') {
      this._wake();
      this._isDelivering = true;
      void this._deliverAll();
    }
  }

  private async _deliverAll(): Promise<void> {
    const failed = new Set<string>();
    let problem: HistoryError | null = null;
    while (!this._isDisposed) {
      const document = [...this._documents.values()].find(
        ({ id }) => !failed.has(id)
      );
      if (!document) {
        break;
      }
      const error = await this._post(document);
      if (error) {
        problem = error;
        failed.add(document.id);
        // The server stumbles over this one only; the next may go.
        if (error.status !== 500) {
          break;
        }
      }
    }
    this._isDelivering = false;
    if (problem && !this._isDisposed) {
      this.fail(problem);
    }
  }

  /** @returns why it may be delivered later, null when it is delivered or never will be */
  private async _post(document: ProfileDocument): Promise<HistoryError | null> {
    try {
      const { summary, isNew } = await this._client.post(document);
      this._pause = FIRST_PAUSE;
      this._mode = 'server';
      this._problem = null;
      this._delivered.emit({ document, summary, isNew });
    } catch (reason) {
      const error = HistoryError.of(reason);
      if (error.isMissing || error.isPassing) {
        return error;
      }
      this._problem = error.message;
      this._lost++;
    }
    this.drop(document.id);
    return null;
  }

  /** Keep what waits over a reload of the page. */
  private _keep(): void {
    this._documents.forEach(document => {
      if (!this._kept.has(document.id)) {
        this._kept.add(document.id);
        void this._outbox.keep(document);
      }
    });
  }

  private _retryLater(): void {
    if (this._timer === null && !this._isDisposed) {
      this._timer = setTimeout(() => {
        this._timer = null;
        this._deliver();
      }, this._pause);
      this._pause = Math.min(2 * this._pause, LONGEST_PAUSE);
    }
  }

  private _wake(): void {
    if (this._timer !== null) {
      clearTimeout(this._timer);
      this._timer = null;
    }
  }

  private _onOnline = (): void => {
    this._pause = FIRST_PAUSE;
    this._deliver();
  };

  private _set(mode: DeliveryMode, problem: string | null): void {
    if (mode !== this._mode || problem !== this._problem) {
      this._mode = mode;
      this._problem = problem;
      this._changed.emit();
    }
  }

  private _isDisposed = false;
  private _mode: DeliveryMode = 'unknown';
  private _problem: string | null = null;
  private _lost = 0;
  private _pause = FIRST_PAUSE;
  private _timer: ReturnType<typeof setTimeout> | null = null;
  private _isDelivering = false;
  private readonly _documents = new Map<string, ProfileDocument>();
  private readonly _sizes = new Map<string, number>();
  /** Ids of those that are in the browser's storage, too. */
  private readonly _kept = new Set<string>();
  private readonly _changed = new Signal<this, void>(this);
  private readonly _delivered = new Signal<this, IDelivered>(this);
}
