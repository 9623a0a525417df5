import type { ProfileDocument } from '../document';
import type { IRunSummary } from '../lib/history';
import { summaryOf } from '../lib/history';
import type { IRunChange } from './client';
import type { Records } from './records';

/** What is known of the runs that are not on the server: not yet, or never. */
export class LocalRuns {
  /**
   * @param _records - takes the light records
   */
  constructor(private readonly _records: Pick<Records, 'put'>) {}

  get all(): readonly IRunSummary[] {
    return [...this._runs.values()];
  }

  get size(): number {
    return this._runs.size;
  }

  get(id: string): IRunSummary | undefined {
    return this._runs.get(id);
  }

  /** Know a document. */
  put(document: ProfileDocument): void {
    const summary = summaryOf(document, new Date());
    if (summary.record) {
      this._records.put(summary);
    } else {
      this._runs.set(summary.id, summary);
    }
  }

  /** Know a run again as it was. */
  putBack(run: IRunSummary): void {
    this._runs.set(run.id, run);
  }

  /** @returns whether there is such a run */
  change(id: string, change: IRunChange): boolean {
    const run = this._runs.get(id);
    if (run) {
      this._runs.set(id, { ...run, ...change });
    }
    return run !== undefined;
  }

  remove(id: string): void {
    this._runs.delete(id);
  }

  /** Forget those whose documents are gone. */
  keepOnly(documents: ReadonlyMap<string, ProfileDocument>): void {
    for (const id of this._runs.keys()) {
      if (!documents.has(id)) {
        this._runs.delete(id);
      }
    }
  }

  private readonly _runs = new Map<string, IRunSummary>();
}
