import type { ProfileDocument, SeriesSection, TotalsItem } from '../document';
import { totalsItems } from './totals';

/** A value over time, in time order. */
export interface ISeries {
  /** As in the document: `rss`, `children`, `child 12`, `uss`, `gpu`… */
  readonly name: string;
  /** Seconds from the start, ascending. */
  readonly t: readonly number[];
  /** Parallel to `t`, bytes (or percent); null where there is none. */
  readonly values: readonly (number | null)[];
}

/** From when on a line of the cell ran. */
export interface IMark {
  readonly t: number;
  readonly label: string;
  /** 1-based, in file 0; null when the label names no line. */
  readonly line: number | null;
}

/** Memory over time. */
export interface IMemoryModel {
  /**
   * The process itself first, single child processes last, the others as in the
   * document; at most `MOST_SERIES`.
   */
  readonly series: readonly ISeries[];
  /** In percent: how busy GPUs were. */
  readonly percents: readonly ISeries[];
  /** In time order. */
  readonly marks: readonly IMark[];
  /** The largest sample of the first series. */
  readonly peak: IMoment | null;
  /** What the totals say, where they do; bytes. */
  readonly exactPeak: number | null;
  readonly baseline: number | null;
  /** The totals about memory, with their help. */
  readonly totals: readonly TotalsItem[];
}

/** A sample. */
export interface IMoment {
  readonly t: number;
  readonly value: number;
}

/** What became of the memory while a line ran. */
export interface IStep {
  readonly mark: IMark;
  /** Sum of what came, bytes. */
  readonly added: number;
  /** Sum of what went, bytes, not negative. */
  readonly freed: number;
  /** The largest sample. */
  readonly most: number;
  /** Seconds. */
  readonly time: number;
}

/** More could not be told apart. */
export const MOST_SERIES = 12;

/** Whether a series is that of one child process. */
export function isChild(name: string): boolean {
  return /^child \d+$/.test(name);
}

const TOTALS = [
  'peak_rss',
  'baseline_rss',
  'increment',
  'peak',
  'heap_peak',
  'heap_held'
];

/**
 * The model of the Memory view.
 *
 * @param document - checked by `readDocument`; neither its samples nor its marks need
 *   to be in order
 */
export function memoryModel(document: ProfileDocument): IMemoryModel {
  const all = document.sections.filter(
    (section): section is SeriesSection =>
      section.kind === 'series' && section.values.some(value => value !== null)
  );
  const sections = all.filter(({ unit }) => unit === 'bytes');
  // Where allocations were tracked, those are what the profile is about.
  const main = sections[0]?.name === 'heap' ? 'heap' : 'rss';
  const rank = ({ name }: SeriesSection): number =>
    name === main ? 0 : isChild(name) ? 2 : 1;
  const shown = [0, 1, 2]
    .reduce<
      SeriesSection[]
    >((ranked, place) => [...ranked, ...sections.filter(section => rank(section) === place)], [])
    .slice(0, MOST_SERIES);
  const series = shown.map(seriesOf);
  const totals = totalsItems(document).filter(
    ({ name, unit }) => TOTALS.includes(name) && unit === 'bytes'
  );
  const total = (name: string): number | null =>
    totals.find(item => item.name === name && item.supported)?.value ?? null;
  const marked = shown.find(({ marks }) => marks && marks.length > 0);
  return {
    series,
    marks: (marked?.marks ?? [])
      .map(({ t, label }) => ({ t, label, line: lineOf(label) }))
      .sort((a, b) => a.t - b.t),
    percents: all
      .filter(({ unit }) => unit === 'percent')
      .slice(0, MOST_SERIES)
      .map(seriesOf),
    peak: series.length > 0 ? peakOf(series[0]) : null,
    exactPeak: total(series[0]?.name === 'heap' ? 'heap_peak' : 'peak_rss'),
    baseline: total('baseline_rss'),
    totals
  };
}

/** The mark that a moment belongs to; null before the first one. */
export function markAt(marks: readonly IMark[], t: number): IMark | null {
  let from = 0;
  let to = marks.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (marks[middle].t <= t) {
      from = middle + 1;
    } else {
      to = middle;
    }
  }
  return from === 0 ? null : marks[from - 1];
}

/**
 * What became of the memory while each line ran, most added first. A line that ran
 * several times has all its runs together.
 */
export function stepsOf(
  { t, values }: ISeries,
  marks: readonly IMark[]
): IStep[] {
  const steps = new Map<string, { -readonly [key in keyof IStep]: IStep[key] }>();
  let last = -1;
  values.forEach((value, index) => {
    if (value === null) {
      return;
    }
    const before = last < 0 ? null : values[last];
    const since = last < 0 ? t[index] : t[last];
    last = index;
    // Two samples around the begin of a line: the half that is longer has it.
    const mark = markAt(marks, (since + t[index]) / 2);
    if (!mark) {
      return;
    }
    const step = steps.get(mark.label) ?? {
      mark,
      added: 0,
      freed: 0,
      most: value,
      time: 0
    };
    const change = before === null ? 0 : value - before;
    step.added += Math.max(0, change);
    step.freed += Math.max(0, -change);
    step.most = Math.max(step.most, value);
    step.time += t[index] - since;
    steps.set(mark.label, step);
  });
  return [...steps.values()].sort(
    (a, b) => b.added - a.added || b.freed - a.freed || a.mark.t - b.mark.t
  );
}

/**
 * Fewer samples that look the same: of each slice of time the first, the last, the
 * least and the largest one, so that no peak is lost, and one gap where there are any.
 *
 * @param slices - about as many as there are pixels
 */
export function thin({ name, t, values }: ISeries, slices: number): ISeries {
  if (t.length <= 5 * slices) {
    return { name, t, values };
  }
  const begin = t[0];
  const width = (t[t.length - 1] - begin) / slices;
  const kept: number[] = [];
  let from = 0;
  while (from < t.length) {
    const slice = width > 0 ? Math.floor((t[from] - begin) / width) : 0;
    let least = -1;
    let most = -1;
    let gap = -1;
    let to = from;
    for (
      ;
      to < t.length &&
      (to === from || !(width > 0) || Math.floor((t[to] - begin) / width) === slice);
      to++
    ) {
      const value = values[to];
      if (value === null) {
        gap = gap < 0 ? to : gap;
      } else {
        least = least < 0 || value < values[least]! ? to : least;
        most = most < 0 || value > values[most]! ? to : most;
      }
    }
    const all = new Set([from, least, most, gap, to - 1]);
    kept.push(...[...all].filter(index => index >= 0).sort((a, b) => a - b));
    from = to;
  }
  return {
    name,
    t: kept.map(index => t[index]),
    values: kept.map(index => values[index])
  };
}

function seriesOf({ name, t, values }: SeriesSection): ISeries {
  if (t.every((time, index) => index === 0 || time >= t[index - 1])) {
    return { name, t, values };
  }
  const order = t.map((_, index) => index).sort((a, b) => t[a] - t[b] || a - b);
  return {
    name,
    t: order.map(index => t[index]),
    values: order.map(index => values[index])
  };
}

function peakOf({ t, values }: ISeries): IMoment | null {
  let peak: IMoment | null = null;
  values.forEach((value, index) => {
    if (value !== null && (peak === null || value > peak.value)) {
      peak = { t: t[index], value };
    }
  });
  return peak;
}

/** `line 12` → 12. */
function lineOf(label: string): number | null {
  const found = /^line (\d{1,9})$/.exec(label);
  return found && Number(found[1]) > 0 ? Number(found[1]) : null;
}
