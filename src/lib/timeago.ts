/** How long ago something was, as far as a person wants to know it. */
export type TimeAgo =
  | { readonly unit: 'now' | 'yesterday' }
  | { readonly unit: 'minutes' | 'hours'; readonly count: number }
  /** Of the last six days: its day of the week. Before that: its date. */
  | { readonly unit: 'weekday' | 'date' | 'year'; readonly date: Date };

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** How long ago; null for what is no date. A clock that is ahead is no future. */
export function timeAgo(started: string, now: Date): TimeAgo | null {
  const date = new Date(started);
  const age = now.getTime() - date.getTime();
  if (Number.isNaN(age)) {
    return null;
  }
  if (age < MINUTE) {
    return { unit: 'now' };
  }
  if (age < HOUR) {
    return { unit: 'minutes', count: Math.floor(age / MINUTE) };
  }
  const days = daysBetween(date, now);
  if (days === 0 || age < 6 * HOUR) {
    return { unit: 'hours', count: Math.floor(age / HOUR) };
  }
  if (days === 1) {
    return { unit: 'yesterday' };
  }
  return {
    unit:
      days < 7
        ? 'weekday'
        : date.getFullYear() === now.getFullYear()
          ? 'date'
          : 'year',
    date
  };
}

/** Nights between two times, by the clock of the person. */
function daysBetween(one: Date, other: Date): number {
  const midnight = (date: Date): number =>
    new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
  // Days of 23 or 25 hours are days.
  return Math.round((midnight(other) - midnight(one)) / (24 * HOUR));
}
