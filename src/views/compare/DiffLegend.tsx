import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { onThemeChange } from '../plottheme';
import type { IDiffFrame } from './diffcolors';
import { diffColours, STEPS } from './diffcolors';

/** The changes that the boxes of the legend stand for, from gone to new. */
const SIZES: readonly number[] = [
  ...Array.from({ length: STEPS }, (_, step) => -1 + step / STEPS),
  0,
  ...Array.from({ length: STEPS }, (_, step) => (step + 1) / STEPS)
];

/** Which colour is which change. */
export function DiffLegend({
  sampled,
  trans
}: {
  /** Whether there may be too few samples. */
  readonly sampled: boolean;
  readonly trans: TranslationBundle;
}): JSX.Element {
  const boxes = React.useRef<HTMLSpanElement>(null);
  const [theme, setTheme] = React.useState(0);
  React.useEffect(() => onThemeChange(() => setTheme(last => last + 1)), []);
  React.useLayoutEffect(() => {
    const element = boxes.current!;
    const children = [...element.children] as HTMLElement[];
    const { fill } = diffColours(element, node => SIZES[node]);
    children.forEach((box, node) => {
      box.style.background = fill({ node } as IDiffFrame).fill;
    });
  }, [theme]);
  return (
    <p className="jp-CellProfiler-diffLegend">
      <span>▼ {trans.__('less, down to gone')}</span>
      <span
        ref={boxes}
        className="jp-CellProfiler-diffScale"
        aria-hidden="true"
      >
        {SIZES.map(size => (
          <span key={size} />
        ))}
      </span>
      <span>▲ {trans.__('more, up to new')}</span>
      <span className="jp-CellProfiler-where">
        {sampled
          ? trans.__('in the middle the same; ≈ too few samples to tell')
          : trans.__('in the middle the same')}
      </span>
    </p>
  );
}
