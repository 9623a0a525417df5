import type { ProfileDocument } from '../document';
import { totalOf } from './lines';

/** What the times of a run come from, as far as the profile tells. */
export interface ICauses {
  /** Share of the computing in libraries of native code, 0…1; null when not known. */
  readonly native: number | null;
  /** Bytes of memory that the run touched for the first time; 0 when not known. */
  readonly touched: number;
}

/** Bytes that the system gives at a time, on most machines. */
const PAGE = 4096;

/**
 * Seconds that a page costs when it is first touched. Between 0.25 µs, mostly for
 * writing zeros to it, and the 2 µs seen on virtual machines.
 */
export const PAGE_COST = 1e-6;

/** What the times come from. */
export function causes(document: ProfileDocument): ICauses {
  const percent = totalOf(document, 'native_percent');
  const faults = totalOf(document, 'minor_faults') ?? 0;
  return {
    native: percent === null ? null : Math.min(1, Math.max(0, percent / 100)),
    // Large pages are few, but show in the growth of what is resident.
    touched: Math.max(Math.max(0, faults) * PAGE, growth(document))
  };
}

/** Seconds of system time that touching memory explains. */
export function costOfTouching({ touched }: ICauses): number {
  return (touched / PAGE) * PAGE_COST;
}

/** Sum of what came to the resident memory, bytes. */
function growth({ sections }: ProfileDocument): number {
  let sum = 0;
  for (const section of sections) {
    if (section.kind === 'series' && section.name === 'rss') {
      let last: number | null = null;
      for (const value of section.values) {
        if (value !== null) {
          sum += last === null ? 0 : Math.max(0, value - last);
          last = value;
        }
      }
    }
  }
  return sum;
}
