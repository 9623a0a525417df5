import * as React from 'react';
import type { ISort } from '../lib/sort';

/** The head of a column that can be sorted by. */
export function SortHead({
  name,
  label,
  help,
  sort,
  onSort
}: {
  readonly name: string;
  readonly label: string;
  readonly help?: string;
  /** What the table is sorted by now. */
  readonly sort: ISort;
  readonly onSort: (name: string) => void;
}): JSX.Element {
  const sorted = sort.column === name;
  return (
    <th
      scope="col"
      data-column={name}
      aria-sort={
        !sorted ? 'none' : sort.descending ? 'descending' : 'ascending'
      }
    >
      <button type="button" title={help} onClick={() => onSort(name)}>
        {label}
        <span className="jp-CellProfiler-sortMark" aria-hidden="true" />
      </button>
    </th>
  );
}
