import { visitVisible } from '../lib/flameboxes';
import type { ISvgBox } from '../lib/flamesvg';
import { flameSvg } from '../lib/flamesvg';
import { framePlace } from '../lib/stacks';
import { download } from './download';
import type { IFlameShown } from './FlameCanvas';
import { labelOf, NARROWEST, paintFlame, shortened, topOf } from './flamepaint';

/** Pixels of an image for each of the screen. */
const SHARPNESS = 2;

/** Pixels between two pictures of one image. */
const GAP = 16;

/** Highest that browsers draw, with room to spare; deeper stacks are cut off. */
const HIGHEST = 8000;

/** Letters of code, pixels at 12 px; an image that scales cannot be measured. */
const LETTER = 7.3;

/**
 * Save the pictures, one below the other, with all their rows and as wide as they are
 * shown.
 */
export function saveImage(
  shown: readonly (IFlameShown | null)[],
  kind: 'png' | 'svg',
  fileName: string
): void {
  const parts = shown
    .filter((one): one is IFlameShown => one !== null)
    .map(({ colours, picture }) => ({
      colours,
      picture: {
        ...picture,
        scrolled: 0,
        height: (picture.boxes.rows.length - 1) * picture.rowHeight
      }
    }));
  if (parts.length === 0) {
    return;
  }
  const width = Math.max(...parts.map(({ picture }) => picture.width));
  const tops: number[] = [];
  let height = 0;
  for (const { picture } of parts) {
    tops.push(height);
    height += picture.height + GAP;
  }
  height = Math.min(HIGHEST, height - GAP);
  if (kind === 'svg') {
    const boxes = parts.reduce<ISvgBox[]>(
      (all, part, index) => [...all, ...svgBoxes(part, tops[index])],
      []
    );
    const { background, font } = parts[0].colours;
    download(
      fileName,
      flameSvg(boxes, { width, height }, background, font),
      'image/svg+xml'
    );
    return;
  }
  const canvas = document.createElement('canvas');
  canvas.width = width * SHARPNESS;
  canvas.height = height * SHARPNESS;
  const context = canvas.getContext('2d');
  if (!context) {
    return;
  }
  parts.forEach(({ colours, picture }, index) => {
    context.setTransform(
      SHARPNESS,
      0,
      0,
      SHARPNESS,
      0,
      tops[index] * SHARPNESS
    );
    paintFlame(context, picture, colours);
  });
  canvas.toBlob(blob => blob && download(fileName, blob, 'image/png'));
}

function svgBoxes({ colours, picture }: IFlameShown, above: number): ISvgBox[] {
  const { boxes, frames, matches, rowHeight, view, width } = picture;
  const { label = labelOf } = picture;
  const [from, to] = view;
  const scale = width / (to - from);
  const found: ISvgBox[] = [];
  for (let row = 0; row < boxes.rows.length - 1; row++) {
    visitVisible(boxes, row, from, to, NARROWEST / scale, (box, wide) => {
      const left = Math.max(0, (boxes.left[box] - from) * scale);
      const right = Math.min(width, (boxes.right[box] - from) * scale);
      const frame = frames[boxes.key[box]];
      const isFound = matches === null || matches[box] === 1;
      const { fill, text } = isFound ? colours.fill(frame) : colours.faded;
      const room = Math.floor((right - left - 8) / LETTER);
      const size = right - left > 3 ? right - left - 1 : right - left;
      found.push({
        x: left,
        y: above + topOf(picture, row),
        width: wide ? Math.max(NARROWEST, size) : NARROWEST,
        height: rowHeight - 1,
        fill,
        text,
        label: room > 1 ? shortened(label(frame), room) : '',
        title: `${label(frame)} ${framePlace(frame) ?? ''}`.slice(0, 400)
      });
    });
  }
  return found;
}
