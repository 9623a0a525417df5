import type { ProfileDocument } from '../../document';
import { totalOf } from '../lines';
import type { ISeries } from '../series';
import { memoryModel } from '../series';

/** Memory over time of one of several runs. */
export interface IMemoryOfRun {
  /** Its place among the runs. */
  readonly run: number;
  readonly series: ISeries;
  /** Largest value, and when; the exact peak where a document tells it. */
  readonly peak: { readonly t: number; readonly value: number };
  /** What was there when it began; null when not known. */
  readonly start: number | null;
  /** Seconds. */
  readonly duration: number;
}

/** A kind of memory that at least two runs have. */
export interface IMemoryComparison {
  /** As in the documents: `rss`, `heap`, `children`, `gpu`… */
  readonly name: string;
  readonly runs: readonly IMemoryOfRun[];
}

/** Totals that are the exact peak of a series. */
const EXACT: { readonly [series: string]: string | undefined } = {
  rss: 'peak_rss',
  heap: 'heap_peak'
};

/** Kinds of memory by preference; others follow in the order of the documents. */
const PREFERRED = ['rss', 'heap'];

/** The memory of several runs, by its kind. */
export function compareMemory(
  documents: readonly ProfileDocument[]
): IMemoryComparison[] {
  const kinds = new Map<string, IMemoryOfRun[]>();
  documents.forEach((document, run) => {
    const { baseline, series } = memoryModel(document);
    for (const one of series) {
      const exact = Object.prototype.hasOwnProperty.call(EXACT, one.name)
        ? totalOf(document, EXACT[one.name]!)
        : null;
      const found = memoryOf(one, run, exact, baseline);
      const known = kinds.get(one.name) ?? [];
      // A document may have two of one name; the first counts.
      if (found && known.every(other => other.run !== run)) {
        kinds.set(one.name, [...known, found]);
      }
    }
  });
  const rank = (name: string): number =>
    PREFERRED.includes(name) ? PREFERRED.indexOf(name) : PREFERRED.length;
  return [...kinds]
    .filter(([, runs]) => runs.length > 1)
    .map(([name, runs]) => ({ name, runs }))
    .sort((a, b) => rank(a.name) - rank(b.name));
}

function memoryOf(
  series: ISeries,
  run: number,
  exact: number | null,
  baseline: number | null
): IMemoryOfRun | null {
  let peak: { t: number; value: number } | null = null;
  let first: number | null = null;
  series.values.forEach((value, index) => {
    if (value !== null) {
      first = first ?? value;
      if (peak === null || value > peak.value) {
        peak = { t: series.t[index], value };
      }
    }
  });
  if (peak === null) {
    return null;
  }
  const { t, value } = peak as { t: number; value: number };
  const [begin, end] = [series.t[0], series.t[series.t.length - 1]];
  return {
    run,
    series,
    peak: { t, value: Math.max(value, exact ?? 0) },
    start: series.name === 'rss' ? (baseline ?? first) : first,
    duration: Math.max(0, end - begin)
  };
}
