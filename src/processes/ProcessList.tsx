import { caretDownIcon, caretRightIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { ProcessRow, SectionName } from '../lib/processes/rows';
import { LISTED, rowKey } from '../lib/processes/rows';
import { onListKey } from './keys';
import { Nothing } from './Nothing';
import type { IProcessPanelOptions } from './panel';
import { processLabel, ProcessItem } from './ProcessItem';

/** What runs, by section: a tree with one stop of the tab key. */
export function ProcessList(props: IProcessPanelOptions): JSX.Element {
  const { model, onAction, trans } = props;
  const { activeIndex, rows } = model;
  const tree = React.useRef<HTMLDivElement>(null);
  // Whether the focus belongs to a row; it is lost when its row goes.
  const hasFocus = React.useRef(false);
  React.useEffect(() => {
    const focused = document.activeElement;
    const isLost = !focused || focused === document.body;
    if (hasFocus.current && (isLost || focused.matches('[role="treeitem"]'))) {
      tree.current
        ?.querySelector<HTMLElement>('[role="treeitem"][tabindex="0"]')
        ?.focus();
    }
  });
  if (rows.every(row => row.kind === 'section' && row.count === 0)) {
    return <Nothing model={model} trans={trans} />;
  }
  return (
    <div
      ref={tree}
      className="jp-CellProfiler-processList"
      role="tree"
      aria-label={trans.__('Kernels and Python processes')}
      onKeyDown={event =>
        onListKey(event, model, row => onAction('where', row))
      }
      onFocus={() => {
        hasFocus.current = true;
      }}
      onBlur={event => {
        // Without a next one it may be that the row has gone.
        hasFocus.current =
          event.relatedTarget === null && !event.target.isConnected;
      }}
    >
      {rows.map((row, index) => {
        const shared = {
          role: 'treeitem',
          tabIndex: index === activeIndex ? 0 : -1
        };
        if (row.kind === 'section') {
          return <Section key={rowKey(row)} {...props} row={row} {...shared} />;
        }
        return (
          <div
            key={rowKey(row)}
            {...shared}
            className="jp-CellProfiler-processItem"
            aria-level={2}
            aria-setsize={sizeOf(rows, row.section)}
            aria-posinset={row.index + 1}
            aria-selected={model.selected === row}
            aria-label={processLabel(row, trans)}
            data-pid={row.process.pid}
            data-kernel={row.kind === 'kernel' ? row.process.kernelId : null}
            onClick={() => model.activate(row)}
            onDoubleClick={() => onAction('where', row)}
          >
            <ProcessItem {...props} row={row} />
          </div>
        );
      })}
    </div>
  );
}

function Section({
  model,
  onAction,
  onCopy,
  row,
  trans,
  ...shared
}: IProcessPanelOptions & {
  readonly row: Extract<ProcessRow, { kind: 'section' }>;
  readonly role: string;
  readonly tabIndex: number;
}): JSX.Element {
  const { count, section } = row;
  const isCollapsed = model.isCollapsed(section);
  const Caret = isCollapsed ? caretRightIcon : caretDownIcon;
  const isCut = count > LISTED && !isCollapsed;
  const name =
    section === 'kernels' ? trans.__('Kernels') : trans.__('Python processes');
  return (
    <div
      {...shared}
      className="jp-CellProfiler-historyGroup jp-CellProfiler-processSection"
      aria-level={1}
      aria-expanded={!isCollapsed}
      aria-label={`${name}, ${count}`}
      onClick={() => {
        model.activate(row);
        model.collapse(section, !isCollapsed);
      }}
    >
      <Caret.react
        tag="span"
        className="jp-CellProfiler-historyCaret"
        width="16px"
        height="16px"
      />
      <span className="jp-CellProfiler-historyPlace">{name}</span>
      <span
        className="jp-CellProfiler-historyCount"
        title={
          isCut
            ? trans.__('The first %1 are listed: filter to see others', LISTED)
            : undefined
        }
      >
        {isCut ? trans.__('%1 of %2', LISTED, count) : count}
      </span>
    </div>
  );
}

function sizeOf(rows: readonly ProcessRow[], section: SectionName): number {
  const head = rows.find(
    row => row.kind === 'section' && row.section === section
  );
  return head?.kind === 'section' ? head.count : 0;
}
