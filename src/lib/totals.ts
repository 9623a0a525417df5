import type { ProfileDocument, TotalsItem } from '../document';
import type { ICauses } from './causes';
import { costOfTouching } from './causes';
import { totalOf } from './lines';

/** How the wall time of a run divides; seconds. */
export interface IBreakdown {
  readonly wall: number | null;
  readonly user: number | null;
  readonly sys: number | null;
  /** `user` + `sys`. */
  readonly cpu: number | null;
  /** Neither computing nor in the kernel: wall − cpu, at least 0. */
  readonly wait: number | null;
}

/** A part of the stacked bar. */
export interface IPart {
  readonly name: 'user' | 'sys' | 'wait';
  /** Seconds. */
  readonly value: number;
  /** 0…1, all parts add up to 1. */
  readonly share: number;
}

/** What kind of run it was. */
export type Verdict =
  /** Shorter than clocks can tell apart. */
  | 'short'
  /** Most of the time in the program's own code. */
  | 'computing'
  /** More than one core was busy. */
  | 'parallel'
  /** Most of the time neither computing nor in the kernel. */
  | 'waiting'
  /** Much of the computing was done by the operating system. */
  | 'kernel'
  /** Much of the time went into getting memory from the operating system. */
  | 'allocating'
  /** Part computing, part waiting. */
  | 'mixed'
  /** The machine gave no numbers. */
  | 'unknown';

/** What the run means, as data; a view makes sentences of it. */
export interface IMeaning {
  readonly verdict: Verdict;
  /** The share of the wall time that the verdict rests on, 0…1; of cores for `parallel`. */
  readonly share: number | null;
  /** Share of the computing in native code, 0…1; null when not known or not telling. */
  readonly native: number | null;
  /** Bytes of memory that the run touched for the first time, for `allocating`. */
  readonly touched: number | null;
}

/** Seconds below which user and sys time, counted in steps of 1–10 ms, say nothing. */
const SHORT = 0.02;

/** The totals of all sections, in order, a name once. */
export function totalsItems(document: ProfileDocument): TotalsItem[] {
  const items = new Map<string, TotalsItem>();
  for (const section of document.sections) {
    if (section.kind === 'totals') {
      for (const item of section.items) {
        if (!items.has(item.name)) {
          items.set(item.name, item);
        }
      }
    }
  }
  return [...items.values()];
}

/** How the wall time divides, as far as the machine could tell. */
export function breakdown(document: ProfileDocument): IBreakdown {
  const wall = totalOf(document, 'wall');
  const user = totalOf(document, 'user');
  const sys = totalOf(document, 'sys');
  const cpu = user === null || sys === null ? null : user + sys;
  const computed =
    wall === null || cpu === null ? null : Math.max(0, wall - cpu);
  return { wall, user, sys, cpu, wait: totalOf(document, 'wait') ?? computed };
}

/** The parts of the stacked bar; empty when one of them is not known. */
export function parts({ user, sys, wait }: IBreakdown): IPart[] {
  if (user === null || sys === null || wait === null) {
    return [];
  }
  const values = [user, sys, wait].map(value => Math.max(0, value));
  const whole = values.reduce((a, b) => a + b, 0);
  const names = ['user', 'sys', 'wait'] as const;
  return whole === 0
    ? []
    : names.map((name, index) => ({
        name,
        value: values[index],
        share: values[index] / whole
      }));
}

/** Share of the wall time from which system time is worth a word. */
const NOTABLE_SYS = 0.15;

const UNKNOWN: ICauses = { native: null, touched: 0 };

/**
 * What kind of run it was.
 *
 * @param found - what the times come from, where the profile tells
 */
export function meaning(
  { wall, user, sys, cpu, wait }: IBreakdown,
  found: ICauses = UNKNOWN
): IMeaning {
  const none = { share: null, native: null, touched: null };
  if (wall === null) {
    return { ...none, verdict: 'unknown' };
  }
  if (wall < SHORT) {
    return { ...none, verdict: 'short' };
  }
  if (user === null || sys === null || cpu === null || wait === null) {
    return { ...none, verdict: 'unknown' };
  }
  const waiting = Math.min(1, wait / wall);
  if (waiting >= 0.5) {
    return { ...none, verdict: 'waiting', share: waiting };
  }
  const system = Math.min(1, sys / wall);
  if (system >= NOTABLE_SYS && costOfTouching(found) >= 0.5 * sys) {
    const { touched } = found;
    return { ...none, verdict: 'allocating', share: system, touched };
  }
  if (system >= 0.3 && sys >= 0.4 * cpu) {
    return { ...none, verdict: 'kernel', share: system };
  }
  const { native } = found;
  if (cpu / wall >= 1.3) {
    return { ...none, verdict: 'parallel', share: cpu / wall, native };
  }
  return waiting >= 0.2
    ? { ...none, verdict: 'mixed', share: waiting, native }
    : { ...none, verdict: 'computing', share: Math.min(1, cpu / wall), native };
}
