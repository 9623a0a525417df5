import type { TranslationBundle } from '@jupyterlab/translation';
import type { ISignal } from '@lumino/signaling';
import type { Range } from '@tanstack/react-virtual';
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import * as React from 'react';
import type { HistoryRow } from '../lib/historyrows';
import { rowKey, shortPaths } from '../lib/historyrows';
import { trendOf } from '../lib/trend';
import type { IGroupRowProps } from './GroupRow';
import { groupLabel, GroupRow } from './GroupRow';
import { onListKey } from './keys';
import type { PanelModel } from './panelmodel';
import { runLabel, RunRow } from './Row';

/** Pixels of a row until it is measured. */
const HEIGHTS: { readonly [kind in HistoryRow['kind']]: number } = {
  group: 28,
  run: 49
};

/**
 * Rows before the end of what is known from which on more is asked for: so many that
 * what a server keeps by default is known soon, and counts are exact.
 */
const AHEAD = 500;

/** What the list needs. */
export interface IListProps {
  readonly model: PanelModel;
  /** Tells when a context menu goes. */
  readonly menuClosed: ISignal<unknown, void>;
  readonly now: Date;
  readonly onOpen: (id: string) => void;
  readonly onRename: (id: string, name: string | null) => void;
  readonly trans: TranslationBundle;
}

/** The runs, by cell: a tree of which only the rows in sight are in the page. */
export function List(props: IListProps): JSX.Element {
  const { model, trans } = props;
  const { activeIndex, list, rows } = model;
  const scroll = React.useRef<HTMLDivElement>(null);
  // Whether the focus belongs into the list; it is lost when its row goes.
  const hasFocus = React.useRef(false);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: index => HEIGHTS[rows[index].kind],
    getItemKey: index => rowKey(rows[index]),
    overscan: 10,
    // The row with the focus stays in the page when it is scrolled out of sight.
    rangeExtractor: React.useCallback(
      (range: Range) => {
        const all = defaultRangeExtractor(range);
        return all.includes(activeIndex) || activeIndex >= rows.length
          ? all
          : [...all, activeIndex].sort((a, b) => a - b);
      },
      [activeIndex, rows.length]
    )
  });
  const items = virtual.getVirtualItems();
  const last = items[items.length - 1]?.index ?? 0;

  React.useEffect(() => {
    if (list.hasMore && last >= rows.length - AHEAD) {
      void list.more();
    }
  }, [last, rows, list.hasMore, list.isLoading]);

  const keepFocus = (): void => {
    const focused = document.activeElement;
    const isLost = !focused || focused === document.body;
    if (hasFocus.current && (isLost || focused.matches(ROWS))) {
      scroll.current
        ?.querySelector<HTMLElement>('[tabindex="0"]')
        ?.focus({ preventScroll: true });
    }
  };
  React.useEffect(keepFocus);
  React.useEffect(() => {
    // Not now: the menu is still in the page, and may do something first.
    const onClosed = (): void => void setTimeout(keepFocus);
    props.menuClosed.connect(onClosed);
    return () => void props.menuClosed.disconnect(onClosed);
  }, [props.menuClosed]);

  React.useEffect(() => {
    if (model.active !== null) {
      virtual.scrollToIndex(activeIndex);
    }
  }, [model.active]);

  const names = React.useMemo(() => shortPaths(pathsOf(model)), [model.groups]);
  const groupProps = (row: HistoryRow): IGroupRowProps => ({
    group: row.group,
    name: names.get(row.group.newest.path ?? '') ?? '',
    position: model.places.position(
      row.group.newest.path,
      row.group.newest.cellId
    ),
    isCollapsed: model.isCollapsed(row.group),
    hasMore: list.hasMore,
    trend: trendOf(row.group, model.history.before),
    trans
  });

  return (
    <div
      ref={scroll}
      className="jp-CellProfiler-historyList"
      role="tree"
      aria-label={trans.__('Runs, by cell')}
      aria-multiselectable="true"
      aria-busy={list.isLoading}
      onKeyDown={event => onListKey(event, model)}
      onClick={event => {
        if (event.target === scroll.current) {
          model.clearSelection();
        }
      }}
      onFocus={() => {
        hasFocus.current = true;
      }}
      onBlur={event => {
        // A row that goes takes the focus nowhere, and from a menu it comes back.
        const to = event.relatedTarget;
        if (to instanceof Element && !to.closest('.lm-Menu')) {
          hasFocus.current = event.currentTarget.contains(to);
        }
      }}
    >
      <div
        className="jp-CellProfiler-historyAll"
        role="presentation"
        style={{ height: virtual.getTotalSize() }}
      >
        {items.map(({ index, key, start }) => {
          const row = rows[index];
          const shared = {
            key,
            ref: virtual.measureElement,
            'data-index': index,
            role: 'treeitem',
            tabIndex: index === activeIndex ? 0 : -1,
            style: { transform: `translateY(${start}px)` }
          };
          if (row.kind === 'group') {
            const group = groupProps(row);
            return (
              <div
                {...shared}
                className="jp-CellProfiler-historyGroup"
                aria-level={1}
                aria-expanded={!group.isCollapsed}
                aria-label={groupLabel(group)}
                onClick={() => {
                  model.activate(row);
                  model.collapse(row.group, !group.isCollapsed);
                }}
              >
                <GroupRow {...group} />
              </div>
            );
          }
          const { run } = row;
          const before = model.history.before.get(run.id);
          return (
            <div
              {...shared}
              className="jp-CellProfiler-historyItem"
              data-run={run.id}
              aria-level={2}
              aria-setsize={row.group.runs.length}
              aria-posinset={row.index + 1}
              aria-selected={model.isSelected(run.id)}
              aria-label={runLabel({ run, before, now: props.now, trans })}
              onClick={event => onClick(event, model, row)}
              onDoubleClick={() => props.onOpen(run.id)}
              onContextMenu={() => {
                // Before the menu asks what it is about.
                if (!model.isSelected(run.id)) {
                  model.select(row, 'only');
                }
              }}
            >
              <RunRow
                run={run}
                before={before}
                now={props.now}
                isRenamed={model.renamed === run.id}
                onRenamed={name => props.onRename(run.id, name)}
                trans={trans}
              />
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** What the focus moves between. */
const ROWS = '.jp-CellProfiler-historyGroup, .jp-CellProfiler-historyItem';

function pathsOf(model: PanelModel): string[] {
  return model.groups
    .map(({ newest }) => newest.path)
    .filter((path): path is string => path !== null);
}

function onClick(
  event: React.MouseEvent,
  model: PanelModel,
  row: HistoryRow
): void {
  const isOnIcon =
    event.target instanceof Element &&
    event.target.closest('.jp-CellProfiler-historyIcon') !== null;
  model.select(
    row,
    event.shiftKey
      ? 'range'
      : isOnIcon || event.ctrlKey || event.metaKey
        ? 'toggle'
        : 'only'
  );
}
