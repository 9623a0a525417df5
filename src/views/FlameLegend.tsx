import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { IFrame, IFrameWeight, IStackModel } from '../lib/stacks';
import { flameColours } from './flamecolors';
import { onThemeChange } from './plottheme';
import { cut } from './text';

/** Groups that are told. */
const SHOWN = 8;

/** Which colour is which file or package, most of its own weight first. */
export function FlameLegend({
  libraries,
  model,
  trans,
  weights
}: {
  readonly model: IStackModel;
  readonly libraries: readonly string[];
  /** Most own weight first. */
  readonly weights: readonly IFrameWeight[];
  readonly trans: TranslationBundle;
}): JSX.Element {
  const list = React.useRef<HTMLUListElement>(null);
  const [theme, setTheme] = React.useState(0);
  const groups = React.useMemo(
    () => groupsOf(model, weights).slice(0, SHOWN),
    [model, weights]
  );
  React.useEffect(() => onThemeChange(() => setTheme(last => last + 1)), []);
  React.useLayoutEffect(() => {
    const element = list.current!;
    const { fill } = flameColours(element, libraries);
    [...element.children].forEach((item, index) => {
      const box = item.firstElementChild as HTMLElement;
      box.style.background = fill(groups[index]).fill;
    });
  }, [groups, libraries, theme]);
  return (
    <ul
      ref={list}
      className="jp-CellProfiler-flameLegend"
      aria-label={trans.__('Colours')}
    >
      {groups.map(frame => (
        <li key={`${frame.origin} ${frame.group}`}>
          <span aria-hidden="true" />
          {cut(groupName(frame, trans), 40)}
        </li>
      ))}
    </ul>
  );
}

/** One frame of each group, that with most weight first. */
function groupsOf(
  model: IStackModel,
  weights: readonly IFrameWeight[]
): IFrame[] {
  const groups = new Map<string, { frame: IFrame; weight: number }>();
  for (const { key, self } of weights) {
    const frame = model.frames[key];
    // Compiled code has one colour, whichever library it is in.
    const name =
      frame.origin === 'native' ? 'native' : `${frame.origin} ${frame.group}`;
    const found = groups.get(name) ?? { frame, weight: 0 };
    found.weight += self;
    groups.set(name, found);
  }
  return [...groups.values()]
    .filter(({ frame, weight }) => frame.origin !== 'other' && weight > 0)
    .sort((a, b) => b.weight - a.weight)
    .map(({ frame }) => frame);
}

function groupName(
  { group, origin }: IFrame,
  trans: TranslationBundle
): string {
  return origin === 'native' ? trans.__('compiled code') : group;
}
