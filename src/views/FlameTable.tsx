import * as React from 'react';
import { nextLimit } from '../lib/callrows';
import type { IFrameWeight, IStackModel } from '../lib/stacks';
import { framePlace } from '../lib/stacks';
import { formatValue } from '../lib/units';
import { Bar, warmth } from './Bar';
import { shareText } from './FlameDetails';
import { labelOf } from './flamepaint';
import { cut } from './text';
import type { IViewProps } from './view';

/** The functions or lines with most weight of their own: the picture in numbers. */
export function FlameTable(
  props: IViewProps & {
    readonly model: IStackModel;
    /** Most own weight first. */
    readonly weights: readonly IFrameWeight[];
    readonly whole: number;
    readonly samples: number | null;
    /** For each frame whether the search found it; null without a search. */
    readonly found: readonly boolean[] | null;
    /** Index of a frame. */
    readonly selected: number | null;
    readonly onSelect: (frame: number) => void;
    readonly limit: number;
    readonly onLimit: (limit: number) => void;
  }
): JSX.Element {
  const { found, limit, model, onSelect, options, trans, weights, whole } =
    props;
  const amount = (value: number): string =>
    formatValue(value, model.unit, options.decimals);
  const rows = found ? weights.filter(({ key }) => found[key]) : weights;
  const rest = rows.length - limit;
  const next = nextLimit(limit);
  return (
    <div className="jp-CellProfiler-part">
      <div className="jp-CellProfiler-scroll">
        <table className="jp-CellProfiler-table jp-CellProfiler-functions">
          <caption>
            {model.by === 'line'
              ? trans.__('Heaviest lines')
              : trans.__('Heaviest functions')}
          </caption>
          <thead>
            <tr>
              <th scope="col">{trans.__('Own')}</th>
              <th scope="col">{trans.__('Share')}</th>
              <th scope="col">{trans.__('With calls')}</th>
              <th scope="col" data-column="name">
                {model.by === 'line' ? trans.__('Line') : trans.__('Function')}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, limit).map(({ key, self, total }) => {
              const frame = model.frames[key];
              return (
                <tr
                  key={key}
                  aria-selected={key === props.selected}
                  onClick={() => onSelect(key)}
                >
                  <td className="jp-CellProfiler-number">{amount(self)}</td>
                  <td className="jp-CellProfiler-number jp-CellProfiler-share">
                    <Bar share={self / whole} heat={warmth(self / whole, 1)} />
                    <span>{shareText(self / whole, props.samples, trans)}</span>
                  </td>
                  <td className="jp-CellProfiler-number">{amount(total)}</td>
                  <td className="jp-CellProfiler-source" data-column="name">
                    {/* Its click is the row's. */}
                    <button
                      type="button"
                      className="jp-CellProfiler-lineLink"
                      title={trans.__('Select it in the picture')}
                    >
                      <code className="jp-CellProfiler-code">
                        {cut(labelOf(frame), 160)}
                      </code>
                    </button>
                    <span className="jp-CellProfiler-where">
                      {cut(framePlace(frame) ?? '', 160)}
                    </span>
                  </td>
                </tr>
              );
            })}
            {rows.length === 0 && (
              <tr>
                <td colSpan={4}>{trans.__('No function matches.')}</td>
              </tr>
            )}
          </tbody>
        </table>
      </div>
      {rest > 0 && (
        <button
          type="button"
          className="jp-CellProfiler-action jp-CellProfiler-more"
          onClick={() => props.onLimit(next)}
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
