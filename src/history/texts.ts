import type { TranslationBundle } from '@jupyterlab/translation';
import { profilerChoice } from '../choices';
import type { IChange, IRunSummary } from '../lib/history';
import { timeAgo } from '../lib/timeago';
import { formatValue } from '../lib/units';
import { cut } from '../views/text';

/** Narrow no-break space, as between a number and its unit. */
const GAP = '\u202f';

/** A minus, as wide as a plus. */
const MINUS = '\u2212';

/** Share of the number before below which a change is noise. */
const SAME = 0.01;

/** What a person reads as the name of a run: what it is, and what they call it. */
export function runTitle(run: IRunSummary, trans: TranslationBundle): string {
  const title =
    cut(run.title, 100) ||
    run.profilers.map(name => profilerChoice(name, trans).label).join(' + ');
  return run.name ? trans.__('%1 · %2', title, cut(run.name, 100)) : title;
}

/** When a run was, as short as can be; empty for a date that is none. */
export function agoText(
  started: string,
  now: Date,
  trans: TranslationBundle
): string {
  const ago = timeAgo(started, now);
  switch (ago?.unit) {
    case 'now':
      return trans.__('just now');
    case 'yesterday':
      return trans.__('yesterday');
    case 'minutes':
      return trans.__('%1 min', ago.count);
    case 'hours':
      return trans.__('%1 h', ago.count);
    case 'weekday':
      return ago.date.toLocaleDateString(undefined, { weekday: 'short' });
    case 'date':
      return ago.date.toLocaleDateString(undefined, {
        day: 'numeric',
        month: 'short'
      });
    case 'year':
      return ago.date.toLocaleDateString(undefined, {
        day: 'numeric',
        month: 'short',
        year: 'numeric'
      });
    default:
      return '';
  }
}

/** When a run was, to the second; empty for a date that is none. */
export function dateText(started: string): string {
  const date = new Date(started);
  return Number.isNaN(date.getTime()) ? '' : date.toLocaleString();
}

/** A change for the eye and in words. */
export interface IChangeText {
  readonly direction: 'less' | 'more' | 'same';
  readonly short: string;
  readonly words: string;
}

/** What became of a run beside the one before. */
export function changeText(
  { before, now, of }: IChange,
  trans: TranslationBundle
): IChangeText {
  const ratio = now / before;
  if (Math.abs(ratio - 1) < SAME) {
    return {
      direction: 'same',
      short: of === 'time' ? trans.__('same time') : trans.__('same peak'),
      words:
        of === 'time'
          ? trans.__('as long as the run before')
          : trans.__('the same peak as the run before')
    };
  }
  const isLess = ratio < 1;
  const direction = isLess ? 'less' : 'more';
  const sign = isLess ? MINUS : '+';
  if (of === 'peak') {
    const size = formatValue(Math.abs(now - before), 'bytes', 1);
    return {
      direction,
      short: trans.__('%1 peak', `${sign}${size}`),
      words: isLess
        ? trans.__('peak %1 lower than in the run before', size)
        : trans.__('peak %1 higher than in the run before', size)
    };
  }
  if (ratio >= 10) {
    const times = formatValue(ratio, 'ratio', 0);
    return {
      direction,
      short: trans.__('×%1 time', times),
      words: trans.__('%1 times as long as the run before', times)
    };
  }
  const percent = `${Math.round(100 * Math.abs(ratio - 1))}${GAP}%`;
  return {
    direction,
    short: trans.__('%1 time', `${sign}${percent}`),
    words: isLess
      ? trans.__('%1 less time than the run before', percent)
      : trans.__('%1 more time than the run before', percent)
  };
}

/** How a run ended, in a word; empty when all went well. */
export function statusText(
  status: IRunSummary['status'],
  trans: TranslationBundle
): string {
  switch (status) {
    case 'error':
      return trans.__('error');
    case 'interrupted':
      return trans.__('interrupted');
    default:
      return '';
  }
}

/**
 * What a person calls the cell, statement or process of a run; empty for a script,
 * whose path says it all.
 *
 * @param position - 1-based, of the cell in its notebook where that is open
 */
export function cellText(
  run: IRunSummary,
  position: number | null,
  trans: TranslationBundle
): string {
  const { executionCount, firstLine, kind, title } = run;
  if (position !== null) {
    return trans.__('cell %1', position);
  }
  if (kind === 'script' && run.path !== null) {
    return '';
  }
  return kind === 'cell' && executionCount !== null
    ? `[${executionCount}]`
    : cut(firstLine ?? title, 60);
}
