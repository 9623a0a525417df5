import type { ProfileDocument } from '../document';
import { totalsItems } from './totals';

/** One of several runs of a statement; bytes. */
export interface IRepeat {
  /** 1-based. */
  readonly number: number;
  readonly peak: number;
  /** Above what was there when it began; null when that is not told. */
  readonly added: number | null;
}

/** A statement that ran several times. */
export interface IRepeats {
  readonly count: number;
  /** Highest less lowest peak, bytes; null when not known. */
  readonly spread: number | null;
  /** As far as the document has them one by one. */
  readonly each: readonly IRepeat[];
}

const PEAK = /^peak_(\d{1,4})$/;

/** Whether one of the totals is the peak of a single run. */
export function isRepeat(name: string): boolean {
  return PEAK.test(name);
}

/** The runs of a statement that ran several times; null for all others. */
export function repeatsOf(document: ProfileDocument): IRepeats | null {
  const items = totalsItems(document).filter(({ supported }) => supported);
  const value = (name: string): number | null =>
    items.find(item => item.name === name)?.value ?? null;
  const count = value('repeat');
  if (count === null) {
    return null;
  }
  const each: IRepeat[] = [];
  for (const { help, name, value } of items) {
    const found = PEAK.exec(name);
    if (found && value !== null) {
      // The document says it in words only: "12.30 MB above what was there".
      const added = /^(-?\d+(?:\.\d+)?) MB above/.exec(help ?? '');
      each.push({
        number: Number(found[1]),
        peak: value,
        added: added && Number(added[1]) * 1e6
      });
    }
  }
  each.sort((a, b) => a.number - b.number);
  return { count, spread: value('peak_spread'), each };
}
