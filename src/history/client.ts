import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import type { ProfileDocument } from '../document';
import type { IRunSummary } from '../lib/history';
import type { IArchived, IHistoryFilter } from '../tokens';

/** A part of the list of runs. */
export interface IRunPage {
  /** The newest first. */
  readonly runs: readonly IRunSummary[];
  /** Of all that match, not only of this part. */
  readonly total: number;
  /** How the store of the server is; `message` is a sentence where it is not well. */
  readonly store: {
    readonly state: 'ok' | 'set-aside' | 'read-only' | 'unavailable';
    readonly message: string | null;
  };
}

/** What a person can change of a run. */
export interface IRunChange {
  readonly name?: string | null;
  readonly pinned?: boolean;
}

/** Why a request was not answered as it should be. */
export class HistoryError extends Error {
  /**
   * @param status - of the answer; null when there was none
   */
  constructor(
    message: string,
    readonly status: number | null
  ) {
    super(message);
  }

  static of(reason: unknown): HistoryError {
    return reason instanceof HistoryError
      ? reason
      : new HistoryError(
          reason instanceof Error ? reason.message : String(reason),
          null
        );
  }

  /** The server does not know what it is asked for, or has no history at all. */
  get isMissing(): boolean {
    return this.status === 404;
  }

  /** Whether the same request may be answered later. */
  get isPassing(): boolean {
    const { status } = this;
    return (
      status === null ||
      status >= 500 ||
      // Not logged in any more, too many requests.
      [401, 403, 408, 429].includes(status)
    );
  }
}

/** The REST interface of the server extension. */
export class HistoryClient {
  constructor(private readonly _settings: ServerConnection.ISettings) {}

  /** Tells servers apart that one browser talks to. */
  get baseUrl(): string {
    return this._settings.baseUrl;
  }

  async list(
    filter: IHistoryFilter,
    limit: number,
    offset: number
  ): Promise<IRunPage> {
    const query = queryOf({ ...filterOf(filter), limit, offset });
    return this._json(`runs${query}`);
  }

  /**
   * @returns the summary, and whether the server did not have the document before
   */
  async post(
    document: ProfileDocument
  ): Promise<{ summary: IRunSummary; isNew: boolean }> {
    const response = await this._request('runs', {
      method: 'POST',
      body: JSON.stringify(document)
    });
    return { summary: await json(response), isNew: response.status === 201 };
  }

  /** The document, as it came: to be validated like any stranger's. */
  async get(id: string): Promise<unknown> {
    return this._json(run(id));
  }

  async change(id: string, change: IRunChange): Promise<IRunSummary> {
    return this._json(run(id), {
      method: 'PATCH',
      body: JSON.stringify(change)
    });
  }

  async remove(id: string): Promise<void> {
    await this._request(run(id), { method: 'DELETE' });
  }

  async restore(id: string): Promise<IRunSummary> {
    return this._json(`${run(id)}/restore`, { method: 'POST' });
  }

  /** A zip file of these runs, or of all that a filter lets through. */
  async archive(which: IArchived): Promise<Blob> {
    const query =
      'ids' in which ? { ids: which.ids.join(',') } : filterOf(which);
    return (await this._request(`export${queryOf(query)}`)).blob();
  }

  private async _json<T>(place: string, init?: RequestInit): Promise<T> {
    return json(await this._request(place, init));
  }

  private async _request(
    place: string,
    init: RequestInit = {}
  ): Promise<Response> {
    const url = URLExt.join(this.baseUrl, 'cell-profiler/api', place);
    let response: Response;
    try {
      response = await ServerConnection.makeRequest(url, init, this._settings);
    } catch (reason) {
      throw HistoryError.of(reason);
    }
    if (!response.ok) {
      throw new HistoryError(await messageOf(response), response.status);
    }
    return response;
  }
}

function run(id: string): string {
  return `runs/${encodeURIComponent(id)}`;
}

function filterOf({ kind, path, query }: IHistoryFilter): {
  kind?: string;
  path?: string;
  q?: string;
} {
  return { kind, path, q: query };
}

/** The query of an address; what is not given is left out. */
function queryOf(values: {
  readonly [name: string]: string | number | undefined;
}): string {
  const given: { [name: string]: string } = {};
  Object.entries(values).forEach(([name, value]) => {
    if (value !== undefined && value !== '') {
      given[name] = String(value);
    }
  });
  return URLExt.objectToQueryString(given);
}

/** What was answered; what is no JSON comes from something between us and the server. */
async function json<T>(response: Response): Promise<T> {
  try {
    return await response.json();
  } catch (reason) {
    throw HistoryError.of(reason);
  }
}

/** What the server says is wrong, as a sentence if it has one. */
async function messageOf(response: Response): Promise<string> {
  try {
    const { message } = await response.json();
    if (typeof message === 'string' && message !== '') {
      return message;
    }
  } catch {
    // Not from the history: a page of a proxy, for instance.
  }
  return `${response.status} ${response.statusText}`;
}
