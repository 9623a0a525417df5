import * as React from 'react';
import { nextLimit } from '../../lib/callrows';
import type { IDiffTree } from '../../lib/compare/flame';
import { onlyIn } from '../../lib/compare/flame';
import type { Side } from '../../lib/compare/files';
import type { IStackComparison } from '../../lib/compare/stacks';
import { framePlace } from '../../lib/stacks';
import { formatShare, formatValue } from '../../lib/units';
import { labelOf } from '../flamepaint';
import { cut } from '../text';
import type { IPairProps, IShownRun } from './props';

/** Boxes that the picture cannot show: what the other run alone has. */
export function OnlyIn({
  tree,
  stacks,
  side,
  run,
  limit,
  onLimit,
  options,
  trans
}: IPairProps & {
  readonly tree: IDiffTree;
  readonly stacks: IStackComparison;
  /** The run that has them. */
  readonly side: Side;
  readonly run: IShownRun;
  readonly limit: number;
  readonly onLimit: (limit: number) => void;
}): JSX.Element {
  const nodes = React.useMemo(() => onlyIn(tree, side), [tree, side]);
  if (nodes.length === 0) {
    return (
      <p className="jp-CellProfiler-soft">
        {trans.__('%1 has no stacks that are not in the picture.', run.letter)}
      </p>
    );
  }
  const next = nextLimit(limit);
  const rest = nodes.length - limit;
  return (
    <div>
      <div className="jp-CellProfiler-changesPlace">
        <table className="jp-CellProfiler-table jp-CellProfiler-changes">
          <caption>
            {side === 'before'
              ? trans.__('Gone: only %1 has these', run.letter)
              : trans.__('New: only %1 has these', run.letter)}
          </caption>
          <thead>
            <tr>
              <th scope="col" data-column="name">
                {trans.__('Function')}
              </th>
              <th scope="col">{trans.__('With calls')}</th>
              <th scope="col">{trans.__('Share')}</th>
              <th scope="col" data-column="share">
                {trans.__('Called by')}
              </th>
            </tr>
          </thead>
          <tbody>
            {nodes.slice(0, limit).map(node => {
              const { frame } = stacks.frames[tree.key[node]];
              const above = tree.parent[node];
              return (
                <tr key={node}>
                  <th scope="row" data-column="name">
                    <code className="jp-CellProfiler-code">
                      {cut(labelOf(frame), 160)}
                    </code>{' '}
                    <span className="jp-CellProfiler-where">
                      {cut(framePlace(frame) ?? '', 160)}
                    </span>
                  </th>
                  <td className="jp-CellProfiler-number">
                    {formatValue(
                      tree[side][node],
                      stacks.pair.unit,
                      options.decimals
                    )}
                  </td>
                  <td className="jp-CellProfiler-number">
                    {formatShare(tree[side][node], stacks.whole[side], 1)}
                  </td>
                  <td data-column="share">
                    {above >= 0 && (
                      <code className="jp-CellProfiler-code">
                        {cut(labelOf(stacks.frames[tree.key[above]].frame), 80)}
                      </code>
                    )}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      {rest > 0 && (
        <button
          type="button"
          className="jp-CellProfiler-action jp-CellProfiler-more"
          onClick={() => onLimit(next)}
        >
          {trans._n(
            'Show one more',
            'Show %1 more',
            Math.min(rest, next - limit)
          )}
        </button>
      )}
    </div>
  );
}
