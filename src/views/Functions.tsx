import * as React from 'react';
import type { ProfileDocument } from '../document';
import { filterCalls, FIRST, nextLimit, sortCalls } from '../lib/callrows';
import type { ICallFunction } from '../lib/calls';
import { callModel } from '../lib/calls';
import type { PatternProblem } from '../lib/pattern';
import { pattern } from '../lib/pattern';
import { CallPicture } from './CallPicture';
import { FunctionTable } from './FunctionTable';
import { Relations } from './Relations';
import type { IFunctionsState } from './state';
import type { IView, IViewProps } from './view';

function Functions(props: IViewProps): JSX.Element {
  const { document, onState, trans } = props;
  const state = props.state.functions;
  const { limit, ownOnly, search, selected, sort, strip } = state;
  const change = (some: Partial<IFunctionsState>): void =>
    onState({ functions: { ...state, ...some } });

  const model = React.useMemo(() => callModel(document), [document]);
  const searched = React.useMemo(() => pattern(search), [search]);
  const rows = React.useMemo(
    () =>
      sortCalls(
        filterCalls(model.functions, { pattern: searched, strip, ownOnly }),
        sort
      ),
    [model, searched, strip, ownOnly, sort]
  );
  const chosen = selected === null ? undefined : model.functions[selected];
  const all = model.functions.length;
  const rest = rows.length - limit;
  return (
    <>
      <p>
        {trans.__(
          'Cumulative time is that of a function with everything it called, self time that of its own body. Start with the function view, then take the slow function to the line view.'
        )}
      </p>
      <CallPicture
        {...props}
        model={model}
        selected={selected}
        onSelect={selected => change({ selected })}
      />
      <div className="jp-CellProfiler-filters">
        <input
          type="search"
          value={search}
          maxLength={200}
          spellCheck={false}
          autoComplete="off"
          placeholder={trans.__('Filter: a name, a file, a regular expression')}
          aria-label={trans.__('Filter functions by a regular expression')}
          onChange={event =>
            change({ search: event.target.value, limit: FIRST })
          }
        />
        <Option
          label={trans.__('File names without directories')}
          checked={strip}
          onChange={strip => change({ strip })}
        />
        <Option
          label={trans.__('Hide library code')}
          title={trans.__(
            'Leave only functions of cells and of your own files'
          )}
          checked={ownOnly}
          onChange={ownOnly => change({ ownOnly, limit: FIRST })}
        />
        <span role="status" className="jp-CellProfiler-where">
          {rows.length === all
            ? trans._n('One function', '%1 functions', all)
            : trans.__('%1 of %2 functions', rows.length, all)}
        </span>
      </div>
      {searched.problem && (
        <p role="alert">{problemLabel(searched.problem, props)}</p>
      )}
      <FunctionTable
        {...props}
        rows={withChosen(rows, limit, selected)}
        strip={strip}
        sort={sort}
        onSort={sort => change({ sort })}
        selected={selected}
        onSelect={selected => change({ selected })}
      />
      {rest > 0 && (
        <button
          type="button"
          className="jp-CellProfiler-action jp-CellProfiler-more"
          onClick={() => change({ limit: nextLimit(limit) })}
        >
          {trans._n(
            'Show one more function',
            'Show %1 more functions',
            Math.min(rest, nextLimit(limit) - limit)
          )}
        </button>
      )}
      {chosen ? (
        <Relations
          {...props}
          model={model}
          row={chosen}
          strip={strip}
          onSelect={selected => change({ selected })}
        />
      ) : (
        <p className="jp-CellProfiler-where">
          {trans.__(
            'Select a function to see who called it and what it called.'
          )}
        </p>
      )}
    </>
  );
}

/** The first rows, and below them the one that was chosen in the picture. */
function withChosen(
  rows: readonly ICallFunction[],
  limit: number,
  selected: number | null
): ICallFunction[] {
  const first = rows.slice(0, limit);
  const chosen = rows.findIndex(({ index }) => index === selected);
  return chosen < limit ? first : [...first, rows[chosen]];
}

function problemLabel(
  problem: PatternProblem,
  { trans }: Pick<IViewProps, 'trans'>
): string {
  switch (problem) {
    case 'invalid':
      return trans.__(
        'This is not a regular expression; it is searched for as plain text.'
      );
    case 'slow':
      return trans.__(
        'This regular expression repeats too much to be fast; it is searched for as plain text.'
      );
  }
}

function Option({
  label,
  title,
  checked,
  onChange
}: {
  readonly label: string;
  readonly title?: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}): JSX.Element {
  return (
    <label className="jp-CellProfiler-option" title={title}>
      <input
        type="checkbox"
        checked={checked}
        onChange={event => onChange(event.target.checked)}
      />
      {label}
    </label>
  );
}

/** Functions, and who called whom. */
export const functionsView: IView = {
  id: 'functions',
  label: trans => trans.__('Functions'),
  kinds: ['calls'],
  applies: (document: ProfileDocument) =>
    document.sections.some(
      section => section.kind === 'calls' && section.functions.name.length > 0
    ),
  component: Functions
};
