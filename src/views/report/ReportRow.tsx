import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { IReportCell, Measure } from '../../lib/report';
import { isTime, shareIn } from '../../lib/report';
import { formatShare, formatValue } from '../../lib/units';
import { Bar, warmth } from '../Bar';
import { cut } from '../text';
import type { IReportProps } from './Report';
import { ReportTags } from './ReportTags';

interface IRowProps extends IReportProps {
  readonly cell: IReportCell;
  /** 0…1: the largest share of the time that a cell has. */
  readonly longest: number;
  /** Whether the tab key comes to this row. */
  readonly isEntry: boolean;
  readonly onKeyDown: (event: React.KeyboardEvent) => void;
  readonly onFocus: () => void;
}

/** A cell: press it to go there. */
export function ReportRow(props: IRowProps): JSX.Element {
  const { cell, isEntry, onFocus, onGo, onKeyDown, trans } = props;
  return (
    <tr
      tabIndex={isEntry ? 0 : -1}
      data-cell={cell.id}
      data-status={cell.status}
      title={goTitle(cell, trans)}
      onClick={() => onGo(cell)}
      onKeyDown={onKeyDown}
      onFocus={onFocus}
    >
      <td className="jp-CellProfiler-number" data-column="cell">
        {cell.number ??
          (cell.executionCount === null ? '' : `[${cell.executionCount}]`)}
      </td>
      <td data-column="source">
        <div className="jp-CellProfiler-reportSource">
          <code className="jp-CellProfiler-code">
            {cut(cell.firstLine, 80)}
          </code>
          <ReportTags cell={cell} trans={trans} />
        </div>
      </td>
      <td className="jp-CellProfiler-number" data-column="runs">
        {formatValue(cell.runs, 'count')}
      </td>
      <Amount {...props} measure="wall" />
      <Part {...props} name="share" measure="wall" />
      <Amount {...props} measure="cpu" />
      <Amount {...props} measure="wait" />
      <Amount {...props} measure="increment" />
      <Part {...props} name="most" measure="increment" />
      <Amount {...props} measure="peak" />
      <td data-column="actions">
        <ProfileButton {...props} />
      </td>
    </tr>
  );
}

/** One of the numbers. */
function Amount({
  cell,
  decimals,
  measure
}: IRowProps & { readonly measure: Measure }): JSX.Element {
  return (
    <td className="jp-CellProfiler-number" data-column={measure}>
      {formatValue(
        cell[measure],
        isTime(measure) ? 'seconds' : 'bytes',
        decimals
      )}
    </td>
  );
}

/** The share of a number, as a bar; the longest bar is that of the largest. */
function Part({
  cell,
  decimals,
  longest,
  measure,
  name,
  report
}: IRowProps & {
  readonly measure: 'wall' | 'increment';
  readonly name: string;
}): JSX.Element {
  const share = shareIn(report, cell, measure);
  const whole = measure === 'wall' ? longest : 1;
  return (
    <td data-column={name}>
      {share !== null && (
        <div className="jp-CellProfiler-reportPart">
          <Bar
            share={whole > 0 ? share / whole : 0}
            heat={warmth(share, whole)}
          />
          <span>{formatShare(share, 1, decimals)}</span>
        </div>
      )}
    </td>
  );
}

function ProfileButton({
  cell,
  isRecording,
  onProfile,
  trans
}: IRowProps): JSX.Element {
  const isOpen = isRecording !== null;
  return (
    <button
      type="button"
      className="jp-CellProfiler-action"
      aria-disabled={!isOpen}
      aria-label={trans.__('Profile %1', cellName(cell, trans))}
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
  );
}

/** With the prompt of the cell, which a person sees beside it. */
function goTitle(cell: IReportCell, trans: TranslationBundle): string {
  const name = cellName(cell, trans);
  return cell.executionCount === null
    ? trans.__('Go to %1', name)
    : trans.__('Go to %1, run as [%2]', name, cell.executionCount);
}

/** What a person calls a cell. */
function cellName(cell: IReportCell, trans: TranslationBundle): string {
  return cell.number === null
    ? cut(cell.firstLine, 60)
    : trans.__('cell %1', cell.number);
}
