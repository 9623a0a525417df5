import type { IDisplayData } from '@jupyterlab/nbformat';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { PartialJSONObject } from '@lumino/coreutils';
import type { ProfileDocument } from '../document';
import type { ILimit } from '../lib/limit';
import { isRunningOut, usedShare } from '../lib/limit';
import { liveState } from '../lib/live';
import { formatShare, formatValue } from '../lib/units';
import { MIME_TYPE } from '../tokens';

/**
 * How a run ended of which no finished document came: the kernel died, a person
 * restarted, changed or ended it, or the connection to it was lost.
 */
export type Ending = 'died' | 'restarted' | 'lost';

/** Percent of the memory in use from which on it is the likely cause of a death. */
const LIKELY = 80;

/**
 * The output that keeps what was streamed of a run.
 *
 * @param document - the last document of the run, with `live`
 * @param source - the lines of its cell, which a live document does not have
 */
export function endedOutput(
  document: ProfileDocument,
  ending: Ending,
  source: readonly string[],
  trans: TranslationBundle
): IDisplayData {
  const sentence = endingSentence(document, ending, trans);
  const kept: ProfileDocument = {
    ...document,
    status: ending === 'restarted' ? 'interrupted' : 'error',
    files: document.files.map((file, index) =>
      index === 0 && !file.source ? { ...file, source: [...source] } : file
    )
  };
  delete kept.live;
  if (ending !== 'restarted') {
    kept.error = {
      name: ending === 'died' ? 'KernelDied' : 'ConnectionLost',
      value: sentence
    };
  }
  return {
    output_type: 'display_data',
    data: {
      [MIME_TYPE]: kept as unknown as PartialJSONObject,
      'text/plain': sentence
    },
    metadata: {}
  };
}

/** What happened, where, and what to do about it. */
export function endingSentence(
  document: ProfileDocument,
  ending: Ending,
  trans: TranslationBundle
): string {
  const { limit, mark, now, peak } = liveState(document);
  const bytes = (value: number | null): string => formatValue(value, 'bytes');
  const where = mark?.label ?? trans.__('the cell');
  const memory = trans.__('%1 of memory (peak %2)', bytes(now), bytes(peak));
  switch (ending) {
    case 'restarted':
      return trans.__(
        'The kernel was restarted or shut down while %1 ran, at %2.',
        where,
        memory
      );
    case 'lost':
      return trans.__(
        'The connection to the kernel was lost while %1 ran, at %2. The kernel may still be running.',
        where,
        memory
      );
    case 'died':
      return [
        trans.__('The kernel died while %1 ran, at %2.', where, memory),
        cause(limit, trans)
      ].join(' ');
  }
}

/** Why it probably died, and what helps. */
function cause(limit: ILimit | null, trans: TranslationBundle): string {
  const used = usedShare(limit);
  if (limit === null || used === null) {
    return trans.__(
      'It may have run out of memory, or a compiled library crashed: the log of the server may say more. Work in smaller pieces to find out.'
    );
  }
  const share = formatShare(used, 1, 1);
  const total = formatValue(limit.total, 'bytes');
  const whose = limit.container
    ? trans.__('the container')
    : trans.__('the machine');
  return isRunningOut(limit, LIKELY)
    ? trans.__(
        'It probably ran out of memory: %1 of %2 (%3) were in use. Work in smaller pieces, delete what is no longer needed, or raise the limit.',
        share,
        total,
        whose
      )
    : trans.__(
        'When last seen, memory was not short (%1 of %2, %3): a compiled library may have crashed, the kernel was killed, or the line asked for very much at once. The log of the server may say more.',
        share,
        total,
        whose
      );
}
