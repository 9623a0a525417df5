import * as React from 'react';
import type { IChange } from '../../lib/compare/change';
import type { Hunk } from '../../lib/compare/hunks';
import { hunksOf, sortedRows } from '../../lib/compare/hunks';
import type { IAlignedLine } from '../../lib/compare/sources';
import { highlight } from '../../lib/highlight';
import type { IToken } from '../../lib/highlight';
import { nextSort } from '../../lib/sort';
import { columnLabel } from '../labels';
import { SortHead } from '../SortHead';
import type { IComparedFileProps } from './ComparedFile';
import { ComparedRow } from './ComparedRow';

/** Rows that are drawn at first, and more at each click: a screenful takes a few ms. */
const STEP = 250;

/** The lines of a file of both runs. */
export function ComparedLines(
  props: IComparedFileProps & { readonly id: string }
): JSX.Element {
  const { after, before, changes, id, measure, source, state, trans } = props;
  const { all, sort } = state.lines;
  const numbers = React.useMemo(
    () => changes?.rows ?? source.rows.map(() => NO_CHANGE),
    [changes, source]
  );
  const hunks = React.useMemo<readonly Hunk[]>(
    () =>
      sort.column === 'line' || !measure
        ? hunksOf(source.rows, numbers, all)
        : [{ kind: 'rows', rows: sortedRows(source.rows, numbers, sort) }],
    [source, numbers, all, sort, measure]
  );
  const tokens = React.useMemo(() => tokensOf(source.rows), [source]);
  // How much is drawn belongs to one order of the rows.
  const [drawn, setDrawn] = React.useState({ hunks, limit: STEP });
  const limit = drawn.hunks === hunks ? drawn.limit : STEP;
  const [shown, rest] = limited(hunks, limit);
  const label = measure && columnLabel(measure.name, trans)?.label;
  const head = (name: string, text: string, help?: string): JSX.Element => (
    <SortHead
      name={name}
      label={text}
      help={help}
      sort={sort}
      onSort={name => props.onSort(nextSort(sort, name))}
    />
  );
  const width = measure ? 7 : 4;
  return (
    <div className="jp-CellProfiler-scroll" id={id}>
      <table
        className="jp-CellProfiler-table jp-CellProfiler-lines jp-CellProfiler-comparedLines"
        aria-label={label ?? undefined}
      >
        <thead>
          <tr>
            {measure && (
              <>
                {head('before', before.letter, label ?? measure.label)}
                {head('after', after.letter, label ?? measure.label)}
                {head('change', trans.__('Change'))}
              </>
            )}
            <th scope="col" data-column="line" data-side="before">
              {trans.__('Line %1', before.letter)}
            </th>
            {measure ? (
              head('line', trans.__('Line %1', after.letter))
            ) : (
              <th scope="col" data-column="line">
                {trans.__('Line %1', after.letter)}
              </th>
            )}
            <th scope="col" data-column="sign">
              <span className="jp-CellProfiler-hidden">{trans.__('Text')}</span>
            </th>
            <th scope="col" data-column="source">
              {trans.__('Source')}
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((hunk, index) =>
            hunk.kind === 'gap' ? (
              <tr key={`gap ${index}`} className="jp-CellProfiler-gap">
                <td colSpan={width}>
                  {trans._n(
                    'one line without numbers',
                    '%1 lines without numbers',
                    hunk.count
                  )}
                </td>
              </tr>
            ) : (
              hunk.rows.map(row => (
                <ComparedRow
                  key={row}
                  {...props}
                  row={source.rows[row]}
                  change={numbers[row]}
                  tokens={tokens[row]}
                />
              ))
            )
          )}
          {rest > 0 && (
            <tr>
              <td colSpan={width}>
                <button
                  type="button"
                  className="jp-CellProfiler-action"
                  onClick={() => setDrawn({ hunks, limit: limit + STEP })}
                >
                  {trans._n(
                    'Show one more line of %2',
                    'Show %1 more lines of %2',
                    Math.min(STEP, rest),
                    rest + limit
                  )}
                </button>
              </td>
            </tr>
          )}
        </tbody>
      </table>
    </div>
  );
}

const NO_CHANGE: IChange = {
  before: null,
  after: null,
  delta: null,
  relative: null
};

/** The first rows, and how many there are more. */
function limited(hunks: readonly Hunk[], limit: number): [Hunk[], number] {
  const shown: Hunk[] = [];
  let left = limit;
  let rest = 0;
  for (const hunk of hunks) {
    if (hunk.kind === 'gap') {
      if (left > 0) {
        shown.push(hunk);
      }
    } else {
      const rows = hunk.rows.slice(0, Math.max(0, left));
      if (rows.length > 0) {
        shown.push({ kind: 'rows', rows });
      }
      rest += hunk.rows.length - rows.length;
      left -= rows.length;
    }
  }
  return [shown, rest];
}

/** The texts of a row, coloured. */
export interface IRowTokens {
  readonly before: readonly IToken[];
  readonly after: readonly IToken[];
}

function tokensOf(rows: readonly IAlignedLine[]): IRowTokens[] {
  const of = (
    text: 'textBefore' | 'textAfter',
    line: 'before' | 'after'
  ): (readonly IToken[])[] => {
    const has = rows.map(row => row[line] !== null);
    const tokens = highlight(
      rows.filter((_, index) => has[index]).map(row => row[text] ?? '')
    );
    let next = 0;
    return has.map(here => (here ? tokens[next++] : []));
  };
  const [before, after] = [
    of('textBefore', 'before'),
    of('textAfter', 'after')
  ];
  return rows.map((_, index) => ({
    before: before[index],
    after: after[index]
  }));
}
