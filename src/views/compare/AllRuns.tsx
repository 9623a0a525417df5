import * as React from 'react';
import { changeOf, judge, SINGLE } from '../../lib/compare/change';
import { repeatOf } from '../../lib/compare/noise';
import { isTelling, remarksOn } from '../../lib/compare/remarks';
import { formatValue } from '../../lib/units';
import { cut } from '../text';
import { RunMark, ShareDelta } from './Delta';
import type { IPairProps } from './props';
import { measureName } from './Spread';

/** Each of more than two runs against the baseline. */
export function AllRuns({ runs, options, trans }: IPairProps): JSX.Element {
  const { decimals } = options;
  const [baseline] = runs;
  const values = React.useMemo(
    () =>
      runs.map(({ document }) => ({
        repeat: repeatOf(document),
        telling: isTelling(remarksOn(baseline.document, document))
      })),
    [runs]
  );
  const measures = (['wall', 'cpu', 'peak'] as const).filter(measure =>
    values.some(({ repeat }) => repeat[measure] !== null)
  );
  return (
    <div className="jp-CellProfiler-changesPlace">
      <table className="jp-CellProfiler-table jp-CellProfiler-changes">
        <caption>{trans.__('All runs')}</caption>
        <thead>
          <tr>
            <th scope="col" data-column="name">
              {trans.__('Run')}
            </th>
            {measures.map(measure => (
              <th key={measure} scope="col" colSpan={2}>
                {measureName(measure, trans)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {runs.map((run, index) => (
            <tr key={run.index}>
              <th scope="row" data-column="name">
                <RunMark letter={run.letter} /> {cut(run.name, 60)}
              </th>
              {measures.map(measure => {
                const { repeat, telling } = values[index];
                const change = changeOf(
                  values[0].repeat[measure],
                  repeat[measure]
                );
                return (
                  <React.Fragment key={measure}>
                    <td className="jp-CellProfiler-number">
                      {formatValue(
                        repeat[measure],
                        measure === 'peak' ? 'bytes' : 'seconds',
                        decimals
                      )}
                    </td>
                    <td data-column="share">
                      {index === 0
                        ? trans.__('baseline')
                        : change.delta !== null && (
                            <ShareDelta
                              change={change}
                              judgement={judge(
                                change,
                                telling ? true : null,
                                measure === 'peak' ? undefined : SINGLE
                              )}
                              decimals={decimals}
                              trans={trans}
                            />
                          )}
                    </td>
                  </React.Fragment>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
