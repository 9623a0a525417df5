import type { TranslationBundle } from '@jupyterlab/translation';
import { caretDownIcon, caretRightIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import { profilerChoice } from '../choices';
import type { IRunGroup } from '../lib/historyrows';
import type { ITrend } from '../lib/trend';
import { formatValue } from '../lib/units';
import { Sparkline } from './Sparkline';
import { cellText } from './texts';

/** What the head of a group shows. */
export interface IGroupRowProps {
  readonly group: IRunGroup;
  /** What to call the notebook or script; empty when there is none. */
  readonly name: string;
  /** 1-based, of the cell in its notebook where that is open. */
  readonly position: number | null;
  readonly isCollapsed: boolean;
  /** Whether older runs are not loaded yet. */
  readonly hasMore: boolean;
  /** How the last runs went; null when they are too few. */
  readonly trend: ITrend | null;
  readonly trans: TranslationBundle;
}

/** The cell that runs are of, how many they are, and how they went. */
export function GroupRow(props: IGroupRowProps): JSX.Element {
  const { group, isCollapsed, trans, trend } = props;
  const Caret = isCollapsed ? caretRightIcon : caretDownIcon;
  const { name, cell } = parts(props);
  const fileAt = name.lastIndexOf('/') + 1;
  const folder = name.slice(0, fileAt);
  const file = name.slice(fileAt);
  return (
    <>
      <Caret.react
        tag="span"
        className="jp-CellProfiler-historyCaret"
        width="16px"
        height="16px"
      />
      <span
        className="jp-CellProfiler-historyPlace"
        title={[group.newest.path, group.newest.firstLine]
          .filter(line => line)
          .join('\n')}
      >
        {folder && (
          <span className="jp-CellProfiler-historyFolder">{folder}</span>
        )}
        {file && <span className="jp-CellProfiler-historyFile">{file}</span>}
        {cell && (
          <span className="jp-CellProfiler-historyCell">
            {file && ' · '}
            {cell}
          </span>
        )}
      </span>
      {trend && (
        <span
          className="jp-CellProfiler-historyTrend"
          title={trendText(trend, trans)}
        >
          <Sparkline values={trend.values} />
        </span>
      )}
      <span
        className="jp-CellProfiler-historyCount"
        title={
          props.hasMore
            ? trans.__(
                'At least: older runs are loaded when you scroll to them'
              )
            : undefined
        }
      >
        {countText(props)}
      </span>
    </>
  );
}

/** A group in one sentence, for those who listen. */
export function groupLabel(props: IGroupRowProps): string {
  const { trans, trend } = props;
  const { name, cell } = parts(props);
  return [
    [name, cell].filter(part => part !== '').join(' · '),
    countText(props),
    trend ? trendText(trend, trans) : ''
  ]
    .filter(part => part !== '')
    .join(', ');
}

function parts({ group, name, position, trans }: IGroupRowProps): {
  name: string;
  cell: string;
} {
  return { name, cell: cellText(group.newest, position, trans) };
}

function countText({ group, hasMore, trans }: IGroupRowProps): string {
  const count = group.runs.length;
  const text = count.toLocaleString('en-US');
  return hasMore
    ? trans._n('%2+ run', '%2+ runs', count, text)
    : trans._n('%2 run', '%2 runs', count, text);
}

function trendText(
  { of, profilers, values }: ITrend,
  trans: TranslationBundle
): string {
  const text = (value: number): string =>
    of === 'peak'
      ? formatValue(value, 'bytes', 1)
      : formatValue(value, 'seconds');
  return trans.__(
    'last %1 runs under %2: from %3 to %4',
    values.length,
    profilers.map(name => profilerChoice(name, trans).label).join(' + '),
    text(values[0]),
    text(values[values.length - 1])
  );
}
