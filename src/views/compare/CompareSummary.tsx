import * as React from 'react';
import { compareNoise } from '../../lib/compare/noise';
import { compareTotals } from '../../lib/compare/totals';
import { AllRuns } from './AllRuns';
import { Headline } from './Headline';
import { MostChanged } from './MostChanged';
import type { IPairProps } from './props';
import { Spread } from './Spread';
import { TotalsTable } from './TotalsTable';

/** What changed, all in all, and whether that is more than noise. */
export function CompareSummary(props: IPairProps): JSX.Element {
  const { after, before, options, runs, trans } = props;
  const totals = React.useMemo(
    () => compareTotals(before.document, after.document),
    [before, after]
  );
  const noise = React.useMemo(
    () => compareNoise(before, after),
    [before, after]
  );
  return (
    <>
      <Headline {...props} noise={noise} />
      {runs.length > 2 && <AllRuns {...props} />}
      <Spread
        noise={noise}
        before={before}
        after={after}
        decimals={options.decimals}
        trans={trans}
      />
      <MostChanged {...props} />
      <TotalsTable {...props} totals={totals} noise={noise} />
    </>
  );
}
