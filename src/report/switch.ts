import type { IStateDB } from '@jupyterlab/statedb';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

/** Where JupyterLab keeps which notebooks it is on for. */
const KEY = 'cell-profiler:record-every-cell';

/** Notebooks that are remembered, at most: the ones of long ago give way. */
const MOST = 1000;

/**
 * For which notebooks "Record every cell" is on. JupyterLab remembers it in the
 * workspace; where there is none it lasts as long as the page.
 */
export class RecordSwitch implements IDisposable {
  constructor(private readonly _state: IStateDB | null) {
    this.ready = this._load();
  }

  /** Resolved when what was remembered is known. */
  readonly ready: Promise<void>;

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    Signal.clearData(this);
  }

  /** Emitted when it is on or off for another notebook. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  isOn(path: string): boolean {
    return this._paths.has(path);
  }

  set(path: string, on: boolean): void {
    if (on !== this._paths.has(path)) {
      if (on) {
        this._paths.add(path);
      } else {
        this._paths.delete(path);
      }
      this._update();
    }
  }

  /** A notebook, or a folder of some, has another path. */
  move(from: string, to: string): void {
    const moved = [...this._paths].filter(path => isIn(path, from));
    moved.forEach(path => {
      this._paths.delete(path);
      this._paths.add(to + path.slice(from.length));
    });
    if (moved.length > 0) {
      this._update();
    }
  }

  /** A notebook, or a folder of some, is gone. */
  forget(gone: string): void {
    const paths = [...this._paths].filter(path => isIn(path, gone));
    paths.forEach(path => this._paths.delete(path));
    if (paths.length > 0) {
      this._update();
    }
  }

  private async _load(): Promise<void> {
    try {
      const value = await this._state?.fetch(KEY);
      const paths = (value as { paths?: unknown } | undefined)?.paths;
      if (Array.isArray(paths)) {
        paths.forEach(path => {
          if (typeof path === 'string') {
            this._paths.add(path);
          }
        });
        this._changed.emit();
      }
    } catch {
      // It is off then, as it is at first.
    }
  }

  private _update(): void {
    this._changed.emit();
    const paths = [...this._paths].slice(-MOST);
    // What cannot be kept now still counts in this page.
    void this._state?.save(KEY, { paths }).catch(() => undefined);
  }

  private _isDisposed = false;
  /** The one that was switched on last is the last. */
  private readonly _paths = new Set<string>();
  private readonly _changed = new Signal<this, void>(this);
}

function isIn(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}
