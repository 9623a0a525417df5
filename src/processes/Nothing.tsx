import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { processesIcon } from '../icons';
import type { ProcessModel } from './panelmodel';

/** Instead of what runs: that nothing does. */
export function Nothing({
  model,
  trans
}: {
  readonly model: ProcessModel;
  readonly trans: TranslationBundle;
}): JSX.Element {
  return (
    <div className="jp-CellProfiler-historyEmpty">
      {model.query.trim() === '' ? (
        <>
          <processesIcon.react tag="span" width="32px" height="32px" />
          <p>{trans.__('No Python process runs.')}</p>
        </>
      ) : (
        <>
          <p>{trans.__('Nothing that runs has all of these words.')}</p>
          <button
            type="button"
            className="jp-CellProfiler-action"
            onClick={() => {
              model.query = '';
            }}
          >
            {trans.__('Show all')}
          </button>
        </>
      )}
    </div>
  );
}
