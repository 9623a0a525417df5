import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { cut } from './text';

/** One big number with its name below. */
export interface IMetric {
  readonly name: string;
  readonly label: string;
  /** Null when the machine could not tell. */
  readonly text: string | null;
  /** What the number means; why there is none. */
  readonly help?: string;
}

/** The row of big numbers. */
export function Metrics({
  metrics,
  trans
}: {
  readonly metrics: readonly IMetric[];
  readonly trans: TranslationBundle;
}): JSX.Element {
  return (
    // No dl: JupyterLab has a style of its own for those in outputs.
    <ul className="jp-CellProfiler-metrics" aria-label={trans.__('Totals')}>
      {metrics.map(({ name, label, text, help }) => (
        <li
          key={name}
          className="jp-CellProfiler-metric"
          data-name={name}
          title={help && cut(help)}
        >
          {text === null ? (
            <span className="jp-CellProfiler-value jp-mod-unsupported">
              {trans.__('not available')}
            </span>
          ) : (
            <span className="jp-CellProfiler-value">{text}</span>
          )}{' '}
          <span className="jp-CellProfiler-label">{cut(label, 60)}</span>
          {help && (
            <span
              className={
                text === null
                  ? 'jp-CellProfiler-reason'
                  : 'jp-CellProfiler-hidden'
              }
            >
              {cut(help)}
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}
