import type { Outbox } from './outbox';

/**
 * The ids of the runs that were met, so that a notebook that is opened again does not
 * tell the server of thousands that it has.
 */
export class KnownRuns {
  constructor(private readonly _outbox: Pick<Outbox, 'known' | 'remember'>) {}

  /** Take up what earlier pages have delivered. */
  async load(): Promise<void> {
    (await this._outbox.known()).forEach(id => this._onServer.add(id));
  }

  /** Meet a run; false when it was met on this page before. */
  meet(id: string): boolean {
    const isNew = !this._met.has(id);
    this._met.add(id);
    return isNew;
  }

  /** Whether the server has it, or had: what it has forgotten is not told again. */
  isOnServer(id: string): boolean {
    return this._onServer.has(id);
  }

  /** The server has it now. */
  deliver(id: string): void {
    this._onServer.add(id);
    this._outbox.remember(this._onServer);
  }

  /** Another server at the same address, or one that lost its store. */
  forget(): void {
    if (this._onServer.size > 0) {
      this._onServer.clear();
      this._outbox.remember(this._onServer);
    }
  }

  private readonly _met = new Set<string>();
  private readonly _onServer = new Set<string>();
}
