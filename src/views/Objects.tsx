import * as React from 'react';
import type { ProfileDocument } from '../document';
import { objectModel, pathTo, visibleRows } from '../lib/objects';
import { pattern } from '../lib/pattern';
import { totalsItems } from '../lib/totals';
import { formatValue } from '../lib/units';
import { ObjectMap } from './ObjectMap';
import { addedText, ObjectTable } from './ObjectTable';
import type { IObjectsState } from './objectstate';
import { STEP } from './objectstate';
import type { IView, IViewProps } from './view';

function Objects(props: IViewProps): JSX.Element {
  const { document, onState, options, trans } = props;
  const state = props.state.objects;
  const { limit, search, sort } = state;
  const change = (some: Partial<IObjectsState>): void =>
    onState({ objects: { ...state, ...some } });

  const model = React.useMemo(() => objectModel(document), [document]);
  const searched = React.useMemo(() => pattern(search), [search]);
  const open = React.useMemo(
    () =>
      new Set(
        // Of one expression the first level is what a person asked for.
        model.single && state.open.length === 0
          ? model.roots.map(({ index }) => index)
          : state.open
      ),
    [model, state.open]
  );
  const searching = search.trim() !== '';
  const rows = React.useMemo(
    () => visibleRows(model, { open, pattern: searched, searching, sort }),
    [model, open, searched, searching, sort]
  );
  const { selected } = state;
  const position = rows.findIndex(({ index }) => index === selected);
  // One that was chosen in the picture may be far down.
  const shown = rows.slice(0, Math.max(limit, position + 1));
  const rest = rows.length - shown.length;

  /** Select what was pressed in the picture, and open what it stands in. */
  const onFind = (index: number): void => {
    const above = pathTo(model, index).slice(0, -1);
    change({
      selected: index,
      search: '',
      open: [...new Set([...open, ...above.map(row => row.index)])]
    });
  };
  const bytes = (value: number): string =>
    formatValue(value, 'bytes', options.decimals);
  return (
    <>
      <p>{summary(props, bytes)}</p>
      <ObjectMap
        {...props}
        model={model}
        selected={selected}
        onSelect={onFind}
      />
      <div className="jp-CellProfiler-filters">
        <input
          type="search"
          value={search}
          maxLength={200}
          spellCheck={false}
          autoComplete="off"
          placeholder={trans.__('Filter: a name, a type, a regular expression')}
          aria-label={trans.__('Filter objects by a regular expression')}
          onChange={event =>
            change({ search: event.target.value, limit: STEP })
          }
        />
        <span role="status" className="jp-CellProfiler-where">
          {model.single
            ? trans._n('One row', '%1 rows', rows.length)
            : trans._n('One variable', '%1 variables', model.roots.length)}
        </span>
      </div>
      {searched.problem && (
        <p role="alert">
          {trans.__(
            'This cannot be used as a regular expression; it is searched for as plain text.'
          )}
        </p>
      )}
      <ObjectTable
        {...props}
        model={model}
        rows={shown}
        isOpen={({ index }) => searching || open.has(index)}
        onOpenRow={(index, opened) => {
          const others = [...open].filter(other => other !== index);
          // -1 is no row: all were closed on purpose.
          change({ open: opened ? [...others, index] : [-1, ...others] });
        }}
        sort={sort}
        onSort={sort => change({ sort })}
        selected={selected}
        onSelect={selected => change({ selected })}
      />
      {rest > 0 && (
        <button
          type="button"
          className="jp-CellProfiler-action jp-CellProfiler-more"
          onClick={() => change({ limit: shown.length + 10 * STEP })}
        >
          {trans._n(
            'Show one more row',
            'Show %1 more rows',
            Math.min(rest, 10 * STEP)
          )}
        </button>
      )}
      <Explanation {...props} />
    </>
  );
}

/** What was found, in a sentence or two. */
function summary(
  { document, trans }: IViewProps,
  bytes: (value: number) => string
): string {
  const items = totalsItems(document);
  const value = (name: string): number | null =>
    items.find(item => item.name === name)?.value ?? null;
  const total = value('total_size');
  const added = value('added_size');
  const sentences: string[] = [];
  if (total !== null) {
    sentences.push(
      trans.__('%1 in all, each object counted once.', bytes(total))
    );
  }
  if (added !== null) {
    sentences.push(trans.__('The run added %1.', addedText(added, bytes)));
  }
  return sentences.join(' ');
}

/** Why this number is not the one that other tools show. */
function Explanation({ trans }: IViewProps): JSX.Element {
  return (
    <ul className="jp-CellProfiler-where jp-CellProfiler-teaching">
      <li>
        {trans.__(
          'asizeof counts the objects that can be reached from a name. Within one variable each object counts once, where it is met first; an object of several variables is in the size of each of them, and once in the sum.'
        )}
      </li>
      <li>
        {trans.__(
          'A view of an array keeps the whole array alive, so the size of a view has all of it.'
        )}
      </li>
      <li>
        {trans.__(
          'memit and the Memory view count the whole process, which is more: freed memory that Python keeps for later, libraries and their code, results that the notebook keeps in Out, and what no name leads to.'
        )}
      </li>
      <li>
        {trans.__(
          'Modules, functions and classes are left out: they are code. Memory that a library got for itself is seen for numpy, pandas, torch and Arrow, and otherwise only if its __sizeof__ tells.'
        )}
      </li>
    </ul>
  );
}

/** Objects by size. */
export const objectsView: IView = {
  id: 'objects',
  label: trans => trans.__('Objects'),
  kinds: ['objects'],
  applies: (document: ProfileDocument) =>
    document.sections.some(
      section => section.kind === 'objects' && section.name.length > 0
    ),
  component: Objects
};
