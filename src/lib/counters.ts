import type { ProfileDocument, TotalsItem, Unit } from '../document';
import { isRepeat } from './repeats';
import { totalsItems } from './totals';

/** The cards of the Counters view, in order. */
export type CounterGroup =
  'time' | 'processor' | 'memory' | 'switches' | 'disk' | 'other';

/** One figure of what the machine did. */
export interface ICounter {
  readonly name: string;
  /** The document's own words. */
  readonly label: string;
  readonly unit: Unit;
  /** Null when the machine refuses it. */
  readonly value: number | null;
  /** What the document says of it: what it is, or why it is missing. */
  readonly help: string | null;
  /** Whether it was counted for a part of the time only. */
  readonly estimated: boolean;
  /** Mean and deviation of a run, where there were several. */
  readonly mean: number | null;
  readonly deviation: number | null;
  /** Length of its bar, 0…1; null for what is no part of anything. */
  readonly share: number | null;
}

export interface ICounterCard {
  readonly group: CounterGroup;
  readonly counters: readonly ICounter[];
}

/** Where a counter stands, and what its bar is a part of. */
interface IPlace {
  readonly group: CounterGroup;
  /** The counter that it is a part of, or the number that is all of it. */
  readonly of?: string | number;
}

/** Of the ratio of instructions and cycles: what good processors reach. */
const WIDE = 4;

const PLACES: { readonly [name: string]: IPlace } = {
  wall: { group: 'time', of: 'time' },
  user: { group: 'time', of: 'time' },
  sys: { group: 'time', of: 'time' },
  wait: { group: 'time', of: 'time' },
  run_delay: { group: 'time', of: 'time' },
  task_clock: { group: 'time', of: 'time' },
  cpu_clock: { group: 'time', of: 'time' },
  kernel_threads: { group: 'time', of: 'time' },
  cpus_utilised: { group: 'time', of: 'cpus' },
  cycles: { group: 'processor' },
  instructions: { group: 'processor' },
  instructions_per_cycle: { group: 'processor', of: WIDE },
  cache_references: { group: 'processor', of: 'cache_references' },
  cache_misses: { group: 'processor', of: 'cache_references' },
  cache_miss_percent: { group: 'processor', of: 100 },
  branches: { group: 'processor', of: 'branches' },
  branch_misses: { group: 'processor', of: 'branches' },
  branch_miss_percent: { group: 'processor', of: 100 },
  peak_rss: { group: 'memory', of: 'peak_rss' },
  baseline_rss: { group: 'memory', of: 'peak_rss' },
  increment: { group: 'memory', of: 'peak_rss' },
  faults: { group: 'memory', of: 'faults' },
  minor_faults: { group: 'memory', of: 'faults' },
  major_faults: { group: 'memory', of: 'faults' },
  faults_per_second: { group: 'memory' },
  cs: { group: 'switches', of: 'switches' },
  voluntary_switches: { group: 'switches', of: 'switches' },
  involuntary_switches: { group: 'switches', of: 'switches' },
  migrations: { group: 'switches', of: 'switches' },
  switches_per_second: { group: 'switches' },
  read_bytes: { group: 'disk', of: 'bytes' },
  write_bytes: { group: 'disk', of: 'bytes' },
  read_chars: { group: 'disk', of: 'bytes' },
  write_chars: { group: 'disk', of: 'bytes' },
  blocks_in: { group: 'disk' },
  blocks_out: { group: 'disk' }
};

const ORDER = Object.keys(PLACES);

const GROUPS: readonly CounterGroup[] = [
  'time',
  'processor',
  'memory',
  'switches',
  'disk',
  'other'
];

/** Bars that are as long as the largest of them: the counters of each. */
const FAMILIES: { readonly [name: string]: readonly string[] } = {
  time: ['wall', 'user', 'sys', 'wait', 'task_clock', 'cpu_clock'],
  faults: ['faults', 'minor_faults', 'major_faults'],
  switches: ['cs', 'voluntary_switches', 'involuntary_switches'],
  bytes: ['read_bytes', 'write_bytes', 'read_chars', 'write_chars']
};

/** What every profile has, and no reason for a view of its own. */
const USUAL = [
  ...['wall', 'user', 'sys', 'wait', 'cpu_percent', 'run_delay'],
  ...['peak_rss', 'baseline_rss', 'increment']
];

const ESTIMATED = /^Estimated:/;
const EACH = /^(.+)_(mean|deviation)$/;

/** Whether a profile counted under `counters`. */
export function isCounted(document: ProfileDocument): boolean {
  return document.profilers.some(({ name }) => name === 'counters');
}

/** Whether there is anything to show but what the Summary has. */
export function hasCounters(document: ProfileDocument): boolean {
  return totalsItems(document).some(
    ({ name }) => name in PLACES && !USUAL.includes(name)
  );
}

/** Whether one of the totals is the mean of several runs, or its deviation. */
export function isOfEach(
  name: string,
  items: readonly Pick<TotalsItem, 'name'>[]
): boolean {
  const figure = EACH.exec(name)?.[1];
  return figure !== undefined && items.some(item => item.name === figure);
}

/** Totals that are counters and not already what every profile has. */
export function isOnlyCounted(name: string): boolean {
  return name in PLACES && !USUAL.includes(name);
}

/** What the machine counted, by cards; those without a figure are left out. */
export function counterCards(document: ProfileDocument): ICounterCard[] {
  const items = totalsItems(document);
  const values = new Map(
    items.map(({ name, supported, value }) => [name, supported ? value : null])
  );
  const counted = isCounted(document);
  const shown = items.filter(
    ({ name }) =>
      name in PLACES ||
      // Events that a person named.
      (counted && !isOfEach(name, items) && !isRepeat(name) && !OTHERS.includes(name))
  );
  const rank = (name: string): number => {
    const place = ORDER.indexOf(name);
    return place < 0 ? ORDER.length : place;
  };
  const counters = shown
    .map(item => ({ item, rank: rank(item.name) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => counter(item, values, document.environment.cpuCount));
  return GROUPS.map(group => ({
    group,
    counters: counters.filter(
      ({ name }) => (PLACES[name]?.group ?? 'other') === group
    )
  })).filter(card => card.counters.length > 0);
}

/** Totals of a document under `counters` that are no counters. */
const OTHERS = [
  ...['cpu_percent', 'repeat', 'memory_limit', 'memory_available'],
  ...['native_percent', 'total_size', 'added_size', 'peak_spread'],
  ...['heap_peak', 'heap_held', 'heap_allocated', 'heap_allocations']
];

function counter(
  { help, label, name, supported, unit, value }: TotalsItem,
  values: ReadonlyMap<string, number | null>,
  processors: number
): ICounter {
  const known = supported ? value : null;
  const whole = wholeOf(name, values, processors);
  return {
    name,
    label,
    unit,
    value: known,
    help: help ?? null,
    estimated: known !== null && ESTIMATED.test(help ?? ''),
    mean: values.get(`${name}_mean`) ?? null,
    deviation: values.get(`${name}_deviation`) ?? null,
    share:
      known === null || whole === null || !(whole > 0)
        ? null
        : Math.min(1, Math.max(0, known / whole))
  };
}

/** What the bar of a counter is a part of. */
function wholeOf(
  name: string,
  values: ReadonlyMap<string, number | null>,
  processors: number
): number | null {
  const of = PLACES[name]?.of;
  if (of === undefined || typeof of === 'number') {
    return of ?? null;
  }
  if (of === 'cpus') {
    return processors;
  }
  const family = FAMILIES[of] ?? [of];
  return family.reduce<number | null>((most, one) => {
    const value = values.get(one) ?? null;
    return value === null ? most : Math.max(most ?? 0, value);
  }, null);
}
