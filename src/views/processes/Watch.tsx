import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { ILook, ILookOptions, ITarget } from '../../lib/processes/types';
import { NOW_FIRST } from '../../lib/processes/watchrows';
import { formatShare, formatValue } from '../../lib/units';
import { Tabs } from '../Tabs';
import { Head } from './Head';
import { LookOptions } from './LookOptions';
import type { IPlaces } from './Place';
import { Remedy } from './Remedy';
import { WatchTable } from './WatchTable';

/** What the live view needs. */
export interface IWatchProps {
  readonly target: ITarget;
  /** What was seen last; null before that. */
  readonly look: ILook | null;
  readonly problem: string | null;
  /** Whether nothing more will be seen. */
  readonly isOver: boolean;
  readonly options: ILookOptions;
  readonly places: IPlaces;
  readonly onPause: (paused: boolean) => void;
  readonly onReset: () => void;
  readonly onOptions: (options: Partial<ILookOptions>) => void;
  readonly onStart: () => void;
  readonly onCopy: (text: string) => void;
  readonly trans: TranslationBundle;
}

/** A process while it runs: its functions and lines by what they take. */
export function Watch(props: IWatchProps): JSX.Element {
  const { isOver, look, onOptions, options, places, problem, target, trans } =
    props;
  const [tab, setTab] = React.useState('functions');
  const [sort, setSort] = React.useState(NOW_FIRST);
  const tabs = [
    { id: 'functions', label: trans.__('Functions') },
    { id: 'lines', label: trans.__('Lines') }
  ];
  const rows =
    look?.rows && (tab === 'lines' ? look.rows.lines : look.rows.functions);
  return (
    <div className="jp-CellProfiler-look" aria-busy={!look && !isOver}>
      <Head
        target={target}
        pid={look?.pid ?? null}
        title={trans.__('Watch')}
        facts={look ? facts(look, trans) : []}
        trans={trans}
      >
        <Buttons {...props} />
      </Head>
      <LookOptions options={options} onChange={onOptions} trans={trans} />
      <State {...props} />
      {problem !== null && (
        <div className="jp-CellProfiler-problem" role="alert">
          <Remedy sentence={problem} onCopy={props.onCopy} trans={trans} />
        </div>
      )}
      {look && look.notes.length > 0 && (
        <div className="jp-CellProfiler-lookNotes" role="note">
          {look.notes.map((note, index) => (
            <p key={index}>{note}</p>
          ))}
        </div>
      )}
      {rows ? (
        <Tabs
          tabs={tabs}
          selected={tab}
          onSelect={setTab}
          label={trans.__('What is listed')}
        >
          <WatchTable
            rows={rows}
            label={tab === 'lines' ? trans.__('Lines') : trans.__('Functions')}
            sort={sort}
            onSort={setSort}
            places={places}
            trans={trans}
          />
        </Tabs>
      ) : (
        problem === null && (
          <p className="jp-CellProfiler-lookWait">{trans.__('Looking…')}</p>
        )
      )}
    </div>
  );
}

function Buttons({
  isOver,
  look,
  onPause,
  onReset,
  onStart,
  trans
}: IWatchProps): JSX.Element {
  if (isOver) {
    return (
      <button
        type="button"
        className="jp-CellProfiler-action jp-mod-primary"
        onClick={onStart}
      >
        {trans.__('Watch again')}
      </button>
    );
  }
  const paused = look?.paused ?? false;
  return (
    <>
      <button
        type="button"
        className="jp-CellProfiler-action"
        disabled={!look}
        onClick={() => onPause(!paused)}
      >
        {paused ? trans.__('Resume') : trans.__('Pause')}
      </button>
      <button
        type="button"
        className="jp-CellProfiler-action"
        disabled={!look}
        title={trans.__('Forget what was seen so far')}
        onClick={onReset}
      >
        {trans.__('Reset')}
      </button>
    </>
  );
}

/** Whether it goes on; numbers that change all the time are not read out. */
function State({ isOver, look, problem, trans }: IWatchProps): JSX.Element {
  const [kind, text] =
    problem !== null
      ? ['jp-mod-failed', isOver ? trans.__('Ended') : trans.__('Disturbed')]
      : isOver
        ? [
            'jp-mod-ok',
            trans.__('The process has ended. This is what was seen.')
          ]
        : look?.paused
          ? ['jp-mod-ok', trans.__('Paused')]
          : ['jp-mod-running', trans.__('Live')];
  return (
    <div className={`jp-CellProfiler-scriptState ${kind}`} role="status">
      <span>{text}</span>
    </div>
  );
}

function facts(
  { gil, samples, seconds }: ILook,
  trans: TranslationBundle
): string[] {
  return [
    formatValue(seconds, 'seconds', 1),
    trans._n('%2 sample', '%2 samples', samples, formatValue(samples, 'count')),
    gil === null
      ? ''
      : trans.__('the GIL is held in %1', formatShare(gil, 1, 1))
  ].filter(fact => fact !== '');
}
