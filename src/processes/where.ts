import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type {
  IDump,
  IDumpOptions,
  ITarget,
  IWhere
} from '../lib/processes/types';
import { sentenceOf } from './panelmodel';

/** Where something is now, as often as a person asks. */
export class WhereModel implements IDisposable {
  constructor(
    readonly target: ITarget,
    private readonly _asker: IWhere
  ) {}

  /** A tab in sight and one out of it are the same to it: nothing is asked by itself. */
  isShown = true;

  /** Emitted when there is something new. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** The last answer; null before the first. */
  get dump(): IDump | null {
    return this._dump;
  }

  /** Why there is no newer answer, as a sentence. */
  get problem(): string | null {
    return this._problem;
  }

  get isAsking(): boolean {
    return this._isAsking;
  }

  get options(): IDumpOptions {
    return this._options;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    Signal.clearData(this);
  }

  /** Ask, or ask again; in another way when options are given. */
  async ask(options: Partial<IDumpOptions> = {}): Promise<void> {
    const turn = ++this._turn;
    this._options = { ...this._options, ...options };
    this._isAsking = true;
    this._changed.emit();
    let dump: IDump | null = null;
    let problem: string | null = null;
    try {
      dump = await this._asker.where(this.target, this._options);
    } catch (error) {
      problem = sentenceOf(error);
    }
    if (turn === this._turn && !this._isDisposed) {
      this._isAsking = false;
      this._dump = dump ?? this._dump;
      this._problem = problem;
      this._changed.emit();
    }
  }

  private readonly _changed = new Signal<this, void>(this);
  private _dump: IDump | null = null;
  private _isAsking = false;
  private _isDisposed = false;
  private _options: IDumpOptions = {
    native: false,
    locals: false,
    subprocesses: true
  };
  private _problem: string | null = null;
  private _turn = 0;
}
