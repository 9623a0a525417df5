import type { TranslationBundle } from '@jupyterlab/translation';
import { orderedThreads } from '../../lib/processes/threads';
import type {
  IDump,
  IFrame,
  IProcessDump,
  IThread
} from '../../lib/processes/types';
import type { IPlaces } from './Place';
import { placeText } from './Place';

/** What a person calls a thread. */
export function threadName(
  { id, name }: IThread,
  trans: TranslationBundle
): string {
  return name === ''
    ? trans.__('Thread %1', id)
    : name === 'MainThread'
      ? trans.__('Main thread')
      : name;
}

/** What a thread does, in a few words each. */
export function badges(
  { active, frames, gil, waits }: IThread,
  trans: TranslationBundle
): readonly { readonly kind: string; readonly text: string }[] {
  const found: { kind: string; text: string }[] = [];
  if (gil) {
    found.push({ kind: 'gil', text: trans.__('holds the GIL') });
  }
  switch (waits) {
    case 'lock':
      found.push({ kind: 'lock', text: trans.__('waits for a lock') });
      break;
    case 'sleep':
      found.push({ kind: 'sleep', text: trans.__('sleeps') });
      break;
    case 'io':
      found.push({ kind: 'io', text: trans.__('waits for input or output') });
      break;
    case 'other':
      found.push({ kind: 'other', text: trans.__('waits') });
      break;
    case null:
      if (frames.length > 0 && active && !gil) {
        found.push({ kind: 'runs', text: trans.__('runs') });
      } else if (frames.length === 0) {
        found.push({ kind: 'other', text: trans.__('idle') });
      }
  }
  return found;
}

/** What a person calls a process of a dump. */
export function processName(
  { name, pid }: IProcessDump,
  trans: TranslationBundle
): string {
  return trans.__('%1 (PID %2)', name || trans.__('Process'), pid);
}

/** A dump as text, to be sent to somebody. */
export function dumpText(
  { notes, processes, python, taken }: IDump,
  places: Pick<IPlaces, 'positionOf'>,
  trans: TranslationBundle
): string {
  const lines: string[] = [
    [taken, python && `Python ${python}`].filter(Boolean).join(' · '),
    ...notes
  ];
  for (const process of processes) {
    lines.push('', processName(process, trans));
    for (const thread of orderedThreads(process.threads)) {
      const does = badges(thread, trans).map(({ text }) => text);
      lines.push(
        '',
        `  ${[threadName(thread, trans), ...does].join(', ')} [${thread.id}]`,
        ...thread.frames.map(frame => `    ${frameText(frame, places, trans)}`)
      );
    }
  }
  return `${lines.join('\n')}\n`;
}

function frameText(
  frame: IFrame,
  places: Pick<IPlaces, 'positionOf'>,
  trans: TranslationBundle
): string {
  const place =
    frame.cellId === undefined && frame.line > 0
      ? `${frame.file}:${frame.line}`
      : placeText(frame, places, trans);
  const locals = (frame.locals ?? []).map(
    ({ name, value }) => `\n        ${name} = ${value}`
  );
  return `${frame.name} (${place})${locals.join('')}`;
}
