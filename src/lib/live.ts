import type { ProfileDocument } from '../document';
import type { ILimit } from './limit';
import { limitOf } from './limit';
import { totalOf } from './lines';
import type { IMark, IMemoryModel } from './series';
import { markAt, memoryModel } from './series';

/** How the display of a run that goes on is called: a display that nobody has. */
export const LIVE_DISPLAY = 'cell-profiler-live-';

/** How the display of the light record of a run is called, which nobody has either. */
export const RECORD_DISPLAY = 'cell-profiler-record-';

/** A run that goes on, as a document that is not finished tells of it. */
export interface ILiveState {
  readonly memory: IMemoryModel;
  /** Seconds since it began. */
  readonly wall: number | null;
  /** Bytes: the newest sample, the largest one, and that above the start. */
  readonly now: number | null;
  readonly peak: number | null;
  readonly increment: number | null;
  /** What runs; null when that is not known. */
  readonly mark: IMark | null;
  readonly limit: ILimit | null;
}

/**
 * What a run that goes on is doing.
 *
 * @param document - checked by `readDocument`
 */
export function liveState(document: ProfileDocument): ILiveState {
  const memory = memoryModel(document);
  const [first] = memory.series;
  const known = first?.values.filter(value => value !== null) ?? [];
  const times = first?.t ?? [];
  return {
    memory,
    wall: totalOf(document, 'wall') ?? times[times.length - 1] ?? null,
    now: known[known.length - 1] ?? null,
    peak: memory.exactPeak ?? memory.peak?.value ?? null,
    increment: totalOf(document, 'increment'),
    mark: markAt(memory.marks, Infinity),
    limit: limitOf(document)
  };
}

/**
 * Where the axis of a curve that grows ends: for a while the curve has room to grow
 * into, then the axis is a longer one.
 *
 * @param seconds - how long the run has lasted
 */
export function axisEnd(seconds: number): number {
  for (const end of [5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800]) {
    if (seconds <= end) {
      return end;
    }
  }
  return 3600 * Math.pow(2, Math.max(0, Math.ceil(Math.log2(seconds / 3600))));
}
