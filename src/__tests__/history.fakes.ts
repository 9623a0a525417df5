import { ServerConnection } from '@jupyterlab/services';
import { nullTranslator } from '@jupyterlab/translation';
import type { ProfileDocument } from '../document';
import type { IRunChange } from '../history/client';
import { HistoryClient } from '../history/client';
import { History } from '../history/history';
import type { Outbox } from '../history/outbox';
import type { IRunSummary } from '../lib/history';
import { byAge, matches, summaryOf } from '../lib/history';
import { makeDocument } from './heat.documents';

export const trans = nullTranslator.load('jupyterlab_cell_profiler');

/** Minutes since some morning, as the time of a run. */
export const at = (minutes: number): string =>
  new Date(Date.UTC(2026, 10, 22, 8, minutes)).toISOString();

/** What a list says of a run of a cell; ten minutes past if nobody says when. */
export function makeRun(parts: Partial<IRunSummary> = {}): IRunSummary {
  return {
    id: 'run',
    title: 'Overview',
    name: null,
    started: at(10),
    received: at(10),
    kind: 'cell',
    path: 'julia.ipynb',
    cellId: 'cell',
    executionCount: 7,
    sourceHash: 'hash',
    firstLine: 'total = 0',
    status: 'ok',
    profilers: ['overview'],
    record: false,
    wall: 2,
    cpu: 1.9,
    peak: 212e6,
    increment: 1e6,
    python: '3.11.7',
    size: 1000,
    pinned: false,
    ...parts
  };
}

/** A document of that id, from so many minutes past. */
export function makeRunDocument(
  id: string,
  minutes: number = 10,
  parts: Partial<ProfileDocument> = {}
): ProfileDocument {
  return {
    ...makeDocument({ id, started: at(minutes) }),
    title: 'Overview',
    target: { kind: 'cell', cellId: 'cell', path: 'julia.ipynb' },
    profilers: [
      { name: 'overview', tool: 'x', toolVersion: '1', options: {}, notes: [] }
    ],
    ...parts
  };
}

/** What the server extension does, behind a `fetch`. */
export class FakeServer {
  readonly settings = ServerConnection.makeSettings({
    baseUrl: 'http://server/user/a/',
    fetch: async (input, init) => {
      const { late } = this;
      const response = await this._fetch(new Request(input, init));
      await late;
      return response;
    }
  });
  /** Method and address of each request, below the API. */
  readonly log: string[] = [];
  readonly kept = new Map<
    string,
    { document: ProfileDocument; summary: IRunSummary; deleted: boolean }
  >();
  /** Ids of what was deleted for good. */
  readonly gone = new Set<string>();
  store: { state: string; message: string | null } = {
    state: 'ok',
    message: null
  };
  /** What to answer instead; null: no answer at all. */
  failing: { status: number; message?: string } | null | undefined = undefined;
  /** What is asked from now on is answered when this is resolved. */
  held: Promise<void> = Promise.resolve();
  /** The same; but what is answered is how things are now. */
  late: Promise<void> = Promise.resolve();

  client(): HistoryClient {
    return new HistoryClient(this.settings);
  }

  /** Have a run that came from elsewhere. */
  keep(document: ProfileDocument, parts: Partial<IRunSummary> = {}): void {
    const summary = { ...summaryOf(document, new Date(0)), ...parts };
    this.kept.set(document.id, { document, summary, deleted: false });
  }

  /** Requests of a method so far. */
  asked(method: string): string[] {
    return this.log.filter(line => line.startsWith(method));
  }

  private async _fetch(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const place = url.pathname.replace('/user/a/cell-profiler/api/', '');
    // JupyterLab adds the time, so that nothing comes from a cache.
    const search = url.search.replace(/[?&]\d+$/, '');
    this.log.push(`${request.method} ${place}${search}`);
    await this.held;
    if (this.failing === null) {
      throw new TypeError('Failed to fetch');
    }
    if (this.failing) {
      const { message, status } = this.failing;
      return new Response(
        message === undefined ? '<html>' : JSON.stringify({ message }),
        { status, statusText: 'Not good' }
      );
    }
    const [what, id, action] = place.split('/').map(decodeURIComponent);
    if (what === 'export') {
      return new Response(`zip ${search}`);
    }
    if (id === undefined) {
      return request.method === 'POST'
        ? this._post(await request.json())
        : this._list(url.searchParams);
    }
    const run = this.kept.get(id);
    if (!run || (run.deleted && action !== 'restore')) {
      return new Response('{"message": "There is no such run."}', {
        status: 404
      });
    }
    if (action === 'restore') {
      run.deleted = false;
      return json(run.summary);
    }
    switch (request.method) {
      case 'DELETE':
        run.deleted = true;
        return new Response(null, { status: 204 });
      case 'PATCH': {
        const change = (await request.json()) as IRunChange;
        run.summary = { ...run.summary, ...change };
        return json(run.summary);
      }
      default:
        return json(run.document);
    }
  }

  private _post(document: ProfileDocument): Response {
    if (document.title === 'refused') {
      return new Response('{"message": "This is no profile."}', {
        status: 400
      });
    }
    if (document.title === 'stumble') {
      return new Response('{"message": "Oh."}', { status: 500 });
    }
    if (this.gone.has(document.id)) {
      return json(summaryOf(document, new Date(0)));
    }
    const known = this.kept.get(document.id);
    if (!known) {
      this.keep(document);
    }
    return json(this.kept.get(document.id)!.summary, known ? 200 : 201);
  }

  private _list(query: URLSearchParams): Response {
    const all = [...this.kept.values()]
      .filter(({ deleted }) => !deleted)
      .map(({ summary }) => summary)
      .filter(({ record }) =>
        query.get('kind') === 'all'
          ? true
          : record === (query.get('kind') === 'record')
      )
      .filter(run => !query.has('path') || run.path === query.get('path'))
      .filter(run => !query.has('q') || matches(run, query.get('q')!))
      .sort(byAge);
    const offset = Number(query.get('offset'));
    const runs = all.slice(offset, offset + Number(query.get('limit')));
    return json({ runs, total: all.length, store: this.store });
  }
}

function json(value: unknown, status: number = 200): Response {
  return new Response(JSON.stringify(value), { status });
}

/** What the browser keeps, in memory. */
export class FakeOutbox {
  readonly kept = new Map<string, ProfileDocument>();
  ids: string[] = [];

  waiting = async (): Promise<ProfileDocument[]> => [...this.kept.values()];
  keep = async (document: ProfileDocument): Promise<void> => {
    this.kept.set(document.id, document);
  };
  drop = async (id: string): Promise<void> => {
    this.kept.delete(id);
  };
  known = async (): Promise<string[]> => this.ids;
  remember = (ids: ReadonlySet<string>): void => {
    this.ids = [...ids];
  };
}

/** A history over a fake server and a fake browser. */
export function createHistory(
  server: FakeServer = new FakeServer(),
  outbox: FakeOutbox = new FakeOutbox()
): {
  history: History;
  server: FakeServer;
  outbox: FakeOutbox;
  settings: { isOn: boolean };
} {
  const settings = { isOn: true };
  const history = new History({
    client: server.client(),
    outbox: outbox as unknown as Outbox,
    isOn: () => settings.isOn,
    trans
  });
  return { history, server, outbox, settings };
}

/** Let promises and answers go their way, until something is so. */
export async function settle(isSo: () => boolean = () => true): Promise<void> {
  for (let i = 0; i < 10 || (i < 1000 && !isSo()); i++) {
    await new Promise(resolve => setTimeout(resolve, 1));
  }
}

/** A history of some runs that the server has, the newest first. */
export async function createFilledHistory(
  runs: readonly Partial<IRunSummary>[]
): Promise<ReturnType<typeof createHistory>> {
  const created = createHistory();
  runs.forEach((parts, index) => {
    const minutes = 100 - index;
    const id = parts.id ?? `run-${index}`;
    const document = makeRunDocument(id, minutes);
    created.server.keep(
      document,
      makeRun({ started: at(minutes), received: at(minutes), ...parts, id })
    );
  });
  await created.history.refresh();
  return created;
}
