import type { IRunSummary } from '../lib/history';

/** Light records that are known here, at most: the oldest give way. */
const MOST = 20_000;

/**
 * The light records since the page was opened. They are known here whatever becomes
 * of them, also where no history is kept: the report of this page has them anyway.
 */
export class Records {
  get all(): readonly IRunSummary[] {
    this._all = this._all ?? [...this._byId.values()];
    return this._all;
  }

  find(id: string): IRunSummary | null {
    return this._byId.get(id) ?? null;
  }

  put(summary: IRunSummary): void {
    this._byId.set(summary.id, summary);
    if (this._byId.size > MOST) {
      this._byId.delete(this._byId.keys().next().value!);
    }
    this._all = null;
  }

  remove(id: string): void {
    if (this._byId.delete(id)) {
      this._all = null;
    }
  }

  private readonly _byId = new Map<string, IRunSummary>();
  /** Made when it is asked for. */
  private _all: readonly IRunSummary[] | null = null;
}
