import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Broken, TooLarge } from '../lib/checks';
import {
  BOUNDS,
  clean,
  readCommand,
  readDump,
  readListing,
  readLook
} from '../lib/processes/checks';
import type {
  IDump,
  IDumpOptions,
  IKnownCells,
  IListing,
  ILook,
  ILookOptions,
  ITarget,
  LookKind
} from '../lib/processes/types';

/** What a person types to have the server look into processes. */
export const ENABLE =
  'jupyter server extension enable jupyterlab_cell_profiler';

/** Why a request was not answered as it should be, as a sentence. */
export class ProcessError extends Error {
  /**
   * @param status - of the answer; null when there was none, or none that can be read
   */
  constructor(
    message: string,
    readonly status: number | null
  ) {
    super(message);
  }
}

/** What of a look that goes on can be changed. */
export interface ILookChange {
  readonly paused?: boolean;
  readonly reset?: true;
  readonly rate?: number;
}

/** The REST interface of the server to processes; each method throws `ProcessError`. */
export class ProcessClient {
  constructor(
    private readonly _settings: ServerConnection.ISettings,
    private readonly _trans: TranslationBundle
  ) {}

  async list(): Promise<IListing> {
    return this._read(readListing, 'processes');
  }

  /** The whole command line, word by word, which may hold secrets. */
  async command(pid: number): Promise<readonly string[]> {
    return this._read(readCommand, `processes/${pid}/command`);
  }

  async dump(
    target: ITarget,
    options: IDumpOptions,
    known: IKnownCells | null
  ): Promise<IDump> {
    const place =
      target.kind === 'kernel'
        ? `kernels/${encodeURIComponent(target.kernelId)}/dump`
        : `processes/${target.pid}/dump`;
    const body = { ...options, ...(known ? { cells: known.cells } : {}) };
    return this._read(readDump, place, post(body));
  }

  /**
   * Begin to look at a process for a while.
   *
   * @param seconds - for a recording; null until it is stopped
   */
  async start(
    target: ITarget,
    kind: LookKind,
    options: ILookOptions,
    known: IKnownCells | null,
    seconds: number | null = null
  ): Promise<ILook> {
    const body = {
      ...(target.kind === 'kernel'
        ? { kernelId: target.kernelId }
        : { pid: target.pid }),
      kind,
      ...options,
      ...(known ?? {}),
      ...(seconds === null ? {} : { seconds })
    };
    return this._read(readLook, 'looks', post(body));
  }

  /** How it goes on; it ends when nobody asks for a while. */
  async look(id: string): Promise<ILook> {
    return this._read(readLook, look(id));
  }

  async change(id: string, change: ILookChange): Promise<ILook> {
    return this._read(readLook, look(id), post(change));
  }

  /** End a recording, whose document is then made. */
  async stop(id: string): Promise<ILook> {
    return this._read(readLook, `${look(id)}/stop`, post({}));
  }

  /**
   * End a look at once.
   *
   * @param isLeaving - whether the page goes away; the request then outlives it
   */
  async end(id: string, isLeaving = false): Promise<void> {
    await this._request(look(id), { method: 'DELETE', keepalive: isLeaving });
  }

  private async _read<T>(
    read: (value: unknown) => T,
    place: string,
    init?: RequestInit
  ): Promise<T> {
    const response = await this._request(place, init);
    try {
      return read(await response.json());
    } catch (reason) {
      const where =
        reason instanceof Broken || reason instanceof TooLarge
          ? reason.place
          : '';
      throw new ProcessError(
        where
          ? this._trans.__(
              'The server answered what Cell Profiler cannot read (%1). Its part there may be of another version: update both.',
              where
            )
          : this._trans.__(
              'The server answered what Cell Profiler cannot read. Its part there may be of another version: update both.'
            ),
        null
      );
    }
  }

  private async _request(
    place: string,
    init: RequestInit = {}
  ): Promise<Response> {
    const url = URLExt.join(this._settings.baseUrl, 'cell-profiler/api', place);
    let response: Response;
    try {
      response = await ServerConnection.makeRequest(url, init, this._settings);
    } catch {
      throw new ProcessError(
        this._trans.__(
          'The Jupyter server does not answer. It may have been stopped, or the network is down.'
        ),
        null
      );
    }
    if (!response.ok) {
      throw new ProcessError(await this._problem(response), response.status);
    }
    return response;
  }

  /** What the server says is wrong; a page of its own means that it knows nothing of this. */
  private async _problem(response: Response): Promise<string> {
    const said = await saidOf(response);
    const { status, statusText } = response;
    switch (true) {
      case said !== null && !(status === 404 && said === statusText):
        return said!;
      case status === 404:
        return this._trans.__(
          'The Jupyter server has no part of Cell Profiler that looks into processes. Install jupyterlab-cell-profiler into the environment of the server, run %1, and start the server again.',
          ENABLE
        );
      case status === 401 || status === 403:
        return this._trans.__(
          'The Jupyter server does not let you look into processes. Log in again, or ask who runs it.'
        );
      default:
        return this._trans.__(
          'The Jupyter server could not do it (%1).',
          clean(`${status} ${statusText}`)
        );
    }
  }
}

function look(id: string): string {
  return `looks/${encodeURIComponent(id)}`;
}

function post(body: object): RequestInit {
  return { method: 'POST', body: JSON.stringify(body) };
}

/** The sentence in an answer; null without one. */
async function saidOf(response: Response): Promise<string | null> {
  try {
    const { message } = await response.json();
    return typeof message === 'string' && message !== ''
      ? clean(message, BOUNDS.sentence)
      : null;
  } catch {
    return null;
  }
}
