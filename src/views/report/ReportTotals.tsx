import * as React from 'react';
import { formatValue } from '../../lib/units';
import type { IMetric } from '../Metric';
import { Metrics } from '../Metric';
import type { IReportProps } from './Report';

/** The big numbers, and what is not in them. */
export function ReportTotals(props: IReportProps): JSX.Element {
  const { report, trans } = props;
  const { changed, notRun } = report;
  return (
    <>
      <Metrics metrics={metricsOf(props)} trans={trans} />
      {(notRun > 0 || changed > 0) && (
        <ul className="jp-CellProfiler-reportGaps">
          {changed > 0 && (
            <li>
              {trans._n(
                'One cell has changed since it ran: its numbers are those of the old source.',
                '%1 cells have changed since they ran: their numbers are those of the old source.',
                changed
              )}
            </li>
          )}
          {notRun > 0 && (
            <li>
              {trans._n(
                'One cell has no recorded run.',
                '%1 cells have no recorded run.',
                notRun
              )}
            </li>
          )}
        </ul>
      )}
    </>
  );
}

function metricsOf({ decimals, report, trans }: IReportProps): IMetric[] {
  const { cpu, increment, peak, wait, wall } = report.totals;
  const seconds = (value: number | null): string | null =>
    value === null ? null : formatValue(value, 'seconds', decimals);
  const bytes = (value: number | null): string | null =>
    value === null ? null : formatValue(value, 'bytes', decimals);
  return [
    {
      name: 'wall',
      label: trans.__('wall, all cells'),
      text: seconds(wall),
      help: trans.__('Wall time of the newest run of each cell, added up.')
    },
    {
      name: 'cpu',
      label: trans.__('CPU (user + system)'),
      text: seconds(cpu),
      help: trans.__('Processor time of these runs: user and system.')
    },
    {
      name: 'wait',
      label: trans.__('waiting'),
      text: seconds(wait),
      help: trans.__(
        'Wall time less user and system time: sleeping, disk, network, or a busy machine.'
      )
    },
    {
      name: 'peak',
      label: trans.__('highest peak'),
      text: bytes(peak),
      help: trans.__('The highest resident memory of the kernel.')
    },
    {
      name: 'increment',
      label: trans.__('most added by a cell'),
      text: bytes(increment),
      help: trans.__(
        'The largest peak above what was there before the cell ran.'
      )
    }
  ];
}
