import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { IKind } from '../lib/scalene';
import { formatShare } from '../lib/units';
import { kindLabel } from './scalenelabels';

/**
 * A bar as long as a share, divided into Python, native and system; the numbers stand
 * beside it.
 *
 * @param share - 0…1 of the width
 */
export function KindBar({
  kinds,
  share
}: {
  readonly kinds: readonly IKind[];
  readonly share: number;
}): JSX.Element {
  return (
    <span
      className="jp-CellProfiler-meter jp-CellProfiler-kinds"
      aria-hidden="true"
    >
      <span
        className="jp-CellProfiler-kindsBar"
        style={{ width: `${(100 * share).toFixed(2)}%` }}
      >
        {kinds
          .filter(kind => kind.share > 0)
          .map(kind => (
            <span
              key={kind.name}
              data-part={kind.name}
              style={{ flexGrow: kind.share }}
            />
          ))}
      </span>
    </span>
  );
}

/** What the colours of the bars mean, with the shares of the run. */
export function KindLegend({
  kinds,
  decimals,
  trans
}: {
  readonly kinds: readonly IKind[];
  readonly decimals: number;
  readonly trans: TranslationBundle;
}): JSX.Element {
  return (
    <ul
      className="jp-CellProfiler-legend"
      aria-label={trans.__('How the time of the lines divides')}
    >
      {kinds.map(({ name, share }) => {
        const { help, label } = kindLabel(name, trans);
        return (
          <li key={name} data-part={name} title={help}>
            {label} {formatShare(share, 1, decimals)}
          </li>
        );
      })}
    </ul>
  );
}
