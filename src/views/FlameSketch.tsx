import * as React from 'react';
import {
  libraryGroups,
  stackModel,
  stackSections,
  wholeOf
} from '../lib/stacks';
import { prepared, useWidth } from './canvas';
import { flameColours } from './flamecolors';
import { paintFlame } from './flamepaint';
import { partsOf } from './flameparts';
import { onThemeChange } from './plottheme';
import type { IViewProps } from './view';

/** Pixels. */
const ROW = 20;

/** Rows that are shown; the tab Flame has all of them. */
const ROWS = 5;

/** The merged stacks, their first rows. Nothing without stacks. */
export function FlameSketch({
  document,
  onState,
  trans
}: IViewProps): JSX.Element | null {
  const place = React.useRef<HTMLButtonElement>(null);
  const canvas = React.useRef<HTMLCanvasElement>(null);
  const width = useWidth(place);
  const [theme, setTheme] = React.useState(0);
  React.useEffect(() => onThemeChange(() => setTheme(last => last + 1)), []);
  const model = React.useMemo(() => {
    const [section] = stackSections(document);
    return section ? stackModel(document, section, 'function') : null;
  }, [document]);
  const part = React.useMemo(
    () => (model ? partsOf(model, 'heavy', -1, null, '')[0] : undefined),
    [model]
  );
  const rows = part ? Math.min(ROWS, part.boxes.rows.length - 1) : 0;
  const height = rows * ROW;
  React.useLayoutEffect(() => {
    if (!model || !part || width === 0 || !canvas.current) {
      return;
    }
    const context = prepared(canvas.current, width, height);
    if (context) {
      paintFlame(
        context,
        {
          boxes: part.boxes,
          frames: model.frames,
          matches: null,
          view: [0, part.boxes.span],
          width,
          height,
          rowHeight: ROW,
          scrolled: 0,
          flip: false,
          selectedKey: null,
          selectedBox: null
        },
        flameColours(place.current!, libraryGroups(model))
      );
    }
  }, [model, part, width, height, theme]);
  if (!model || !part || wholeOf(model, -1) === 0) {
    return null;
  }
  return (
    <section>
      <h3 className="jp-CellProfiler-caption">
        {trans.__('Flame graph, left heavy')}
      </h3>
      <button
        ref={place}
        type="button"
        className="jp-CellProfiler-sketch"
        title={trans.__('Show the flame graph')}
        aria-label={trans.__('Show the flame graph')}
        style={{ height }}
        onClick={() => onState({ tab: 'flame' })}
      >
        <canvas ref={canvas} aria-hidden="true" />
      </button>
    </section>
  );
}
