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

  /**
   * Put what is new in front of what is known.
   *
   * @returns what the server says of its store
   */
  async refresh(): Promise<IRunPage['store']> {
    const touched = new Map<string, IRunSummary | null>();
    this._touched = touched;
    let page: IRunPage;
    try {
      page = await this._client.list({}, FIRST_PAGE, 0);
    } finally {
      this._touched = null;
    }
    this._take(page);
    // The answer may be of a moment before what has happened since it was asked for.
    for (const [id, run] of touched) {
      const isListed = page.runs.some(listed => listed.id === id);
      if (run === null) {
        this._leaveOut(id);
        this._total -= isListed ? 1 : 0;
      } else {
        this._runs = inserted(this._runs, run);
        this._total += isListed ? 0 : 1;
      }
    }
    return page.store;
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
    this._touched?.set(run.id, run);
  }

  /** Have a run as it is now. */
  replace(run: IRunSummary): void {
    if (this._runs.some(({ id }) => id === run.id)) {
      this.insert(run);
    }
  }

  /** Leave out a run that the server has no longer, whether or not it is known here. */
  remove(id: string): void {
    this._leaveOut(id);
    this._total--;
    this._touched?.set(id, null);
  }

  private _leaveOut(id: string): void {
    this._runs = this._runs.filter(run => run.id !== id);
  }

  private _take({ runs, total }: IRunPage): void {
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
  }

  private _runs: readonly IRunSummary[] = [];
  private _total = 0;
  /** What happened while the server is asked: runs as they are now, null for one that went. */
  private _touched: Map<string, IRunSummary | null> | null = null;
}
