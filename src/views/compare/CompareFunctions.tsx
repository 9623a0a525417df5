import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { nextCallSort, nextLimit } from '../../lib/callrows';
import type {
  IComparedFunction,
  IFunctionComparison
} from '../../lib/compare/functions';
import { filterFunctions, sortFunctions } from '../../lib/compare/functions';
import { pattern } from '../../lib/pattern';
import { SortHead } from '../SortHead';
import { cut } from '../text';
import { DeltaCell, ValueCell } from './Delta';
import { FunctionPlaces } from './FunctionPlaces';
import { statusWord } from './linewords';
import type { IPairProps, IShownRun } from './props';
import type { ICompareFunctionsState } from './state';
import { signedValue } from './words';

/** Functions of both runs, by their name and file. */
export function CompareFunctions(props: IPairProps): JSX.Element | null {
  const { model, onState, trans } = props;
  const state = props.state.functions;
  const change = (some: Partial<ICompareFunctionsState>): void =>
    onState({ functions: { ...state, ...some } });
  const comparison = model.functions;
  const searched = React.useMemo(() => pattern(state.search), [state.search]);
  const rows = React.useMemo(
    () =>
      sortFunctions(
        filterFunctions(
          comparison?.functions ?? [],
          searched,
          state.changedOnly
        ),
        state.sort
      ),
    [comparison, searched, state.changedOnly, state.sort]
  );
  if (!comparison) {
    return null;
  }
  const all = comparison.functions.length;
  const next = nextLimit(state.limit);
  const rest = rows.length - state.limit;
  return (
    <>
      <p className="jp-CellProfiler-soft">
        {comparison.from === 'calls'
          ? trans.__(
              'Functions are told by their name and file. Self is the time in the body of a function, cumulative that with everything it called.'
            )
          : trans.__(
              'Functions are told by their name and file. Their values come from stacks: self is what a function had itself, cumulative that with everything it called.'
            )}
      </p>
      <div className="jp-CellProfiler-filters">
        <input
          type="search"
          value={state.search}
          maxLength={200}
          spellCheck={false}
          autoComplete="off"
          placeholder={trans.__('Filter: a name, a file, a regular expression')}
          aria-label={trans.__('Filter functions by a regular expression')}
          onChange={({ target }) => change({ search: target.value })}
        />
        <label className="jp-CellProfiler-option">
          <input
            type="checkbox"
            checked={state.changedOnly}
            onChange={({ target }) => change({ changedOnly: target.checked })}
          />
          {trans.__('Only those that changed')}
        </label>
        <span role="status" className="jp-CellProfiler-where">
          {rows.length === all
            ? trans._n('One function', '%1 functions', all)
            : trans.__('%1 of %2 functions', rows.length, all)}
        </span>
      </div>
      {searched.problem && (
        <p role="alert">
          {searched.problem === 'invalid'
            ? trans.__(
                'This is not a regular expression; it is searched for as plain text.'
              )
            : trans.__(
                'This regular expression repeats too much to be fast; it is searched for as plain text.'
              )}
        </p>
      )}
      <FunctionsTable
        {...props}
        comparison={comparison}
        rows={rows.slice(0, state.limit)}
        onSort={column => change({ sort: nextCallSort(state.sort, column) })}
      />
      {rest > 0 && (
        <button
          type="button"
          className="jp-CellProfiler-action jp-CellProfiler-more"
          onClick={() => change({ limit: next })}
        >
          {trans._n(
            'Show one more function',
            'Show %1 more functions',
            Math.min(rest, next - state.limit)
          )}
        </button>
      )}
    </>
  );
}

function FunctionsTable(
  props: IPairProps & {
    readonly comparison: IFunctionComparison;
    readonly rows: readonly IComparedFunction[];
    readonly onSort: (column: string) => void;
  }
): JSX.Element {
  const { after, before, comparison, options, rows, state, trans } = props;
  const { decimals } = options;
  const { from, functions, unit } = comparison;
  const [mostSelf, mostTotal] = React.useMemo(
    () =>
      (['self', 'total'] as const).map(column =>
        functions.reduce(
          (most, row) => Math.max(most, Math.abs(row[column].delta ?? 0)),
          0
        )
      ),
    [functions]
  );
  const counted = from === 'calls';
  return (
    <div className="jp-CellProfiler-scroll">
      <table
        className="jp-CellProfiler-table jp-CellProfiler-changes jp-CellProfiler-comparedFunctions"
        aria-label={trans.__('Functions')}
      >
        <thead>
          <tr>
            {headings(before, after, counted, trans).map(heading => (
              <SortHead
                key={heading.name}
                {...heading}
                sort={state.functions.sort}
                onSort={props.onSort}
              />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(row => (
            <tr key={row.index}>
              {(['self', 'total'] as const).map(column => (
                <React.Fragment key={column}>
                  <ValueCell
                    column={`${column}Before`}
                    value={row[column].before}
                    unit={unit}
                    decimals={decimals}
                  />
                  <ValueCell
                    column={`${column}After`}
                    value={row[column].after}
                    unit={unit}
                    decimals={decimals}
                  />
                  <DeltaCell
                    column={`${column}Change`}
                    change={row[column]}
                    most={column === 'self' ? mostSelf : mostTotal}
                    bar={column === 'self'}
                    unit={unit}
                    decimals={decimals}
                  />
                </React.Fragment>
              ))}
              {counted && (
                <td className="jp-CellProfiler-number" data-column="calls">
                  {signedValue(row.calls?.delta ?? null, 'count', decimals)}
                </td>
              )}
              <th scope="row" data-column="name">
                <code className="jp-CellProfiler-code">
                  {cut(row.name, 160)}
                </code>
                {row.has.before !== row.has.after && (
                  <span className="jp-CellProfiler-word">
                    {statusWord(
                      row.has.before ? 'only-before' : 'only-after',
                      props
                    )}
                  </span>
                )}
                <FunctionPlaces {...props} row={row} />
              </th>
            </tr>
          ))}
          {rows.length === 0 && (
            <tr>
              <td colSpan={counted ? 8 : 7}>
                {trans.__('No function matches.')}
              </td>
            </tr>
          )}
        </tbody>
      </table>
    </div>
  );
}

function headings(
  before: IShownRun,
  after: IShownRun,
  counted: boolean,
  trans: TranslationBundle
): { readonly name: string; readonly label: string; readonly help?: string }[] {
  const [a, b] = [before.letter, after.letter];
  const self = trans.__('What the function took itself');
  const total = trans.__('With everything that the function called');
  return [
    { name: 'selfBefore', label: trans.__('Self %1', a), help: self },
    { name: 'selfAfter', label: trans.__('Self %1', b), help: self },
    {
      name: 'selfChange',
      label: trans.__('Change'),
      help: trans.__('The largest change first, whichever way it goes')
    },
    { name: 'totalBefore', label: trans.__('Cumulative %1', a), help: total },
    { name: 'totalAfter', label: trans.__('Cumulative %1', b), help: total },
    {
      name: 'totalChange',
      label: trans.__('Change'),
      help: trans.__('The largest change first, whichever way it goes')
    },
    ...(counted
      ? [
          {
            name: 'calls',
            label: trans.__('Calls'),
            help: trans.__('How many more or fewer calls there were')
          }
        ]
      : []),
    { name: 'name', label: trans.__('Function') }
  ];
}
