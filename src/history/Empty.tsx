import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { profileIcon } from '../icons';
import type { PanelModel } from './panelmodel';

/** Instead of the list: why it is empty and what to do. */
export function Empty({
  model,
  trans
}: {
  readonly model: PanelModel;
  readonly trans: TranslationBundle;
}): JSX.Element {
  const { list } = model;
  const isWaiting = list.isLoading || model.history.state.mode === 'unknown';
  return (
    <div className="jp-CellProfiler-historyEmpty" aria-busy={isWaiting}>
      {isWaiting ? (
        <p>{trans.__('Loading…')}</p>
      ) : list.isFiltered ? (
        <>
          <p>
            {list.filter.query
              ? trans.__('No run has all of these words.')
              : trans.__('This notebook has no runs yet.')}
          </p>
          <button
            type="button"
            className="jp-CellProfiler-action"
            onClick={() => {
              model.query = '';
              model.isOwnOnly = false;
            }}
          >
            {trans.__('Show all runs')}
          </button>
        </>
      ) : (
        <>
          <profileIcon.react tag="span" width="32px" height="32px" />
          <p>{trans.__('No runs yet.')}</p>
          <p>
            {trans.__(
              'Select a cell and press Profile in the toolbar of the notebook. Each run is kept here: to be opened again, to be compared with others, and to be put back on its cell.'
            )}
          </p>
          <p>{trans.__('Profiles from files can be dropped here.')}</p>
        </>
      )}
    </div>
  );
}
