import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { profilerChoice } from '../choices';
import { profilerIcon } from '../icons';
import type { IRunSummary } from '../lib/history';
import { changeOf } from '../lib/history';
import { formatValue } from '../lib/units';
import type { IChangeText } from './texts';
import { agoText, changeText, dateText, runTitle, statusText } from './texts';

/** What a row shows of a run. */
export interface IRunRowProps {
  readonly run: IRunSummary;
  /** The run before of the same cell under the same profilers. */
  readonly before: IRunSummary | undefined;
  readonly now: Date;
  /** Whether its name is being written. */
  readonly isRenamed: boolean;
  /** The name was written; null when it was given up. */
  readonly onRenamed: (name: string | null) => void;
  readonly trans: TranslationBundle;
}

/** One run: what, how long, and beside the one before. */
export function RunRow(props: IRunRowProps): JSX.Element {
  const { before, isRenamed, now, run, trans } = props;
  const Icon = profilerIcon(run.profilers[0]);
  const change = changed(run, before, trans);
  const status = statusText(run.status, trans);
  return (
    <>
      <span
        className="jp-CellProfiler-historyIcon"
        title={trans.__('Select, to compare it with others')}
      >
        <Icon.react tag="span" width="16px" height="16px" />
      </span>
      {isRenamed ? (
        <NameField run={run} onRenamed={props.onRenamed} trans={trans} />
      ) : (
        <span
          className="jp-CellProfiler-historyTitle"
          title={tooltip(run, trans)}
        >
          {runTitle(run, trans)}
          {run.pinned && (
            <span
              className="jp-CellProfiler-historyPin"
              title={trans.__('Pinned: it is never thinned out')}
            >
              {' ★'}
            </span>
          )}
        </span>
      )}
      <span className="jp-CellProfiler-historyTime">
        {run.wall === null ? '' : formatValue(run.wall, 'seconds')}
      </span>
      <span className="jp-CellProfiler-historyMore">
        {status && (
          <span className="jp-CellProfiler-historyStatus">{status}</span>
        )}
        {change && (
          <span
            className="jp-CellProfiler-historyChange"
            data-direction={change.direction}
            title={change.words}
          >
            {change.short}
          </span>
        )}
        {run.peak !== null && (
          <span>{trans.__('peak %1', formatValue(run.peak, 'bytes', 1))}</span>
        )}
        <time dateTime={run.started} title={dateText(run.started)}>
          {agoText(run.started, now, trans)}
        </time>
      </span>
    </>
  );
}

/** A run in one sentence, for those who listen. */
export function runLabel({
  before,
  now,
  run,
  trans
}: Omit<IRunRowProps, 'isRenamed' | 'onRenamed'>): string {
  const change = changed(run, before, trans);
  return [
    runTitle(run, trans),
    run.pinned ? trans.__('pinned') : '',
    run.wall === null ? '' : formatValue(run.wall, 'seconds'),
    statusText(run.status, trans),
    change?.words ?? '',
    run.peak === null
      ? ''
      : trans.__('peak %1', formatValue(run.peak, 'bytes', 1)),
    agoText(run.started, now, trans)
  ]
    .filter(part => part !== '')
    .join(', ');
}

function changed(
  run: IRunSummary,
  before: IRunSummary | undefined,
  trans: TranslationBundle
): IChangeText | null {
  const change = changeOf(run, before);
  return change && changeText(change, trans);
}

function tooltip(run: IRunSummary, trans: TranslationBundle): string {
  const profilers = run.profilers
    .map(name => profilerChoice(name, trans).label)
    .join(' + ');
  return [runTitle(run, trans), profilers, run.firstLine, run.path]
    .filter(line => line)
    .join('\n');
}

/** The name of a run while it is written. */
function NameField({
  onRenamed,
  run,
  trans
}: Pick<IRunRowProps, 'onRenamed' | 'run' | 'trans'>): JSX.Element {
  const field = React.useRef<HTMLInputElement>(null);
  // The field loses the focus, too, when Enter or Escape has ended it.
  const isOver = React.useRef(false);
  const end = (name: string | null): void => {
    if (!isOver.current) {
      isOver.current = true;
      onRenamed(name);
    }
  };
  // Before it is painted: who sees the field types into it.
  React.useLayoutEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, []);
  return (
    <input
      ref={field}
      className="jp-CellProfiler-historyName"
      defaultValue={run.name ?? ''}
      placeholder={trans.__('Name')}
      aria-label={trans.__('Name of the run')}
      maxLength={200}
      onBlur={event => end(event.currentTarget.value)}
      onKeyDown={event => {
        // Arrows and the space bar belong to the field, not to the list.
        event.stopPropagation();
        if (event.key === 'Enter') {
          end(event.currentTarget.value);
        } else if (event.key === 'Escape') {
          end(null);
        }
      }}
      onClick={event => event.stopPropagation()}
      onDoubleClick={event => event.stopPropagation()}
    />
  );
}
