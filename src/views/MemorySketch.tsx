import * as React from 'react';
import type { IMemoryModel, ISeries } from '../lib/series';
import { markAt, memoryModel } from '../lib/series';
import { formatValue } from '../lib/units';
import { cut } from './text';
import type { IViewProps } from './view';

/** Units of the drawing, which is as wide as its place. */
const WIDTH = 1000;
const HEIGHT = 100;

/** Memory by time, small: the tab Memory has the numbers. Nothing without a series. */
export function MemorySketch({
  document,
  onState,
  options,
  trans
}: IViewProps): JSX.Element | null {
  const model = React.useMemo(() => memoryModel(document), [document]);
  const [series] = model.series;
  if (!series || !model.peak || series.t.length < 2) {
    return null;
  }
  const bytes = (value: number): string =>
    formatValue(value, 'bytes', options.decimals);
  const scale = scaleOf(model, series);
  const { baseline, marks, peak } = model;
  const mark = markAt(marks, peak.t);
  const top = Math.max(peak.value, model.exactPeak ?? 0);
  const says = mark
    ? trans.__('peak %1, %2', bytes(top), cut(mark.label, 30))
    : trans.__('peak %1', bytes(top));
  const [x, y] = scale(peak.t, top);
  return (
    <section className="jp-CellProfiler-part">
      <h3 className="jp-CellProfiler-caption">
        {trans.__('Memory while it ran')}
      </h3>
      <button
        type="button"
        className="jp-CellProfiler-sketch"
        title={trans.__('Show the memory')}
        aria-label={trans.__('Memory while it ran: %1. Show it.', says)}
        onClick={() => onState({ tab: 'memory' })}
      >
        <span className="jp-CellProfiler-sketchPeak" aria-hidden="true">
          <span style={{ left: `${(100 * x) / WIDTH}%` }} data-side={side(x)}>
            {says}
          </span>
        </span>
        <span className="jp-CellProfiler-sketchPlace" aria-hidden="true">
          <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none">
            <path
              className="jp-CellProfiler-sketchArea"
              d={`${line(series, scale)}L${WIDTH} ${HEIGHT}L0 ${HEIGHT}Z`}
            />
            <path
              className="jp-CellProfiler-sketchLine"
              d={line(series, scale)}
            />
            {baseline !== null && (
              <path
                className="jp-CellProfiler-sketchBase"
                d={`M0 ${scale(0, baseline)[1]}H${WIDTH}`}
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
        </span>
        <span className="jp-CellProfiler-sketchEnds" aria-hidden="true">
          <span>
            {baseline === null
              ? '0 s'
              : trans.__('before: %1', bytes(baseline))}
          </span>
          <span>
            {formatValue(
              series.t[series.t.length - 1],
              'seconds',
              options.decimals
            )}
          </span>
        </span>
      </button>
    </section>
  );
}

type Scale = (t: number, value: number) => [number, number];

function scaleOf(model: IMemoryModel, { t, values }: ISeries): Scale {
  const known = values.filter((value): value is number => value !== null);
  const ends = [model.baseline, model.exactPeak].filter(
    (value): value is number => value !== null
  );
  const low = Math.min(...known.slice(0, 1), ...ends, least(known));
  const high = Math.max(...known.slice(0, 1), ...ends, most(known));
  const begin = t[0];
  const duration = t[t.length - 1] - begin || 1;
  // Room for the line of what was there before.
  const room = 0.08;
  const height = high - low || 1;
  return (time, value) => [
    Math.min(WIDTH, Math.max(0, (WIDTH * (time - begin)) / duration)),
    HEIGHT * (1 - room) * (1 - (value - low) / height)
  ];
}

// Not by Math.min(...): a stranger's series may be longer than a call takes.
const least = (values: readonly number[]): number =>
  values.reduce((a, b) => Math.min(a, b), Infinity);
const most = (values: readonly number[]): number =>
  values.reduce((a, b) => Math.max(a, b), -Infinity);

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
