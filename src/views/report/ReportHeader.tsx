import * as React from 'react';
import { safeFileName } from '../../lib/filenames';
import { reportCsv, reportJson } from '../../lib/reportexports';
import { download } from '../download';
import type { IExport } from '../exports';
import { FileMenu } from '../FileMenu';
import { cut } from '../text';
import type { IReportProps } from './Report';

const PRODUCER = 'jupyterlab-cell-profiler';

/** Whose report it is, and what can be done with it. */
export function ReportHeader(props: IReportProps): JSX.Element {
  const { isRecording, onRecord, report, trans } = props;
  const name = report.path.split('/').pop() ?? '';
  return (
    <header className="jp-CellProfiler-header">
      <h2 title={report.path}>
        {trans.__('Where the time of %1 goes', cut(name, 120))}
      </h2>
      <div className="jp-CellProfiler-headerActions">
        <label
          className="jp-CellProfiler-reportSwitch"
          title={
            isRecording === null
              ? trans.__('The notebook is not open.')
              : trans.__(
                  'Each ordinary run leaves how long it took and what memory it needed: in the history, not in the notebook'
                )
          }
        >
          <input
            type="checkbox"
            checked={isRecording === true}
            disabled={isRecording === null}
            onChange={event => onRecord(event.currentTarget.checked)}
          />
          {trans.__('Record every cell')}
        </label>
        <FileMenu entries={() => files(props)} trans={trans} />
      </div>
    </header>
  );
}

function files({ report, trans }: IReportProps): IExport[] {
  const save = (ending: string, content: string, type: string) => () => {
    const title = report.path
      .split('/')
      .pop()!
      .replace(/\.ipynb$/, '');
    download(safeFileName(`${title}-report`, ending, 'report'), content, type);
    return null;
  };
  return [
    {
      label: trans.__('Table (.csv)'),
      save: save('.csv', reportCsv(report), 'text/csv')
    },
    {
      label: trans.__('Report (.json)'),
      save: save('.json', reportJson(report, PRODUCER), 'application/json')
    }
  ];
}
