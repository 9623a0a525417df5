import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ProfileDocument } from '../document';
import { isUnchanged } from '../lib/align';
import type { IRunSummary } from '../lib/history';
import { tell, warn } from '../notices';
import type { IProfilerSettings } from '../settings';
import type { IFileProfiles, IHistory, INavigator, IProfiles } from '../tokens';
import type { Places } from './places';

/** Milliseconds in which a delete can be taken back from its notification. */
const UNDO = 15_000;

/** Runs that are compared at once. */
const MOST_COMPARED = 20;

/** What the actions work with. */
export interface IActionOptions {
  readonly history: IHistory;
  readonly places: Places;
  readonly profiles: IProfiles;
  readonly settings: IProfilerSettings;
  readonly navigator: INavigator;
  /** Without it scripts cannot be coloured again. */
  readonly files?: Pick<IFileProfiles, 'putBack'> | null;
  /** Open a run in a tab beside a widget of the main area. */
  readonly open: (id: string, beside: string) => Promise<void>;
  readonly trans: TranslationBundle;
}

/** What a person can do with runs; all say themselves what went wrong. */
export class RunActions {
  constructor(private readonly _options: IActionOptions) {}

  /** Show the cell of a run in its notebook, or its script. */
  async showCell({ cellId, kind, path }: IRunSummary): Promise<boolean> {
    if (path !== null && kind === 'script') {
      return this._options.navigator.showFile(path);
    }
    return path !== null && cellId !== null
      ? this._options.navigator.showCell(path, cellId)
      : false;
  }

  /**
   * Show the heat of a run on its cell again; when the cell has changed since, show
   * the run with its own source beside the notebook instead.
   */
  async putBack(run: IRunSummary): Promise<void> {
    const { open, places, profiles, trans } = this._options;
    const { cellId, id, path } = run;
    const document = await this._try(this._options.history.get(id));
    if (document && run.kind === 'script') {
      if (await this.showCell(run)) {
        this._options.files?.putBack(document, '');
        this._tellPutBack(
          trans.__('The run is shown in its script until the next one comes.')
        );
      }
      return;
    }
    if (!document || cellId === null || !(await this.showCell(run))) {
      return;
    }
    const panel = places.notebook(path);
    const notebook = panel?.model?.sharedModel;
    const text = places.source(path, cellId);
    if (!panel || !notebook || text === null) {
      return;
    }
    if (!isOf(document, cellId, text)) {
      await open(id, panel.id);
      tell(
        trans.__(
          'The cell has changed since this run: the run is shown beside the notebook, with the source that it had.'
        )
      );
      return;
    }
    profiles.putBack(notebook, cellId, document);
    this._tellPutBack(
      trans.__('The run is shown on its cell until the next one comes.')
    );
  }

  private _tellPutBack(message: string): void {
    const { settings, trans } = this._options;
    tell(
      settings.values.heat
        ? message
        : trans.__(
            'The run is put back, but heat is hidden: choose “Show Heat” to see it.'
          )
    );
  }

  async rename(id: string, name: string): Promise<void> {
    await this._try(this._options.history.rename(id, name.trim() || null));
  }

  /** Pin runs, or take the pins away when all have one. */
  async pin(runs: readonly IRunSummary[]): Promise<void> {
    const pinned = !runs.every(run => run.pinned);
    for (const { id } of runs.filter(run => run.pinned !== pinned)) {
      if (!(await this._isDone(this._options.history.pin(id, pinned)))) {
        break;
      }
    }
  }

  /** Delete runs; the notification takes it back. */
  async remove(runs: readonly IRunSummary[]): Promise<void> {
    const { history, trans } = this._options;
    const removed: string[] = [];
    for (const { id } of runs) {
      if (!(await this._isDone(history.remove(id)))) {
        break;
      }
      removed.push(id);
    }
    if (removed.length > 0) {
      Notification.emit(
        trans._n(
          'One run was deleted.',
          '%1 runs were deleted.',
          removed.length
        ),
        'default',
        {
          autoClose: UNDO,
          actions: [
            {
              label: trans.__('Undo'),
              caption: trans.__('Take the delete back'),
              callback: () => void this._restore(removed)
            }
          ]
        }
      );
    }
  }

  /**
   * Which runs to compare; a single one is compared with the one before.
   *
   * @returns null when there are not two, or too many
   */
  comparable(ids: readonly string[]): readonly string[] | null {
    const all = [...new Set(ids)];
    const before = this._options.history.before.get(all[0]);
    if (all.length === 1 && before) {
      return [before.id, all[0]];
    }
    return all.length < 2 || all.length > MOST_COMPARED ? null : all;
  }

  /** The newest run of the active cell and the one to compare it with. */
  ofActiveCell(): readonly string[] {
    const { history, places } = this._options;
    const active = places.activeCell;
    const own = history.runs.filter(
      ({ cellId, path }) => cellId === active?.cellId && path === active?.path
    );
    const newest = own.find(({ id }) => history.before.has(id)) ?? own[0];
    return history.before.has(newest?.id)
      ? [newest.id]
      : own.slice(0, 2).map(({ id }) => id);
  }

  private async _restore(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      if (!(await this._isDone(this._options.history.restore(id)))) {
        break;
      }
    }
  }

  private async _isDone(action: Promise<void>): Promise<boolean> {
    return (await this._try(action.then(() => true))) ?? false;
  }

  /** @returns null when it failed, and the person was told */
  private async _try<T>(action: Promise<T>): Promise<T | null> {
    try {
      return await action;
    } catch (error) {
      warn(error instanceof Error ? error.message : String(error));
      return null;
    }
  }
}

/** Whether a document speaks of a cell as it is now. */
function isOf(
  { files }: ProfileDocument,
  cellId: string,
  text: string
): boolean {
  const file = files.find(file => file.cellId === cellId);
  return (
    file?.source !== undefined &&
    isUnchanged(text, file.source, file.firstLine ?? 1)
  );
}
