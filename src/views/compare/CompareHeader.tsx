import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { profilerChoice } from '../../choices';
import { toolsOf } from '../../lib/chips';
import { cut } from '../text';
import { RunMark } from './Delta';
import type { IShownRun } from './props';

/** The runs, and which of them are compared. */
export function CompareHeader({
  runs,
  after,
  onSwap,
  onChoose,
  trans
}: {
  readonly runs: readonly IShownRun[];
  /** The run that is compared with the first one. */
  readonly after: IShownRun;
  /** Null where there is more to choose than that. */
  readonly onSwap: (() => void) | null;
  /** Null where there is no choice. */
  readonly onChoose: ((run: IShownRun) => void) | null;
  readonly trans: TranslationBundle;
}): JSX.Element {
  const name = React.useId();
  return (
    <header className="jp-CellProfiler-compareHeader">
      <div className="jp-CellProfiler-compareTitle">
        <h2>
          {trans._n(
            'Comparison of one run',
            'Comparison of %1 runs',
            runs.length
          )}
        </h2>
        {onSwap && (
          <button
            type="button"
            className="jp-CellProfiler-action"
            title={trans.__('Make the other run the baseline')}
            onClick={onSwap}
          >
            <span aria-hidden="true">⇄ </span>
            {trans.__('Swap')}
          </button>
        )}
      </div>
      {onChoose && (
        <p id={`${name}label`} className="jp-CellProfiler-soft">
          {trans.__(
            'Choose the run that is compared with the baseline; memory is shown of all.'
          )}
        </p>
      )}
      <ul className="jp-CellProfiler-compareRuns" aria-label={trans.__('Runs')}>
        {runs.map(run => (
          <li
            key={run.index}
            data-run={run.letter}
            data-shown={run === runs[0] || run === after}
          >
            {onChoose ? (
              run === runs[0] ? (
                <Run run={run} baseline trans={trans} />
              ) : (
                <label>
                  <input
                    type="radio"
                    name={name}
                    checked={run === after}
                    onChange={() => onChoose(run)}
                  />
                  <Run run={run} trans={trans} />
                </label>
              )
            ) : (
              <Run run={run} baseline={run === runs[0]} trans={trans} />
            )}
          </li>
        ))}
      </ul>
    </header>
  );
}

function Run({
  run: { document, letter, name },
  baseline = false,
  trans
}: {
  readonly run: IShownRun;
  readonly baseline?: boolean;
  readonly trans: TranslationBundle;
}): JSX.Element {
  const { profilers, started, status } = document;
  const tools = toolsOf(document).map(({ name, version }) =>
    version === '' ? name : `${name} ${version}`
  );
  const details = [
    timeText(started),
    profilers.map(({ name }) => profilerChoice(name, trans).label).join(' + '),
    tools.join(' + ')
  ];
  return (
    <span className="jp-CellProfiler-compareRun">
      <RunMark letter={letter} />
      <span className="jp-CellProfiler-compareName">
        <b>{cut(name, 120)}</b>
        {baseline && (
          <span className="jp-CellProfiler-chip">{trans.__('baseline')}</span>
        )}
        {status !== 'ok' && (
          <span className="jp-CellProfiler-chip jp-mod-warn">
            {status === 'error' ? trans.__('error') : trans.__('interrupted')}
          </span>
        )}
        <span className="jp-CellProfiler-where">
          {details
            .filter(text => text !== '')
            .map(text => cut(text, 80))
            .join(' · ')}
        </span>
      </span>
    </span>
  );
}

/** When a run began, as people here write it; empty when nobody knows. */
function timeText(started: string): string {
  const date = new Date(started);
  return Number.isNaN(date.getTime())
    ? ''
    : date.toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' });
}
