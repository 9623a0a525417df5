import * as React from 'react';
import { hottestLines } from '../lib/hottest';
import { LineBlock } from './LineBlock';
import type { IView, IViewProps } from './view';

/** Blocks that are open without a click: the hottest ones. */
const OPEN = 4;

/** Blocks that are drawn at first, and more at each click. */
const STEP = 50;

function Lines(props: IViewProps): JSX.Element {
  const { lines, state, onState, trans } = props;
  const [limit, setLimit] = React.useState(STEP);
  const hottest = React.useMemo(
    () => hottestLines(lines, 1)[0]?.share ?? 0,
    [lines]
  );
  const rest = lines.blocks.length - limit;
  return (
    <>
      <label className="jp-CellProfiler-option">
        <input
          type="checkbox"
          checked={state.onlyMeasured}
          onChange={event => onState({ onlyMeasured: event.target.checked })}
        />
        {trans.__('Only lines with time')}
      </label>
      {lines.blocks.slice(0, limit).map((block, index) => (
        <LineBlock
          key={block.key}
          {...props}
          block={block}
          hottest={hottest}
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

/** Source, line by line. */
export const linesView: IView = {
  id: 'lines',
  label: trans => trans.__('Lines'),
  kinds: ['lines'],
  applies: (document, lines) => lines.blocks.length > 0,
  component: Lines
};
