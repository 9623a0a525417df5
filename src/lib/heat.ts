import type { ProfileDocument, SourceFile } from '../document';
import { withBeside, BESIDE_TIME } from './beside';
import type { ISums } from './heatsums';
import { larger, MEMORY, plus, sumsByFile } from './heatsums';
import { measureOf, totalOf } from './lines';
import { formatShare, formatValue, shareOf } from './units';

/** What makes a line hot. */
export type HeatMetric = 'self_time' | 'time' | 'hits' | 'memory_peak';

/** How heat is counted and written. */
export interface IHeatOptions {
  readonly metric: HeatMetric;
  /** Digits after the point, as `formatValue` has them. */
  readonly decimals: number;
}

/** What a profile says about one line. */
export interface ILineHeat {
  /** 1-based, in the file. */
  readonly line: number;
  /** How often it ran; null when the profiler does not count. */
  readonly hits: number | null;
  /** Seconds, with the profiled functions it calls. */
  readonly time: number | null;
  /** Seconds, without them; null where that cannot be told apart. */
  readonly ownTime: number | null;
  /** Bytes that the line had allocated at the peak; null when not measured. */
  readonly memory: number | null;
  /** 0…100: `memory` of that of the line with most; the length of its bar. */
  readonly memoryShare: number;
  /** 0…100: the length of the bar of the time. */
  readonly timeShare: number;
  /** Whether the memory, or the time, comes from another run than the rest. */
  readonly beside: 'time' | 'memory' | null;
  /**
   * 0…1 of the run, of the time that is shown, or of the peak where there is no time;
   * null when neither is known.
   */
  readonly share: number | null;
  /** 0…100, whole numbers; 100 is the hottest line of the document. */
  readonly heat: number;
  /** Which time `text.time` and `share` are about. */
  readonly shown: 'own' | 'inclusive' | 'calls' | 'at-most';
  /** What stands beside the line; empty where there is no figure. */
  readonly text: {
    readonly hits: string;
    readonly time: string;
    readonly share: string;
  };
  /** The memory, beside the rest; empty where there is none to speak of. */
  readonly memoryText: string;
}

/** The heat of a cell or a file, or of an excerpt of it. */
export interface IHeatBlock {
  /** The measured lines; null when the document does not have them. */
  readonly source: readonly string[] | null;
  /** 1-based line of `source[0]`. */
  readonly firstLine: number;
  /** Whether `source` was the whole cell or file. */
  readonly whole: boolean;
  /** Ascending by line. */
  readonly lines: readonly ILineHeat[];
}

/**
 * Below linear, so that a line with a fifth of the hottest line's time is still
 * told from one with a hundredth, which is nearly as faint as none.
 */
const CURVE = 0.7;

/** What all lines of a document are compared with. */
interface IWhole {
  /** Of the number that makes lines hot. */
  readonly hottest: number;
  /** Seconds of the run. */
  readonly time: number | null;
  /** Bytes at the peak of the run. */
  readonly peak: number | null;
  /** Bytes of the line with most. */
  readonly most: number;
  readonly beside: 'time' | 'memory' | null;
}

/** Targets whose first file has all of the source. */
const WHOLE: readonly string[] = ['cell', 'script'];

/** A share of the peak below which a line's memory is not worth a figure. */
const NOTABLE = 1e-4;

/** The heat of one cell's lines; see {@link sourceHeat}. */
export function cellHeat(
  document: ProfileDocument,
  cellId: string,
  options: IHeatOptions,
  other: ProfileDocument | null = null
): IHeatBlock[] {
  return sourceHeat(
    document,
    file => file.cellId === cellId,
    options,
    other
  );
}

/**
 * The heat of the lines of a cell or of a file.
 *
 * Heat is relative to the hottest line of the whole document, also when that
 * stands in another cell or file: a cell whose time is spent elsewhere stays pale.
 *
 * @param isWanted - which files of the document are what is to be coloured
 * @param other - a run of the same source that has memory where this one has times,
 *   or the other way round
 * @returns one block for each stretch that was measured; empty when the document says
 *   nothing about it
 */
export function sourceHeat(
  document: ProfileDocument,
  isWanted: (file: SourceFile) => boolean,
  { metric: wanted, decimals }: IHeatOptions,
  other: ProfileDocument | null = null
): IHeatBlock[] {
  if (!document.files.some(isWanted)) {
    return [];
  }
  const both = other ? withBeside(document, other) : document;
  const byFile = sumsByFile(both);
  const options = { metric: metricFor(both, wanted), decimals };
  let hottest = 0;
  let most = 0;
  let bytes: number | null = null;
  // Shares are of the wall time, as in the Lines view; of the lines' own times
  // where threads made those more.
  let own: number | null = null;
  byFile.forEach(lines =>
    lines.forEach(sums => {
      hottest = Math.max(hottest, metricOf(sums, options.metric) ?? 0);
      most = Math.max(most, sums.memory ?? 0);
      own = plus(own, sums.ownTime);
      bytes = plus(bytes, sums.memory);
    })
  );
  const whole: IWhole = {
    hottest,
    time: larger(totalOf(document, 'wall'), own),
    peak: larger(totalOf(document, 'heap_peak'), bytes),
    most,
    beside: both === document ? null : other && measureOf(other)
  };
  const blocks: IHeatBlock[] = [];
  document.files.forEach((file, index) => {
    const lines = byFile.get(index);
    if (isWanted(file) && lines) {
      blocks.push({
        source: file.source ?? null,
        firstLine: file.firstLine ?? 1,
        whole: index === 0 && WHOLE.includes(document.target.kind),
        lines: [...lines]
          .sort(([one], [other]) => one - other)
          .map(([line, sums]) => lineHeat(line, sums, whole, options))
      });
    }
  });
  return blocks;
}

/**
 * The number that makes lines hot here: memory where there is nothing else, and time
 * where there is no memory.
 */
function metricFor(document: ProfileDocument, wanted: HeatMetric): HeatMetric {
  const names = new Set<string>();
  document.sections.forEach(section => {
    if (section.kind === 'lines') {
      section.columns.forEach(({ name }) => names.add(name));
    }
  });
  const has = (all: readonly string[]): boolean =>
    all.some(name => names.has(name));
  if (!has(['time', 'total_time', 'self_time', BESIDE_TIME])) {
    return has(MEMORY) && (wanted !== 'hits' || !names.has('hits'))
      ? 'memory_peak'
      : wanted;
  }
  // What was asked for last is what this run is about.
  if (measureOf(document) === 'memory') {
    return 'memory_peak';
  }
  return wanted === 'memory_peak' && !has(MEMORY) ? 'self_time' : wanted;
}

function lineHeat(
  line: number,
  sums: ISums,
  whole: IWhole,
  { metric, decimals }: IHeatOptions
): ILineHeat {
  const { hits, time } = sums;
  const { hottest, peak } = whole;
  const memory =
    sums.memory !== null && sums.memory > NOTABLE * (peak ?? 0)
      ? sums.memory
      : null;
  const ownTime = sums.calls ? null : sums.ownTime;
  // Where the own time is unknown it is at most the whole time: that is said
  // ("≤"), and gives no colour, since the time may all belong to lines elsewhere
  // that have that colour already.
  const shown = shownTime(time, ownTime, metric);
  const seconds = shown === 'own' ? ownTime : time;
  const value = metricOf(sums, metric) ?? 0;
  const mark = seconds === null ? '' : MARKS[shown];
  const [part, all] =
    seconds === null ? [memory, peak] : [seconds, whole.time];
  const share = shareOf(part, all);
  const heat =
    value > 0 && hottest > 0
      ? Math.max(1, Math.round(100 * Math.pow(value / hottest, CURVE)))
      : 0;
  return {
    line,
    hits,
    time,
    ownTime,
    memory,
    timeShare:
      metric !== 'memory_peak'
        ? heat
        : seconds === null
          ? 0
          : Math.round(100 * (share ?? 0)),
    memoryShare:
      memory !== null && whole.most > 0
        ? Math.max(1, Math.round((100 * memory) / whole.most))
        : 0,
    beside: whole.beside,
    share,
    shown,
    heat,
    text: {
      hits: hits === null ? '' : `${formatValue(hits, 'count', decimals)}×`,
      time:
        seconds === null
          ? ''
          : `${mark}${formatValue(seconds, 'seconds', decimals)}`,
      share:
        share === null ? '' : `${mark}${formatShare(part, all, decimals)}`
    },
    memoryText:
      memory === null ? '' : formatValue(memory, 'bytes', decimals)
  };
}

/** What stands before a time that is not the line's own. */
const MARKS = { own: '', inclusive: '', calls: '↳\u202f', 'at-most': '≤\u202f' };

/**
 * Which time to show. A line that does little but call would stand there with
 * nothing beside it, though a person waited for it: its whole time is shown, with
 * a mark, and gives no colour.
 */
function shownTime(
  time: number | null,
  ownTime: number | null,
  metric: HeatMetric
): ILineHeat['shown'] {
  if (metric === 'time') {
    return 'inclusive';
  }
  if (time === null && ownTime === null) {
    return 'own';
  }
  if (ownTime === null) {
    return 'at-most';
  }
  return time !== null && ownTime < time / 2 ? 'calls' : 'own';
}

/** What a line counts for; null for nothing. */
function metricOf(sums: ISums, metric: HeatMetric): number | null {
  switch (metric) {
    case 'hits':
      return sums.hits;
    case 'time':
      return sums.time;
    case 'memory_peak':
      return sums.memory;
    case 'self_time':
      return sums.calls ? null : sums.ownTime;
  }
}
