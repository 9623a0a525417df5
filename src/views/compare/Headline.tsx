import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { IChange, Judgement } from '../../lib/compare/change';
import { changeOf, judge, SINGLE } from '../../lib/compare/change';
import type { INoise } from '../../lib/compare/noise';
import { repeatOf } from '../../lib/compare/noise';
import { formatValue } from '../../lib/units';
import { ShareDelta } from './Delta';
import type { IPairProps } from './props';
import { measureName } from './Spread';

/** The three numbers that everybody asks for, and how they changed. */
export function Headline({
  before,
  after,
  model,
  noise,
  options,
  trans
}: IPairProps & { readonly noise: readonly INoise[] }): JSX.Element | null {
  const { decimals } = options;
  const [one, other] = [repeatOf(before.document), repeatOf(after.document)];
  const shown = (['wall', 'cpu', 'peak'] as const).filter(
    measure => one[measure] !== null && other[measure] !== null
  );
  if (shown.length === 0) {
    return null;
  }
  return (
    <ul
      className="jp-CellProfiler-headline"
      aria-label={trans.__('What changed')}
    >
      {shown.map(measure => {
        const unit = measure === 'peak' ? 'bytes' : 'seconds';
        const change = changeOf(one[measure], other[measure]);
        const found = noise.find(noise => noise.measure === measure);
        const judgement: Judgement | null =
          found?.verdict === 'within'
            ? 'noise'
            : judge(
                change,
                model.telling ? true : null,
                measure !== 'peak' && found?.verdict === 'few'
                  ? SINGLE
                  : undefined
              );
        const isClear = judgement === 'better' || judgement === 'worse';
        return (
          <li key={measure} data-measure={measure}>
            <span className="jp-CellProfiler-label">
              {measureName(measure, trans)}
            </span>
            <span className="jp-CellProfiler-headlineValue">
              <b>{formatValue(change.after, unit, decimals)}</b>{' '}
              <span className="jp-CellProfiler-where">
                {trans.__(
                  'instead of %1',
                  formatValue(change.before, unit, decimals)
                )}
              </span>
            </span>
            <span className="jp-CellProfiler-headlineChange">
              <ShareDelta
                change={change}
                judgement={judgement}
                decimals={decimals}
                trans={trans}
              />
              {isClear && measure !== 'peak' && (
                <span className="jp-CellProfiler-where">
                  {timesText(change, trans)}
                </span>
              )}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

/** From this ratio on it is easier to understand than a share. */
const NOTABLE = 1.5;

/** "5.5 times as fast"; empty where the share says it all. */
function timesText(
  { after, before }: IChange,
  trans: TranslationBundle
): string {
  if (after === null || before === null || !(after > 0) || !(before > 0)) {
    return '';
  }
  const ratio = before / after;
  const text = (ratio: number): string => formatValue(ratio, 'ratio', 1);
  return ratio >= NOTABLE
    ? trans.__('%1 times as fast', text(ratio))
    : 1 / ratio >= NOTABLE
      ? trans.__('%1 times as slow', text(1 / ratio))
      : '';
}
