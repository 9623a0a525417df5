import * as React from 'react';
import { CommandIDs } from '../tokens';
import { Empty } from './Empty';
import { Filter } from './Filter';
import { HistoryCommandIDs } from './ids';
import { List } from './List';
import { Notice } from './Notice';
import type { IHistoryPanelOptions } from './panel';
import { useChanges } from './usechanges';

/** Milliseconds after which "6 min" is no longer true. */
const MINUTE = 60_000;

/** The history in the sidebar: filter, runs, what can be done with them. */
export function PanelView(props: IHistoryPanelOptions): JSX.Element {
  const { commands, model, settings, trans } = props;
  useChanges(model.changed);
  useChanges(settings.changed);
  const now = useNow();
  const isEmpty = model.rows.length === 0;
  return (
    <div className="jp-CellProfiler-historyPanel">
      <Filter model={model} commands={commands} trans={trans} />
      <Notice
        history={model.history}
        problem={model.list.problem}
        isOn={settings.values.history}
        turnOn={() => void settings.set('history', true)}
        trans={trans}
      />
      {isEmpty ? (
        <Empty model={model} trans={trans} />
      ) : (
        <List
          model={model}
          menuClosed={props.menuClosed}
          now={now}
          onOpen={id =>
            void commands.execute(HistoryCommandIDs.open, { ids: [id] })
          }
          onRename={(id, name) => {
            model.renamed = null;
            if (name !== null) {
              props.onRename(id, name);
            }
          }}
          trans={trans}
        />
      )}
      <Footer {...props} />
      <div className="jp-CellProfiler-historyDrop" aria-hidden="true">
        {trans.__('Drop .cellprofile.json files to add them')}
      </div>
    </div>
  );
}

/** What can be done with the selected runs. */
function Footer({ commands, model, trans }: IHistoryPanelOptions): JSX.Element {
  const ids = model.selected.map(({ id }) => id);
  const count = ids.length.toLocaleString('en-US');
  const isComparable =
    ids.length > 0 && commands.isEnabled(CommandIDs.compare, { ids });
  const saved = ids.length > 0 ? { ids } : { all: true };
  const isSavable = model.rows.length > 0;
  return (
    <div
      className="jp-CellProfiler-historyFoot"
      role="group"
      aria-label={trans.__('Actions')}
    >
      <button
        type="button"
        className="jp-CellProfiler-action jp-mod-primary"
        aria-disabled={!isComparable}
        title={
          !isComparable
            ? trans.__(
                'Select two to 20 runs: click their icons, or press the space bar'
              )
            : ids.length === 1
              ? trans.__('Compare it with the run before')
              : trans.__('Compare them side by side')
        }
        onClick={() =>
          isComparable && void commands.execute(CommandIDs.compare, { ids })
        }
      >
        {ids.length > 1 ? trans.__('Compare %1', count) : trans.__('Compare')}
      </button>
      <button
        type="button"
        className="jp-CellProfiler-action"
        aria-disabled={!isSavable}
        title={
          ids.length > 0
            ? trans.__('Save what is selected as files')
            : trans.__('Save all runs that are listed, as a zip file')
        }
        onClick={() =>
          isSavable && void commands.execute(HistoryCommandIDs.save, saved)
        }
      >
        {ids.length > 1
          ? trans.__('Export %1', count)
          : ids.length === 1
            ? trans.__('Export')
            : trans.__('Export all')}
      </button>
      <ReportButton commands={commands} model={model} trans={trans} />
    </div>
  );
}

/** Leads to the report of the notebook that a person works in. */
function ReportButton({
  commands,
  model,
  trans
}: Pick<
  IHistoryPanelOptions,
  'commands' | 'model' | 'trans'
>): JSX.Element | null {
  const path = model.places.currentPath;
  return commands.hasCommand(CommandIDs.report) ? (
    <button
      type="button"
      className="jp-CellProfiler-action"
      aria-disabled={path === null}
      title={
        path === null
          ? trans.__('Open a notebook to see what its cells cost.')
          : trans.__('Rank the cells of %1 by time and memory', path)
      }
      onClick={() =>
        path !== null && void commands.execute(CommandIDs.report, { path })
      }
    >
      {trans.__('Report')}
    </button>
  ) : null;
}

/** The time, as exactly as it is shown. */
function useNow(): Date {
  const [now, setNow] = React.useState(() => new Date());
  React.useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), MINUTE);
    return () => clearInterval(timer);
  }, []);
  return now;
}
