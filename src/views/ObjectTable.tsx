import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { IObjectModel, IObjectRow } from '../lib/objects';
import { nextObjectSort } from '../lib/objects';
import type { ISort } from '../lib/sort';
import { formatValue, NO_VALUE } from '../lib/units';
import { Bar, warmth } from './Bar';
import { SortHead } from './SortHead';
import { cut } from './text';
import type { IViewProps } from './view';

interface IObjectTableProps extends IViewProps {
  readonly model: IObjectModel;
  /** In the order in which they are drawn; few enough to be drawn. */
  readonly rows: readonly IObjectRow[];
  readonly isOpen: (row: IObjectRow) => boolean;
  readonly onOpenRow: (index: number, open: boolean) => void;
  readonly sort: ISort;
  readonly onSort: (sort: ISort) => void;
  /** Index of a row, which may be none of those that are drawn. */
  readonly selected: number | null;
  readonly onSelect: (index: number) => void;
}

/** The objects as a tree. */
export function ObjectTable(props: IObjectTableProps): JSX.Element {
  const { model, onSelect, onSort, rows, selected, sort, trans } = props;
  const body = React.useRef<HTMLTableSectionElement>(null);
  const entry = rows.some(({ index }) => index === selected)
    ? selected
    : rows[0]?.index;

  const goTo = (position: number): void => {
    const row = rows[position];
    if (row) {
      onSelect(row.index);
      (body.current?.children[position] as HTMLElement | undefined)?.focus();
    }
  };
  const onKeyDown = (event: React.KeyboardEvent, position: number): void => {
    if (
      event.target !== event.currentTarget ||
      event.altKey ||
      event.ctrlKey ||
      event.metaKey ||
      event.shiftKey ||
      !press(props, event.key, position, goTo)
    ) {
      return;
    }
    // JupyterLab would take the key for the notebook, and the page would scroll.
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div className="jp-CellProfiler-scroll">
      <table
        role="treegrid"
        aria-label={trans.__('Objects')}
        className="jp-CellProfiler-table jp-CellProfiler-functions jp-CellProfiler-objects"
      >
        <thead>
          <tr>
            {headings(model, trans).map(heading => (
              <SortHead
                key={heading.name}
                {...heading}
                sort={sort}
                onSort={name => onSort(nextObjectSort(sort, name))}
              />
            ))}
          </tr>
        </thead>
        <tbody ref={body}>
          {rows.map((row, position) => (
            <tr
              key={row.index}
              aria-level={row.depth + 1}
              aria-expanded={
                row.children.length > 0 ? props.isOpen(row) : undefined
              }
              tabIndex={row.index === entry ? 0 : -1}
              aria-selected={row.index === selected}
              onClick={() => onSelect(row.index)}
              onDoubleClick={() => toggle(props, row)}
              onKeyDown={event => onKeyDown(event, position)}
            >
              <Cells {...props} row={row} />
            </tr>
          ))}
          {rows.length === 0 && (
            <tr>
              <td colSpan={headings(model, trans).length}>
                {trans.__('No object matches.')}
              </td>
            </tr>
          )}
        </tbody>
      </table>
    </div>
  );
}

function toggle(
  { isOpen, onOpenRow }: IObjectTableProps,
  row: IObjectRow
): void {
  if (row.children.length > 0) {
    onOpenRow(row.index, !isOpen(row));
  }
}

/** Do what a key means in a tree; whether it means anything. */
function press(
  props: IObjectTableProps,
  key: string,
  position: number,
  goTo: (position: number) => void
): boolean {
  const { isOpen, onOpenRow, onSelect, rows } = props;
  const row = rows[position];
  switch (key) {
    case 'Enter':
    case ' ':
      onSelect(row.index);
      toggle(props, row);
      return true;
    case 'ArrowRight':
      if (row.children.length > 0 && !isOpen(row)) {
        onOpenRow(row.index, true);
      } else if (rows[position + 1]?.parent === row.index) {
        goTo(position + 1);
      }
      return true;
    case 'ArrowLeft':
      if (row.children.length > 0 && isOpen(row)) {
        onOpenRow(row.index, false);
      } else {
        goTo(rows.findIndex(({ index }) => index === row.parent));
      }
      return true;
    case 'ArrowDown':
      goTo(Math.min(rows.length - 1, position + 1));
      return true;
    case 'ArrowUp':
      goTo(Math.max(0, position - 1));
      return true;
    case 'Home':
      goTo(0);
      return true;
    case 'End':
      goTo(rows.length - 1);
      return true;
    default:
      return false;
  }
}

function Cells(
  props: IObjectTableProps & { readonly row: IObjectRow }
): JSX.Element {
  const { isOpen, model, options, row, trans } = props;
  const bytes = (value: number | null): string =>
    formatValue(value, 'bytes', options.decimals);
  const share = model.largest > 0 ? (row.size ?? 0) / model.largest : 0;
  const size =
    row.size === null
      ? trans.__('not measured')
      : row.partial
        ? `≥ ${bytes(row.size)}`
        : bytes(row.size);
  return (
    <>
      <td className="jp-CellProfiler-source" data-column="name">
        <span
          className="jp-CellProfiler-branch"
          style={
            {
              '--jp-cell-profiler-depth': Math.min(12, row.depth)
            } as React.CSSProperties
          }
        >
          {row.children.length > 0 ? (
            <button
              type="button"
              className="jp-CellProfiler-twisty"
              tabIndex={-1}
              aria-label={
                isOpen(row)
                  ? trans.__('Close %1', cut(row.name, 60))
                  : trans.__('Open %1', cut(row.name, 60))
              }
              onClick={event => {
                event.stopPropagation();
                toggle(props, row);
              }}
            />
          ) : (
            <span className="jp-CellProfiler-leaf" />
          )}
          <code className="jp-CellProfiler-code">{cut(row.name, 160)}</code>
          <span className="jp-CellProfiler-where jp-CellProfiler-kind">
            {cut(row.type, 60)}
          </span>
          {row.note !== null && row.note !== '' && (
            <span className="jp-CellProfiler-where">{cut(row.note, 160)}</span>
          )}
        </span>
      </td>
      <td data-column="type">{cut(row.type, 120)}</td>
      <td
        className="jp-CellProfiler-number jp-CellProfiler-share"
        data-column="size"
        title={
          row.shared
            ? trans.__(
                '%1 of it belong to other variables, too',
                bytes(row.shared)
              )
            : undefined
        }
      >
        <Bar share={Math.max(0, Math.min(1, share))} heat={warmth(share, 1)} />
        <span>{size}</span>
      </td>
      <td className="jp-CellProfiler-number" data-column="flat">
        {bytes(row.flat)}
      </td>
      <td className="jp-CellProfiler-number" data-column="count">
        {row.size === null
          ? NO_VALUE
          : formatValue(row.count, 'count', options.decimals)}
      </td>
      {model.hasAdded && (
        <td className="jp-CellProfiler-number" data-column="added">
          {row.depth > 0 ? '' : addedText(row.added, bytes)}
        </td>
      )}
    </>
  );
}

/** A change with its sign. */
export function addedText(
  added: number | null,
  bytes: (value: number) => string
): string {
  if (added === null) {
    return NO_VALUE;
  }
  return added > 0 ? `+${bytes(added)}` : added < 0 ? `−${bytes(-added)}` : '0';
}

function headings(
  { hasAdded }: IObjectModel,
  trans: TranslationBundle
): { readonly name: string; readonly label: string; readonly help: string }[] {
  return [
    {
      name: 'name',
      label: trans.__('Name'),
      help: trans.__('The variable, and what it refers to')
    },
    { name: 'type', label: trans.__('Type'), help: trans.__('Its class') },
    {
      name: 'size',
      label: trans.__('Size'),
      help: trans.__('Bytes of the object and of everything it refers to')
    },
    {
      name: 'flat',
      label: trans.__('Alone'),
      help: trans.__('Bytes of the object without what it refers to')
    },
    {
      name: 'count',
      label: trans.__('Objects'),
      help: trans.__('How many objects that is')
    },
    ...(hasAdded
      ? [
          {
            name: 'added',
            label: trans.__('Added'),
            help: trans.__(
              'What the run added to it; what it shares with other variables is counted once'
            )
          }
        ]
      : [])
  ];
}
