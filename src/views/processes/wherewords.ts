import type { TranslationBundle } from '@jupyterlab/translation';
import type { IPlaceNow } from '../../lib/processes/place';
import type { IFrame, IThread } from '../../lib/processes/types';
import { cut } from '../text';

/** Callers that are named; a recursion may have hundreds. */
const NAMED = 5;

/** Characters of a name. */
const SHOWN = 60;

/** What a place is told in. */
export interface IPlaceWords {
  /** `In [3], line 7`; null when no line of a cell runs. */
  readonly place: string | null;
  /** `heavy() ← main()`; empty at the top level of a cell. */
  readonly calls: string;
  /** What the thread does, and where inside of the line it is. */
  readonly state: readonly string[];
}

/**
 * A place in words.
 *
 * @param label - what a person calls a cell, as `In [3]`
 */
export function placeWords(
  now: IPlaceNow,
  label: (cellId: string) => string,
  trans: TranslationBundle
): IPlaceWords {
  const { callers, holder, inner, line, thread } = now;
  const at = callers[0];
  if (!thread || !at) {
    return {
      place: null,
      calls: '',
      state: [
        trans.__(
          'No line of a cell runs at this moment: it may be waiting for something asynchronous.'
        )
      ]
    };
  }
  const names = callers.map(nameOf).filter(name => name !== '');
  const shown = names.slice(0, NAMED).join(' ← ');
  return {
    place: line
      ? trans.__('%1, line %2', label(line.cellId), line.line)
      : trans.__('a cell that has changed since, line %1', at.line),
    calls: names.length > NAMED ? `${shown} ← …` : shown,
    state: [
      threadState(thread, trans),
      inner.length > 0
        ? trans.__(
            'is in %1 of %2, line %3',
            nameOf(inner[0]) || trans.__('the top level'),
            fileOf(inner[0]),
            inner[0].line
          )
        : '',
      holder
        ? trans.__(
            'thread “%1” holds the GIL',
            cut(holder.name || String(holder.id), SHOWN)
          )
        : ''
    ].filter(part => part !== '')
  };
}

/** All of it in one sentence, for those who listen to the page. */
export function placeSentence(words: IPlaceWords): string {
  const { calls, place, state } = words;
  const head = [place, calls].filter(Boolean).join(': ');
  return [head, ...state].filter(Boolean).join('; ');
}

/** What a thread does, in the words of the Python documentation. */
export function threadState(
  { active, gil, waits }: IThread,
  trans: TranslationBundle
): string {
  if (gil) {
    return trans.__('holds the GIL');
  }
  switch (waits) {
    case 'lock':
      return trans.__('waits for a lock');
    case 'sleep':
      return trans.__('sleeps');
    case 'io':
      return trans.__('waits for data');
    case 'other':
      return trans.__('waits');
    default:
      return active ? trans.__('runs') : '';
  }
}

function nameOf({ name, native }: IFrame): string {
  return name === '<module>'
    ? ''
    : `${cut(name, SHOWN)}${native || name.startsWith('<') ? '' : '()'}`;
}

/** The last two parts of a path are enough to recognise a library. */
function fileOf({ file }: IFrame): string {
  return cut(file.split('/').slice(-2).join('/'), SHOWN);
}
