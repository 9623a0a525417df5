import type { IFlameBoxes } from '../lib/flameboxes';
import { rowOf, visitVisible } from '../lib/flameboxes';
import type { IFrame } from '../lib/stacks';
import type { IFlameColours } from './flamecolors';

/** What is drawn. */
export interface IFlamePicture {
  readonly boxes: IFlameBoxes;
  readonly frames: readonly IFrame[];
  /** For each box whether the search found it; null without a search. */
  readonly matches: Uint8Array | null;
  /** Left and right end of what is shown. */
  readonly view: readonly [number, number];
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly rowHeight: number;
  /** Pixels of the rows that are scrolled out above. */
  readonly scrolled: number;
  /** Whether the first row is the lowest. */
  readonly flip: boolean;
  /** Boxes of this frame have a frame of their own. */
  readonly selectedKey: number | null;
  readonly selectedBox: number | null;
  /** What stands on a box; `labelOf`, if nothing is said. */
  readonly label?: (frame: IFrame) => string;
}

/** Narrowest box that is drawn on its own, pixels. */
export const NARROWEST = 0.5;

/** Pixels of a box without its text: below that there is none. */
const NO_TEXT = 24;
const PADDING = 4;

/** Draw. The context has pixels of CSS as its unit. */
export function paintFlame(
  context: CanvasRenderingContext2D,
  picture: IFlamePicture,
  colours: IFlameColours
): void {
  const { boxes, frames, height, matches, rowHeight, view, width } = picture;
  const { label = labelOf } = picture;
  const [from, to] = view;
  context.fillStyle = colours.background;
  context.fillRect(0, 0, width, height);
  if (boxes.count === 0 || to <= from || width <= 0) {
    return;
  }
  const scale = width / (to - from);
  const fontSize = Math.min(12, rowHeight - 7);
  const hasText = fontSize >= 8;
  context.font = `${fontSize}px ${colours.font}`;
  context.textBaseline = 'middle';
  // Code has a font of one width. Wide characters may reach over the end of the box:
  // to measure each text would take longer than all the rest.
  const letter = hasText ? context.measureText('0').width || 7 : 0;
  const [first, last] = visibleRows(picture);
  for (let row = first; row < last; row++) {
    const top = topOf(picture, row);
    visitVisible(boxes, row, from, to, NARROWEST / scale, (box, wide) => {
      const left = Math.max(0, (boxes.left[box] - from) * scale);
      const right = Math.min(width, (boxes.right[box] - from) * scale);
      const frame = frames[boxes.key[box]];
      const found = matches === null || matches[box] === 1;
      const { fill, text } = found ? colours.fill(frame) : colours.faded;
      context.fillStyle = fill;
      // A pixel between neighbours tells them apart, where there is room for it.
      const gap = right - left > 3 ? 1 : 0;
      const size = wide ? Math.max(NARROWEST, right - left - gap) : NARROWEST;
      context.fillRect(left, top, size, rowHeight - 1);
      if (wide && hasText && right - left > NO_TEXT) {
        const room = Math.floor((right - left - 2 * PADDING) / letter);
        context.fillStyle = text;
        context.fillText(
          shortened(label(frame), room),
          left + PADDING,
          top + rowHeight / 2
        );
      }
      if (found && matches !== null && hasText && right - left > 3) {
        underline(context, left, top + rowHeight - 3, size, colours.text);
      }
      if (boxes.key[box] === picture.selectedKey && wide) {
        frameBox(context, left, top, size, rowHeight, colours.brand, 1);
      }
    });
  }
  const { selectedBox } = picture;
  if (selectedBox !== null && selectedBox < boxes.count) {
    const left = Math.max(0, (boxes.left[selectedBox] - from) * scale);
    const right = Math.min(width, (boxes.right[selectedBox] - from) * scale);
    const top = topOf(picture, rowOf(boxes, selectedBox));
    if (right > left) {
      frameBox(context, left, top, right - left, rowHeight, colours.brand, 2);
    }
  }
}

/** Narrowest box of a map, pixels: it has to be there at once. */
const NARROWEST_OF_MAP = 2;

/**
 * Draw all, small: of deep stacks not each row, and nothing but colours.
 *
 * @param rows - how many rows there is room for
 */
export function paintMap(
  context: CanvasRenderingContext2D,
  picture: IFlamePicture,
  rows: number,
  colours: IFlameColours
): void {
  const { boxes, frames, flip, height, matches, rowHeight, width } = picture;
  context.fillStyle = colours.background;
  context.fillRect(0, 0, width, height);
  const all = boxes.rows.length - 1;
  const scale = width / boxes.span;
  const least = NARROWEST_OF_MAP / scale;
  let last = '';
  for (let line = 0; line < rows; line++) {
    const row = Math.floor((line * all) / rows);
    const top = (flip ? rows - 1 - line : line) * rowHeight;
    visitVisible(boxes, row, 0, boxes.span, least, (box, wide) => {
      const key = boxes.key[box];
      const found = matches === null || matches[box] === 1;
      const { fill } = found ? colours.fill(frames[key]) : colours.faded;
      const colour = key === picture.selectedKey ? colours.brand : fill;
      if (colour !== last) {
        last = colour;
        context.fillStyle = colour;
      }
      const left = boxes.left[box] * scale;
      const size = (boxes.right[box] - boxes.left[box]) * scale;
      const shown = wide ? size : NARROWEST_OF_MAP;
      context.fillRect(left, top, shown, rowHeight);
    });
  }
}

/** What stands on a box: native functions with their library. */
export function labelOf({ group, name, origin }: IFrame): string {
  return origin === 'native' && group !== 'native'
    ? `${name} [${group}]`
    : name;
}

/** A text that fits into so many letters; of long names the beginning counts. */
export function shortened(text: string, room: number): string {
  // Control characters and changes of direction would move what stands beside.
  const plain = text
    .slice(0, Math.max(0, room) + 1)
    .replace(/[\p{Cc}\p{Cf}]/gu, '·');
  return plain.length <= room ? plain : `${plain.slice(0, room - 1)}…`;
}

/** Pixel of the upper end of a row. */
export function topOf(picture: IFlamePicture, row: number): number {
  const { boxes, flip, rowHeight, scrolled } = picture;
  const index = flip ? boxes.rows.length - 2 - row : row;
  return index * rowHeight - scrolled;
}

/** The row at a pixel; may be none. */
export function rowAt(picture: IFlamePicture, y: number): number {
  const { boxes, flip, rowHeight, scrolled } = picture;
  const index = Math.floor((y + scrolled) / rowHeight);
  return flip ? boxes.rows.length - 2 - index : index;
}

/** First row that can be seen, and one past the last. */
function visibleRows(picture: IFlamePicture): [number, number] {
  const { boxes, height } = picture;
  const ends = [rowAt(picture, 0), rowAt(picture, Math.max(0, height - 1))];
  const count = boxes.rows.length - 1;
  const limit = (row: number): number => Math.max(0, Math.min(count - 1, row));
  return [limit(Math.min(...ends)), limit(Math.max(...ends)) + 1];
}

function underline(
  context: CanvasRenderingContext2D,
  left: number,
  top: number,
  width: number,
  colour: string
): void {
  context.fillStyle = colour;
  context.fillRect(left, top, width, 2);
}

function frameBox(
  context: CanvasRenderingContext2D,
  left: number,
  top: number,
  width: number,
  height: number,
  colour: string,
  line: number
): void {
  context.strokeStyle = colour;
  context.lineWidth = line;
  const half = line / 2;
  context.strokeRect(
    left + half,
    top + half,
    Math.max(0, width - line),
    height - 1 - line
  );
}
