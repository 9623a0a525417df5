import * as React from 'react';
import { safeFileName } from '../lib/filenames';
import type { IStep } from '../lib/series';
import { markAt, memoryModel, stepsOf } from '../lib/series';
import { formatValue } from '../lib/units';
import { LineLink } from './LineLink';
import { memoryFigure } from './memoryfigure';
import type { IPlotPoint } from './Plot';
import { Plot } from './Plot';
import type { IPlotTheme } from './plottheme';
import { cut } from './text';
import type { IView, IViewProps } from './view';

/** Pixels. */
const HEIGHT = 300;

/** Lines that are shown at first, and more at each click. */
const STEP = 10;

function Memory(props: IViewProps): JSX.Element {
  const { canOpen, document, onOpen, options, trans } = props;
  const { decimals } = options;
  const model = React.useMemo(() => memoryModel(document), [document]);
  const steps = React.useMemo(
    () => stepsOf(model.series[0], model.marks),
    [model]
  );
  const [file] = document.files;
  const source = React.useCallback(
    (line: number): string | null =>
      file?.source?.[line - (file.firstLine ?? 1)] ?? null,
    [file]
  );
  const figure = React.useCallback(
    (theme: IPlotTheme) =>
      memoryFigure({ model, source, decimals, trans }, theme),
    [model, source, decimals, trans]
  );
  const onClick = ({ x }: IPlotPoint): void => {
    const mark = typeof x === 'number' ? markAt(model.marks, x) : null;
    if (mark?.line && file && onOpen) {
      const { cellId, path } = file;
      const location = { cellId, path, line: mark.line };
      if (canOpen(location)) {
        onOpen(location);
      }
    }
  };
  const bytes = (value: number | null): string =>
    formatValue(value, 'bytes', decimals);
  const top = model.peak && Math.max(model.peak.value, model.exactPeak ?? 0);
  return (
    <>
      <p>{summary(props, model.baseline, steps, bytes(top))}</p>
      <Plot
        figure={figure}
        height={HEIGHT}
        fileName={safeFileName(document.title, '-memory', 'profile')}
        label={trans.__(
          'Memory over time, peak %1. The table below has what each line added.',
          bytes(top)
        )}
        onClick={onClick}
        trans={trans}
      />
      <Steps {...props} steps={steps} source={source} />
      <ul className="jp-CellProfiler-where jp-CellProfiler-teaching">
        {model.totals
          .filter(({ help }) => help)
          .map(({ help, label, name }) => (
            <li key={name}>
              <b>{cut(label, 60)}</b>: {cut(help ?? '')}
            </li>
          ))}
        {model.series[0]?.name === 'heap' && (
          <li>
            {trans.__(
              'The filled curve is what the run had allocated and not freed. It is looked at every 10 ms, the peak is exact all the same.'
            )}
          </li>
        )}
        {model.series.some(({ name }) => name === 'rss') && (
          <li>
            {model.series.length > 1 && model.series[0].name === 'heap'
              ? trans.__(
                  'The other curve is the resident memory (RSS): what the process holds in the memory of the machine at that moment, also from before the run.'
                )
              : trans.__(
                  'The curve is the resident memory (RSS): what the process holds in the memory of the machine at that moment.'
                )}
          </li>
        )}
        <li>
          {trans.__(
            'The system gives memory when it is first written to, so an allocation may show only on a later line that fills it.'
          )}
        </li>
        <li>
          {trans.__(
            'Memory that does not go back after “del” need not be a leak: Python and its libraries keep freed memory for the next objects.'
          )}
        </li>
      </ul>
    </>
  );
}

/** What the curve says, in a sentence. */
function summary(
  { options, trans }: IViewProps,
  baseline: number | null,
  steps: readonly IStep[],
  peak: string
): string {
  const bytes = (value: number): string =>
    formatValue(value, 'bytes', options.decimals);
  const sentences = [
    baseline === null
      ? trans.__('Peak %1.', peak)
      : trans.__('Peak %1, before the run %2.', peak, bytes(baseline))
  ];
  const [most] = steps;
  if (most && most.added > 0) {
    sentences.push(
      trans.__(
        'Most came while %1 ran: it added %2.',
        cut(most.mark.label, 60),
        bytes(most.added)
      )
    );
  }
  return sentences.join(' ');
}

/** What each line added: the picture in numbers. */
function Steps(
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

/** Memory over time. */
export const memoryView: IView = {
  id: 'memory',
  label: trans => trans.__('Memory'),
  kinds: ['series'],
  applies: document => memoryModel(document).series.length > 0,
  component: Memory
};
