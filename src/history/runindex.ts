import type { IRunSummary } from '../lib/history';
import { runsBefore } from '../lib/history';

/** A list of runs and what is looked up in it; made when it is asked for. */
export class RunIndex {
  constructor(private readonly _collect: () => readonly IRunSummary[]) {}

  /** The newest first. */
  get runs(): readonly IRunSummary[] {
    this._runs = this._runs ?? this._collect();
    return this._runs;
  }

  /** The run before of the same cell under the same profilers, by id. */
  get before(): ReadonlyMap<string, IRunSummary> {
    this._before = this._before ?? runsBefore(this.runs);
    return this._before;
  }

  find(id: string): IRunSummary | null {
    this._byId = this._byId ?? new Map(this.runs.map(run => [run.id, run]));
    return this._byId.get(id) ?? null;
  }

  /** The list is another one. */
  clear(): void {
    this._runs = null;
    this._before = null;
    this._byId = null;
  }

  private _runs: readonly IRunSummary[] | null = null;
  private _before: ReadonlyMap<string, IRunSummary> | null = null;
  private _byId: ReadonlyMap<string, IRunSummary> | null = null;
}
