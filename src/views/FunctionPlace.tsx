import * as React from 'react';
import type { ICallFunction } from '../lib/calls';
import { placeOf } from '../lib/calls';
import { LineLink } from './LineLink';
import { cut } from './text';
import type { IViewProps } from './view';

/** Where a function stands: a button where that can be shown. */
export function FunctionPlace({
  row,
  strip,
  onOpen,
  canOpen,
  trans
}: Pick<IViewProps, 'onOpen' | 'canOpen' | 'trans'> & {
  readonly row: ICallFunction;
  /** Leave out folders. */
  readonly strip: boolean;
}): JSX.Element | null {
  const place = placeOf(row, strip);
  if (row.path === null || place === null) {
    return row.origin === 'folded' ? null : (
      <span className="jp-CellProfiler-where">{trans.__('built-in')}</span>
    );
  }
  return (
    <span
      className="jp-CellProfiler-where"
      onClick={event => {
        // The row would take it as a selection.
        if ((event.target as Element).closest('button')) {
          event.stopPropagation();
        }
      }}
      title={cut(`${row.path}:${row.line}`)}
    >
      {row.line > 0 ? (
        <LineLink
          block={{ path: row.path, cellId: row.cellId }}
          line={row.line}
          label={cut(place, 160)}
          onOpen={onOpen}
          canOpen={canOpen}
          trans={trans}
        />
      ) : (
        cut(place, 160)
      )}
    </span>
  );
}
