import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { INotebookReport, IReportCell } from '../../lib/report';
import { BY_TIME } from '../../lib/report';
import { ReportHeader } from './ReportHeader';
import { ReportTable } from './ReportTable';
import { ReportTotals } from './ReportTotals';

/** What a report is drawn from. */
export interface IReportProps {
  readonly report: INotebookReport;
  /** Whether each run of the notebook is recorded; null where it is not open. */
  readonly isRecording: boolean | null;
  /** Why less is known than there is; null when all is well. */
  readonly problem: string | null;
  /** Digits after the point of a number below ten. */
  readonly decimals: number;
  readonly onGo: (cell: IReportCell) => void;
  readonly onProfile: (cell: IReportCell) => void;
  readonly onRecord: (on: boolean) => void;
  readonly trans: TranslationBundle;
}

/** What the cells of a notebook cost: totals, and the cells by time or memory. */
export function Report(props: IReportProps): JSX.Element {
  const { problem, report, trans } = props;
  const [sort, setSort] = React.useState(BY_TIME);
  const hasRuns = report.cells.some(({ runs }) => runs > 0);
  return (
    <div className="jp-CellProfiler-profile jp-CellProfiler-reportBody">
      <ReportHeader {...props} />
      {problem !== null && (
        <div className="jp-CellProfiler-notices" role="note">
          <p>{problem}</p>
        </div>
      )}
      <div className="jp-CellProfiler-panel">
        {hasRuns ? (
          <>
            <ReportTotals {...props} />
            <ReportTable {...props} sort={sort} onSort={setSort} />
            <p className="jp-CellProfiler-soft">
              {trans.__(
                'Each cell counts with its newest run. Waiting is wall time less user and system time. The peak is the kernel’s highest resident memory while the cell ran, and what a cell added is the peak less what was there before.'
              )}
            </p>
          </>
        ) : (
          <NoRuns {...props} />
        )}
      </div>
    </div>
  );
}

/** What to do when nothing is known yet. */
function NoRuns({ isRecording, onRecord, trans }: IReportProps): JSX.Element {
  return (
    <div className="jp-CellProfiler-reportEmpty">
      <p>{trans.__('Nothing is known of this notebook’s cells yet.')}</p>
      {isRecording === null ? (
        <p>
          {trans.__('Open the notebook to have its runs recorded from now on.')}
        </p>
      ) : isRecording ? (
        <p>
          {trans.__(
            'Run some cells: each leaves how long it took and what memory it needed.'
          )}
        </p>
      ) : (
        <>
          <p>
            {trans.__(
              'With “Record every cell” each run leaves how long it took and what memory it needed, at next to no cost and nothing in the notebook.'
            )}
          </p>
          <button
            type="button"
            className="jp-CellProfiler-action jp-mod-primary"
            onClick={() => onRecord(true)}
          >
            {trans.__('Record every cell')}
          </button>
        </>
      )}
    </div>
  );
}
