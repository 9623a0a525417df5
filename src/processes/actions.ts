import type { TranslationBundle } from '@jupyterlab/translation';
import type { LabIcon } from '@jupyterlab/ui-components';
import { recordIcon, watchIcon, whereIcon } from '../icons';
import type { TargetRow } from '../lib/processes/rows';
import type { Action } from './ids';

/** What can be done, as a button shows it. */
export interface IActionChoice {
  readonly action: Action;
  readonly icon: LabIcon;
  readonly label: string;
  /** What it does, or why it cannot be done. */
  readonly help: string;
  readonly isEnabled: boolean;
}

/** What can be done with a row; nothing without one. */
export function actionChoices(
  row: TargetRow | null,
  trans: TranslationBundle
): IActionChoice[] {
  const refusal = (action: Action): string | null =>
    row === null
      ? trans.__('Select a kernel or a process in the list')
      : // Where it is can be asked of the kernel itself.
        row.process.pid === null && action !== 'where'
        ? trans.__('This kernel runs on another machine')
        : null;
  const choices: Omit<IActionChoice, 'isEnabled'>[] = [
    {
      action: 'where',
      icon: whereIcon,
      label: trans.__('Where is it now?'),
      help: trans.__('Show the line that each thread is at')
    },
    {
      action: 'watch',
      icon: watchIcon,
      label: trans.__('Watch'),
      help: trans.__('Show live which functions and lines take the time')
    },
    {
      action: 'record',
      icon: recordIcon,
      label: trans.__('Record…'),
      help: trans.__('Make a profile of the next seconds')
    }
  ];
  return choices.map(choice => {
    const reason = refusal(choice.action);
    return {
      ...choice,
      help: reason ?? choice.help,
      isEnabled: reason === null
    };
  });
}
