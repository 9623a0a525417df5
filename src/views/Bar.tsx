import * as React from 'react';

/**
 * A bar as long as a share; the number always stands beside it.
 *
 * @param share - 0…1 of the width
 * @param heat - 0…1, for the colour
 */
export function Bar({
  share,
  heat
}: {
  readonly share: number;
  readonly heat: number;
}): JSX.Element {
  return (
    <span className="jp-CellProfiler-meter" aria-hidden="true">
      <span
        style={
          {
            width: `${(100 * share).toFixed(2)}%`,
            '--jp-cell-profiler-warmth': heat.toFixed(3)
          } as React.CSSProperties
        }
      />
    </span>
  );
}

/** Below linear, as in the editor: a fifth of the hottest line is still well seen. */
const CURVE = 0.7;

/** 0…1: how warm something looks next to the hottest of its kind. */
export function warmth(share: number | null, hottest: number): number {
  return share === null || hottest <= 0
    ? 0
    : Math.pow(Math.min(1, share / hottest), CURVE);
}
