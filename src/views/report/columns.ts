import type { TranslationBundle } from '@jupyterlab/translation';

/** A column of the report. */
export interface IReportColumn {
  readonly name:
    | 'cell'
    | 'source'
    | 'runs'
    | 'wall'
    | 'cpu'
    | 'wait'
    | 'increment'
    | 'peak';
  readonly label: string;
  readonly help: string;
}

/** Called as in the report of the command line. */
export function reportColumns(trans: TranslationBundle): IReportColumn[] {
  return [
    {
      name: 'cell',
      label: trans.__('Cell'),
      help: trans.__('Its place among the code cells of the notebook')
    },
    {
      name: 'source',
      label: trans.__('First line'),
      help: ''
    },
    {
      name: 'runs',
      label: trans.__('Runs'),
      help: trans.__('How often the cell ran, as far as it was recorded')
    },
    {
      name: 'wall',
      label: trans.__('Wall'),
      help: trans.__(
        'Wall time of the newest run, and its share of all cells together'
      )
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
        'The peak less what was there before: what the cell needed on top. The bar is beside the cell that needed most.'
      )
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
