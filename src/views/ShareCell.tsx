import * as React from 'react';
import type { IKind } from '../lib/scalene';
import { formatShare } from '../lib/units';
import { Bar, warmth } from './Bar';
import { KindBar } from './KindBar';

/**
 * The share of the run as a cell of a table of hottest things.
 *
 * @param share - 0…1
 * @param longest - the largest share of the table, whose bar is the longest
 * @param kinds - how it divides, where that is known
 */
export function ShareCell({
  share,
  longest,
  decimals,
  kinds = []
}: {
  readonly share: number;
  readonly longest: number;
  readonly decimals: number;
  readonly kinds?: readonly IKind[];
}): JSX.Element {
  return (
    <td className="jp-CellProfiler-share">
      {kinds.length > 0 ? (
        <KindBar share={longest > 0 ? share / longest : 0} kinds={kinds} />
      ) : (
        <Bar
          share={longest > 0 ? share / longest : 0}
          heat={warmth(share, longest)}
        />
      )}
      <span>{formatShare(share, 1, decimals)}</span>
    </td>
  );
}
