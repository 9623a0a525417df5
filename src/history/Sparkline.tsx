import * as React from 'react';

const WIDTH = 44;
const HEIGHT = 14;

/** Room for the dot at the end. */
const MARGIN = 2;

/** How numbers went, the oldest first, as a small line; whoever uses it says it in words. */
export function Sparkline({
  values
}: {
  readonly values: readonly number[];
}): JSX.Element {
  const least = Math.min(...values);
  const range = Math.max(...values) - least;
  const points = values.map((value, index) => [
    MARGIN + (index / (values.length - 1)) * (WIDTH - 2 * MARGIN),
    // What never changes is a line in the middle.
    HEIGHT -
      MARGIN -
      (range === 0 ? 0.5 : (value - least) / range) * (HEIGHT - 2 * MARGIN)
  ]);
  const [x, y] = points[points.length - 1];
  return (
    <svg
      className="jp-CellProfiler-historySparkline"
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      aria-hidden="true"
    >
      <polyline
        points={points.map(point => point.map(round).join(',')).join(' ')}
      />
      <circle cx={round(x)} cy={round(y)} r={MARGIN} />
    </svg>
  );
}

function round(value: number): number {
  return Math.round(10 * value) / 10;
}
