import * as React from 'react';
import type { IStep } from '../lib/series';
import { formatValue } from '../lib/units';
import { LineLink } from './LineLink';
import { cut } from './text';
import type { IViewProps } from './view';

/** Lines that are shown at first, and more at each click. */
const STEP = 10;

/** What each line added: the picture in numbers. */
export function MemorySteps(
  props: IViewProps & {
    readonly steps: readonly IStep[];
    readonly source: (line: number) => string | null;
  }
): JSX.Element {
  const { document, options, source, steps, trans } = props;
  const [limit, setLimit] = React.useState(STEP);
  const bytes = (value: number): string =>
    formatValue(value, 'bytes', options.decimals);
  const [file] = document.files;
  const rest = steps.length - limit;
  if (steps.length === 0) {
    return (
      <p className="jp-CellProfiler-where">
        {trans.__('Which lines ran when was not recorded.')}
      </p>
    );
  }
  return (
    <div className="jp-CellProfiler-scroll">
      <table className="jp-CellProfiler-table jp-CellProfiler-steps">
        <caption>{trans.__('What each line added')}</caption>
        <thead>
          <tr>
            <th scope="col">{trans.__('Line')}</th>
            <th scope="col">{trans.__('Added')}</th>
            <th scope="col">{trans.__('Given back')}</th>
            <th scope="col" data-column="most">
              {trans.__('Highest')}
            </th>
            <th scope="col" data-column="time">
              {trans.__('Time')}
            </th>
            <th scope="col" data-column="source">
              {trans.__('Source')}
            </th>
          </tr>
        </thead>
        <tbody>
          {steps.slice(0, limit).map(({ mark, ...step }) => (
            <tr key={mark.label}>
              <td className="jp-CellProfiler-number">
                {mark.line === null || !file ? (
                  cut(mark.label, 60)
                ) : (
                  <LineLink {...props} block={file} line={mark.line} />
                )}
              </td>
              <td className="jp-CellProfiler-number">
                {step.added > 0 ? `+${bytes(step.added)}` : '0'}
              </td>
              <td className="jp-CellProfiler-number">
                {step.freed > 0 ? `−${bytes(step.freed)}` : '0'}
              </td>
              <td className="jp-CellProfiler-number" data-column="most">
                {bytes(step.most)}
              </td>
              <td className="jp-CellProfiler-number" data-column="time">
                {formatValue(step.time, 'seconds', options.decimals)}
              </td>
              <td className="jp-CellProfiler-source" data-column="source">
                <code className="jp-CellProfiler-code">
                  {cut(
                    (mark.line === null ? null : source(mark.line)) ?? '',
                    160
                  ).trim()}
                </code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {rest > 0 && (
        <button
          type="button"
          className="jp-CellProfiler-action"
          onClick={() => setLimit(limit + 10 * STEP)}
        >
          {trans._n(
            'Show one more line',
            'Show %1 more lines',
            Math.min(rest, 10 * STEP)
          )}
        </button>
      )}
    </div>
  );
}
