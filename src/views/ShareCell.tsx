import * as React from 'react';
import { formatShare } from '../lib/units';
import { Bar, warmth } from './Bar';

/**
 * The share of the run as a cell of a table of hottest things.
 *
 * @param share - 0…1
 * @param longest - the largest share of the table, whose bar is the longest
 */
export function ShareCell({
  share,
  longest,
  decimals
}: {
  readonly share: number;
  readonly longest: number;
  readonly decimals: number;
}): JSX.Element {
  return (
    <td className="jp-CellProfiler-share">
      <Bar
        share={longest > 0 ? share / longest : 0}
        heat={warmth(share, longest)}
      />
      <span>{formatShare(share, 1, decimals)}</span>
    </td>
  );
}
