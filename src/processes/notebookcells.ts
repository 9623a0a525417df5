import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { IKnownCells, ITarget } from '../lib/processes/types';
import { cellsOf } from './cells';

/**
 * The code cells of the open notebook that uses a kernel, as they are now.
 *
 * @returns null for what is no kernel, or one without an open notebook
 */
export function knownCells(
  tracker: Pick<INotebookTracker, 'find'>,
  target: ITarget
): IKnownCells | null {
  const panel = panelOf(tracker, target);
  return panel ? cellsOf(panel) : null;
}

/** The place of a cell in the open notebook that uses a kernel, from 1 on. */
export function positionOf(
  tracker: Pick<INotebookTracker, 'find'>,
  target: ITarget,
  cellId: string
): number | null {
  const cells = [...(panelOf(tracker, target)?.model?.cells ?? [])];
  const index = cells.findIndex(({ id }) => id === cellId);
  return index < 0 ? null : index + 1;
}

function panelOf(
  tracker: Pick<INotebookTracker, 'find'>,
  target: ITarget
): NotebookPanel | undefined {
  return target.kind === 'kernel'
    ? tracker.find(
        ({ sessionContext }) =>
          sessionContext.session?.kernel?.id === target.kernelId
      )
    : undefined;
}
