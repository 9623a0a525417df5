import type { TranslationBundle } from '@jupyterlab/translation';
import type { ILimit } from '../lib/limit';
import type { IMemoryModel, IStep } from '../lib/series';
import { formatValue } from '../lib/units';
import { cut } from './text';

/** A line with that share of all that was added is most of it. */
const MOST = 0.5;

/** What the curve says: the peak, and which line made it. */
export function memorySentence(
  model: IMemoryModel,
  steps: readonly IStep[],
  decimals: number,
  trans: TranslationBundle
): string {
  const bytes = (value: number | null): string =>
    formatValue(value, 'bytes', decimals);
  const peak = model.peak && Math.max(model.peak.value, model.exactPeak ?? 0);
  const sentences = [
    model.baseline === null
      ? trans.__('Peak %1.', bytes(peak))
      : trans.__(
          'Peak %1, before the run %2.',
          bytes(peak),
          bytes(model.baseline)
        )
  ];
  const all = steps.reduce((sum, { added }) => sum + added, 0);
  const [most] = steps;
  if (most && most.added > 0) {
    const label = cut(most.mark.label, 60);
    sentences.push(
      most.added >= MOST * all
        ? trans.__(
            'Most came while %1 ran: it added %2.',
            label,
            bytes(most.added)
          )
        : trans.__(
            'No single line dominates: %1 added most, %2 of %3.',
            label,
            bytes(most.added),
            bytes(all)
          )
    );
    if (most.freed >= MOST * most.added) {
      sentences.push(
        trans.__('It gave %1 back while it ran.', bytes(most.freed))
      );
    }
  }
  return sentences.join(' ');
}

/** How much memory there is, and how much of it was left. */
export function limitSentence(
  { available, container, total }: ILimit,
  decimals: number,
  trans: TranslationBundle
): string {
  const bytes = (value: number): string =>
    formatValue(value, 'bytes', decimals);
  if (available === null) {
    return container
      ? trans.__('The container may use %1.', bytes(total))
      : trans.__('The machine has %1.', bytes(total));
  }
  return container
    ? trans.__(
        'The container may use %1; when it was fullest, %2 were left.',
        bytes(total),
        bytes(available)
      )
    : trans.__(
        'The machine has %1; when it was fullest, %2 were left.',
        bytes(total),
        bytes(available)
      );
}
