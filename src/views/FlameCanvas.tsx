import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { IFlameBoxes } from '../lib/flameboxes';
import { boxAt, rowOf } from '../lib/flameboxes';
import type { IFrame } from '../lib/stacks';
import type { IFlameColours } from './flamecolors';
import { flameColours } from './flamecolors';
import { prepared, useFrame, useWidth } from './canvas';
import { FlameMap } from './FlameMap';
import type { View } from './flamekeys';
import { keyStep, panned } from './flamekeys';
import type { IFlamePicture } from './flamepaint';
import { paintFlame, rowAt, topOf } from './flamepaint';
import type { IHover } from './flametip';
import { tipPlace } from './flametip';
import { useWheel } from './flamewheel';
import { onThemeChange } from './plottheme';

/** Pixels. */
export const ROW = 20;
const HIGHEST = 440;

/** How far the pointer may move while it clicks, pixels. */
const CLICK = 4;

/** The part of a canvas that others may want: what it shows, and in which colours. */
export interface IFlameShown {
  readonly picture: IFlamePicture;
  readonly colours: IFlameColours;
}

interface IFlameCanvasProps {
  readonly boxes: IFlameBoxes;
  readonly frames: readonly IFrame[];
  /** Groups of colours, the most important ones first. */
  readonly libraries: readonly string[];
  /** The colours where an element stands; those of `libraries`, if nothing is said. */
  readonly colours?: (element: HTMLElement) => IFlameColours;
  /** What stands on a box; its name, if nothing is said. */
  readonly labels?: (frame: IFrame) => string;
  /** For each box whether the search found it; null without a search. */
  readonly matches: Uint8Array | null;
  readonly selectedKey: number | null;
  readonly selectedBox: number | null;
  /** With another part to be shown, where that is given. */
  readonly onSelect: (box: number, view?: View | null) => void;
  /** Left and right end of what is shown; null for all. */
  readonly view: View | null;
  readonly onView: (view: View | null) => void;
  /** Whether the first row is the lowest. */
  readonly flip?: boolean;
  /** What the picture shows. */
  readonly label: string;
  readonly trans: TranslationBundle;
  /** Id of the text that says which keys do what. */
  readonly help: string;
  /** What stands beside the pointer. */
  readonly describe: (box: number) => React.ReactNode;
  /** Gives what is shown, for an image. */
  readonly shown?: React.MutableRefObject<(() => IFlameShown | null) | null>;
}

/** A flame graph that can be zoomed, moved and walked through with the keys. */
export function FlameCanvas(props: IFlameCanvasProps): JSX.Element {
  const { boxes, flip = false, onSelect, onView } = props;
  const scroller = React.useRef<HTMLDivElement>(null);
  const canvas = React.useRef<HTMLCanvasElement>(null);
  const colours = React.useRef<IFlameColours | null>(null);
  const width = useWidth(scroller);
  const [hover, setHover] = React.useState<IHover | null>(null);
  const [theme, setTheme] = React.useState(0);
  const drag = React.useRef<IDrag | null>(null);

  const rows = boxes.rows.length - 1;
  const whole = rows * ROW;
  const height = Math.min(whole, HIGHEST);
  const all: View = [0, boxes.span];
  const view = props.view ?? all;

  const picture = (): IFlamePicture => ({
    boxes,
    frames: props.frames,
    matches: props.matches,
    view,
    width,
    height,
    rowHeight: ROW,
    scrolled: scroller.current?.scrollTop ?? 0,
    flip,
    selectedKey: props.selectedKey,
    selectedBox: props.selectedBox,
    label: props.labels
  });
  // What draws later must draw what is true then.
  const latest = React.useRef(picture);
  latest.current = picture;

  const coloursNow = (): IFlameColours => {
    const element = scroller.current!;
    colours.current =
      colours.current ??
      props.colours?.(element) ??
      flameColours(element, props.libraries);
    return colours.current;
  };
  const paint = React.useRef<() => void>(() => undefined);
  paint.current = () => {
    if (!canvas.current || width === 0) {
      return;
    }
    const context = prepared(canvas.current, width, height);
    if (context) {
      paintFlame(context, latest.current(), coloursNow());
    }
  };
  const soon = useFrame(paint);

  React.useEffect(
    () =>
      onThemeChange(() => {
        colours.current = null;
        setTheme(last => last + 1);
      }),
    []
  );
  React.useLayoutEffect(() => {
    colours.current = null;
  }, [props.libraries, props.colours]);
  // The first picture at once, since somebody waits for it; changes once in a frame.
  const painted = React.useRef(false);
  React.useLayoutEffect(() => {
    if (width > 0 && !painted.current) {
      painted.current = true;
      paint.current();
    } else {
      soon();
    }
  }, [
    boxes,
    props.frames,
    props.colours,
    props.labels,
    props.matches,
    props.selectedKey,
    props.selectedBox,
    view[0],
    view[1],
    width,
    theme
  ]);
  React.useLayoutEffect(() => {
    if (flip && scroller.current) {
      scroller.current.scrollTop = whole;
    }
  }, [flip, whole]);
  useWheel(scroller, latest, onView);
  React.useImperativeHandle(props.shown, () => () => {
    const now = latest.current();
    return colours.current && { picture: now, colours: colours.current };
  });

  const under = (event: React.PointerEvent): number | null => {
    const now = picture();
    const { left, top } = canvas.current!.getBoundingClientRect();
    const [from, to] = now.view;
    const x = from + ((event.clientX - left) / width) * (to - from);
    return boxAt(boxes, rowAt(now, event.clientY - top), x);
  };
  /** What is shown when a box is zoomed to. */
  const zoomOf = (box: number): View | null => {
    const { left, right } = boxes;
    return right[box] - left[box] >= boxes.span
      ? null
      : [left[box], right[box]];
  };
  /** Select a box that a key leads to, and show it. */
  const goTo = (box: number): void => {
    const element = scroller.current!;
    const now = picture();
    const top = topOf(now, rowOf(boxes, box));
    if (top < 0 || top + ROW > height) {
      element.scrollTop += top < 0 ? top : top + ROW - height;
    }
    const [from, to] = now.view;
    const isOut = boxes.right[box] <= from || boxes.left[box] >= to;
    onSelect(box, isOut ? null : undefined);
  };

  const onKeyDown = (event: React.KeyboardEvent): void => {
    const step = keyStep(event, picture());
    if (step === null) {
      return;
    }
    // JupyterLab would take the key for the notebook, and the page would scroll.
    event.preventDefault();
    event.stopPropagation();
    if (step.kind === 'select') {
      goTo(step.box);
    } else if (step.kind === 'zoomTo') {
      onView(zoomOf(step.box));
    } else {
      onView(step.view);
    }
  };

  return (
    <div
      className="jp-CellProfiler-flame"
      onPointerLeave={() => setHover(null)}
    >
      {props.view && (
        <FlameMap
          // Another theme has other colours.
          key={theme}
          picture={picture()}
          colours={coloursNow}
          onView={view => {
            // So the keys go on where the map may be gone.
            scroller.current?.focus({ preventScroll: true });
            onView(view);
          }}
          trans={props.trans}
        />
      )}
      <div
        ref={scroller}
        className="jp-CellProfiler-flameScroll"
        style={{ height }}
        tabIndex={0}
        role="application"
        aria-label={props.label}
        aria-describedby={props.help}
        onScroll={soon}
        onKeyDown={onKeyDown}
        onPointerDown={event => {
          if (event.button === 0) {
            drag.current = {
              x: event.clientX,
              y: event.clientY,
              moved: false,
              view
            };
          }
        }}
        onPointerMove={event => {
          const start = drag.current;
          if (start && event.buttons & 1) {
            const moved = event.clientX - start.x;
            start.moved =
              start.moved ||
              Math.abs(moved) + Math.abs(event.clientY - start.y) > CLICK;
            if (start.moved && props.view) {
              event.currentTarget.setPointerCapture?.(event.pointerId);
              onView(panned(start.view, -moved / width, boxes.span));
            }
            setHover(null);
            return;
          }
          drag.current = null;
          const box = under(event);
          const { left, top } = scroller.current!.getBoundingClientRect();
          setHover(
            box === null
              ? null
              : { box, x: event.clientX - left, y: event.clientY - top }
          );
        }}
        onPointerUp={event => {
          const start = drag.current;
          drag.current = null;
          const box = start && !start.moved ? under(event) : null;
          if (box !== null) {
            onSelect(box, zoomOf(box));
          }
        }}
      >
        <div style={{ height: whole }}>
          <canvas ref={canvas} className="jp-CellProfiler-flameCanvas" />
        </div>
      </div>
      {hover && hover.box < boxes.count && (
        <div
          className="jp-CellProfiler-flameTip"
          aria-hidden="true"
          style={tipPlace(hover, width, height)}
        >
          {props.describe(hover.box)}
        </div>
      )}
    </div>
  );
}

interface IDrag {
  readonly x: number;
  readonly y: number;
  moved: boolean;
  readonly view: View;
}
