import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { IPart } from '../lib/totals';
import { formatShare } from '../lib/units';
import type { ILabel } from './labels';
import { totalLabel } from './labels';

/** A name is written into the bar from this share on; the legend has all of them. */
const WIDE = 0.2;

/** How the time divides: a stacked bar and its legend. */
export function TimeBar({
  parts,
  decimals,
  labelOf = totalLabel,
  trans
}: {
  readonly parts: readonly IPart[];
  readonly decimals: number;
  /** What a part is called, where that is not what the totals of its name are called. */
  readonly labelOf?: (
    name: IPart['name'],
    trans: TranslationBundle
  ) => ILabel | null;
  readonly trans: TranslationBundle;
}): JSX.Element | null {
  if (parts.length === 0) {
    return null;
  }
  const texts = parts.map(part => ({
    ...part,
    ...labelOf(part.name, trans),
    text: formatShare(part.share, 1, decimals)
  }));
  return (
    <div className="jp-CellProfiler-time">
      <div className="jp-CellProfiler-timeBar" aria-hidden="true">
        {texts
          .filter(({ value }) => value > 0)
          .map(({ name, label, share, text }) => (
            <span key={name} data-part={name} style={{ flexGrow: share }}>
              {share >= WIDE && `${label} ${text}`}
            </span>
          ))}
      </div>
      <ul
        className="jp-CellProfiler-legend"
        aria-label={trans.__('How the time divides')}
      >
        {texts.map(({ name, label, help, text }) => (
          <li key={name} data-part={name} title={help}>
            {label} {text}
          </li>
        ))}
      </ul>
    </div>
  );
}
