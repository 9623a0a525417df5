import * as React from 'react';
import { limitNear, limitOf } from '../lib/limit';
import { memoryModel } from '../lib/series';
import { MemoryCurve, peakText } from './MemoryCurve';
import type { IViewProps } from './view';

/** Memory by time, small: the tab Memory has the numbers. Nothing without a series. */
export function MemorySketch({
  document,
  onState,
  options,
  trans
}: IViewProps): JSX.Element | null {
  const model = React.useMemo(() => memoryModel(document), [document]);
  const says = peakText(model, options.decimals, trans);
  if (says === null || model.series[0].t.length < 2) {
    return null;
  }
  return (
    <section className="jp-CellProfiler-part">
      <h3 className="jp-CellProfiler-caption">
        {trans.__('Memory while it ran')}
      </h3>
      <button
        type="button"
        className="jp-CellProfiler-sketch"
        title={trans.__('Show the memory')}
        aria-label={trans.__('Memory while it ran: %1. Show it.', says)}
        onClick={() => onState({ tab: 'memory' })}
      >
        <MemoryCurve
          model={model}
          decimals={options.decimals}
          limit={limitNear(limitOf(document), model.peak && model.peak.value)}
          trans={trans}
        />
      </button>
    </section>
  );
}
