import type { IStateDB } from '@jupyterlab/statedb';
import type { PartialJSONObject } from '@lumino/coreutils';
import type { IScriptAnswers } from '../lib/scripts';
import { readAnswers } from '../lib/scripts';

/** Where JupyterLab keeps the answers, in the workspace. */
const KEY = 'cell-profiler:scripts';

/** Files that are remembered, at most: the ones of long ago give way. */
const MOST = 100;

/** Characters of standard input that are remembered; a longer one is asked for again. */
const LONGEST_INPUT = 10_000;

/**
 * What was answered for each script the last time. Without a state database it lasts
 * as long as the page.
 */
export class ScriptMemory {
  constructor(private readonly _state: IStateDB | null) {
    this.ready = this._load();
  }

  /** Resolved when what was remembered is known. */
  readonly ready: Promise<void>;

  get(path: string): Partial<IScriptAnswers> {
    return this._answers.get(path) ?? {};
  }

  set(path: string, { options: _, ...answers }: IScriptAnswers): void {
    const { stdin } = answers;
    const isLong = stdin !== null && stdin.length > LONGEST_INPUT;
    // The newest is the last.
    this._answers.delete(path);
    this._answers.set(path, isLong ? { ...answers, stdin: '' } : answers);
    if (this._answers.size > MOST) {
      const [oldest] = this._answers.keys();
      this._answers.delete(oldest);
    }
    const files = [...this._answers].map(([file, kept]) => ({ file, ...kept }));
    // What cannot be kept now still counts in this page.
    void this._state
      ?.save(KEY, { files } as unknown as PartialJSONObject)
      .catch(() => undefined);
  }

  private async _load(): Promise<void> {
    try {
      const value = await this._state?.fetch(KEY);
      const files = (value as { files?: unknown } | undefined)?.files;
      for (const kept of Array.isArray(files) ? files : []) {
        const file = (kept as { file?: unknown } | null)?.file;
        if (typeof file === 'string') {
          this._answers.set(file, readAnswers(kept));
        }
      }
    } catch {
      // Then it asks as it does the first time.
    }
  }

  private readonly _answers = new Map<string, Partial<IScriptAnswers>>();
}
