import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { prepared, useWidth } from './canvas';
import type { IFlameColours } from './flamecolors';
import type { View } from './flamekeys';
import { panned } from './flamekeys';
import type { IFlamePicture } from './flamepaint';
import { paintMap } from './flamepaint';

/** Pixels. */
const ROW = 3;
const HIGHEST = 36;

/** The whole, small, with what is shown of it. */
export function FlameMap({
  colours,
  onView,
  picture,
  trans
}: {
  readonly picture: IFlamePicture;
  readonly colours: () => IFlameColours;
  readonly onView: (view: View | null) => void;
  readonly trans: TranslationBundle;
}): JSX.Element {
  const place = React.useRef<HTMLDivElement>(null);
  const canvas = React.useRef<HTMLCanvasElement>(null);
  const width = useWidth(place);
  const { boxes, frames, matches, selectedKey, view } = picture;
  const { span } = boxes;
  // Not when only the part changes that is shown: a frame has no time for that.
  React.useLayoutEffect(() => {
    if (width === 0) {
      return;
    }
    const rows = Math.min(boxes.rows.length - 1, HIGHEST);
    const rowHeight = Math.min(ROW, Math.floor(HIGHEST / rows));
    const height = rowHeight * rows;
    const context = prepared(canvas.current!, width, height);
    if (context) {
      paintMap(
        context,
        { ...picture, width, height, rowHeight },
        rows,
        colours()
      );
    }
  }, [boxes, frames, matches, selectedKey, width]);
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
        ref={place}
        className="jp-CellProfiler-flameMap"
        aria-hidden="true"
        // The focus is the picture's.
        onMouseDown={event => event.preventDefault()}
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
