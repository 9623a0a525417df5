/** A box of an image, pixels. */
export interface ISvgBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly fill: string;
  readonly text: string;
  /** What stands on it, cut to its width; empty for none. */
  readonly label: string;
  /** Shown beside the pointer. */
  readonly title: string;
}

/**
 * An SVG image (SVG 1.1) of boxes. Names are a stranger's: they stand there as text only.
 *
 * @param font - families, as CSS has them
 */
export function flameSvg(
  boxes: readonly ISvgBox[],
  size: { readonly width: number; readonly height: number },
  background: string,
  font: string
): string {
  const round = (value: number): string => String(Math.round(value * 100) / 100);
  const rows = boxes.map(box => {
    const { x, y, width, height } = box;
    const text = box.label
      ? `<text x="${round(x + 4)}" y="${round(y + height / 2)}" ` +
        `dominant-baseline="central" fill="${escaped(box.text)}">` +
        `${escaped(box.label)}</text>`
      : '';
    return (
      `<g><title>${escaped(box.title)}</title>` +
      `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" ` +
      `height="${round(height)}" fill="${escaped(box.fill)}"/>${text}</g>`
    );
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<svg xmlns="http://www.w3.org/2000/svg" width="${round(size.width)}" ` +
      `height="${round(size.height)}" font-family="${escaped(font)}" font-size="12">`,
    `<rect width="100%" height="100%" fill="${escaped(background)}"/>`,
    ...rows,
    '</svg>',
    ''
  ].join('\n');
}

/** Text of XML: without what would be markup, and what XML does not allow. */
function escaped(text: string): string {
  return text
    .replace(/[^\P{C}\u00ad]/gu, '·')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;');
}
