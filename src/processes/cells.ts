import type { NotebookPanel } from '@jupyterlab/notebook';
import type { IKnownCells } from '../lib/processes/types';

/** The code cells of an open notebook, so that frames in them can be named. */
export function cellsOf({ context, model }: NotebookPanel): IKnownCells {
  const cells = model?.sharedModel.cells ?? [];
  return {
    path: context.localPath,
    cells: cells
      .filter(({ cell_type }) => cell_type === 'code')
      .map(cell => [cell.id, cell.getSource()] as const)
  };
}
