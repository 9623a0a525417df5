import * as React from 'react';
import { repeatsOf } from '../lib/repeats';
import { formatValue } from '../lib/units';
import type { IViewProps } from './view';

/** Each run of a statement that ran several times; nothing for all others. */
export function MemoryRuns({
  document,
  options,
  trans
}: IViewProps): JSX.Element | null {
  const repeats = React.useMemo(() => repeatsOf(document), [document]);
  if (!repeats || repeats.each.length === 0) {
    return null;
  }
  const { count, each, spread } = repeats;
  const bytes = (value: number | null): string =>
    formatValue(value, 'bytes', options.decimals);
  return (
    <div className="jp-CellProfiler-runs">
      <p>
        {trans._n('It ran once.', 'It ran %1 times.', count)}{' '}
        {spread !== null &&
          trans.__('The peaks of the runs differ by %1.', bytes(spread))}
        {each.length < count &&
          ` ${trans.__('The first %1 runs are shown.', each.length)}`}
      </p>
      <table className="jp-CellProfiler-table jp-CellProfiler-steps">
        <caption>{trans.__('Each run')}</caption>
        <thead>
          <tr>
            <th scope="col">{trans.__('Run')}</th>
            <th scope="col">{trans.__('Peak')}</th>
            <th scope="col">{trans.__('Added')}</th>
          </tr>
        </thead>
        <tbody>
          {each.map(({ added, number, peak }) => (
            <tr key={number}>
              <td className="jp-CellProfiler-number">{number}</td>
              <td className="jp-CellProfiler-number">{bytes(peak)}</td>
              <td className="jp-CellProfiler-number">
                {added !== null && added > 0 ? '+' : ''}
                {bytes(added)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
