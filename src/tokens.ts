import { Token } from '@lumino/coreutils';
import type { ISharedNotebook } from '@jupyter/ydoc';
import type { ISignal } from '@lumino/signaling';
import type { ProfileDocument } from './document';
import type { IRunSummary } from './lib/history';

/** MIME type of a profile document. */
export const MIME_TYPE = 'application/vnd.cell-profiler.profile.v1+json';

/** File ending of a profile document. */
export const FILE_EXTENSION = '.cellprofile.json';

/** Id of the settings, `schema/plugin.json`. */
export const SETTINGS_ID = 'jupyterlab-cell-profiler:plugin';

/** Commands; the names are fixed, other people's keyboard shortcuts rely on them. */
export namespace CommandIDs {
  /** Run the active cell under profilers: `{profilers?: string[], options?: object}`. */
  export const run = 'cell-profiler:run';
  /** Show or hide the heat in the editors. */
  export const toggleHeat = 'cell-profiler:toggle-heat';
  /** Take the heat of the active notebook's editors away until the next profile. */
  export const clearHeat = 'cell-profiler:clear-heat';
  /** Show the history of runs in the sidebar. */
  export const showHistory = 'cell-profiler:show-history';
  /**
   * Compare runs: `{ids?: string[]}`; without them those that are selected in the
   * history, else the newest two of the active cell.
   */
  export const compare = 'cell-profiler:compare';
  /** Have each run of the active notebook leave a light record, or no more. */
  export const recordEveryCell = 'cell-profiler:record-every-cell';
  /** Rank the cells of a notebook by time and memory: `{path?: string}`. */
  export const report = 'cell-profiler:report';
  /**
   * Run a Python file under profilers, in a process of its own: `{path?, profilers?,
   * options?, arguments?, directory?, kernel?, stdin?, ask?}`.
   */
  export const runScript = 'cell-profiler:run-script';
  /**
   * Show the line that runs now, of a notebook: `{path?: string}`; without it of the
   * active one.
   */
  export const where = 'cell-profiler:where';
  /** Open a profile that another tool wrote: `{path?: string}`; without it a dialog asks. */
  export const open = 'cell-profiler:open';
  /**
   * Look into what already runs: `{pid?, kernelId?, action?: "where" | "watch" |
   * "record", seconds?}`; without a process the panel is shown.
   */
  export const attach = 'cell-profiler:attach';
}

/** A change of one cell's profile. */
export interface IProfileChange {
  readonly notebook: ISharedNotebook;
  /** The cell whose heat has to be drawn again. */
  readonly cellId: string;
}

/**
 * The profiles that stand in the outputs of the open notebooks.
 *
 * Data goes one way: `collect` writes here what it finds in outputs; `heat` and
 * (later) the history read it.
 */
export interface IProfiles {
  /** Emitted for each cell whose newest profile changed. */
  readonly changed: ISignal<IProfiles, IProfileChange>;

  /**
   * The newest document that says something about the source of a cell: its own
   * profile, or that of another cell which called a function defined in it.
   */
  newest(notebook: ISharedNotebook, cellId: string): ProfileDocument | null;

  /**
   * The newest other run of the same source that has memory of its lines where this
   * document has times, or the other way round; null when there is none. It need not
   * stand in an output any more: a run takes the place of the one before.
   */
  beside(
    notebook: ISharedNotebook,
    document: ProfileDocument
  ): ProfileDocument | null;

  /** Replace what the outputs of `cellId` hold; null when they hold none. */
  set(
    notebook: ISharedNotebook,
    cellId: string,
    document: ProfileDocument | null
  ): void;

  /**
   * Forget the profiles of a notebook, outputs untouched: the editors turn plain
   * until a new document comes.
   */
  clear(notebook: ISharedNotebook): void;

  /**
   * Show an earlier document on a cell again, until a new one of that cell comes or
   * the heat is cleared.
   */
  putBack(
    notebook: ISharedNotebook,
    cellId: string,
    document: ProfileDocument
  ): void;
}

/** What a document says of a file. */
export interface IFileProfile {
  readonly document: ProfileDocument;
  /** Places in `document.files` that are this file, or excerpts of it. */
  readonly files: ReadonlySet<number>;
}

/**
 * The newest profiles of files, by their paths in Jupyter: what colours the editors of
 * files as `IProfiles` does those of cells.
 */
export interface IFileProfiles {
  /** Emitted with the path of each file whose newest profile changed. */
  readonly changed: ISignal<IFileProfiles, string>;
  newest(path: string): IFileProfile | null;
  /** See `IProfiles.beside`. */
  beside(path: string, document: ProfileDocument): ProfileDocument | null;
  /**
   * Tell of a document; an older one than is known changes nothing.
   *
   * @param from - path of the notebook that holds it; empty where it stands in none
   */
  add(document: ProfileDocument, from: string): void;
  /** Show an earlier document again, until a new one comes. */
  putBack(document: ProfileDocument, from: string): void;
  /** Forget what is known of a file, until a new document comes. */
  clear(path: string): void;
}

export const IFileProfiles = new Token<IFileProfiles>(
  'jupyterlab-cell-profiler:IFileProfiles',
  'The newest profiles of files.'
);

/** Knows other runs of what a widget shows. */
export interface INeighbours {
  /** Emitted when there may be others. */
  readonly changed: ISignal<unknown, unknown>;
  /** See `IProfiles.beside`; null outside of notebooks. */
  beside(document: ProfileDocument, from: Element): ProfileDocument | null;
}

export const IProfiles = new Token<IProfiles>(
  'jupyterlab-cell-profiler:IProfiles',
  'The profiles in the outputs of the open notebooks.'
);

/** How the history is. */
export interface IHistoryState {
  /**
   * - `unknown`: not asked yet;
   * - `server`: the server keeps it;
   * - `session`: it lasts as long as the page, the server has no part that keeps it;
   * - `offline`: the server does not answer as it should, runs wait here.
   */
  readonly mode: 'unknown' | 'server' | 'session' | 'offline';
  /** Runs that are not on the server yet. */
  readonly waiting: number;
  /** Runs that could not be kept. */
  readonly lost: number;
  /** What the server says that a person should read. */
  readonly message: string | null;
}

/** Which runs. */
export interface IHistoryFilter {
  /** Words that must all occur. */
  readonly query?: string;
  /** Of this notebook or script only. */
  readonly path?: string;
  /** Profiles, if nobody says, light records, or both. */
  readonly kind?: 'profile' | 'record' | 'all';
}

/** Which runs go into a file: these, or all that a filter lets through. */
export type IArchived = { readonly ids: readonly string[] } | IHistoryFilter;

/** Every run, from all notebooks, kept by the server extension. */
export interface IHistory {
  /** What is known of the newest runs, without a gap, the newest first. */
  readonly runs: readonly IRunSummary[];
  /** Light records since the page was opened; they are not among `runs`. */
  readonly records: readonly IRunSummary[];
  /** The run before of the same cell under the same profilers, by id. */
  readonly before: ReadonlyMap<string, IRunSummary>;
  /** How many runs there are, also those that are not known yet. */
  readonly total: number;
  readonly state: IHistoryState;
  /** Emitted when anything of it changed. */
  readonly changed: ISignal<IHistory, void>;
  /** Emitted with the id of each run that the server has kept from now on. */
  readonly kept: ISignal<IHistory, string>;
  /** Keep a finished run; once for an id, however often it is told. */
  add(document: ProfileDocument): void;
  /**
   * Keep a run that a person gives, also one that was deleted before.
   *
   * @returns its id in the history
   * @throws Error with a sentence when it cannot be kept
   */
  take(document: ProfileDocument): Promise<string>;
  /** What is known of a run; null when nothing is, or it was deleted. */
  find(id: string): IRunSummary | null;
  /** The document of a run; rejected with a sentence when it cannot be had. */
  get(id: string): Promise<ProfileDocument>;
  rename(id: string, name: string | null): Promise<void>;
  pin(id: string, pinned: boolean): Promise<void>;
  remove(id: string): Promise<void>;
  /** Take a `remove` back. */
  restore(id: string): Promise<void>;
  /** Ask the server what is new. */
  refresh(): Promise<void>;
  /** Have the next part of `runs`. */
  more(): Promise<void>;
  /** A part of the runs that the server finds; rejected when it cannot be asked. */
  search(
    filter: IHistoryFilter,
    offset: number
  ): Promise<{ readonly runs: readonly IRunSummary[]; readonly total: number }>;
  /** A zip file of runs that are on the server. */
  archive(which: IArchived): Promise<Blob>;
}

export const IHistory = new Token<IHistory>(
  'jupyterlab-cell-profiler:IHistory',
  'Every run, from all notebooks.'
);

/** Leads from a run to its comparison with the run before. */
export interface IComparisons {
  /** Emitted when there may be another run before. */
  readonly changed: ISignal<unknown, unknown>;
  /** Whether there is a run before this one of the same cell under the same profilers. */
  canCompare(document: ProfileDocument): boolean;
  compare(document: ProfileDocument): void;
}

/** A place in a source file or a cell. */
export interface ISourceLocation {
  /** Cell of the notebook, if the file is a cell. */
  readonly cellId?: string;
  /** Path as the document has it, if the file is no cell. */
  readonly path: string;
  /** 1-based. */
  readonly line: number;
  /** What the document is of: paths may be relative to a script. */
  readonly target?: { readonly kind: string; readonly path?: string };
}

/** Shows a place of a profile where a person can work on it. */
export interface INavigator {
  /** Whether `open` can show this place, seen from the widget that holds the profile. */
  canOpen(location: ISourceLocation, from: Element): boolean;
  /** Reveal the line in the notebook's cell, or open the file there. */
  open(location: ISourceLocation, from: Element): Promise<void>;
  /**
   * Show a cell of a notebook, which is opened if it is not. Where that cannot be
   * done the person is told why.
   *
   * @param line - 1-based, to put the cursor at; without it the cell is selected
   * @returns whether the cell is shown
   */
  showCell(path: string, cellId: string, line?: number): Promise<boolean>;
  /**
   * Open a file in its editor. Where that cannot be done the person is told why.
   *
   * @returns whether it is shown
   */
  showFile(path: string): Promise<boolean>;
}

/** Options of profilers, by the name of the profiler. */
export type IProfilerOptions = {
  readonly [profiler: string]: {
    readonly [option: string]: boolean | number | string;
  };
};

/** Runs the cell or script of a profile once more, under another profiler. */
export interface IRerun {
  /**
   * Whether `profileAgain` can run what the document is about: a cell of the notebook
   * that holds the profile, unchanged since, or a script.
   */
  canRun(document: ProfileDocument, from: Element): boolean;
  /** Whether `profileLines` can run it: a cell. */
  canRunLines(document: ProfileDocument, from: Element): boolean;
  /**
   * Profile the lines of a function, in a run of the same cell.
   *
   * @param name - qualified name of the function, as the document has it
   * @param place - where it begins, if that is not in a cell
   */
  profileLines(
    document: ProfileDocument,
    name: string,
    place: { readonly path: string; readonly line: number } | null,
    from: Element
  ): Promise<void>;
  /**
   * Run the same cell or script under other profilers, with options of each by its
   * name. Of a script the person is asked how.
   */
  profileAgain(
    document: ProfileDocument,
    profilers: readonly string[],
    options: IProfilerOptions | undefined,
    from: Element
  ): Promise<void>;
}

export const IRerun = new Token<IRerun>(
  'jupyterlab-cell-profiler:IRerun',
  'Runs the cell or script of a profile once more, under another profiler.'
);

export const INavigator = new Token<INavigator>(
  'jupyterlab-cell-profiler:INavigator',
  'Shows a place of a profile in the notebook or in a file.'
);
