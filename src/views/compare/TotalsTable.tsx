import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { judge, SINGLE } from '../../lib/compare/change';
import type { INoise, NoiseVerdict } from '../../lib/compare/noise';
import type { IComparedTotal } from '../../lib/compare/totals';
import { CPU } from '../../lib/compare/totals';
import { totalLabel } from '../labels';
import { cut } from '../text';
import { ShareDelta, ValueCell } from './Delta';
import type { IPairProps } from './props';
import { signedPoints, signedValue } from './words';

/** What one of the totals is called, and what it means. */
export function labelOfTotal(
  { help, label, name }: Pick<IComparedTotal, 'name' | 'label' | 'help'>,
  trans: TranslationBundle
): { readonly label: string; readonly help?: string } {
  if (name === CPU) {
    return {
      label: trans.__('processor time'),
      help: trans.__('User and system time together: what the run costs.')
    };
  }
  const known = totalLabel(name, trans);
  return {
    label: cut(known?.label ?? label, 60),
    help: known?.help ?? (help === null ? undefined : cut(help))
  };
}

/** What says of a total whether it is noise: those that it is a part of. */
const NOISE_OF: {
  readonly [measure in INoise['measure']]: readonly string[];
} = {
  wall: ['wall', 'wait', 'run_delay'],
  cpu: [CPU, 'user', 'sys'],
  peak: ['peak_rss', 'peak', 'heap_peak', 'increment']
};

/** What several runs say of a difference; null where they do not. */
function verdictOn(
  name: string,
  noise: readonly INoise[]
): NoiseVerdict | null {
  return (
    noise.find(({ measure }) => NOISE_OF[measure].includes(name))?.verdict ??
    null
  );
}

/** Every total of both runs. */
export function TotalsTable({
  before,
  after,
  model,
  noise,
  options,
  totals,
  trans
}: IPairProps & {
  readonly totals: readonly IComparedTotal[];
  readonly noise: readonly INoise[];
}): JSX.Element | null {
  const { decimals } = options;
  if (totals.length === 0) {
    return null;
  }
  return (
    <div className="jp-CellProfiler-changesPlace">
      <table className="jp-CellProfiler-table jp-CellProfiler-changes">
        <caption>{trans.__('Totals')}</caption>
        <thead>
          <tr>
            <th scope="col" data-column="name">
              <span className="jp-CellProfiler-hidden">
                {trans.__('Total')}
              </span>
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
          {totals.map(total => {
            const { change, lowerIsBetter, name, unit } = total;
            const { help, label } = labelOfTotal(total, trans);
            return (
              <tr key={`${name} ${unit}`} data-name={name}>
                <th scope="row" data-column="name" title={help}>
                  {label}
                </th>
                <ValueCell
                  column="before"
                  value={change.before}
                  unit={unit}
                  decimals={decimals}
                />
                <ValueCell
                  column="after"
                  value={change.after}
                  unit={unit}
                  decimals={decimals}
                />
                <td className="jp-CellProfiler-number" data-column="change">
                  {unit === 'percent' && change.delta !== null
                    ? signedPoints(change.delta / 100, trans)
                    : signedValue(change.delta, unit, decimals)}
                </td>
                <td data-column="share">
                  {change.delta !== null && (
                    <ShareDelta
                      change={change}
                      judgement={
                        verdictOn(name, noise) === 'within'
                          ? 'noise'
                          : judge(
                              change,
                              // What is not comparable is neither.
                              model.telling ? lowerIsBetter : null,
                              unit === 'seconds' &&
                                (verdictOn(name, noise) ?? 'few') === 'few'
                                ? SINGLE
                                : undefined
                            )
                      }
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
  );
}
