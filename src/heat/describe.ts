import type { TranslationBundle } from '@jupyterlab/translation';
import type { ILineHeat } from '../lib/heat';
import { formatValue } from '../lib/units';

/** What an editor holds. */
export type HeatPlace = 'cell' | 'file';

/**
 * Whether a mark can be relied on: `stale` when the text was edited after the
 * profile, `held` while the cell runs again.
 */
export type MarkState = 'fresh' | 'stale' | 'held';

/** All figures of a line in words, one sentence a line. */
export function describeLine(
  heat: ILineHeat,
  state: MarkState,
  place: HeatPlace,
  trans: TranslationBundle
): string {
  const sentences: string[] = [];
  const { beside, hits, memory, time, ownTime, shown, text } = heat;
  if (hits !== null) {
    const count = hits.toLocaleString('en-US');
    sentences.push(trans._n('Ran %2 time.', 'Ran %2 times.', hits, count));
  }
  if (shown === 'at-most' && time !== null) {
    sentences.push(
      trans.__(
        'Time: %1, most of it perhaps in functions that it calls and that have figures of their own.',
        seconds(time)
      )
    );
  } else if (ownTime !== null) {
    sentences.push(trans.__('Own time: %1.', seconds(ownTime)));
  }
  if (shown !== 'at-most' && time !== null && time !== ownTime) {
    sentences.push(
      trans.__('With the profiled functions that it calls: %1.', seconds(time))
    );
  }
  // The mark for the eye is no word.
  const share = text.share.replace('↳\u202f', '');
  if (share !== '') {
    sentences.push(
      time === null
        ? trans.__('%1 of the peak.', share)
        : shown === 'inclusive' || shown === 'calls'
          ? trans.__('%1 of the run, with the functions that it calls.', share)
          : trans.__('%1 of the run.', share)
    );
  }
  if (memory !== null) {
    sentences.push(
      trans.__(
        'Memory: %1 of what the run had allocated at its peak.',
        formatValue(memory, 'bytes')
      )
    );
  }
  if (beside === 'memory' && memory !== null) {
    sentences.push(
      trans.__('The memory is that of another run of the same source.')
    );
  } else if (beside === 'time' && time !== null) {
    sentences.push(
      trans.__('The time is that of another run of the same source.')
    );
  }
  if (state === 'stale') {
    sentences.push(
      place === 'cell'
        ? trans.__('The cell was edited after this profile.')
        : trans.__('The file was edited after this profile.')
    );
  } else if (state === 'held') {
    sentences.push(trans.__('The cell runs again; this is the last profile.'));
  }
  return sentences.join('\n');
}

function seconds(value: number): string {
  return formatValue(value, 'seconds');
}
