import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { IRow } from '../../lib/processes/types';
import type { Share } from '../../lib/processes/watchrows';
import {
  nextWatchSort,
  SHARES,
  sortedRows,
  watchKey
} from '../../lib/processes/watchrows';
import type { ISort } from '../../lib/sort';
import { formatShare } from '../../lib/units';
import { Bar, warmth } from '../Bar';
import { SortHead } from '../SortHead';
import { cut } from '../text';
import type { IPlaces } from './Place';
import { Place } from './Place';

/** Functions or lines by what they take, now and since the start. */
export function WatchTable({
  rows,
  label,
  sort,
  onSort,
  places,
  trans
}: {
  readonly rows: readonly IRow[];
  readonly label: string;
  readonly sort: ISort;
  readonly onSort: (sort: ISort) => void;
  readonly places: IPlaces;
  readonly trans: TranslationBundle;
}): JSX.Element {
  return (
    <div className="jp-CellProfiler-scroll">
      <table
        aria-label={label}
        className="jp-CellProfiler-table jp-CellProfiler-functions jp-CellProfiler-watchTable"
      >
        <thead>
          <tr>
            {headings(trans).map(heading => (
              <SortHead
                key={heading.name}
                {...heading}
                sort={sort}
                onSort={name => onSort(nextWatchSort(sort, name))}
              />
            ))}
          </tr>
        </thead>
        <tbody>
          {sortedRows(rows, sort).map(row => (
            <tr key={watchKey(row)}>
              {SHARES.map(name => (
                <ShareCell key={name} name={name} share={row[name]} />
              ))}
              <td className="jp-CellProfiler-source" data-column="name">
                <code className="jp-CellProfiler-code">
                  {cut(
                    row.name === '<module>' ? trans.__('top level') : row.name,
                    160
                  )}
                </code>
                <Place place={row} places={places} trans={trans} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {/* No row of the table: which columns there is room for differs. */}
      {rows.length === 0 && (
        <p className="jp-CellProfiler-lookWait">
          {trans.__('Nothing ran when it was looked at.')}
        </p>
      )}
    </div>
  );
}

function ShareCell({
  name,
  share
}: {
  readonly name: Share;
  readonly share: number;
}): JSX.Element {
  return (
    <td
      className="jp-CellProfiler-number jp-CellProfiler-watchShare"
      data-column={name}
    >
      <Bar share={share} heat={warmth(share, 1)} />
      <span>{formatShare(share, 1, 1)}</span>
    </td>
  );
}

function headings(
  trans: TranslationBundle
): { readonly name: string; readonly label: string; readonly help: string }[] {
  return [
    {
      name: 'ownNow',
      label: trans.__('Own, now'),
      help: trans.__('Share of the last three seconds in the code itself')
    },
    {
      name: 'own',
      label: trans.__('Own'),
      help: trans.__('Share in the code itself since the start')
    },
    {
      name: 'totalNow',
      label: trans.__('Total, now'),
      help: trans.__(
        'Share of the last three seconds in the code and what it calls'
      )
    },
    {
      name: 'total',
      label: trans.__('Total'),
      help: trans.__('Share in the code and what it calls since the start')
    },
    {
      name: 'name',
      label: trans.__('Where'),
      help: trans.__('Function, file and line')
    }
  ];
}
