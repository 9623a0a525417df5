import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { IReportCell } from '../../lib/report';
import {
  BY_MEMORY,
  BY_TIME,
  IN_ORDER,
  isOfMemory,
  nextOrder,
  rankedCells,
  shareIn
} from '../../lib/report';
import type { ISort } from '../../lib/sort';
import { Choice } from '../Choice';
import { SortHead } from '../SortHead';
import { isSortable, reportColumns } from './columns';
import type { IReportProps } from './Report';
import { ReportRow } from './ReportRow';

/** What the table works with. */
export interface IReportTableProps extends IReportProps {
  readonly sort: ISort;
  readonly onSort: (sort: ISort) => void;
}

/** The cells, ranked. One row is in the tab order; arrows lead to the others. */
export function ReportTable(props: IReportTableProps): JSX.Element {
  const { onGo, report, sort, trans } = props;
  const [entry, setEntry] = React.useState<string | null>(null);
  const title = React.useId();
  const body = React.useRef<HTMLTableSectionElement>(null);
  const cells = rankedCells(report, sort);
  const longest = cells.reduce(
    (most, cell) => Math.max(most, shareIn(report, cell, 'wall') ?? 0),
    0
  );
  const entered = cells.some(({ id }) => id === entry) ? entry : cells[0]?.id;
  const onKeyDown = (event: React.KeyboardEvent, cell: IReportCell): void => {
    if (event.target !== event.currentTarget || isModified(event)) {
      return;
    }
    const now = cells.indexOf(cell);
    const moves: { readonly [key: string]: number } = {
      ArrowDown: Math.min(cells.length - 1, now + 1),
      ArrowUp: Math.max(0, now - 1),
      Home: 0,
      End: cells.length - 1
    };
    if (event.key === 'Enter') {
      onGo(cell);
    } else if (event.key in moves) {
      setEntry(cells[moves[event.key]].id);
      body.current?.querySelectorAll('tr')[moves[event.key]]?.focus();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      className="jp-CellProfiler-reportCells"
      // Where there is no room for both, the columns of this one are shown.
      data-rank={isOfMemory(sort) ? 'memory' : 'time'}
    >
      <div className="jp-CellProfiler-reportBar">
        <h3 id={title}>{titleOf(sort, trans)}</h3>
        <Ranking {...props} />
      </div>
      <table
        className="jp-CellProfiler-table jp-CellProfiler-reportTable"
        aria-labelledby={title}
      >
        <Heads {...props} />
        <tbody ref={body}>
          {cells.map(cell => (
            <ReportRow
              key={cell.id}
              {...props}
              cell={cell}
              longest={longest}
              isEntry={cell.id === entered}
              onKeyDown={event => onKeyDown(event, cell)}
              onFocus={() => setEntry(cell.id)}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Heads({ onSort, sort, trans }: IReportTableProps): JSX.Element {
  return (
    <thead>
      <tr>
        {reportColumns(trans).map(column =>
          isSortable(column) ? (
            <SortHead
              key={column.name}
              {...column}
              sort={sort}
              onSort={name => onSort(nextOrder(sort, name))}
            />
          ) : (
            <th
              key={column.name}
              scope="col"
              data-column={column.name}
              title={column.help}
            >
              {column.label}
            </th>
          )
        )}
        <th scope="col" data-column="actions">
          <span className="jp-CellProfiler-hidden">{trans.__('Actions')}</span>
        </th>
      </tr>
    </thead>
  );
}

/** The orders that people ask for, beside the heads of the columns. */
function Ranking({ onSort, sort, trans }: IReportTableProps): JSX.Element {
  const orders: readonly (readonly [ISort, string])[] = [
    [BY_TIME, trans.__('time')],
    [BY_MEMORY, trans.__('memory')],
    [IN_ORDER, trans.__('order of the notebook')]
  ];
  const values = orders.map(([, name], index): [number, string] => [
    index,
    name
  ]);
  const now = orders.findIndex(
    ([{ column, descending }]) =>
      column === sort.column && descending === sort.descending
  );
  return (
    <Choice
      label={trans.__('Rank by')}
      value={now}
      values={now < 0 ? [...values, [now, trans.__('a column')]] : values}
      onChange={index => index >= 0 && onSort(orders[index][0])}
    />
  );
}

function titleOf(sort: ISort, trans: TranslationBundle): string {
  return isOfMemory(sort)
    ? trans.__('Cells by memory')
    : sort.column === 'cell'
      ? trans.__('Cells in the order of the notebook')
      : sort.column === 'runs'
        ? trans.__('Cells by runs')
        : trans.__('Cells by time');
}

function isModified(event: React.KeyboardEvent): boolean {
  return event.altKey || event.ctrlKey || event.metaKey || event.shiftKey;
}
