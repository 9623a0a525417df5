import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { ProfileDocument } from '../document';
import type { IRunSummary } from '../lib/history';
import { merged } from '../lib/history';
import { readDocument } from '../lib/validate';
import type {
  IArchived,
  IHistory,
  IHistoryFilter,
  IHistoryState
} from '../tokens';
import { problemText } from '../views/Problem';
import type { HistoryClient, IRunChange, IRunPage } from './client';
import { HistoryError } from './client';
import type { IDelivered } from './delivery';
import { Delivery } from './delivery';
import { KnownRuns } from './known';
import { LocalRuns } from './localruns';
import type { Outbox } from './outbox';
import { Records } from './records';
import { RunIndex } from './runindex';
import { FIRST_PAGE, NEXT_PAGE, ServerList } from './serverlist';
import { takeToServer } from './take';

/** What a history works with. */
export interface IHistoryOptions {
  readonly client: HistoryClient;
  readonly outbox: Outbox;
  /** Whether new runs are kept. */
  readonly isOn: () => boolean;
  readonly trans: TranslationBundle;
}

/**
 * The runs that the server knows, as one list with those that are not there yet or,
 * where the server keeps none, never will be.
 */
export class History implements IHistory, IDisposable {
  constructor(options: IHistoryOptions) {
    this._client = options.client;
    this._known = new KnownRuns(options.outbox);
    this._server = new ServerList(options.client);
    this._isOn = options.isOn;
    this._trans = options.trans;
    this._delivery = new Delivery(options.client, options.outbox);
    this._delivery.changed.connect(this._onDelivery, this);
    this._delivery.delivered.connect(this._onDelivered, this);
    this._ready = this._load();
  }

  get isDisposed(): boolean {
    return this._delivery.isDisposed;
  }

  dispose(): void {
    this._delivery.dispose();
    Signal.clearData(this);
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get kept(): ISignal<this, string> {
    return this._kept;
  }

  get runs(): readonly IRunSummary[] {
    return this._index.runs;
  }

  get records(): readonly IRunSummary[] {
    return this._records.all;
  }

  get before(): ReadonlyMap<string, IRunSummary> {
    return this._index.before;
  }

  get total(): number {
    return this._server.hasMore
      ? this._server.total + this._locals.size
      : this.runs.length;
  }

  get state(): IHistoryState {
    const { documents, lost, mode, problem } = this._delivery;
    return {
      mode,
      waiting: documents.size,
      lost,
      message: problem ?? this._message
    };
  }

  add(document: ProfileDocument): void {
    const { id, live, profilers, summary } = document;
    if (live || summary) {
      return;
    }
    if (profilers.length === 0) {
      if (this._known.meet(id)) {
        this._addRecord(document);
      }
    } else if (this._isOn() && this._known.meet(id)) {
      void this._ready.then(() => {
        if (!this._known.isOnServer(id)) {
          this._addLocal(document);
        }
      });
    }
  }

  async take(document: ProfileDocument): Promise<string> {
    this._known.meet(document.id);
    if (this._delivery.mode === 'session') {
      this._addLocal(document);
      return document.id;
    }
    try {
      const kept = await takeToServer(document, this._client);
      this._removed.delete(kept.id);
      this._known.deliver(kept.id);
      this._insert(kept);
      return kept.id;
    } catch (reason) {
      const error = HistoryError.of(reason);
      if (!error.isMissing) {
        throw error;
      }
      this._delivery.fail(error);
      this._addLocal(document);
      return document.id;
    }
  }

  find(id: string): IRunSummary | null {
    return (
      this._index.find(id) ?? this._found.get(id) ?? this._records.find(id)
    );
  }

  async get(id: string): Promise<ProfileDocument> {
    const local = this._delivery.documents.get(id);
    if (local) {
      return local;
    }
    const read = readDocument(await this._client.get(id));
    if ('problem' in read) {
      throw new Error(problemText(read.problem, this._trans));
    }
    return read.document;
  }

  rename(id: string, name: string | null): Promise<void> {
    return this._change(id, { name });
  }

  pin(id: string, pinned: boolean): Promise<void> {
    return this._change(id, { pinned });
  }

  async remove(id: string): Promise<void> {
    const summary = this.find(id);
    const document = this._delivery.documents.get(id);
    if (!document) {
      await this._client.remove(id);
    }
    this._removed.set(id, { document, summary });
    this._locals.remove(id);
    this._found.delete(id);
    this._records.remove(id);
    if (document) {
      this._delivery.drop(id);
    } else if (!summary?.record) {
      this._server.remove(id);
    }
    this._update();
  }

  async restore(id: string): Promise<void> {
    const removed = this._removed.get(id);
    this._removed.delete(id);
    if (removed?.document && removed.summary) {
      this._locals.putBack(removed.summary);
      this._delivery.add(removed.document);
    } else {
      this._insert(await this._client.restore(id));
    }
  }

  refresh(): Promise<void> {
    this._refreshing =
      this._refreshing ??
      this._refresh().finally(() => {
        this._refreshing = null;
      });
    return this._refreshing;
  }

  async more(): Promise<void> {
    if (this._server.hasMore) {
      await this._server.more();
      this._update();
    }
  }

  async search(filter: IHistoryFilter, offset: number): Promise<IRunPage> {
    const limit = offset === 0 ? FIRST_PAGE : NEXT_PAGE;
    const page = await this._client.list(filter, limit, offset);
    page.runs.forEach(run => this._found.set(run.id, run));
    return page;
  }

  archive(which: IArchived): Promise<Blob> {
    return this._client.archive(which);
  }

  private async _load(): Promise<void> {
    await this._known.load();
    await this._delivery.load();
    this._delivery.documents.forEach(document => {
      this._known.meet(document.id);
      this._locals.put(document);
    });
    this._update();
  }

  /** It is known here also where nothing is kept. */
  private _addRecord(document: ProfileDocument): void {
    this._locals.put(document);
    if (this._isOn()) {
      this._delivery.add(document);
    }
    this._update();
  }

  private _addLocal(document: ProfileDocument): void {
    const { id, profilers } = document;
    this._removed.delete(id);
    if (profilers.length === 0) {
      this._addRecord(document);
    } else if (!this._locals.get(id)) {
      this._locals.put(document);
      this._delivery.add(document);
    }
  }

  /** Some documents had to give way, or were refused. */
  private _onDelivery({ documents }: Delivery): void {
    this._locals.keepOnly(documents);
    this._update();
  }

  private _onDelivered(_: Delivery, delivered: IDelivered): void {
    const { document, isNew, summary } = delivered;
    const { id } = document;
    if (summary.record) {
      return;
    }
    const local = this._locals.get(id);
    this._locals.remove(id);
    this._known.deliver(id);
    if (this._removed.has(id)) {
      // Deleted while it was on its way.
      this._removed.set(id, { summary });
      void this._client.remove(id).catch(() => undefined);
      return;
    }
    this._kept.emit(id);
    if (isNew) {
      this._insert(summary);
    }
    if (!isNew || this._isStale) {
      // Told by another page before, or deleted long ago: the server knows.
      void this.refresh();
    }
    if (local && (local.name !== null || local.pinned)) {
      const { name, pinned } = local;
      void this._change(id, { name, pinned }).catch(() => undefined);
    }
  }

  private _insert(summary: IRunSummary): void {
    if (summary.record) {
      this._records.put(summary);
    } else {
      this._server.insert(summary);
    }
    this._update();
  }

  private async _change(id: string, change: IRunChange): Promise<void> {
    if (!this._locals.change(id, change)) {
      const summary = await this._client.change(id, change);
      this._server.replace(summary);
      if (this._found.has(id)) {
        this._found.set(id, summary);
      }
    }
    this._update();
  }

  private async _refresh(): Promise<void> {
    await this._ready;
    try {
      this._message = (await this._server.refresh()).message;
      if (this._server.total === 0) {
        this._known.forget();
      }
      this._isStale = false;
      this._delivery.resume();
    } catch (reason) {
      this._isStale = true;
      this._delivery.fail(HistoryError.of(reason));
    }
    this._update();
  }

  private _update(): void {
    this._index.clear();
    if (!this.isDisposed) {
      this._changed.emit();
    }
  }

  private readonly _client: HistoryClient;
  private readonly _isOn: () => boolean;
  private readonly _trans: TranslationBundle;
  private readonly _delivery: Delivery;
  private readonly _ready: Promise<void>;
  private readonly _changed = new Signal<this, void>(this);
  private readonly _kept = new Signal<this, string>(this);
  private readonly _known: KnownRuns;
  private readonly _server: ServerList;
  private _message: string | null = null;
  private readonly _records = new Records();
  private readonly _locals = new LocalRuns(this._records);
  private readonly _index = new RunIndex(() =>
    merged(this._locals.all, this._server.runs)
  );
  /** What a search has found. */
  private readonly _found = new Map<string, IRunSummary>();
  private readonly _removed = new Map<
    string,
    {
      readonly summary: IRunSummary | null;
      readonly document?: ProfileDocument;
    }
  >();
  /** Whether the last look at the server failed. */
  private _isStale = false;
  private _refreshing: Promise<void> | null = null;
}
