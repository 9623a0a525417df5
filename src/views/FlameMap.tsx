import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { View } from './flamekeys';
import { panned } from './flamekeys';

/** The whole, small, with what is shown of it. */
export function FlameMap({
  canvas,
  onView,
  paint,
  span,
  trans,
  view
}: {
  readonly canvas: React.RefObject<HTMLCanvasElement>;
  readonly view: View;
  readonly span: number;
  readonly onView: (view: View | null) => void;
  readonly paint: () => void;
  readonly trans: TranslationBundle;
}): JSX.Element {
  React.useLayoutEffect(paint, []);
  const go = (event: React.PointerEvent): void => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    const middle = ((event.clientX - left) / width) * span;
    const by = (middle - (view[0] + view[1]) / 2) / (view[1] - view[0]);
    onView(panned(view, by, span));
  };
  return (
    <div className="jp-CellProfiler-flameMapBar">
      {/* The keys of the picture do the same. */}
      <div
        className="jp-CellProfiler-flameMap"
        aria-hidden="true"
        onPointerDown={event => {
          event.currentTarget.setPointerCapture?.(event.pointerId);
          go(event);
        }}
        onPointerMove={event => event.buttons & 1 && go(event)}
      >
        <canvas ref={canvas} />
        <div
          className="jp-CellProfiler-flameWindow"
          style={{
            left: `${(100 * view[0]) / span}%`,
            width: `${(100 * (view[1] - view[0])) / span}%`
          }}
        />
      </div>
      <button
        type="button"
        className="jp-CellProfiler-action"
        onClick={() => onView(null)}
      >
        {trans.__('Show all')}
      </button>
    </div>
  );
}
