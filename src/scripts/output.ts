import type { IOutputAreaModel } from '@jupyterlab/outputarea';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

/** Characters of the end of what a script prints that are kept. */
export const KEPT = 200_000;

/** Milliseconds between two changes of the page: five a second. */
const PACE = 200;

/** A stretch of what was printed. */
interface IStretch {
  readonly name: 'stdout' | 'stderr';
  text: string;
}

/**
 * What a script prints, into the model of an output area.
 *
 * A script may print more than a page can hold, and faster than it can draw: of that
 * only the end is kept, and it is put into the page a few times a second.
 */
export class ScriptOutput implements IDisposable {
  constructor(
    private readonly _model: Pick<IOutputAreaModel, 'add' | 'clear'>,
    private readonly _kept = KEPT
  ) {}

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    clearTimeout(this._timer);
    Signal.clearData(this);
  }

  /** Emitted when `isCut` or `isEmpty` may have changed, with what is in the page. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Whether the beginning was dropped. */
  get isCut(): boolean {
    return this._isCut;
  }

  /** Characters that were printed in all. */
  get total(): number {
    return this._total;
  }

  /** Add what was printed. */
  print(name: 'stdout' | 'stderr', text: string): void {
    if (this._isDisposed || text === '') {
      return;
    }
    this._total += text.length;
    this._size += text.length;
    const last = this._waiting[this._waiting.length - 1];
    if (last?.name === name) {
      last.text += text;
    } else {
      this._waiting.push({ name, text });
    }
    // Twice as much, so that it is not cut with each line.
    if (this._size > 2 * this._kept) {
      this._cut();
    }
    if (!this._isScheduled) {
      this._isScheduled = true;
      this._timer = setTimeout(() => this.flush(), PACE);
    }
  }

  /** Put what waits into the page now. */
  flush(): void {
    clearTimeout(this._timer);
    this._isScheduled = false;
    if (this._isDisposed || (this._waiting.length === 0 && !this._isStale)) {
      return;
    }
    if (this._isStale) {
      this._model.clear();
      this._shown.forEach(stretch => this._add(stretch));
      this._isStale = false;
    }
    this._waiting.forEach(stretch => {
      this._add(stretch);
      this._shown.push(stretch);
    });
    this._waiting = [];
    this._changed.emit();
  }

  private _add({ name, text }: IStretch): void {
    this._model.add({ output_type: 'stream', name, text });
  }

  /** Keep only the end. */
  private _cut(): void {
    const all = [...this._shown, ...this._waiting];
    let excess = this._size - this._kept;
    while (excess > 0) {
      const [first] = all;
      if (first.text.length <= excess) {
        excess -= first.text.length;
        all.shift();
      } else {
        // At the end of a line, where one is near.
        const end = first.text.indexOf('\n', excess) + 1;
        const at = end > 0 && end < excess + 1000 ? end : excess;
        all[0] = { ...first, text: first.text.slice(at) };
        excess = 0;
      }
    }
    this._shown = [];
    this._waiting = all;
    this._size = all.reduce((sum, { text }) => sum + text.length, 0);
    this._isCut = true;
    this._isStale = true;
  }

  private _isDisposed = false;
  private _isCut = false;
  private _isScheduled = false;
  /** Whether the page shows what was dropped meanwhile. */
  private _isStale = false;
  private _size = 0;
  private _total = 0;
  private _shown: IStretch[] = [];
  private _waiting: IStretch[] = [];
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private readonly _changed = new Signal<this, void>(this);
}
