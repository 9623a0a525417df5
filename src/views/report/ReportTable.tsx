import * as React from 'react';
import type { IReportCell } from '../../lib/report';
import { nextOrder, rankedCells } from '../../lib/report';
import type { ISort } from '../../lib/sort';
import { SortHead } from '../SortHead';
import { reportColumns } from './columns';
import type { IReportProps } from './Report';
import { ReportRow } from './ReportRow';

/** What the table works with. */
export interface IReportTableProps extends IReportProps {
  readonly sort: ISort;
  readonly onSort: (sort: ISort) => void;
}

/** The cells, ranked. One row is in the tab order; arrows lead to the others. */
export function ReportTable(props: IReportTableProps): JSX.Element {
  const { onGo, onSort, report, sort, trans } = props;
  const [entry, setEntry] = React.useState<string | null>(null);
  const body = React.useRef<HTMLTableSectionElement>(null);
  const cells = rankedCells(report, sort);
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
    <div className="jp-CellProfiler-reportScroll">
      <table className="jp-CellProfiler-table jp-CellProfiler-reportTable">
        <caption>
          {sort.column === 'increment' || sort.column === 'peak'
            ? trans.__('Cells by memory')
            : sort.column === 'cell'
              ? trans.__('Cells in the order of the notebook')
              : sort.column === 'runs'
                ? trans.__('Cells by runs')
                : trans.__('Cells by time')}
        </caption>
        <thead>
          <tr>
            {reportColumns(trans).map(({ help, label, name }) =>
              name === 'source' ? (
                <th key={name} scope="col" data-column={name}>
                  {label}
                </th>
              ) : (
                <SortHead
                  key={name}
                  name={name}
                  label={label}
                  help={help}
                  sort={sort}
                  onSort={column => onSort(nextOrder(sort, column))}
                />
              )
            )}
            <th scope="col" data-column="actions">
              <span className="jp-CellProfiler-hidden">
                {trans.__('Actions')}
              </span>
            </th>
          </tr>
        </thead>
        <tbody ref={body}>
          {cells.map(cell => (
            <ReportRow
              key={cell.id}
              {...props}
              cell={cell}
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

function isModified(event: React.KeyboardEvent): boolean {
  return event.altKey || event.ctrlKey || event.metaKey || event.shiftKey;
}
