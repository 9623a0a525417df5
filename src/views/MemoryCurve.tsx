import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { IMemoryModel, ISeries } from '../lib/series';
import { markAt, thin } from '../lib/series';
import { formatValue } from '../lib/units';
import { cut } from './text';

/** Units of the drawing, which is as wide as its place. */
const WIDTH = 1000;
const HEIGHT = 100;

/** Slices of time: about a sample for each two pixels. */
const SLICES = 250;

/** What a curve says of its peak: "peak 340 MB, line 7"; null without a curve. */
export function peakText(
  model: IMemoryModel,
  decimals: number,
  trans: TranslationBundle
): string | null {
  if (!model.peak) {
    return null;
  }
  const value = formatValue(topOf(model), 'bytes', decimals);
  const mark = markAt(model.marks, model.peak.t);
  return mark
    ? trans.__('peak %1, %2', value, cut(mark.label, 30))
    : trans.__('peak %1', value);
}

/**
 * Memory by time, small and without numbers to read off: the curve, what was there
 * before, the peak and its name. For the eye only; who draws it says the same in words.
 */
export function MemoryCurve({
  decimals,
  end,
  limit = null,
  model,
  trans
}: {
  readonly model: IMemoryModel;
  readonly decimals: number;
  /** Seconds at the end of the axis; that of the curve, if nothing is said. */
  readonly end?: number;
  /** Bytes that there are at most; null when they are not drawn. */
  readonly limit?: number | null;
  readonly trans: TranslationBundle;
}): JSX.Element | null {
  const [full] = model.series;
  const { baseline, peak } = model;
  if (!full || !peak || full.t.length < 2) {
    return null;
  }
  const series = thin(full, SLICES);
  const bytes = (value: number): string =>
    formatValue(value, 'bytes', decimals);
  const last = series.t[series.t.length - 1];
  const scale = scaleOf(model, series, end ?? last, limit);
  const [x, y] = scale(peak.t, topOf(model));
  const right = scale(last, 0)[0].toFixed(1);
  const curve = line(series, scale);
  return (
    <>
      <span className="jp-CellProfiler-sketchPeak" aria-hidden="true">
        <span style={{ left: `${(100 * x) / WIDTH}%` }} data-side={side(x)}>
          {peakText(model, decimals, trans)}
        </span>
      </span>
      <span className="jp-CellProfiler-sketchPlace" aria-hidden="true">
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none">
          <path
            className="jp-CellProfiler-sketchArea"
            d={`${curve}L${right} ${HEIGHT}L0 ${HEIGHT}Z`}
          />
          <path className="jp-CellProfiler-sketchLine" d={curve} />
          {baseline !== null && (
            <path
              className="jp-CellProfiler-sketchBase"
              d={`M0 ${scale(0, baseline)[1].toFixed(1)}H${WIDTH}`}
            />
          )}
          {limit !== null && (
            <path
              className="jp-CellProfiler-sketchLimit"
              d={`M0 ${scale(0, limit)[1].toFixed(1)}H${WIDTH}`}
            />
          )}
        </svg>
        <span
          className="jp-CellProfiler-sketchDot"
          style={{
            left: `${(100 * x) / WIDTH}%`,
            top: `${(100 * y) / HEIGHT}%`
          }}
        />
        {limit !== null && (
          <span
            className="jp-CellProfiler-sketchLimitText"
            data-side={x < WIDTH / 2 ? 'right' : 'left'}
          >
            {trans.__('limit %1', bytes(limit))}
          </span>
        )}
      </span>
      <span className="jp-CellProfiler-sketchEnds" aria-hidden="true">
        <span>
          {baseline === null
            ? formatValue(0, 'seconds')
            : trans.__('before: %1', bytes(baseline))}
        </span>
        <span>{formatValue(end ?? last, 'seconds', end ? 0 : decimals)}</span>
      </span>
    </>
  );
}

type Scale = (t: number, value: number) => [number, number];

function topOf({ exactPeak, peak }: IMemoryModel): number {
  return Math.max(peak?.value ?? 0, exactPeak ?? 0);
}

function scaleOf(
  model: IMemoryModel,
  { t, values }: ISeries,
  end: number,
  limit: number | null
): Scale {
  const known = [...values, model.baseline, model.exactPeak, limit].filter(
    (value): value is number => value !== null
  );
  // Not by Math.min(...): a stranger's series may be longer than a call takes.
  const low = known.reduce((a, b) => Math.min(a, b), Infinity);
  const high = known.reduce((a, b) => Math.max(a, b), -Infinity);
  const begin = t[0];
  const duration = end - begin || 1;
  // Room for the line of what was there before.
  const room = 0.08;
  const height = high - low || 1;
  return (time, value) => [
    Math.min(WIDTH, Math.max(0, (WIDTH * (time - begin)) / duration)),
    HEIGHT * (1 - room) * (1 - (value - low) / height)
  ];
}

function line({ t, values }: ISeries, scale: Scale): string {
  const points: string[] = [];
  t.forEach((time, index) => {
    const value = values[index];
    if (value !== null) {
      points.push(
        scale(time, value)
          .map(number => number.toFixed(1))
          .join(' ')
      );
    }
  });
  return `M${points.join('L')}`;
}

/** On which side of its place a text stands, so that it stays inside. */
function side(x: number): 'left' | 'middle' | 'right' {
  const share = x / WIDTH;
  return share < 0.25 ? 'left' : share > 0.75 ? 'right' : 'middle';
}
