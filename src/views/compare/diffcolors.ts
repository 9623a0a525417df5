import type { IFrame } from '../../lib/stacks';
import type { IFill, IFlameColours } from '../flamecolors';
import { mix, readable, themeColours } from '../plottheme';

/** A frame that knows its node, so that each box has the colour of its own change. */
export interface IDiffFrame extends IFrame {
  readonly node: number;
}

const VARIABLES = {
  text: '--jp-ui-font-color1',
  inverse: '--jp-ui-inverse-font-color1',
  background: '--jp-layout-color1',
  line: '--jp-border-color1',
  brand: '--jp-brand-color1',
  same: '--jp-layout-color2',
  grown: '--jp-cell-profiler-grown-color',
  shrunk: '--jp-cell-profiler-shrunk-color'
} as const;

/** Steps of a colour: finer ones nobody tells apart. */
export const STEPS = 5;

/** Even the smallest change is seen. */
const LEAST = 0.2;

/**
 * Colours by change: red for what grew and blue for what shrank, the stronger the more,
 * which people see apart who do not see red and green apart.
 *
 * @param element - where they are shown
 * @param sizeOf - the change of a node, −1…1
 */
export function diffColours(
  element: HTMLElement,
  sizeOf: (node: number) => number
): IFlameColours {
  const theme = themeColours(element, VARIABLES);
  const { background, inverse, same, text } = theme;
  const on = (fill: string): IFill => ({
    fill,
    text: readable(fill, text, inverse)
  });
  const steps = [theme.grown, theme.shrunk].map(end =>
    Array.from({ length: STEPS }, (_, step) =>
      on(mix(end, same, LEAST + ((1 - LEAST) * step) / (STEPS - 1)))
    )
  );
  const equal = on(same);
  return {
    background,
    text,
    line: theme.line,
    brand: theme.brand,
    fill: frame => {
      const size = sizeOf((frame as IDiffFrame).node);
      return size === 0
        ? equal
        : steps[size > 0 ? 0 : 1][stepOf(Math.abs(size))];
    },
    faded: on(mix(same, background, 0.4)),
    font:
      getComputedStyle(element).getPropertyValue('--jp-code-font-family') ||
      'monospace'
  };
}

/** Which of the steps a change has, 0…1. */
export function stepOf(size: number): number {
  return Math.min(STEPS - 1, Math.max(0, Math.ceil(size * STEPS) - 1));
}
