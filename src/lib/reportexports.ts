import { cell as quoted } from './csv';
import type { INotebookReport, IReportCell } from './report';

/** Of the JSON form, which is that of `python -m jupyterlab_cell_profiler notebook`. */
const VERSION = 1;

/** The report as CSV: seconds and bytes, a line for each cell in the order of the notebook. */
export function reportCsv({ cells }: INotebookReport): string {
  const rows = cells.map(cell => [
    cell.number ?? '',
    quoted(cell.firstLine),
    cell.status,
    cell.runs,
    cell.isChanged === null ? '' : cell.isChanged ? 'yes' : 'no',
    quoted(cell.profilers.join(' ')),
    cell.wall ?? '',
    cell.cpu ?? '',
    cell.wait ?? '',
    cell.peak ?? '',
    cell.increment ?? '',
    quoted(cell.started ?? ''),
    quoted(cell.id)
  ]);
  return [
    'cell,first_line,status,runs,changed,profilers,wall_s,cpu_s,wait_s,peak_bytes,increment_bytes,started,id',
    ...rows.map(row => row.join(','))
  ]
    .map(line => `${line}\r\n`)
    .join('');
}

/**
 * The report as JSON, with what the command line does not know besides: how often
 * cells ran, and whether they have changed since.
 */
export function reportJson(report: INotebookReport, producer: string): string {
  const ran = report.cells.filter(({ started }) => started !== null);
  const has = (status: IReportCell['status']): boolean =>
    ran.some(cell => cell.status === status);
  const [first] = ran.map(({ started }) => started).sort();
  const newest = ran.find(({ python }) => python !== null);
  const { cpu, increment, peak, wall } = report.totals;
  const value = {
    version: VERSION,
    producer,
    notebook: report.path,
    started: first ?? null,
    status: has('error') ? 'error' : has('interrupted') ? 'interrupted' : 'ok',
    error: null,
    environment: newest ? { python: newest.python } : {},
    notes: [],
    totals: { wall, cpu, peak, increment },
    cells: report.cells.map(cell => ({
      index: cell.index,
      number: cell.number,
      id: cell.id,
      first_line: cell.firstLine,
      status: cell.status,
      wall: cell.wall,
      user: null,
      sys: null,
      wait: cell.wait,
      peak: cell.peak,
      increment: cell.increment,
      cpu: cell.cpu,
      runs: cell.runs,
      changed: cell.isChanged,
      profilers: cell.profilers,
      started: cell.started
    })),
    exceeded: []
  };
  return `${JSON.stringify(value, null, 2)}\n`;
}
