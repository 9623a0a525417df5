import type * as React from 'react';

/** The box under the pointer. */
export interface IHover {
  readonly box: number;
  /** Pixels from the corner of the picture. */
  readonly x: number;
  readonly y: number;
}

/** Beside the pointer, where there is room. */
export function tipPlace(
  { x, y }: IHover,
  width: number,
  height: number
): React.CSSProperties {
  const across = x > width / 2 ? { right: width - x + 12 } : { left: x + 12 };
  return y > height / 2
    ? { ...across, bottom: height - y + 12 }
    : { ...across, top: y + 16 };
}
