import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { OpenFiles } from '../heat/openfiles';
import type { IRunSummary } from '../lib/history';
import { byAge } from '../lib/history';
import { isScript } from '../lib/scripts';
import type { IFileProfiles, IHistory } from '../tokens';

/**
 * Brings the newest run of each script that is open in an editor from the history to
 * the profiles of files, so that a file is coloured also after the page was loaded
 * anew, and by runs that were made elsewhere.
 */
export class FileHistory implements IDisposable {
  constructor(
    private readonly _history: Pick<
      IHistory,
      'changed' | 'get' | 'runs' | 'search'
    >,
    private readonly _files: Pick<IFileProfiles, 'add'>,
    private readonly _open: Pick<OpenFiles, 'changed' | 'paths'>
  ) {
    _open.changed.connect((_, path) => void this._ask(path), this);
    _open.paths.forEach(path => void this._ask(path));
    _history.changed.connect(this._look, this);
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    Signal.clearData(this);
  }

  /** Ask the server once for the runs of a file. */
  private async _ask(path: string): Promise<void> {
    if (!isScript(path) || this._asked.has(path)) {
      return;
    }
    this._asked.add(path);
    let runs = this._history.runs;
    try {
      runs = (await this._history.search({ path }, 0)).runs;
    } catch {
      // The server keeps no history, or does not answer: what is known has to do.
    }
    await this._bring(path, runs);
  }

  /** The history has changed: there may be newer runs of open files. */
  private _look(): void {
    this._open.paths.forEach(path => {
      if (isScript(path)) {
        void this._bring(path, this._history.runs);
      }
    });
  }

  private async _bring(
    path: string,
    runs: readonly IRunSummary[]
  ): Promise<void> {
    const [newest] = runs
      .filter(run => run.kind === 'script' && run.path === path)
      .sort(byAge);
    if (!newest || this._brought.has(newest.id) || this._isDisposed) {
      return;
    }
    this._brought.add(newest.id);
    try {
      this._files.add(await this._history.get(newest.id), '');
    } catch {
      // It was deleted meanwhile, or cannot be had now.
      this._brought.delete(newest.id);
    }
  }

  private _isDisposed = false;
  private readonly _asked = new Set<string>();
  /** Ids of runs. */
  private readonly _brought = new Set<string>();
}
