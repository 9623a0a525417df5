import type { TranslationBundle } from '@jupyterlab/translation';
import type { ProfileDocument } from '../document';
import { profilerChoice } from '../choices';
import type { IScriptAnswers } from '../lib/scripts';
import { nameOf } from '../lib/scripts';
import { formatValue } from '../lib/units';
import type { ScriptRun } from './run';

/** The command line that a run stands for, as a person would type it. */
export function commandLine(
  path: string,
  { arguments: line }: IScriptAnswers
): string {
  return ['python', nameOf(path), line.trim()]
    .filter(part => part !== '')
    .join(' ');
}

/** Under which profiler, where, and in which environment. */
export function circumstances(
  { directory, profilers }: IScriptAnswers,
  kernel: string | null,
  trans: TranslationBundle
): string {
  return [
    profilers.map(name => profilerChoice(name, trans).label).join(' + '),
    trans.__('in %1', directory === '' ? '/' : directory),
    kernel ?? ''
  ]
    .filter(part => part !== '')
    .join(' · ');
}

/** Seconds and minutes as on a clock: 5 s, 1:05, 1:01:05. */
export function clock(milliseconds: number, trans: TranslationBundle): string {
  const seconds = Math.floor(milliseconds / 1000);
  const two = (value: number): string => String(value).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  if (minutes === 0) {
    return trans.__('%1 s', seconds);
  }
  return minutes < 60
    ? `${minutes}:${two(seconds % 60)}`
    : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}

/** What a run does now, without its time. */
export function stateText(
  run: Pick<ScriptRun, 'state' | 'document' | 'problem'>,
  trans: TranslationBundle
): string {
  switch (run.state) {
    case 'waiting':
      return trans.__('Starting the kernel…');
    case 'running':
      return trans.__('Running');
    case 'stopping':
      return trans.__('Stopping; press Stop again to end its kernel');
    case 'killing':
      return trans.__('Ending the kernel…');
    case 'over':
      return run.document ? endText(run.document, trans) : trans.__('Failed');
  }
}

/** How a script ended. */
export function endText(
  { error, status, target }: ProfileDocument,
  trans: TranslationBundle
): string {
  const { exitStatus } = target;
  switch (status) {
    case 'interrupted':
      return trans.__('Stopped: the profile is of what ran until then');
    case 'error':
      if (typeof exitStatus === 'number' && exitStatus > 0) {
        return trans.__('Ended with exit status %1', exitStatus);
      }
      return error
        ? trans.__('Ended by %1', error.name)
        : trans.__('Ended with an error');
    default:
      return trans.__('Done');
  }
}

/**
 * What those who listen are told of a run that goes on: at first, after ten seconds,
 * and then each minute.
 */
export function spoken(
  run: Pick<ScriptRun, 'state' | 'document' | 'problem' | 'elapsed'>,
  trans: TranslationBundle
): string {
  const text = stateText(run, trans);
  const seconds = Math.floor(run.elapsed / 1000);
  if (run.state === 'over') {
    return trans.__(
      '%1, after %2',
      text,
      formatValue(run.elapsed / 1000, 'seconds')
    );
  }
  if (run.state !== 'running' || seconds < 10) {
    return text;
  }
  const minutes = Math.floor(seconds / 60);
  return minutes === 0
    ? trans.__('Running for ten seconds')
    : trans._n('Running for one minute', 'Running for %1 minutes', minutes);
}
