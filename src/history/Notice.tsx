import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { IHistory, IHistoryState } from '../tokens';
import { withElements } from '../views/text';

/** What a person types to have the server keep the history. */
const ENABLE = 'jupyter server extension enable jupyterlab_cell_profiler';

/** What a person should know of the history, where all is not as usual. */
export function Notice({
  history,
  isOn,
  problem,
  turnOn,
  trans
}: {
  readonly history: IHistory;
  /** Whether new runs are kept. */
  readonly isOn: boolean;
  /** Why a part of the list could not be loaded. */
  readonly problem: string | null;
  readonly turnOn: () => void;
  readonly trans: TranslationBundle;
}): JSX.Element {
  const sentences = stateTexts(history.state, trans);
  if (problem !== null && history.state.mode !== 'offline') {
    sentences.push(trans.__('Some runs could not be loaded: %1', problem));
  }
  return (
    <div className="jp-CellProfiler-historyNotice" role="status">
      {sentences.map((sentence, index) => (
        <p key={index}>{sentence}</p>
      ))}
      {history.state.mode === 'offline' && (
        <button
          type="button"
          className="jp-CellProfiler-action"
          onClick={() => void history.refresh()}
        >
          {trans.__('Try again')}
        </button>
      )}
      {!isOn && (
        <>
          <p>
            {trans.__(
              'New runs are not kept: the history is turned off in the settings.'
            )}
          </p>
          <button
            type="button"
            className="jp-CellProfiler-action"
            onClick={turnOn}
          >
            {trans.__('Turn on')}
          </button>
        </>
      )}
    </div>
  );
}

function stateTexts(
  { lost, message, mode, waiting }: IHistoryState,
  trans: TranslationBundle
): React.ReactNode[] {
  const texts: React.ReactNode[] = [];
  switch (mode) {
    case 'session':
      texts.push(
        withElements(
          trans.__(
            'The history lasts as long as this page: the Jupyter server has no part of Cell Profiler that keeps it. Install jupyterlab-cell-profiler into the environment of the server, run %1, and start the server again.',
            '%1'
          ),
          <code>{ENABLE}</code>
        )
      );
      break;
    case 'offline':
      texts.push(
        waiting > 0
          ? trans._n(
              'The server does not take runs now (%2). One run waits in this browser and is delivered later.',
              'The server does not take runs now (%2). %1 runs wait in this browser and are delivered later.',
              waiting,
              message ?? ''
            )
          : trans.__('The history cannot be read now (%1).', message ?? '')
      );
      break;
    default:
      if (message !== null && lost === 0) {
        texts.push(message);
      }
  }
  if (lost > 0) {
    texts.push(
      mode === 'server' && message !== null
        ? trans._n(
            'One run could not be kept: %2',
            '%1 runs could not be kept: %2',
            lost,
            message
          )
        : trans._n(
            'One run was dropped: too many wait.',
            '%1 runs were dropped: too many wait.',
            lost
          )
    );
  }
  return texts;
}
