import * as React from 'react';
import { safeFileName } from '../lib/filenames';
import { limitNear, limitOf } from '../lib/limit';
import { isScalene } from '../lib/scalene';
import { markAt, memoryModel, stepsOf } from '../lib/series';
import { formatValue } from '../lib/units';
import { memoryFigure } from './memoryfigure';
import { MemoryRuns } from './MemoryRuns';
import { MemorySteps } from './MemorySteps';
import { limitSentence, memorySentence } from './memorytext';
import type { IPlotPoint } from './Plot';
import { Plot } from './Plot';
import type { IPlotTheme } from './plottheme';
import { cut } from './text';
import type { IView, IViewProps } from './view';

/** Pixels, and more for each name of a long legend, which a narrow page stacks. */
const HEIGHT = 300;
const NAME = 14;
const FEW = 3;

function Memory(props: IViewProps): JSX.Element {
  const { canOpen, document, onOpen, options, trans } = props;
  const { decimals } = options;
  const model = React.useMemo(() => memoryModel(document), [document]);
  const steps = React.useMemo(
    () => stepsOf(model.series[0], model.marks),
    [model]
  );
  const limit = React.useMemo(() => limitOf(document), [document]);
  const top = model.peak && Math.max(model.peak.value, model.exactPeak ?? 0);
  const near = limitNear(limit, top);
  const names = model.series.length + model.percents.length;
  const [file] = document.files;
  const source = React.useCallback(
    (line: number): string | null =>
      file?.source?.[line - (file.firstLine ?? 1)] ?? null,
    [file]
  );
  const figure = React.useCallback(
    (theme: IPlotTheme) =>
      memoryFigure({ model, limit: near, source, decimals, trans }, theme),
    [model, near, source, decimals, trans]
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
  return (
    <>
      <p>
        {memorySentence(model, steps, decimals, trans)}{' '}
        {limit && limitSentence(limit, decimals, trans)}
      </p>
      <Plot
        figure={figure}
        height={HEIGHT + NAME * Math.max(0, names - FEW)}
        fileName={safeFileName(document.title, '-memory', 'profile')}
        label={trans.__(
          'Memory over time, peak %1. The table below has what each line added.',
          formatValue(top, 'bytes', decimals)
        )}
        onClick={onClick}
        trans={trans}
      />
      <MemoryRuns {...props} />
      <MemorySteps {...props} steps={steps} source={source} />
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
            {isScalene(document)
              ? trans.__(
                  'The filled curve is what the code had allocated and not freed, without what was there before. Scalene looks each time that about a megabyte has come or gone, and keeps at most a hundred of these looks.'
                )
              : trans.__(
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

/** Memory over time. */
export const memoryView: IView = {
  id: 'memory',
  label: trans => trans.__('Memory'),
  kinds: ['series'],
  applies: document => memoryModel(document).series.length > 0,
  component: Memory
};
