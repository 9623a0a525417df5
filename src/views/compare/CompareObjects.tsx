import * as React from 'react';
import { judge } from '../../lib/compare/change';
import { cut } from '../text';
import { DeltaCell, ShareDelta, ValueCell } from './Delta';
import type { IPairProps } from './props';

/** Rows that are drawn at first, and more at each click. */
const STEP = 50;

/** Variables of both runs by their size. */
export function CompareObjects(props: IPairProps): JSX.Element {
  const { after, before, model, options, trans } = props;
  const { decimals } = options;
  const objects = model.objects ?? [];
  const [limit, setLimit] = React.useState(STEP);
  const most = Math.abs(objects[0]?.size.delta ?? 0);
  const rest = objects.length - limit;
  return (
    <>
      <p className="jp-CellProfiler-soft">
        {trans.__(
          'Variables with all that they refer to, by their name; the largest change first.'
        )}
      </p>
      <div className="jp-CellProfiler-changesPlace">
        <table
          className="jp-CellProfiler-table jp-CellProfiler-changes"
          aria-label={trans.__('Objects')}
        >
          <thead>
            <tr>
              <th scope="col" data-column="name">
                {trans.__('Name')}
              </th>
              <th scope="col">{before.letter}</th>
              <th scope="col">{after.letter}</th>
              <th scope="col">{trans.__('Change')}</th>
              <th scope="col" data-column="share">
                {trans.__('of %1', before.letter)}
              </th>
            </tr>
          </thead>
          <tbody>
            {objects.slice(0, limit).map(({ name, size, types }, index) => (
              <tr key={index}>
                <th scope="row" data-column="name">
                  <code className="jp-CellProfiler-code">{cut(name, 80)}</code>{' '}
                  <span className="jp-CellProfiler-where">
                    {types.map(type => cut(type, 60)).join(' → ')}
                  </span>
                </th>
                <ValueCell
                  column="before"
                  value={size.before}
                  unit="bytes"
                  decimals={decimals}
                />
                <ValueCell
                  column="after"
                  value={size.after}
                  unit="bytes"
                  decimals={decimals}
                />
                <DeltaCell
                  column="change"
                  change={size}
                  most={most}
                  unit="bytes"
                  decimals={decimals}
                />
                <td data-column="share">
                  {size.delta !== null && (
                    <ShareDelta
                      change={size}
                      judgement={judge(size, null)}
                      decimals={decimals}
                      trans={trans}
                    />
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rest > 0 && (
        <button
          type="button"
          className="jp-CellProfiler-action jp-CellProfiler-more"
          onClick={() => setLimit(limit + STEP)}
        >
          {trans._n('Show one more', 'Show %1 more', Math.min(rest, STEP))}
        </button>
      )}
    </>
  );
}
