import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { ILookingOptions } from './looking';
import { Looking } from './looking';
import type { IAnswer } from './tokens';

/** Knows of each open notebook whether a cell of it runs. */
export class Lookings implements IDisposable {
  constructor(
    tracker: INotebookTracker,
    private readonly _options: ILookingOptions
  ) {
    tracker.forEach(panel => this.of(panel));
    tracker.widgetAdded.connect((_, panel) => this.of(panel), this);
    _options.asker.answered.connect(this._onAnswer, this);
  }

  /** Emitted when a run of a notebook begins, has become long, or ends. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    Signal.clearData(this);
    this._lookings.forEach(looking => looking.dispose());
    this._lookings.clear();
  }

  /** Of a notebook; its toolbar is made before the tracker knows it. */
  of(panel: NotebookPanel): Looking {
    let looking = this._lookings.get(panel);
    if (!looking) {
      looking = new Looking(panel, this._options);
      looking.clock.changed.connect(() => this._changed.emit(), this);
      panel.disposed.connect(this._remove, this);
      this._lookings.set(panel, looking);
    }
    return looking;
  }

  /** As in the panel of processes: the line glows in its notebook, too. */
  private _onAnswer(_: unknown, { target, dump }: IAnswer): void {
    if (target.kind === 'kernel') {
      this._lookings.forEach(looking => {
        if (looking.kernelId === target.kernelId) {
          looking.glowAt(dump);
        }
      });
    }
  }

  private _remove(panel: NotebookPanel): void {
    this._lookings.get(panel)?.dispose();
    this._lookings.delete(panel);
  }

  private readonly _changed = new Signal<this, void>(this);
  private _isDisposed = false;
  private readonly _lookings = new Map<NotebookPanel, Looking>();
}
