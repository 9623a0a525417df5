import * as React from 'react';
import type { ICallFunction } from '../lib/calls';
import { formatValue } from '../lib/units';
import { FunctionPlace } from './FunctionPlace';
import { HiddenHead } from './HiddenHead';
import { ShareCell } from './ShareCell';
import { cut } from './text';
import type { IViewProps } from './view';

/** The functions with most own time, where only calls were counted. */
export function HottestCalls(
  props: IViewProps & { readonly hottest: readonly ICallFunction[] }
): JSX.Element {
  const { hottest, onState, options, state, trans } = props;
  const longest = hottest[0]?.selfShare ?? 0;
  return (
    <section className="jp-CellProfiler-part">
      <table className="jp-CellProfiler-table jp-CellProfiler-hottest">
        <caption>{trans.__('Hottest functions, by self time')}</caption>
        <HiddenHead
          columns={{
            source: trans.__('Function'),
            time: trans.__('Self time'),
            share: trans.__('Share of the run')
          }}
        />
        <tbody>
          {hottest.map(row => {
            const share = row.selfShare ?? 0;
            return (
              <tr key={row.index}>
                <td className="jp-CellProfiler-source">
                  <button
                    type="button"
                    className="jp-CellProfiler-lineLink"
                    title={trans.__('Show who called it and what it called')}
                    onClick={() =>
                      onState({
                        tab: 'functions',
                        functions: { ...state.functions, selected: row.index }
                      })
                    }
                  >
                    <code className="jp-CellProfiler-code">
                      {cut(row.name, 160)}
                    </code>
                  </button>
                  <FunctionPlace {...props} row={row} strip={true} />
                </td>
                <td className="jp-CellProfiler-number">
                  {formatValue(row.self, 'seconds', options.decimals)}
                </td>
                <ShareCell
                  share={share}
                  longest={longest}
                  decimals={options.decimals}
                />
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
