import type { TranslationBundle } from '@jupyterlab/translation';
import type { Unit } from '../../document';
import type { Judgement } from '../../lib/compare/change';
import { formatValue, NO_VALUE } from '../../lib/units';

/** Narrow no-break space. */
const GAP = '\u202f';

const MINUS = '\u2212';

/** From this share of the baseline on, times say more than percent. */
const TIMES = 9;

/**
 * The size of a difference with its sign; of one that is too small for a number, such
 * as `< 0.1 %`, an arrow says which way it goes.
 */
function signed(delta: number, size: string): string {
  const sign = delta > 0 ? '+' : delta < 0 ? MINUS : '';
  return size.startsWith('<') ? size : sign + size;
}

/** A difference with its sign, such as `−1.2 s`. */
export function signedValue(
  delta: number | null,
  unit: Unit,
  decimals: number
): string {
  return delta === null
    ? NO_VALUE
    : signed(delta, formatValue(Math.abs(delta), unit, decimals));
}

/**
 * A difference as a share of the baseline, such as `−12 %`; where that is very much,
 * the times that it is as much, such as `× 12`.
 */
export function signedShare(
  relative: number | null,
  decimals: number = 2
): string {
  if (relative === null || !Number.isFinite(relative)) {
    return NO_VALUE;
  }
  return relative >= TIMES
    ? `×${GAP}${formatValue(1 + relative, 'ratio', decimals - 1)}`
    : signed(
        relative,
        formatValue(100 * Math.abs(relative), 'percent', decimals)
      );
}

/** A difference of shares, 0…1, such as `+3.1 points`. */
export function signedPoints(delta: number, trans: TranslationBundle): string {
  // As `formatValue` writes percent, without the sign for it.
  const size = formatValue(100 * Math.abs(delta), 'percent').replace(
    /\u202f%$/,
    ''
  );
  return trans.__('%1 points', signed(delta, size));
}

/** An arrow for those who see no colours. */
export function arrow(delta: number | null): string {
  return delta === null || delta === 0 ? '' : delta > 0 ? '▲' : '▼';
}

/** A change in a word. */
export function judgementWord(
  judgement: Judgement,
  trans: TranslationBundle
): string {
  switch (judgement) {
    case 'better':
      return trans.__('better');
    case 'worse':
      return trans.__('worse');
    case 'same':
      return trans.__('similar');
    case 'more':
      return trans.__('more');
    case 'less':
      return trans.__('less');
    case 'noise':
      return trans.__('within the noise');
  }
}

/** A, B, C… */
export function letterOf(index: number): string {
  return index < 26 ? String.fromCharCode(65 + index) : String(index + 1);
}

/** Which way something went, for the style sheet. */
export function direction(delta: number | null): 'grown' | 'shrunk' | 'same' {
  return delta === null || delta === 0
    ? 'same'
    : delta > 0
      ? 'grown'
      : 'shrunk';
}
