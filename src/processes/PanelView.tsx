import type { TranslationBundle } from '@jupyterlab/translation';
import { refreshIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import { rowName } from '../lib/processes/rows';
import { cut } from '../views/text';
import { Remedy } from '../views/processes/Remedy';
import { actionChoices } from './actions';
import type { IProcessPanelOptions } from './panel';
import type { ProcessModel } from './panelmodel';
import { ProcessList } from './ProcessList';

/** What runs, in the sidebar: filter, list, what can be done. */
export function PanelView(props: IProcessPanelOptions): JSX.Element {
  const { model, onCopy, trans } = props;
  const [, redraw] = React.useReducer((count: number) => count + 1, 0);
  React.useEffect(() => {
    model.changed.connect(redraw);
    // Something may have changed before this was connected.
    redraw();
    return () => {
      model.changed.disconnect(redraw);
    };
  }, [model]);
  const { listing, problem } = model;
  const sentences = [listing?.refusal ?? null, problem].filter(
    (sentence): sentence is string => sentence !== null
  );
  return (
    <div className="jp-CellProfiler-historyPanel">
      <Filter model={model} trans={trans} />
      <div className="jp-CellProfiler-historyNotice" role="status">
        {sentences.map(sentence => (
          <Remedy
            key={sentence}
            sentence={sentence}
            onCopy={onCopy}
            trans={trans}
          />
        ))}
        {problem !== null && (
          <button
            type="button"
            className="jp-CellProfiler-action"
            onClick={() => void model.refresh()}
          >
            {trans.__('Try again')}
          </button>
        )}
      </div>
      {listing ? (
        <ProcessList {...props} />
      ) : (
        problem === null && (
          <div className="jp-CellProfiler-historyEmpty" aria-busy>
            <p>{trans.__('Loading…')}</p>
          </div>
        )
      )}
      {listing && <Footer {...props} />}
    </div>
  );
}

function Filter({
  model,
  trans
}: {
  readonly model: ProcessModel;
  readonly trans: TranslationBundle;
}): JSX.Element {
  const refresh = trans.__('Look again now');
  return (
    <div className="jp-CellProfiler-historyFilter" role="search">
      <div className="jp-CellProfiler-historyBar">
        <h2>{trans.__('Processes')}</h2>
        <button
          type="button"
          title={refresh}
          aria-label={refresh}
          onClick={() => void model.refresh()}
        >
          <refreshIcon.react tag="span" width="16px" height="16px" />
        </button>
      </div>
      <input
        type="search"
        value={model.query}
        placeholder={trans.__('Filter processes…')}
        aria-label={trans.__('Filter processes')}
        title={trans.__('Words of the name, the notebook, the state, the PID')}
        onChange={event => {
          model.query = event.currentTarget.value;
        }}
      />
    </div>
  );
}

/** What can be done with the selected row. */
function Footer({ model, onAction, trans }: IProcessPanelOptions): JSX.Element {
  const row = model.selected;
  return (
    <div
      className="jp-CellProfiler-historyFoot"
      role="group"
      aria-label={
        row === null
          ? trans.__('Actions')
          : trans.__('Actions for %1', cut(rowName(row), 100))
      }
    >
      {actionChoices(row, trans).map(({ action, help, label, isEnabled }) => (
        <button
          key={action}
          type="button"
          className={
            action === 'where'
              ? 'jp-CellProfiler-action jp-mod-primary'
              : 'jp-CellProfiler-action'
          }
          aria-disabled={!isEnabled}
          title={help}
          onClick={() => isEnabled && row && onAction(action, row)}
        >
          {label}
        </button>
      ))}
    </div>
  );
}
