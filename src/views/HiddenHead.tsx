import * as React from 'react';

/**
 * The head of a table that explains itself to those who see it. It also gives the
 * columns their widths.
 *
 * @param columns - names for the style sheet, and what they are called
 */
export function HiddenHead({
  columns
}: {
  readonly columns: { readonly [name: string]: string };
}): JSX.Element {
  return (
    <thead>
      <tr>
        {Object.keys(columns).map(name => (
          <th key={name} scope="col" data-column={name}>
            <span className="jp-CellProfiler-hidden">{columns[name]}</span>
          </th>
        ))}
      </tr>
    </thead>
  );
}
