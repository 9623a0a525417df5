import * as React from 'react';
import { FIRST, nextLimit } from '../lib/callrows';
import type { ICallFunction, ICallModel, IRelation } from '../lib/calls';
import { filePlace, hasLinesToProfile, relations } from '../lib/calls';
import { formatValue } from '../lib/units';
import { FunctionPlace } from './FunctionPlace';
import { cut } from './text';
import type { IViewProps } from './view';

interface IRelationsProps extends IViewProps {
  readonly model: ICallModel;
  /** The selected function. */
  readonly row: ICallFunction;
  /** File names without folders. */
  readonly strip: boolean;
  readonly onSelect: (index: number) => void;
}

/** Who called the selected function, what it called, and the step to its lines. */
export function Relations(props: IRelationsProps): JSX.Element {
  const { model, onSelect, profileLines, row, trans } = props;
  const heading = React.useRef<HTMLHeadingElement>(null);
  const { callers, callees } = React.useMemo(
    () => relations(model, row.index),
    [model, row]
  );
  const select = (index: number): void => {
    onSelect(index);
    // The row that was pressed goes; a keyboard goes on from here.
    heading.current?.focus();
  };
  return (
    <section className="jp-CellProfiler-part jp-CellProfiler-relations">
      <div className="jp-CellProfiler-next">
        <h3 ref={heading} tabIndex={-1}>
          <code className="jp-CellProfiler-code">{cut(row.name, 160)}</code>
          <FunctionPlace {...props} />
        </h3>
        {profileLines && hasLinesToProfile(row) && (
          <button
            type="button"
            className="jp-CellProfiler-action jp-mod-primary"
            title={trans.__(
              'Run it again and count each line of this function exactly; that costs more time.'
            )}
            onClick={() => profileLines(row.name, filePlace(row))}
          >
            {trans.__('Profile its lines')}
          </button>
        )}
      </div>
      <div className="jp-CellProfiler-columns">
        <RelationTable
          {...props}
          key={`callers:${row.index}`}
          caption={trans.__('Called by')}
          none={trans.__('Nothing that was measured called it.')}
          relations={callers}
          onSelect={select}
        />
        <RelationTable
          {...props}
          key={`callees:${row.index}`}
          caption={trans.__('Calls')}
          none={trans.__('It called nothing that was measured.')}
          relations={callees}
          onSelect={select}
        />
      </div>
    </section>
  );
}

function RelationTable(
  props: IRelationsProps & {
    readonly caption: string;
    /** Stands there when there are no rows. */
    readonly none: string;
    readonly relations: readonly IRelation[];
  }
): JSX.Element {
  const { caption, none, onSelect, options, relations, trans } = props;
  const [limit, setLimit] = React.useState(FIRST);
  const rest = relations.length - limit;
  const seconds = (value: number | null): string =>
    formatValue(value, 'seconds', options.decimals);
  return (
    <div className="jp-CellProfiler-part">
      <table className="jp-CellProfiler-table jp-CellProfiler-functions">
        <caption>{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{trans.__('Calls')}</th>
            <th scope="col">{trans.__('Self')}</th>
            <th scope="col">{trans.__('Cumulative')}</th>
            <th scope="col" data-column="name">
              {trans.__('Function')}
            </th>
          </tr>
        </thead>
        <tbody>
          {relations.slice(0, limit).map(({ other, ...numbers }, position) => (
            <tr key={position} onClick={() => onSelect(other.index)}>
              <td className="jp-CellProfiler-number">
                {formatValue(numbers.calls, 'count', options.decimals)}
              </td>
              <td className="jp-CellProfiler-number">
                {seconds(numbers.self)}
              </td>
              <td className="jp-CellProfiler-number">
                {seconds(numbers.total)}
              </td>
              <td className="jp-CellProfiler-source" data-column="name">
                {/* Its click is the row's. */}
                <button
                  type="button"
                  className="jp-CellProfiler-lineLink"
                  title={trans.__('Select this function')}
                >
                  <code className="jp-CellProfiler-code">
                    {cut(other.name, 160)}
                  </code>
                </button>
                <FunctionPlace {...props} row={other} />
              </td>
            </tr>
          ))}
          {relations.length === 0 && (
            <tr>
              <td colSpan={4}>{none}</td>
            </tr>
          )}
        </tbody>
      </table>
      {rest > 0 && (
        <button
          type="button"
          className="jp-CellProfiler-action jp-CellProfiler-more"
          onClick={() => setLimit(nextLimit(limit))}
        >
          {trans._n(
            'Show one more function',
            'Show %1 more functions',
            Math.min(rest, nextLimit(limit) - limit)
          )}
        </button>
      )}
    </div>
  );
}
