import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { ProfileDocument } from '../document';
import type { IRunSummary } from '../lib/history';
import { inserted, merged, runsBefore, summaryOf } from '../lib/history';
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
import type { Outbox } from './outbox';

/** Runs of a first page, and of the next ones. */
const FIRST_PAGE = 200;
const NEXT_PAGE = 1000;

/** Light records that are known here, at most: the oldest give way. */
const MOST_RECORDS = 20_000;

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
    this._outbox = options.outbox;
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
    this._runs = this._runs ?? merged([...this._locals.values()], this._server);
    return this._runs;
  }

  get records(): readonly IRunSummary[] {
    return [...this._records.values()];
  }

  get before(): ReadonlyMap<string, IRunSummary> {
    this._before = this._before ?? runsBefore(this.runs);
    return this._before;
  }

  get total(): number {
    return this._hasMore
      ? this._serverTotal + this._locals.size
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
    const { id, live, profilers } = document;
    if (!live && profilers.length === 0) {
      this._addRecord(document);
    } else if (!live && this._isOn() && !this._known.has(id)) {
      this._known.add(id);
      void this._ready.then(() => {
        if (!this._onServer.has(id)) {
          this._addLocal(document);
        }
      });
    }
  }

  async take(document: ProfileDocument): Promise<void> {
    const { id, profilers } = document;
    if (profilers.length === 0 && this._delivery.mode === 'session') {
      this._addRecord(document);
      return;
    }
    this._known.add(id);
    if (this._delivery.mode === 'session') {
      this._addLocal(document);
      return;
    }
    try {
      const { isNew, summary } = await this._client.post(document);
      this._removed.delete(id);
      // One that was deleted stays deleted, unless somebody says so.
      this._insert(isNew ? summary : await this._client.restore(id));
      this._remember(id);
    } catch (reason) {
      const error = HistoryError.of(reason);
      if (!error.isMissing) {
        throw error;
      }
      this._delivery.fail(error);
      this._addLocal(document);
    }
  }

  find(id: string): IRunSummary | null {
    this._byId = this._byId ?? new Map(this.runs.map(run => [run.id, run]));
    return (
      this._byId.get(id) ?? this._found.get(id) ?? this._records.get(id) ?? null
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
    this._locals.delete(id);
    this._found.delete(id);
    this._records.delete(id);
    this._server = this._server.filter(run => run.id !== id);
    this._serverTotal -= document ? 0 : 1;
    this._delivery.drop(id);
    this._update();
  }

  async restore(id: string): Promise<void> {
    const removed = this._removed.get(id);
    this._removed.delete(id);
    if (removed?.document && removed.summary) {
      this._locals.set(id, removed.summary);
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
    if (!this._hasMore) {
      return;
    }
    const offset = this._server.length;
    const page = await this._client.list({}, NEXT_PAGE, offset);
    if (this._server.length !== offset) {
      // Something came or went meanwhile: who wants more asks again.
      return;
    }
    const known = new Set(this._server.map(({ id }) => id));
    const next = page.runs.filter(({ id }) => !known.has(id));
    this._server = [...this._server, ...next];
    // Without this a list that shrinks under our hands would be asked for ever.
    this._serverTotal = next.length > 0 ? page.total : this._server.length;
    this._update();
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

  private get _hasMore(): boolean {
    return this._server.length < this._serverTotal;
  }

  private async _load(): Promise<void> {
    (await this._outbox.known()).forEach(id => this._onServer.add(id));
    await this._delivery.load();
    this._delivery.documents.forEach(document => {
      const summary = summaryOf(document, new Date());
      this._known.add(document.id);
      (summary.record ? this._records : this._locals).set(document.id, summary);
    });
    this._update();
  }

  /** Known here whatever becomes of it: the report of this page has it anyway. */
  private _addRecord(document: ProfileDocument): void {
    const { id } = document;
    if (this._known.has(id)) {
      return;
    }
    this._known.add(id);
    this._records.set(id, summaryOf(document, new Date()));
    if (this._records.size > MOST_RECORDS) {
      this._records.delete(this._records.keys().next().value!);
    }
    if (this._isOn()) {
      this._delivery.add(document);
    }
    this._update();
  }

  private _addLocal(document: ProfileDocument): void {
    const { id } = document;
    this._removed.delete(id);
    if (!this._locals.has(id)) {
      this._locals.set(id, summaryOf(document, new Date()));
      this._delivery.add(document);
    }
  }

  /** Some documents had to give way, or were refused. */
  private _onDelivery({ documents }: Delivery): void {
    this._locals.forEach((_, id) => {
      if (!documents.has(id)) {
        this._locals.delete(id);
      }
    });
    this._update();
  }

  private _onDelivered(_: Delivery, delivered: IDelivered): void {
    const { document, isNew, summary } = delivered;
    const { id } = document;
    if (summary.record) {
      return;
    }
    const local = this._locals.get(id);
    this._locals.delete(id);
    this._remember(id);
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

  /** Put a run into the list where the server has it. */
  private _insert(summary: IRunSummary): void {
    if (summary.record) {
      this._records.set(summary.id, summary);
      this._update();
      return;
    }
    const length = this._server.length;
    this._server = inserted(this._server, summary);
    this._serverTotal += this._server.length - length;
    this._update();
  }

  private async _change(id: string, change: IRunChange): Promise<void> {
    const local = this._locals.get(id);
    if (local) {
      this._locals.set(id, { ...local, ...change });
    } else {
      const summary = await this._client.change(id, change);
      this._server = this._server.map(run => (run.id === id ? summary : run));
      if (this._found.has(id)) {
        this._found.set(id, summary);
      }
    }
    this._update();
  }

  private async _refresh(): Promise<void> {
    await this._ready;
    try {
      const page = await this._client.list({}, FIRST_PAGE, 0);
      this._take(page);
      this._isStale = false;
      this._delivery.resume();
    } catch (reason) {
      this._isStale = true;
      this._delivery.fail(HistoryError.of(reason));
    }
    this._update();
  }

  /** Put the newest runs in front of those that are known. */
  private _take({ runs, store, total }: IRunPage): void {
    const ids = new Set(runs.map(({ id }) => id));
    const last = runs[runs.length - 1]?.id;
    const from = this._server.findIndex(({ id }) => id === last);
    const rest =
      from < 0
        ? []
        : this._server.slice(from + 1).filter(({ id }) => !ids.has(id));
    // Runs that went elsewhere: the rest is asked for again when it is needed.
    const isStale = runs.length + rest.length > total;
    this._server = isStale ? runs : [...runs, ...rest];
    this._serverTotal = total;
    this._message = store.message;
    if (total === 0 && this._onServer.size > 0) {
      // Another server at the same address, or one that lost its store.
      this._onServer.clear();
      this._outbox.remember(this._onServer);
    }
  }

  private _remember(id: string): void {
    this._onServer.add(id);
    this._outbox.remember(this._onServer);
  }

  private _update(): void {
    this._runs = null;
    this._byId = null;
    this._before = null;
    if (!this.isDisposed) {
      this._changed.emit();
    }
  }

  private readonly _client: HistoryClient;
  private readonly _outbox: Outbox;
  private readonly _isOn: () => boolean;
  private readonly _trans: TranslationBundle;
  private readonly _delivery: Delivery;
  private readonly _ready: Promise<void>;
  private readonly _changed = new Signal<this, void>(this);
  private readonly _kept = new Signal<this, string>(this);
  /** Ids that were told here; told again they are nothing new. */
  private readonly _known = new Set<string>();
  /** Ids that the server has, or had: what it has forgotten is not told again. */
  private readonly _onServer = new Set<string>();
  /** The newest runs that the server has, without a gap. */
  private _server: readonly IRunSummary[] = [];
  private _serverTotal = 0;
  private _message: string | null = null;
  /** What is not on the server. */
  private readonly _locals = new Map<string, IRunSummary>();
  /** Light records of this page. */
  private readonly _records = new Map<string, IRunSummary>();
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
  /** Made when they are asked for. */
  private _runs: readonly IRunSummary[] | null = null;
  private _byId: ReadonlyMap<string, IRunSummary> | null = null;
  private _before: ReadonlyMap<string, IRunSummary> | null = null;
}
