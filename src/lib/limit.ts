import type { ProfileDocument } from '../document';
import { totalsItems } from './totals';

/** How much memory there is for the process. */
export interface ILimit {
  /** Bytes. */
  readonly total: number;
  /** Bytes that were left, when they were least; null when not known. */
  readonly available: number | null;
  /** Whether the limit is that of a container and not the machine's. */
  readonly container: boolean;
}

/** Share of the limit from which on a peak is shown against it. */
const NEAR = 0.5;

/** The limit that a document tells of; null when it tells none. */
export function limitOf(document: ProfileDocument): ILimit | null {
  const items = totalsItems(document);
  const item = (name: string) =>
    items.find(item => item.name === name && item.supported);
  const limit = item('memory_limit');
  if (!limit || limit.value === null || !(limit.value > 0)) {
    return null;
  }
  return {
    total: limit.value,
    available: item('memory_available')?.value ?? null,
    // The document says it in words only.
    container: /\b(container|cgroup)\b/i.test(limit.help ?? '')
  };
}

/** The share of the limit that is in use by all processes, 0…1; null when not known. */
export function usedShare(limit: ILimit | null): number | null {
  return limit === null || limit.available === null
    ? null
    : Math.min(1, Math.max(0, 1 - limit.available / limit.total));
}

/**
 * Whether memory is running out.
 *
 * @param percent - of the limit in use, from which on it is; 0 means never
 */
export function isRunningOut(limit: ILimit | null, percent: number): boolean {
  const used = usedShare(limit);
  return used !== null && percent > 0 && 100 * used >= percent;
}

/** The limit in bytes where a peak comes near enough to be drawn with it, else null. */
export function limitNear(
  limit: ILimit | null,
  peak: number | null
): number | null {
  return limit !== null && peak !== null && peak >= NEAR * limit.total
    ? limit.total
    : null;
}
