import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { ILook } from '../lib/processes/types';
import type { ILookChange, ProcessClient } from './client';
import { ProcessError } from './client';
import { sentenceOf } from './panelmodel';

/** Milliseconds between two questions while somebody looks. */
const SHOWN = 500;

/** The same while nobody does: often enough that the server does not end it. */
const HIDDEN = 5000;

/** Milliseconds after which a server that did not answer is asked again. */
const AGAIN = 2000;

/** Times that it may fail to answer in a row. */
const FAILURES = 3;

/** The part of the client that is used. */
export type LookClient = Pick<
  ProcessClient,
  'look' | 'change' | 'stop' | 'end'
>;

/**
 * One look at a process, from its start to its end: asks how it goes on, and leaves
 * none behind on the server.
 */
export class LookRun implements IDisposable {
  /**
   * @param begin - ask the server to begin
   */
  constructor(
    private readonly _client: LookClient,
    begin: () => Promise<ILook>
  ) {
    window.addEventListener('pagehide', this._onLeave);
    this.done = this._run(begin);
  }

  /** Resolved when it is over; never rejected. */
  readonly done: Promise<void>;

  /** Emitted when there is something new. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** What the server said last; null before it said anything. */
  get look(): ILook | null {
    return this._look;
  }

  /** Why there is nothing, or no more, as a sentence. */
  get problem(): string | null {
    return this._problem ?? this._look?.problem ?? null;
  }

  get isOver(): boolean {
    return this._isOver;
  }

  /** Whether somebody looks, and wants to see it move. */
  set isShown(isShown: boolean) {
    const wasShown = this._isShown;
    this._isShown = isShown;
    if (isShown && !wasShown) {
      this._wake();
    }
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** End it on the server, too. */
  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      window.removeEventListener('pagehide', this._onLeave);
      Signal.clearData(this);
      this._end(false);
      this._wake();
    }
  }

  /** Change how it goes on. */
  async change(change: ILookChange): Promise<void> {
    await this._ask(id => this._client.change(id, change));
  }

  /** End a recording, and have what it saw. */
  async stop(): Promise<void> {
    await this._ask(id => this._client.stop(id));
    this._wake();
  }

  private async _run(begin: () => Promise<ILook>): Promise<void> {
    try {
      this._take(await begin());
    } catch (error) {
      this._problem = sentenceOf(error);
      this._finish();
      return;
    }
    if (this._isDisposed) {
      // It was closed before the server had begun.
      this._end(false);
    }
    let failures = 0;
    while (!this._isOver) {
      await this._sleep(failures > 0 ? AGAIN : this._isShown ? SHOWN : HIDDEN);
      if (this._isDisposed) {
        this._finish();
        return;
      }
      const sequence = this._sequence;
      try {
        const look = await this._client.look(this._look!.id);
        failures = 0;
        // What was changed meanwhile is newer than this answer.
        if (sequence === this._sequence) {
          this._take(look);
        }
      } catch (error) {
        failures++;
        if (!isPassing(error) || failures >= FAILURES) {
          this._problem = sentenceOf(error);
          this._end(false);
          this._finish();
        }
      }
    }
  }

  private async _ask(ask: (id: string) => Promise<ILook>): Promise<void> {
    if (!this._look || this._isOver) {
      return;
    }
    this._sequence++;
    try {
      const look = await ask(this._look.id);
      if (!this._isOver) {
        this._take(look);
      }
    } catch (error) {
      this._problem = sentenceOf(error);
      this._changed.emit();
    }
  }

  private _take(look: ILook): void {
    this._look = look;
    this._problem = null;
    if (look.status === 'done' || look.status === 'failed') {
      // The server keeps what is done for a while; it is here now.
      this._end(false);
      this._finish();
    } else {
      this._changed.emit();
    }
  }

  private _finish(): void {
    if (!this._isOver) {
      this._isOver = true;
      window.removeEventListener('pagehide', this._onLeave);
      this._changed.emit();
    }
  }

  private _end(isLeaving: boolean): void {
    if (this._look && !this._isEnded) {
      this._isEnded = true;
      // Where it is gone already, or cannot be reached, there is nothing to be done.
      this._client.end(this._look.id, isLeaving).catch(() => undefined);
    }
  }

  private _onLeave = (): void => this._end(true);

  private _sleep(milliseconds: number): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, milliseconds);
      this._wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private readonly _changed = new Signal<this, void>(this);
  private _isDisposed = false;
  /** Whether the server was told. */
  private _isEnded = false;
  private _isOver = false;
  private _isShown = true;
  private _look: ILook | null = null;
  private _problem: string | null = null;
  /** Counts the changes that were asked for. */
  private _sequence = 0;
  private _wake: () => void = () => undefined;
}

/** Whether the same question may be answered later. */
function isPassing(error: unknown): boolean {
  return (
    !(error instanceof ProcessError) ||
    error.status === null ||
    error.status >= 500 ||
    error.status === 429
  );
}
