import type { ICellModel, ICodeCellModel } from '@jupyterlab/cells';
import type {
  INotebookModel,
  INotebookTracker,
  NotebookPanel
} from '@jupyterlab/notebook';
import type { IOutputModel } from '@jupyterlab/rendermime';
import { JSONExt, type ReadonlyPartialJSONValue } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ProfileDocument } from './document';
import { readDocument, type ReadResult } from './lib/validate';
import { adopted, placed } from './placing';
import {
  MIME_TYPE,
  type IFileProfiles,
  type IHistory,
  type IProfiles
} from './tokens';

type Outputs = ICodeCellModel['outputs'];
type OutputsChange = Parameters<
  Parameters<Outputs['changed']['connect']>[0]
>[1];

/**
 * Bring the profiles in the outputs of all open notebooks into `profiles`, and each
 * finished one into the history.
 *
 * It works on models and never on widgets: in a windowed notebook most cells have
 * no output area, and a notebook without profiles pays for one signal per cell.
 *
 * @param files - told of what documents say of files
 * @returns ends the watch when disposed; what was collected stays
 */
export function collect(
  tracker: INotebookTracker,
  profiles: IProfiles,
  history: Pick<IHistory, 'add' | 'get'> | null = null,
  files: Pick<IFileProfiles, 'add'> | null = null
): IDisposable {
  return new Collector(tracker, profiles, history, files);
}

class Collector implements IDisposable {
  constructor(
    tracker: INotebookTracker,
    private readonly _profiles: IProfiles,
    private readonly _history: Pick<IHistory, 'add' | 'get'> | null,
    private readonly _files: Pick<IFileProfiles, 'add'> | null
  ) {
    tracker.forEach(panel => this._onWidgetAdded(tracker, panel));
    tracker.widgetAdded.connect(this._onWidgetAdded, this);
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    Signal.clearData(this);
    this._watches.forEach(watch => watch.dispose());
    this._watches.clear();
    this._panels.clear();
  }

  private _onWidgetAdded(_: INotebookTracker, panel: NotebookPanel): void {
    if (this._panels.has(panel)) {
      return;
    }
    // Two views of one notebook share its model.
    const model = panel.context.model;
    this._panels.set(panel, model);
    if (!this._watches.has(model)) {
      this._watches.set(
        model,
        new NotebookWatch(
          model,
          this._profiles,
          (document, cellId) =>
            this._history?.add(
              placed(document, panel.context.localPath, cellId)
            ),
          async id => (await this._history?.get(id)) ?? null,
          document => this._files?.add(document, panel.context.localPath)
        )
      );
    }
    panel.disposed.connect(this._onPanelDisposed, this);
  }

  private _onPanelDisposed(panel: NotebookPanel): void {
    const model = this._panels.get(panel);
    this._panels.delete(panel);
    if (model && ![...this._panels.values()].includes(model)) {
      this._watches.get(model)?.dispose();
      this._watches.delete(model);
    }
  }

  private _isDisposed = false;
  private readonly _panels = new Map<NotebookPanel, INotebookModel>();
  private readonly _watches = new Map<INotebookModel, NotebookWatch>();
}

/** What is known of one code cell. */
interface IFound {
  /** The cell's id; a cell that was deleted does not tell it any more. */
  readonly id: string;
  readonly outputs: Outputs;
  /** The JSON in the output; undefined when it holds no profile. */
  raw?: unknown;
}

/** Watches the outputs of one notebook. */
class NotebookWatch implements IDisposable {
  constructor(
    private readonly _model: INotebookModel,
    private readonly _profiles: IProfiles,
    private readonly _onRun: (
      document: ProfileDocument,
      cellId: string
    ) => void,
    private readonly _whole: (id: string) => Promise<ProfileDocument | null>,
    private readonly _onDocument: (document: ProfileDocument) => void
  ) {
    for (const cell of _model.cells) {
      this._addCell(cell);
    }
    _model.cells.changed.connect(this._onCellsChanged, this);
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    Signal.clearData(this);
    this._found.clear();
    this._byOutputs.clear();
  }

  private _onCellsChanged(
    _: unknown,
    change: { readonly newValues: readonly (ICellModel | undefined)[] }
  ): void {
    // Cells that go are not in the change (they are disposed by then): their
    // own signal tells.
    change.newValues.forEach(cell => cell && this._addCell(cell));
  }

  private _addCell(cell: ICellModel): void {
    if (cell.type !== 'code') {
      return;
    }
    const { id, outputs } = cell as ICodeCellModel;
    if (this._byOutputs.has(outputs)) {
      return;
    }
    const found: IFound = { id, outputs };
    this._found.set(id, found);
    this._byOutputs.set(outputs, found);
    outputs.changed.connect(this._onOutputsChanged, this);
    cell.sharedModel.disposed.connect(() => {
      this._byOutputs.delete(outputs);
      // A cell that is moved or changes its type is a new model with the same
      // id, and that may have come first.
      if (this._found.get(id) === found) {
        this._found.delete(id);
        this._tell(id, null);
      }
    }, this);
    this._scan(found);
    for (let i = 0; i < outputs.length; i++) {
      this._tellRun(outputs.get(i), id);
    }
  }

  private _onOutputsChanged(outputs: Outputs, change: OutputsChange): void {
    const found = this._byOutputs.get(outputs);
    // A cell that prints much must not be searched through for each line.
    if (
      found &&
      (found.raw !== undefined ||
        change.newValues.some(output => rawProfile(output) !== undefined))
    ) {
      this._scan(found);
      change.newValues.forEach(output => this._tellRun(output, found.id));
    }
  }

  /** Tell of a finished run once; a cell may have several, from magics. */
  private _tellRun(output: IOutputModel, cellId: string): void {
    const raw = rawProfile(output);
    const id = idOf(raw);
    if (raw === undefined || this._told.has(id)) {
      return;
    }
    const read = this._read(raw);
    if ('document' in read && !read.document.live && !read.document.summary) {
      this._told.add(id);
      // With sections that only a newer version can show.
      this._onRun(raw as ProfileDocument, cellId);
    }
  }

  /** Find the last profile in the outputs of a cell. */
  private _scan(found: IFound): void {
    const { outputs, id } = found;
    let raw: unknown;
    for (let i = outputs.length - 1; i >= 0 && raw === undefined; i--) {
      raw = rawProfile(outputs.get(i));
    }
    if (raw === found.raw || (raw !== undefined && isSame(raw, found.raw))) {
      // Outputs are built anew when a notebook becomes trusted, for instance.
      return;
    }
    const before = found.raw;
    found.raw = raw;
    const read = raw === undefined ? null : this._read(raw);
    if (read && 'document' in read && read.document.summary) {
      if (idOf(before) !== read.document.id) {
        void this._tellWhole(found, read.document);
      }
      return; // What is known of the run is more than what stands here now.
    }
    this._tell(
      id,
      read && 'document' in read ? adopted(read.document, id) : null
    );
  }

  /** Tell the whole of what the notebook has a summary of, or that where it is gone. */
  private async _tellWhole(
    found: IFound,
    summary: ProfileDocument
  ): Promise<void> {
    const { id, raw } = found;
    const whole = await this._whole(summary.id).catch(() => null);
    if (!this._isDisposed && found.raw === raw) {
      this._tell(id, adopted(whole ?? summary, id));
    }
  }

  /** Read what an output holds; the same one is read once. */
  private _read(raw: unknown): ReadResult {
    if (typeof raw !== 'object' || raw === null) {
      return readDocument(raw);
    }
    let read = this._reads.get(raw);
    if (!read) {
      read = readDocument(raw);
      this._reads.set(raw, read);
    }
    return read;
  }

  private _tell(cellId: string, document: ProfileDocument | null): void {
    this._profiles.set(this._model.sharedModel, cellId, document);
    if (document) {
      this._onDocument(document);
    }
  }

  private _isDisposed = false;
  private readonly _found = new Map<string, IFound>();
  private readonly _reads = new WeakMap<object, ReadResult>();
  /** Ids of the runs that were told. */
  private readonly _told = new Set<unknown>();
  private readonly _byOutputs = new Map<Outputs, IFound>();
}

/** The profile in an output, not yet validated; undefined when there is none. */
function rawProfile(output: IOutputModel): unknown {
  switch (output.type) {
    case 'display_data':
    case 'execute_result':
    case 'update_display_data': {
      // Not `output.data`, which copies every image beside it.
      const data = output.toJSON().data;
      return typeof data === 'object' && data !== null
        ? (data as Record<string, unknown>)[MIME_TYPE]
        : undefined;
    }
    default:
      return undefined;
  }
}

function isSame(one: unknown, other: unknown): boolean {
  return (
    other !== undefined &&
    // Ids differ between runs, so that two runs are not compared in depth.
    idOf(one) === idOf(other) &&
    JSONExt.deepEqual(
      one as ReadonlyPartialJSONValue,
      other as ReadonlyPartialJSONValue
    )
  );
}

function idOf(raw: unknown): unknown {
  return typeof raw === 'object' && raw !== null
    ? (raw as Record<string, unknown>).id
    : raw;
}
