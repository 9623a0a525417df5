import * as React from 'react';
import { lineChanges } from '../../lib/compare/lines';
import { columnLabel } from '../labels';
import { cut } from '../text';
import { ComparedFile } from './ComparedFile';
import type { IPairProps } from './props';
import type { ICompareLinesState } from './state';

/** Files that are open without a click: those with most to see. */
const OPEN = 4;

/** Files that are drawn at first, and more at each click. */
const STEP = 50;

/** Source of both runs, line by line. */
export function CompareLines(props: IPairProps): JSX.Element {
  const { after, before, model, onState, trans } = props;
  const { measures, sources } = model.lines;
  const state = props.state.lines;
  const change = (some: Partial<ICompareLinesState>): void =>
    onState({ lines: { ...state, ...some } });
  const [limit, setLimit] = React.useState(STEP);
  const measure =
    measures.find(({ name }) => name === state.measure) ?? measures[0] ?? null;
  const files = React.useMemo(
    () =>
      sources
        .map(source => ({
          source,
          changes:
            measure &&
            lineChanges(source, measure, before.document, after.document)
        }))
        .sort(
          (a, b) =>
            (b.changes?.moved ?? 0) - (a.changes?.moved ?? 0) ||
            a.source.file.id - b.source.file.id
        ),
    [model, measure]
  );
  const most = React.useMemo(
    () =>
      files.reduce(
        (most, { changes }) =>
          (changes?.rows ?? []).reduce(
            (most, { delta }) => Math.max(most, Math.abs(delta ?? 0)),
            most
          ),
        0
      ),
    [files]
  );
  const rest = files.length - limit;
  return (
    <>
      <div className="jp-CellProfiler-pictureBar">
        {measure && (
          <label>
            {trans.__('Compare')}
            <select
              value={measure.name}
              onChange={({ target }) =>
                change({ measure: measures[target.selectedIndex].name })
              }
            >
              {measures.map(({ label, name }) => (
                <option key={name} value={name}>
                  {columnLabel(name, trans)?.label ?? cut(label, 40)}
                </option>
              ))}
            </select>
          </label>
        )}
        <label className="jp-CellProfiler-option">
          <input
            type="checkbox"
            checked={state.all}
            onChange={({ target }) => change({ all: target.checked })}
          />
          {trans.__('Also lines without numbers')}
        </label>
      </div>
      <p className="jp-CellProfiler-soft">
        {measure
          ? trans.__(
              '“−” is a line of %1 that %2 has no more, “+” one that is new there; an edited line has both. Lines are aligned by their text.',
              before.letter,
              after.letter
            )
          : trans.__(
              'The two runs measured nothing of their lines in the same way, so that only the text is compared: “−” is a line of %1 that %2 has no more, “+” one that is new there.',
              before.letter,
              after.letter
            )}
      </p>
      {files.slice(0, limit).map(({ changes, source }, index) => (
        <ComparedFile
          key={source.file.id}
          {...props}
          source={source}
          changes={changes}
          measure={measure}
          most={most}
          open={state.open[source.file.id] ?? index < OPEN}
          onOpened={open =>
            change({ open: { ...state.open, [source.file.id]: open } })
          }
          onSort={sort => change({ sort })}
        />
      ))}
      {rest > 0 && (
        <button
          type="button"
          className="jp-CellProfiler-action jp-CellProfiler-more"
          onClick={() => setLimit(limit + STEP)}
        >
          {trans._n(
            'Show one more file',
            'Show %1 more files',
            Math.min(rest, STEP)
          )}
        </button>
      )}
    </>
  );
}
