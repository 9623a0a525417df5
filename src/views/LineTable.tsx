import * as React from 'react';
import type { IToken } from '../lib/highlight';
import { highlight } from '../lib/highlight';
import { hotWindow, nextSort, sortRows } from '../lib/sort';
import { hasKinds } from '../lib/scalene';
import { sourceRows } from '../lib/source';
import type { ILineBlockProps } from './LineBlock';
import { LineRow } from './LineRow';
import { columnLabel } from './labels';
import { CHOOSABLE } from './options';
import { MORE_COLUMNS, scaleneColumn } from './scalenelabels';
import { SortHead } from './SortHead';
import { cut } from './text';

/** Rows that are drawn at first, and more at each click: a screenful takes a few ms. */
const STEP = 250;

/** The lines of one block. */
export function LineTable(
  props: ILineBlockProps & {
    readonly id: string;
    /** Line number of the first line of the block's file. */
    readonly firstLine: number;
  }
): JSX.Element {
  const { block, document, firstLine, id, lines, state, onState, trans } =
    props;
  const { onlyMeasured, sort } = state;
  const rows = React.useMemo(
    () =>
      sortRows(
        block.columns,
        onlyMeasured ? block.rows : sourceRows(document, lines, block),
        sort
      ),
    [block, document, lines, onlyMeasured, sort]
  );
  // How much is drawn belongs to one order of the rows.
  const [drawn, setDrawn] = React.useState({ rows, ...hotWindow(rows, STEP) });
  const { start, end } = drawn.rows === rows ? drawn : hotWindow(rows, STEP);

  const source = document.files[block.file].source;
  const tokens = React.useMemo(() => highlight(source ?? []), [source]);
  const kinds = hasKinds(block);
  const columns = visibleColumns(props);
  const width = columns.length + 2;

  const header = (name: string, label: string, help?: string): JSX.Element => {
    return (
      <SortHead
        key={name}
        name={name}
        label={label}
        help={help}
        sort={sort}
        onSort={name => onState({ sort: nextSort(sort, name) })}
      />
    );
  };

  return (
    <div className="jp-CellProfiler-scroll" id={id}>
      <table className="jp-CellProfiler-table jp-CellProfiler-lines">
        <thead>
          <tr>
            {columns.map(index => {
              const { name, label } = block.columns[index];
              const known =
                (kinds ? scaleneColumn(name, trans) : null) ??
                columnLabel(name, trans);
              return header(name, known?.label ?? cut(label, 40), known?.help);
            })}
            {header('line', trans.__('Line'))}
            <th scope="col" data-column="source">
              {trans.__('Source')}
            </th>
          </tr>
        </thead>
        <tbody>
          {start > 0 && (
            <More
              width={width}
              onClick={() =>
                setDrawn({ rows, start: Math.max(0, start - STEP), end })
              }
            >
              {trans._n(
                'Show one line before',
                'Show %1 lines before',
                Math.min(STEP, start)
              )}
            </More>
          )}
          {rows.slice(start, end).map((row, index, shown) => (
            <LineRow
              key={row.line}
              {...props}
              row={row}
              gap={
                sort.column === 'line' &&
                index > 0 &&
                Math.abs(row.line - shown[index - 1].line) > 1
              }
              columns={columns}
              tokens={tokens[row.line - firstLine] ?? NO_TOKENS}
            />
          ))}
          {end < rows.length && (
            <More
              width={width}
              onClick={() => setDrawn({ rows, start, end: end + STEP })}
            >
              {trans._n(
                'Show one more line of %2',
                'Show %1 more lines of %2',
                Math.min(STEP, rows.length - end),
                rows.length
              )}
            </More>
          )}
        </tbody>
      </table>
    </div>
  );
}

const NO_TOKENS: readonly IToken[] = [];

/** Indices of the columns that are shown: the chosen ones in order, then those of other profilers. */
function visibleColumns({
  block,
  everyColumn,
  options
}: ILineBlockProps): number[] {
  const names = block.columns.map(({ name }) => name);
  const chosen = options.columns
    .filter((name, index, all) => all.indexOf(name) === index)
    .map(name => names.indexOf(name))
    .filter(index => index >= 0);
  const others = names
    .map((name, index) => (CHOOSABLE.includes(name) ? -1 : index))
    .filter(index => index >= 0 && !chosen.includes(index));
  return [...chosen, ...others].filter(
    index =>
      everyColumn || !hasKinds(block) || !MORE_COLUMNS.includes(names[index])
  );
}

function More({
  width,
  onClick,
  children
}: {
  readonly width: number;
  readonly onClick: () => void;
  readonly children: React.ReactNode;
}): JSX.Element {
  return (
    <tr>
      <td colSpan={width}>
        <button
          type="button"
          className="jp-CellProfiler-action"
          onClick={onClick}
        >
          {children}
        </button>
      </td>
    </tr>
  );
}
