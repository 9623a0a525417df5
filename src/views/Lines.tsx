import * as React from 'react';
import { hottestLines } from '../lib/hottest';
import { withBeside } from '../lib/beside';
import { measureOf } from '../lib/lines';
import { hasKinds, scaleneMeaning } from '../lib/scalene';
import { KindLegend } from './KindBar';
import { LineBlock } from './LineBlock';
import { cut } from './text';
import type { IView, IViewProps } from './view';

/** Blocks that are open without a click: the hottest ones. */
const OPEN = 4;

/** Blocks that are drawn at first, and more at each click. */
const STEP = 50;

function Lines(props: IViewProps): JSX.Element {
  const { document, lines, options, state, onState, trans } = props;
  const [limit, setLimit] = React.useState(STEP);
  const [everyColumn, setEveryColumn] = React.useState(false);
  const divided = lines.blocks.some(hasKinds);
  const hottest = React.useMemo(
    () => hottestLines(lines, 1)[0]?.share ?? 0,
    [lines]
  );
  const rest = lines.blocks.length - limit;
  return (
    <>
      <div className="jp-CellProfiler-lineOptions">
        <label className="jp-CellProfiler-option">
          <input
            type="checkbox"
            checked={state.onlyMeasured}
            onChange={event => onState({ onlyMeasured: event.target.checked })}
          />
          {lines.measure === 'memory'
            ? trans.__('Only lines with memory')
            : trans.__('Only lines with time')}
        </label>
        {divided && (
          <>
            <label className="jp-CellProfiler-option">
              <input
                type="checkbox"
                checked={everyColumn}
                onChange={event => setEveryColumn(event.target.checked)}
              />
              {trans.__('All columns')}
            </label>
            <KindLegend
              kinds={scaleneMeaning(document, lines).kinds}
              decimals={options.decimals}
              trans={trans}
            />
          </>
        )}
      </div>
      {besideSentence(props)}
      {lines.blocks.slice(0, limit).map((block, index) => (
        <LineBlock
          key={block.key}
          {...props}
          block={block}
          hottest={hottest}
          everyColumn={everyColumn}
          open={state.open[block.key] ?? index < OPEN}
        />
      ))}
      {rest > 0 && (
        <button
          type="button"
          className="jp-CellProfiler-action"
          onClick={() => setLimit(limit + STEP)}
        >
          {trans._n(
            'Show one more function',
            'Show %1 more functions',
            Math.min(rest, STEP)
          )}
        </button>
      )}
      <p className="jp-CellProfiler-narrowNote">
        {trans.__('There are more columns where the page is wider.')}
      </p>
    </>
  );
}

/** From which run the column of the other measure is. */
function besideSentence({
  beside,
  document,
  trans
}: IViewProps): JSX.Element | null {
  if (!beside || withBeside(document, beside) === document) {
    return null;
  }
  const started = new Date(beside.started);
  const when = Number.isNaN(started.getTime())
    ? cut(beside.title, 60)
    : started.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  return (
    <p className="jp-CellProfiler-soft jp-CellProfiler-beside">
      {measureOf(beside) === 'memory'
        ? trans.__(
            'The column “Memory of another run” is from the run of the same source at %1.',
            when
          )
        : trans.__(
            'The column “Time of another run” is from the run of the same source at %1.',
            when
          )}
    </p>
  );
}

/** Source, line by line. */
export const linesView: IView = {
  id: 'lines',
  label: trans => trans.__('Lines'),
  kinds: ['lines'],
  applies: (document, lines) => lines.blocks.length > 0,
  component: Lines
};
