import * as React from 'react';
import type { ILineBlock } from '../lib/lines';
import type { IViewProps } from './view';

/**
 * A line number, or what else a place is called; a button where it can be shown.
 */
export function LineLink({
  block,
  line,
  label,
  onOpen,
  canOpen,
  trans
}: Pick<IViewProps, 'onOpen' | 'canOpen' | 'trans'> & {
  readonly block: Pick<ILineBlock, 'cellId' | 'path'>;
  readonly line: number;
  /** Stands in place of the line number. */
  readonly label?: string;
}): JSX.Element {
  const location = { cellId: block.cellId, path: block.path, line };
  if (!onOpen || !canOpen(location)) {
    return <>{label ?? line}</>;
  }
  return (
    <button
      type="button"
      className="jp-CellProfiler-lineLink"
      aria-label={
        label === undefined
          ? trans.__('Go to line %1', line)
          : trans.__('Go to %1', label)
      }
      title={trans.__('Go to this line')}
      onClick={() => onOpen(location)}
    >
      {label ?? line}
    </button>
  );
}
