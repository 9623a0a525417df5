import type { TranslationBundle } from '@jupyterlab/translation';
import {
  kernelIcon,
  pythonIcon,
  terminalIcon
} from '@jupyterlab/ui-components';
import type { LabIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { TargetRow } from '../lib/processes/rows';
import { rowName } from '../lib/processes/rows';
import { formatValue } from '../lib/units';
import { cut } from '../views/text';
import { actionChoices } from './actions';
import type { IProcessPanelOptions } from './panel';
import type { IShownCommand } from './panelmodel';

/** One kernel or process: what it is, what it takes, what can be done. */
export function ProcessItem(
  props: IProcessPanelOptions & { readonly row: TargetRow }
): JSX.Element {
  const { model, onAction, row, trans } = props;
  const { process } = row;
  const Icon = row.kind === 'kernel' ? kernelIcon : pythonIcon;
  const command = model.commandOf(row);
  const isActive = model.selected === row;
  const state = row.kind === 'kernel' ? row.process.state : null;
  return (
    <>
      <span className="jp-CellProfiler-historyIcon">
        <Icon.react tag="span" width="16px" height="16px" />
      </span>
      <span
        className="jp-CellProfiler-historyTitle"
        title={tooltip(row, trans)}
      >
        {cut(rowName(row), 200)}
      </span>
      <span className="jp-CellProfiler-historyTime">{cpuText(row, trans)}</span>
      <span className="jp-CellProfiler-historyMore">
        {state !== null && (
          <span className="jp-CellProfiler-processState" data-state={state}>
            {stateText(state, trans)}
          </span>
        )}
        {process.rss !== null && (
          <span>{formatValue(process.rss, 'bytes', 1)}</span>
        )}
        <span>
          {process.pid === null
            ? trans.__('on another machine')
            : trans.__('PID %1', process.pid)}
        </span>
        {row.kind === 'kernel' && row.process.paths.length > 0 && (
          <span className="jp-CellProfiler-processKind">
            {cut(row.process.displayName, 80)}
          </span>
        )}
      </span>
      <span className="jp-CellProfiler-processTools">
        {actionChoices(row, trans).map(
          ({ action, help, icon, isEnabled, label }) => (
            <Tool
              key={action}
              icon={icon}
              label={label}
              help={isEnabled ? `${label}\n${help}` : help}
              isEnabled={isEnabled}
              isReached={isActive}
              onClick={() => onAction(action, row)}
            />
          )
        )}
        {process.pid !== null && (
          <Tool
            icon={terminalIcon}
            label={
              command
                ? trans.__('Hide the command line')
                : trans.__('Show the command line')
            }
            help={
              command
                ? trans.__('Hide the command line')
                : trans.__('Show the command line, which may hold secrets')
            }
            isEnabled
            isReached={isActive}
            isPressed={command !== null}
            onClick={() => void model.toggleCommand(row)}
          />
        )}
      </span>
      {command && <Command command={command} trans={trans} />}
    </>
  );
}

/** A row in one sentence, for those who listen. */
export function processLabel(row: TargetRow, trans: TranslationBundle): string {
  const { process } = row;
  return [
    rowName(row),
    row.kind === 'kernel' ? row.process.displayName : '',
    row.kind === 'kernel' ? stateText(row.process.state, trans) : '',
    process.pid === null
      ? trans.__('on another machine')
      : trans.__('PID %1', process.pid),
    process.rss === null
      ? ''
      : trans.__('memory %1', formatValue(process.rss, 'bytes', 1)),
    process.cpu === null ? '' : trans.__('CPU %1', cpuText(row, trans))
  ]
    .filter(part => part !== '')
    .join(', ');
}

function cpuText({ process }: TargetRow, trans: TranslationBundle): string {
  return process.cpu === null ? '' : formatValue(process.cpu, 'percent', 1);
}

function stateText(state: string, trans: TranslationBundle): string {
  switch (state) {
    case 'idle':
      return trans.__('idle');
    case 'busy':
      return trans.__('busy');
    case 'starting':
      return trans.__('starting');
    default:
      return cut(state, 40);
  }
}

function tooltip(row: TargetRow, trans: TranslationBundle): string {
  const started = new Date(row.process.started ?? '');
  return [
    ...(row.kind === 'kernel'
      ? [...row.process.paths, row.process.displayName]
      : []),
    row.process.name,
    isNaN(started.getTime())
      ? ''
      : trans.__('started %1', started.toLocaleString())
  ]
    .filter(line => line !== '')
    .join('\n');
}

/** A button of a row: seen by those who point at the row, or have come to it. */
function Tool({
  help,
  icon: Icon,
  isEnabled,
  isPressed,
  isReached,
  label,
  onClick
}: {
  readonly icon: LabIcon;
  readonly label: string;
  readonly help: string;
  readonly isEnabled: boolean;
  readonly isPressed?: boolean;
  /** Whether the tab key leads to it. */
  readonly isReached: boolean;
  readonly onClick: () => void;
}): JSX.Element {
  return (
    <button
      type="button"
      title={help}
      aria-label={label}
      aria-disabled={!isEnabled}
      aria-pressed={isPressed}
      tabIndex={isReached ? 0 : -1}
      onClick={() => isEnabled && onClick()}
      onDoubleClick={event => event.stopPropagation()}
    >
      <Icon.react tag="span" width="16px" height="16px" />
    </button>
  );
}

function Command({
  command: { problem, words },
  trans
}: {
  readonly command: IShownCommand;
  readonly trans: TranslationBundle;
}): JSX.Element {
  return (
    <span className="jp-CellProfiler-processCommand">
      {problem !== null ? (
        <span>{problem}</span>
      ) : words === null ? (
        <span>{trans.__('Looking…')}</span>
      ) : (
        <>
          <code>{words.map(quoted).join(' ')}</code>
          <span>
            {trans.__('It may hold secrets: think before you share it.')}
          </span>
        </>
      )}
    </span>
  );
}

/** A word as a person would type it in a shell. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word)
    ? word
    : `'${word.replace(/'/g, "'\\''")}'`;
}
