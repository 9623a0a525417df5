import * as React from 'react';
import type { ILineBlock } from '../lib/lines';
import type { IViewProps } from './view';

/** A line number; a button where the line can be shown. */
export function LineLink({
  block,
  line,
  onOpen,
  canOpen,
  trans
}: Pick<IViewProps, 'onOpen' | 'canOpen' | 'trans'> & {
  readonly block: ILineBlock;
  readonly line: number;
}): JSX.Element {
  const location = { cellId: block.cellId, path: block.path, line };
  if (!onOpen || !canOpen(location)) {
    return <>{line}</>;
  }
  return (
    <button
      type="button"
      className="jp-CellProfiler-lineLink"
      aria-label={trans.__('Go to line %1', line)}
      title={trans.__('Go to this line')}
      onClick={() => onOpen(location)}
    >
      {line}
    </button>
  );
}
