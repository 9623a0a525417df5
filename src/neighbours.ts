import type { INotebookTracker } from '@jupyterlab/notebook';
import type { ISignal } from '@lumino/signaling';
import type { ProfileDocument } from './document';
import type { INeighbours, IProfiles } from './tokens';

/** Other runs of the same source, for the notebook that a widget stands in. */
export class Neighbours implements INeighbours {
  constructor(
    private readonly _tracker: INotebookTracker,
    private readonly _profiles: IProfiles
  ) {}

  get changed(): ISignal<unknown, unknown> {
    return this._profiles.changed;
  }

  beside(document: ProfileDocument, from: Element): ProfileDocument | null {
    const panel = this._tracker.find(({ node }) => node.contains(from));
    const notebook = panel?.context.model.sharedModel;
    return notebook ? this._profiles.beside(notebook, document) : null;
  }
}
