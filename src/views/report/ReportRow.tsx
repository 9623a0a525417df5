import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { profilerChoice } from '../../choices';
import type { IReportCell, Measure } from '../../lib/report';
import { isTime, shareIn } from '../../lib/report';
import { formatShare, formatValue } from '../../lib/units';
import { Bar, warmth } from '../Bar';
import { cut } from '../text';
import type { IReportProps } from './Report';

/** A cell: press it to go there. */
export function ReportRow(
  props: IReportProps & {
    readonly cell: IReportCell;
    /** Whether the tab key comes to this row. */
    readonly isEntry: boolean;
    readonly onKeyDown: (event: React.KeyboardEvent) => void;
    readonly onFocus: () => void;
  }
): JSX.Element {
  const { cell, isEntry, isRecording, onFocus, onGo, onKeyDown, onProfile } =
    props;
  const { trans } = props;
  const isOpen = isRecording !== null;
  const name = cellName(cell, trans);
  return (
    <tr
      tabIndex={isEntry ? 0 : -1}
      data-cell={cell.id}
      data-status={cell.status}
      title={trans.__('Go to %1', name)}
      onClick={() => onGo(cell)}
      onKeyDown={onKeyDown}
      onFocus={onFocus}
    >
      <td className="jp-CellProfiler-number" data-column="cell">
        {cell.number ??
          (cell.executionCount === null ? '' : `[${cell.executionCount}]`)}
      </td>
      <td data-column="source">
        <code className="jp-CellProfiler-code">{cut(cell.firstLine, 80)}</code>
        <Tags {...props} />
      </td>
      <td className="jp-CellProfiler-number" data-column="runs">
        {formatValue(cell.runs, 'count')}
      </td>
      <Amount {...props} measure="wall" hasBar />
      <Amount {...props} measure="cpu" />
      <Amount {...props} measure="wait" />
      <Amount {...props} measure="increment" hasBar />
      <Amount {...props} measure="peak" />
      <td data-column="actions">
        <button
          type="button"
          className="jp-CellProfiler-action"
          aria-disabled={!isOpen}
          aria-label={trans.__('Profile %1', name)}
          title={
            isOpen
              ? trans.__('Run the cell once and measure it')
              : trans.__('Open the notebook to profile its cells.')
          }
          onClick={event => {
            event.stopPropagation();
            if (isOpen) {
              onProfile(cell);
            }
          }}
        >
          {trans.__('Profile')}
        </button>
      </td>
    </tr>
  );
}

/** One of the numbers, and its share as a bar. */
function Amount({
  cell,
  decimals,
  hasBar,
  measure,
  report
}: IReportProps & {
  readonly cell: IReportCell;
  readonly measure: Measure;
  readonly hasBar?: boolean;
}): JSX.Element {
  const share = shareIn(report, cell, measure);
  return (
    <td className="jp-CellProfiler-number" data-column={measure}>
      {hasBar && share !== null && (
        <Bar share={share} heat={warmth(share, 1)} />
      )}
      <span>
        {formatValue(
          cell[measure],
          isTime(measure) ? 'seconds' : 'bytes',
          decimals
        )}
      </span>
      {measure === 'wall' && (
        <span className="jp-CellProfiler-reportShare">
          {share === null ? '' : formatShare(share, 1, decimals)}
        </span>
      )}
    </td>
  );
}

/** What a person has to know before the numbers of a cell. */
function Tags({
  cell,
  trans
}: IReportProps & { readonly cell: IReportCell }): JSX.Element {
  const { isChanged, profilers, status } = cell;
  const tags: { kind: string; label: string; help?: string }[] = [];
  if (status === 'error' || status === 'interrupted' || status === 'not run') {
    tags.push({ kind: status, label: statusName(status, trans) });
  }
  if (isChanged) {
    tags.push({
      kind: 'changed',
      label: trans.__('changed since'),
      help: trans.__('The cell has another source than when it ran.')
    });
  }
  if (profilers.length > 0) {
    const names = profilers.map(name => profilerChoice(name, trans).label);
    tags.push({
      kind: 'profiled',
      label: trans.__('under %1', cut(names.join(' + '), 60)),
      help: trans.__(
        'The newest run was profiled, which may have made it slower.'
      )
    });
  }
  return (
    <>
      {tags.map(({ help, kind, label }) => (
        <span
          key={kind}
          className="jp-CellProfiler-reportTag"
          data-kind={kind}
          title={help}
        >
          {label}
        </span>
      ))}
    </>
  );
}

function statusName(
  status: 'error' | 'interrupted' | 'not run',
  trans: TranslationBundle
): string {
  switch (status) {
    case 'error':
      return trans.__('error');
    case 'interrupted':
      return trans.__('interrupted');
    case 'not run':
      return trans.__('not run');
  }
}

/** What a person calls a cell. */
export function cellName(cell: IReportCell, trans: TranslationBundle): string {
  return cell.number === null
    ? cut(cell.firstLine, 60)
    : trans.__('cell %1', cell.number);
}
