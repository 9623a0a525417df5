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
  /**
   * The part of `wait` in which the run was ready and the machine busy with other
   * things; null when not known.
   */
  readonly delay: number | null;
}

/** A part of the stacked bar. */
export interface IPart {
  readonly name: 'user' | 'python' | 'native' | 'sys' | 'delay' | 'wait';
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
  /**
   * Share of the wall time in which the run was ready and the machine busy with
   * other things, 0…1; null when not known or not worth a word.
   */
  readonly busy: number | null;
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
  const wait = totalOf(document, 'wait') ?? computed;
  const told = totalOf(document, 'run_delay');
  // Other threads may compute while this one waits for a processor.
  const delay =
    told === null || wait === null ? null : Math.min(Math.max(0, told), wait);
  return { wall, user, sys, cpu, wait, delay };
}

/**
 * The parts of the stacked bar; empty when one of them is not known.
 *
 * @param native - share of the computing in native code, 0…1, where it is known
 */
export function parts(
  { user, sys, wait, delay }: IBreakdown,
  native: number | null = null
): IPart[] {
  if (user === null || sys === null || wait === null) {
    return [];
  }
  const computing: [IPart['name'], number][] =
    native === null
      ? [['user', user]]
      : [
          ['python', user * (1 - native)],
          ['native', user * native]
        ];
  const lost = delay ?? 0;
  const values: [IPart['name'], number][] = [
    ...computing,
    ['sys', sys],
    ...(wait > 0 && lost / wait >= NOTABLE_DELAY
      ? ([
          ['delay', lost],
          ['wait', wait - lost]
        ] as [IPart['name'], number][])
      : ([['wait', wait]] as [IPart['name'], number][]))
  ];
  const whole = values.reduce((sum, [, value]) => sum + Math.max(0, value), 0);
  return whole === 0
    ? []
    : values.map(([name, value]) => ({
        name,
        value: Math.max(0, value),
        share: Math.max(0, value) / whole
      }));
}

/** Share of the wall time from which system time is worth a word. */
const NOTABLE_SYS = 0.15;

/** Share of the waiting from which a busy machine has a part of its own. */
const NOTABLE_DELAY = 0.05;

/** Share of the wall time from which a busy machine is worth a word. */
const NOTABLE_BUSY = 0.1;

const UNKNOWN: ICauses = { native: null, touched: 0 };

/**
 * What kind of run it was.
 *
 * @param found - what the times come from, where the profile tells
 */
export function meaning(
  { wall, user, sys, cpu, wait, delay }: IBreakdown,
  found: ICauses = UNKNOWN
): IMeaning {
  const unknown = { share: null, native: null, touched: null, busy: null };
  if (wall === null) {
    return { ...unknown, verdict: 'unknown' };
  }
  if (wall < SHORT) {
    return { ...unknown, verdict: 'short' };
  }
  if (user === null || sys === null || cpu === null || wait === null) {
    return { ...unknown, verdict: 'unknown' };
  }
  const lost = Math.min(1, (delay ?? 0) / wall);
  const none = { ...unknown, busy: lost >= NOTABLE_BUSY ? lost : null };
  const waiting = Math.min(1, (wait - (delay ?? 0)) / wall);
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
  // Where others have the processors, a profiler that looks from outside holds the run
  // up for longer, too: some waiting says nothing of the run itself then.
  return waiting >= 0.2 && none.busy === null
    ? { ...none, verdict: 'mixed', share: waiting, native }
    : { ...none, verdict: 'computing', share: Math.min(1, cpu / wall), native };
}
