import type { TranslationBundle } from '@jupyterlab/translation';

/** A column of the report. */
export interface IReportColumn {
  readonly name: string;
  readonly label: string;
  readonly help: string;
}

/** Columns that rows are not sorted by: bars follow from the numbers beside them. */
const UNSORTED = ['source', 'share', 'most'];

/** Whether rows can be sorted by a column. */
export function isSortable({ name }: IReportColumn): boolean {
  return !UNSORTED.includes(name);
}

/** Called as in the report of the command line. */
export function reportColumns(trans: TranslationBundle): IReportColumn[] {
  return [
    {
      name: 'cell',
      label: trans.__('Cell'),
      help: trans.__('Its place among the cells of the notebook')
    },
    {
      name: 'source',
      label: trans.__('First line'),
      help: trans.__('The first line of the cell that is not blank')
    },
    {
      name: 'runs',
      label: trans.__('Runs'),
      help: trans.__('How often the cell ran, as far as it was recorded')
    },
    {
      name: 'wall',
      label: trans.__('Wall'),
      help: trans.__('Wall time of the newest run')
    },
    {
      name: 'share',
      label: trans.__('Share'),
      help: trans.__('Of the wall time of all cells together')
    },
    {
      name: 'cpu',
      label: trans.__('CPU'),
      help: trans.__('Processor time: user and system')
    },
    {
      name: 'wait',
      label: trans.__('Waiting'),
      help: trans.__(
        'Wall time less user and system time: sleeping, disk, network, or a busy machine'
      )
    },
    {
      name: 'increment',
      label: trans.__('Added'),
      help: trans.__(
        'The peak less what was there before: what the cell needed on top'
      )
    },
    {
      name: 'most',
      label: trans.__('Of the most'),
      help: trans.__('Of what the cell added that added most')
    },
    {
      name: 'peak',
      label: trans.__('Peak'),
      help: trans.__(
        'The highest resident memory of the kernel while the cell ran'
      )
    }
  ];
}
