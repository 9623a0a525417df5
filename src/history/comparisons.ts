import type { CommandRegistry } from '@lumino/commands';
import type { ISignal } from '@lumino/signaling';
import type { ProfileDocument } from '../document';
import type { IComparisons, IHistory } from '../tokens';
import { CommandIDs } from '../tokens';

/** The way from a profile in an output to its comparison with the run before. */
export class Comparisons implements IComparisons {
  constructor(
    private readonly _history: IHistory,
    private readonly _commands: CommandRegistry
  ) {}

  get changed(): ISignal<unknown, unknown> {
    return this._history.changed;
  }

  canCompare({ id }: ProfileDocument): boolean {
    if (this._history.state.mode === 'unknown') {
      // Asked for with the first profile, not with the page; comes back by `changed`.
      void this._history.refresh();
    }
    return (
      this._history.before.has(id) &&
      this._commands.hasCommand(CommandIDs.compare)
    );
  }

  compare({ id }: ProfileDocument): void {
    void this._commands.execute(CommandIDs.compare, { ids: [id] });
  }
}
