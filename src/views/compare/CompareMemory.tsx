import * as React from 'react';
import { changeOf, judge } from '../../lib/compare/change';
import { safeFileName } from '../../lib/filenames';
import { formatValue } from '../../lib/units';
import { Choice } from '../Choice';
import { seriesLabel } from '../memorytraces';
import { Plot } from '../Plot';
import type { IPlotTheme } from '../plottheme';
import { cut } from '../text';
import { RunMark, ShareDelta } from './Delta';
import { overlayFigure } from './memoryoverlay';
import type { IPairProps } from './props';
import type { ICompareMemoryState } from './state';
import { signedValue } from './words';

/** Pixels, and more for each name of a long legend, which a narrow page stacks. */
const HEIGHT = 320;
const NAME = 14;

/** Memory over time of all runs, one upon the other. */
export function CompareMemory(props: IPairProps): JSX.Element {
  const { model, onState, options, runs, trans } = props;
  const { decimals } = options;
  const state = props.state.memory;
  const change = (some: Partial<ICompareMemoryState>): void =>
    onState({ memory: { ...state, ...some } });
  const memory = model.memory[state.kind] ?? model.memory[0];
  const { above } = state;
  const figure = React.useCallback(
    (theme: IPlotTheme) =>
      overlayFigure({ memory, runs, above, decimals, trans }, theme),
    [memory, runs, above, decimals, trans]
  );
  const [first] = memory.runs;
  const bytes = (value: number | null): string =>
    formatValue(value, 'bytes', decimals);
  return (
    <>
      <div className="jp-CellProfiler-pictureBar">
        {model.memory.length > 1 && (
          <Choice
            label={trans.__('Memory')}
            value={state.kind}
            values={model.memory.map(({ name }, index) => [
              index,
              cut(seriesLabel(name, trans), 40)
            ])}
            onChange={kind => change({ kind })}
          />
        )}
        <label
          className="jp-CellProfiler-option"
          title={trans.__(
            'Two kernels seldom begin with the same memory: without it the runs themselves are compared.'
          )}
        >
          <input
            type="checkbox"
            checked={above}
            onChange={({ target }) => change({ above: target.checked })}
          />
          {trans.__('Above what was there before')}
        </label>
      </div>
      <Plot
        figure={figure}
        height={HEIGHT + NAME * Math.max(0, memory.runs.length - 2)}
        fileName={safeFileName(
          runs.map(({ name }) => name).join(' '),
          '-memory',
          'comparison'
        )}
        label={trans.__(
          'Memory of %1 runs over time. The table below has their peaks.',
          memory.runs.length
        )}
        trans={trans}
      />
      <div className="jp-CellProfiler-changesPlace">
        <table className="jp-CellProfiler-table jp-CellProfiler-changes">
          <caption>{trans.__('Peaks')}</caption>
          <thead>
            <tr>
              <th scope="col" data-column="name">
                {trans.__('Run')}
              </th>
              <th scope="col" data-column="extra">
                {trans.__('Before')}
              </th>
              <th scope="col">{trans.__('Peak')}</th>
              <th scope="col" data-column="extra">
                {trans.__('Above')}
              </th>
              <th scope="col">{trans.__('Change')}</th>
              <th scope="col" data-column="share">
                {trans.__('of %1', runs[first.run].letter)}
              </th>
            </tr>
          </thead>
          <tbody>
            {memory.runs.map(one => {
              const { letter, name } = runs[one.run];
              const difference = changeOf(
                valueOf(first, above),
                valueOf(one, above)
              );
              return (
                <tr key={one.run}>
                  <th scope="row" data-column="name">
                    <RunMark letter={letter} /> {cut(name, 60)}
                  </th>
                  <td className="jp-CellProfiler-number" data-column="extra">
                    {bytes(one.start)}
                  </td>
                  <td className="jp-CellProfiler-number">
                    {bytes(one.peak.value)}
                  </td>
                  <td className="jp-CellProfiler-number" data-column="extra">
                    {bytes(valueOf(one, true))}
                  </td>
                  <td className="jp-CellProfiler-number">
                    {one !== first &&
                      signedValue(difference.delta, 'bytes', decimals)}
                  </td>
                  <td data-column="share">
                    {one === first
                      ? trans.__('baseline')
                      : difference.delta !== null && (
                          <ShareDelta
                            change={difference}
                            judgement={judge(
                              difference,
                              model.telling ? true : null
                            )}
                            decimals={decimals}
                            trans={trans}
                          />
                        )}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </>
  );
}

function valueOf(
  {
    peak,
    start
  }: {
    readonly peak: { readonly value: number };
    readonly start: number | null;
  },
  above: boolean
): number | null {
  return above ? (start === null ? null : peak.value - start) : peak.value;
}
