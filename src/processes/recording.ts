import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { ProfileDocument } from '../document';
import type { ILook, IRecordAnswers, ITarget } from '../lib/processes/types';
import { LookRun } from './lookrun';
import type { ILookContext } from './watch';
import { USUAL } from './watch';

/** Seconds of a recording, if nobody says. */
const SECONDS = 10;

/** A process that is recorded: first the questions, then it runs, then a profile. */
export class RecordModel implements IDisposable {
  constructor(
    readonly target: ITarget,
    private readonly _context: ILookContext
  ) {}

  /** Emitted when there is something new. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Emitted with each profile. */
  get recorded(): ISignal<this, ProfileDocument> {
    return this._recorded;
  }

  get answers(): IRecordAnswers {
    return this._answers;
  }

  set answers(answers: IRecordAnswers) {
    this._answers = answers;
    this._changed.emit();
  }

  get look(): ILook | null {
    return this._run?.look ?? null;
  }

  get problem(): string | null {
    return this._run?.problem ?? null;
  }

  get isRunning(): boolean {
    return this._run !== null && !this._run.isOver;
  }

  /** Whether it was told to stop, and the profile is being made. */
  get isStopping(): boolean {
    return (
      this.isRunning && (this._isStopping || this.look?.status === 'stopping')
    );
  }

  /** Milliseconds since it was started. */
  get elapsed(): number {
    const started = this._started ?? Date.now();
    return Math.max(Date.now() - started, 0);
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
    if (this._run) {
      this._run.isShown = isShown;
    }
  }

  start(): void {
    const { cellsOf, client } = this._context;
    const { options, seconds } = this._answers;
    this._run?.dispose();
    this._isStopping = false;
    const run = new LookRun(client, () =>
      client.start(
        this.target,
        'record',
        options,
        cellsOf(this.target),
        seconds
      )
    );
    this._started = Date.now();
    run.changed.connect(() => this._changed.emit());
    this._run = run;
    void run.done.then(() => {
      const document = run.look?.document;
      if (run === this._run && document && !this._isDisposed) {
        this._recorded.emit(document);
      }
    });
    this._changed.emit();
  }

  /** End it, and have what was seen. */
  stop(): void {
    this._isStopping = true;
    this._changed.emit();
    void this._run?.stop();
  }

  /** End it, and forget what was seen. */
  cancel(): void {
    this._run?.dispose();
    this._run = null;
    this._changed.emit();
  }

  private _answers: IRecordAnswers = {
    seconds: SECONDS,
    options: { ...USUAL, idle: true }
  };
  private readonly _changed = new Signal<this, void>(this);
  private _isDisposed = false;
  private _isStopping = false;
  private readonly _recorded = new Signal<this, ProfileDocument>(this);
  private _run: LookRun | null = null;
  private _started: number | null = null;
}
