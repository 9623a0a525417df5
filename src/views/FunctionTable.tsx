import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { nextCallSort } from '../lib/callrows';
import type { ICallFunction } from '../lib/calls';
import type { ISort } from '../lib/sort';
import { formatShare, formatValue } from '../lib/units';
import { Bar, warmth } from './Bar';
import { FunctionPlace } from './FunctionPlace';
import { SortHead } from './SortHead';
import { callsLabel, cut } from './text';
import type { IViewProps } from './view';

interface IFunctionTableProps extends IViewProps {
  /** In the order in which they are drawn; few enough to be drawn. */
  readonly rows: readonly ICallFunction[];
  /** File names without folders. */
  readonly strip: boolean;
  readonly sort: ISort;
  readonly onSort: (sort: ISort) => void;
  /** Index of a function, which may be none of the rows. */
  readonly selected: number | null;
  readonly onSelect: (index: number) => void;
}

/** The functions, as pstats lists them. */
export function FunctionTable(props: IFunctionTableProps): JSX.Element {
  const { onSelect, onSort, rows, selected, sort, trans } = props;
  // The row that Tab goes to: the selected one, or the first.
  const entry = rows.some(({ index }) => index === selected)
    ? selected
    : rows[0]?.index;

  const onKeyDown = (event: React.KeyboardEvent, position: number): void => {
    const next = rowFor(event, position, rows.length);
    if (next === null || event.target !== event.currentTarget) {
      return;
    }
    // JupyterLab would take the key for the notebook, and the page would scroll.
    event.preventDefault();
    event.stopPropagation();
    onSelect(rows[next].index);
    const body = event.currentTarget.parentElement;
    (body?.children[next] as HTMLElement | undefined)?.focus();
  };

  return (
    <div className="jp-CellProfiler-scroll">
      <table
        role="grid"
        aria-label={trans.__('Functions')}
        className="jp-CellProfiler-table jp-CellProfiler-functions"
      >
        <thead>
          <tr>
            {headings(trans).map(heading => (
              <SortHead
                key={heading.name}
                {...heading}
                sort={sort}
                onSort={name => onSort(nextCallSort(sort, name))}
              />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, position) => (
            <tr
              key={row.index}
              tabIndex={row.index === entry ? 0 : -1}
              aria-selected={row.index === selected}
              onClick={() => onSelect(row.index)}
              onKeyDown={event => onKeyDown(event, position)}
            >
              <Cells {...props} row={row} />
            </tr>
          ))}
          {rows.length === 0 && (
            <tr>
              <td colSpan={6}>{trans.__('No function matches.')}</td>
            </tr>
          )}
        </tbody>
      </table>
    </div>
  );
}

function Cells(
  props: IFunctionTableProps & { readonly row: ICallFunction }
): JSX.Element {
  const { options, row } = props;
  const seconds = (name: string, value: number | null): JSX.Element => (
    <td className="jp-CellProfiler-number" data-column={name}>
      {formatValue(value, 'seconds', options.decimals)}
    </td>
  );
  return (
    <>
      <td className="jp-CellProfiler-number" data-column="calls">
        {callsLabel(row, options.decimals)}
      </td>
      {seconds('self', row.self)}
      {seconds('selfPerCall', row.selfPerCall)}
      <td
        className="jp-CellProfiler-number jp-CellProfiler-share"
        data-column="total"
      >
        <span>{formatValue(row.total, 'seconds', options.decimals)}</span>
        <Bar share={row.share ?? 0} heat={warmth(row.share, 1)} />
        <span>{formatShare(row.share, 1, options.decimals)}</span>
      </td>
      {seconds('totalPerCall', row.totalPerCall)}
      <td className="jp-CellProfiler-source" data-column="name">
        <code className="jp-CellProfiler-code">{cut(row.name, 160)}</code>
        <FunctionPlace {...props} row={row} />
      </td>
    </>
  );
}

/** The row that a key leads to; null when it is no key of the table. */
function rowFor(
  event: React.KeyboardEvent,
  position: number,
  count: number
): number | null {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) {
    return null;
  }
  switch (event.key) {
    case 'Enter':
    case ' ':
      return position;
    case 'ArrowDown':
      return Math.min(count - 1, position + 1);
    case 'ArrowUp':
      return Math.max(0, position - 1);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}

function headings(
  trans: TranslationBundle
): { readonly name: string; readonly label: string; readonly help: string }[] {
  return [
    {
      name: 'calls',
      label: trans.__('Calls'),
      help: trans.__('All calls / those that were not recursive')
    },
    {
      name: 'self',
      label: trans.__('Self'),
      help: trans.__('Time in the body of the function itself')
    },
    {
      name: 'selfPerCall',
      label: trans.__('per call'),
      help: trans.__('Self time of one call')
    },
    {
      name: 'total',
      label: trans.__('Cumulative'),
      help: trans.__(
        'Time in the function and everything it called, and its share of the run'
      )
    },
    {
      name: 'totalPerCall',
      label: trans.__('per call'),
      help: trans.__('Cumulative time of one call that was not recursive')
    },
    {
      name: 'name',
      label: trans.__('Function'),
      help: trans.__('Name, file and line')
    }
  ];
}
