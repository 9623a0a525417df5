import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type {
  IKnownCells,
  ILook,
  ILookOptions,
  ITarget
} from '../lib/processes/types';
import type { ProcessClient } from './client';
import { LookRun } from './lookrun';

/** What looks work with. */
export interface ILookContext {
  readonly client: Pick<
    ProcessClient,
    'start' | 'look' | 'change' | 'stop' | 'end'
  >;
  /** The cells of the notebook of a kernel, as they are now; null for none. */
  readonly cellsOf: (target: ITarget) => IKnownCells | null;
}

/** How a look begins, if nobody says. */
export const USUAL: ILookOptions = {
  rate: 100,
  idle: false,
  native: false,
  gil: false,
  subprocesses: false
};

/** A process that is watched. */
export class WatchModel implements IDisposable {
  constructor(
    readonly target: ITarget,
    private readonly _context: ILookContext
  ) {}

  /** Emitted when there is something new. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** What was seen last; it stays when the look is over. */
  get look(): ILook | null {
    return this._run?.look ?? this._last;
  }

  get problem(): string | null {
    return this._run?.problem ?? null;
  }

  /** Whether nothing more will be seen, unless it is started again. */
  get isOver(): boolean {
    return this._run?.isOver ?? true;
  }

  get options(): ILookOptions {
    return this._options;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._run?.dispose();
    Signal.clearData(this);
  }

  set isShown(isShown: boolean) {
    this._isShown = isShown;
    if (this._run) {
      this._run.isShown = isShown;
    }
  }

  /** Begin, or begin anew. */
  start(options: Partial<ILookOptions> = {}): void {
    const { cellsOf, client } = this._context;
    this._options = { ...this._options, ...options };
    this._last = this.look;
    this._run?.dispose();
    const run = new LookRun(client, () =>
      client.start(this.target, 'watch', this._options, cellsOf(this.target))
    );
    run.isShown = this._isShown;
    run.changed.connect(() => this._changed.emit());
    this._run = run;
    this._changed.emit();
  }

  /** Look in another way: the rate can be changed on the way, the rest cannot. */
  setOptions(options: Partial<ILookOptions>): void {
    const { rate, ...others } = options;
    if (rate === undefined || Object.keys(others).length > 0 || this.isOver) {
      this.start(options);
      return;
    }
    this._options = { ...this._options, rate };
    void this._run?.change({ rate });
    this._changed.emit();
  }

  pause(paused: boolean): void {
    void this._run?.change({ paused });
  }

  /** Forget what was seen so far. */
  reset(): void {
    void this._run?.change({ reset: true });
  }

  private readonly _changed = new Signal<this, void>(this);
  private _isDisposed = false;
  private _isShown = true;
  private _last: ILook | null = null;
  private _options: ILookOptions = USUAL;
  private _run: LookRun | null = null;
}
