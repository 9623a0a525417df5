import type { ProfileDocument } from '../document';
import { totalOf } from './lines';

/** What a figure says of this very run. */
export interface IReading {
  readonly verdict: CounterVerdict;
  /** The numbers of the sentence, in its order. */
  readonly numbers: readonly number[];
}

export type CounterVerdict =
  /** wall, processor time, share: it waited for most of the time. */
  | 'waited'
  /** wall, processor time, processors: several were busy. */
  | 'parallel'
  /** wall, processor time: about one processor was busy all the time. */
  | 'computed'
  /** wall, processor time, share of waiting. */
  | 'both'
  /** task clock, wall, processors. */
  | 'busy'
  /** share of the wall time. */
  | 'crowded'
  | 'free'
  /** share of the processor time. */
  | 'ownLittle'
  | 'ownMuch'
  /** share of the processor time in the system. */
  | 'system'
  /** processors, and how many there are. */
  | 'oneOfMany'
  /** instructions a cycle. */
  | 'stalled'
  | 'middling'
  | 'flowing'
  /** misses for each thousand instructions. */
  | 'missesMuch'
  | 'missesLittle'
  /** percent. */
  | 'guessesWrong'
  | 'guessesRight'
  /** bytes touched. */
  | 'touched'
  | 'touchedNothing'
  /** pages. */
  | 'pagesFromDisk'
  | 'noPagesFromDisk'
  /** a second. */
  | 'putAside'
  | 'leftAlone'
  | 'handsOver'
  /** migrations. */
  | 'moved'
  | 'stayed'
  /** bytes read, bytes from the disk. */
  | 'fromCache'
  | 'fromDisk'
  /** bytes. */
  | 'willBeWritten';

/** Bytes that the system gives at a time, on most machines. */
const PAGE = 4096;
/** Seconds below which the clocks of a system say nothing. */
const SHORT = 0.02;
/** Bytes that are worth a word. */
const MUCH = 1e6;
/** Switches a second from which on a machine is crowded. */
const CROWDED = 200;
/** Waits a second from which on a run mostly hands over. */
const HANDS_OVER = 2000;
/** Cache misses for each thousand instructions that take much of the time. */
const MANY_MISSES = 5;
/** Percent of wrong guesses that take time. */
const WRONG = 5;

/** What a figure says of this run; null where it says nothing more than its number. */
export function readingOf(
  name: string,
  document: ProfileDocument
): IReading | null {
  const value = totalOf(document, name);
  if (value === null) {
    return null;
  }
  const get = (other: string): number | null => totalOf(document, other);
  const wall = get('wall');
  const known = wall !== null && wall >= SHORT;
  switch (name) {
    case 'wall':
      return known ? ofTime(wall, get) : null;
    case 'sys': {
      const cpu = value + (get('user') ?? 0);
      return known && cpu > SHORT && value >= 0.3 * cpu
        ? { verdict: 'system', numbers: [value / cpu] }
        : null;
    }
    case 'task_clock':
      return known
        ? { verdict: 'busy', numbers: [value, wall, value / wall] }
        : null;
    case 'cpus_utilised': {
      const all = document.environment.cpuCount;
      return known && all > 1 && value > 0.8 && value < 1.2
        ? { verdict: 'oneOfMany', numbers: [all] }
        : null;
    }
    case 'run_delay':
      return known
        ? value >= 0.1 * wall
          ? { verdict: 'crowded', numbers: [Math.min(1, value / wall)] }
          : { verdict: 'free', numbers: [] }
        : null;
    case 'kernel_threads': {
      const cpu = (get('user') ?? 0) + (get('sys') ?? 0);
      return cpu > SHORT
        ? {
            verdict: value >= 0.1 * cpu ? 'ownMuch' : 'ownLittle',
            numbers: [Math.min(1, value / cpu)]
          }
        : null;
    }
    case 'instructions_per_cycle':
      return {
        verdict: value < 0.8 ? 'stalled' : value < 1.6 ? 'middling' : 'flowing',
        numbers: [value]
      };
    case 'cache_miss_percent': {
      const misses = get('cache_misses');
      const steps = get('instructions');
      if (misses === null || steps === null || !(steps > 0)) {
        return null;
      }
      const each = (1000 * misses) / steps;
      const verdict = each >= MANY_MISSES ? 'missesMuch' : 'missesLittle';
      return { verdict, numbers: [each] };
    }
    case 'branch_miss_percent':
      return {
        verdict: value >= WRONG ? 'guessesWrong' : 'guessesRight',
        numbers: [value]
      };
    default:
      return ofSystem(name, value, known ? wall : null, get);
  }
}

/** What the system counted. */
function ofSystem(
  name: string,
  value: number,
  wall: number | null,
  get: (name: string) => number | null
): IReading | null {
  switch (name) {
    case 'minor_faults':
      return value * PAGE >= MUCH
        ? { verdict: 'touched', numbers: [value * PAGE] }
        : { verdict: 'touchedNothing', numbers: [] };
    case 'major_faults':
      return value > 0
        ? { verdict: 'pagesFromDisk', numbers: [value] }
        : { verdict: 'noPagesFromDisk', numbers: [] };
    case 'involuntary_switches':
      return wall === null
        ? null
        : value >= CROWDED * wall
          ? { verdict: 'putAside', numbers: [value / wall] }
          : { verdict: 'leftAlone', numbers: [] };
    case 'voluntary_switches':
      return wall !== null && value >= HANDS_OVER * wall
        ? { verdict: 'handsOver', numbers: [value / wall] }
        : null;
    case 'migrations':
      return value > 0
        ? { verdict: 'moved', numbers: [value] }
        : { verdict: 'stayed', numbers: [] };
    case 'read_chars': {
      const disk = get('read_bytes');
      return value < MUCH || disk === null
        ? null
        : {
            verdict: disk < 0.1 * value ? 'fromCache' : 'fromDisk',
            numbers: [value, disk]
          };
    }
    case 'write_bytes':
      return value >= MUCH
        ? { verdict: 'willBeWritten', numbers: [value] }
        : null;
    default:
      return null;
  }
}

/** How the wall time and the processor time stand to each other. */
function ofTime(
  wall: number,
  get: (name: string) => number | null
): IReading | null {
  const user = get('user');
  const sys = get('sys');
  if (user === null || sys === null) {
    return null;
  }
  const cpu = user + sys;
  // What the machine had no processor for is not the run's own waiting.
  const idle = Math.max(0, wall - cpu - (get('run_delay') ?? 0)) / wall;
  if (cpu >= 1.3 * wall) {
    return { verdict: 'parallel', numbers: [wall, cpu, cpu / wall] };
  }
  if (idle >= 0.5) {
    return { verdict: 'waited', numbers: [wall, cpu, idle] };
  }
  return idle >= 0.2
    ? { verdict: 'both', numbers: [wall, cpu, idle] }
    : { verdict: 'computed', numbers: [wall, cpu] };
}
