import type { IRunSummary } from '../lib/history';
import { inserted } from '../lib/history';
import type { HistoryClient, IRunPage } from './client';

/** Runs of a first page, and of the next ones. */
export const FIRST_PAGE = 200;
export const NEXT_PAGE = 1000;

/** The newest runs that the server has, without a gap; more of them as they are asked for. */
export class ServerList {
  constructor(private readonly _client: Pick<HistoryClient, 'list'>) {}

  /** The newest first. */
  get runs(): readonly IRunSummary[] {
    return this._runs;
  }

  /** How many the server has. */
  get total(): number {
    return this._total;
  }

  get hasMore(): boolean {
    return this._runs.length < this._total;
  }

  /** Put what is new in front of what is known. */
  async refresh(): Promise<IRunPage> {
    const page = await this._client.list({}, FIRST_PAGE, 0);
    const { runs, total } = page;
    const ids = new Set(runs.map(({ id }) => id));
    const last = runs[runs.length - 1]?.id;
    const from = this._runs.findIndex(({ id }) => id === last);
    const rest =
      from < 0
        ? []
        : this._runs.slice(from + 1).filter(({ id }) => !ids.has(id));
    // Runs that went elsewhere: the rest is asked for again when it is needed.
    const isStale = runs.length + rest.length > total;
    this._runs = isStale ? runs : [...runs, ...rest];
    this._total = total;
    return page;
  }

  /** Have the next part. */
  async more(): Promise<void> {
    const offset = this._runs.length;
    const page = await this._client.list({}, NEXT_PAGE, offset);
    if (this._runs.length !== offset) {
      // Something came or went meanwhile: who wants more asks again.
      return;
    }
    const known = new Set(this._runs.map(({ id }) => id));
    const next = page.runs.filter(({ id }) => !known.has(id));
    this._runs = [...this._runs, ...next];
    // Without this a list that shrinks under our hands would be asked for ever.
    this._total = next.length > 0 ? page.total : this._runs.length;
  }

  /** Put a run where the server has it. */
  insert(run: IRunSummary): void {
    const { length } = this._runs;
    this._runs = inserted(this._runs, run);
    this._total += this._runs.length - length;
  }

  /** Have a run as it is now. */
  replace(run: IRunSummary): void {
    this._runs = this._runs.map(each => (each.id === run.id ? run : each));
  }

  /** Leave out a run that the server has no longer, whether or not it is known here. */
  remove(id: string): void {
    this._runs = this._runs.filter(run => run.id !== id);
    this._total--;
  }

  private _runs: readonly IRunSummary[] = [];
  private _total = 0;
}
