import type { TranslationBundle } from '@jupyterlab/translation';
import {
  fileUploadIcon,
  refreshIcon,
  type LabIcon
} from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import * as React from 'react';
import type { RunOrder } from '../lib/historyrows';
import { RUN_ORDERS } from '../lib/historyrows';
import { HistoryCommandIDs } from './ids';
import type { PanelModel } from './panelmodel';

/** The title, and which runs are listed in which order. */
export function Filter({
  commands,
  model,
  trans
}: {
  readonly model: PanelModel;
  readonly commands: CommandRegistry;
  readonly trans: TranslationBundle;
}): JSX.Element {
  // At once, not with the next frame: a field that is typed in must not jump back.
  const [, redraw] = React.useReducer((count: number) => count + 1, 0);
  const hasNotebook = model.places.currentPath !== null;
  return (
    <div className="jp-CellProfiler-historyFilter" role="search">
      <div className="jp-CellProfiler-historyBar">
        <h2>{trans.__('Profile history')}</h2>
        <IconButton
          icon={fileUploadIcon}
          label={trans.__('Import profiles from files')}
          onClick={() => void commands.execute(HistoryCommandIDs.add)}
        />
        <IconButton
          icon={refreshIcon}
          label={trans.__('Look for new runs')}
          onClick={() => void model.history.refresh()}
        />
      </div>
      <input
        type="search"
        value={model.query}
        placeholder={trans.__('Filter runs…')}
        aria-label={trans.__('Filter runs')}
        title={trans.__(
          'Words of the name, the notebook, the first line, the profiler, “error”'
        )}
        onChange={event => {
          model.query = event.currentTarget.value;
          redraw();
        }}
      />
      <div className="jp-CellProfiler-historyChoice">
        <select
          value={model.order}
          aria-label={trans.__('Order')}
          onChange={event => {
            model.order = event.currentTarget.value as RunOrder;
            redraw();
          }}
        >
          {RUN_ORDERS.map(order => (
            <option key={order} value={order}>
              {orderText(order, trans)}
            </option>
          ))}
        </select>
        <label
          title={
            hasNotebook
              ? trans.__('List the runs of the notebook that you work in')
              : trans.__('No notebook is open.')
          }
        >
          <input
            type="checkbox"
            checked={model.isOwnOnly}
            disabled={!hasNotebook}
            onChange={event => {
              model.isOwnOnly = event.currentTarget.checked;
              redraw();
            }}
          />
          <span>{trans.__('This notebook only')}</span>
        </label>
      </div>
    </div>
  );
}

function orderText(order: RunOrder, trans: TranslationBundle): string {
  switch (order) {
    case 'newest':
      return trans.__('Newest');
    case 'longest':
      return trans.__('Longest');
    case 'memory':
      return trans.__('Most memory');
  }
}

function IconButton({
  icon: Icon,
  label,
  onClick
}: {
  readonly icon: LabIcon;
  readonly label: string;
  readonly onClick: () => void;
}): JSX.Element {
  return (
    <button type="button" title={label} aria-label={label} onClick={onClick}>
      <Icon.react tag="span" width="16px" height="16px" />
    </button>
  );
}
