import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { PatternProblem } from '../lib/pattern';

/** The end of a flame graph's toolbar: what is searched for, and images of what is shown. */
export function FlameSearch({
  search,
  problem,
  onSearch,
  onImage,
  trans
}: {
  readonly search: string;
  /** Why the search is not taken as a regular expression. */
  readonly problem: PatternProblem | null;
  readonly onSearch: (search: string) => void;
  readonly onImage: (kind: 'png' | 'svg') => void;
  readonly trans: TranslationBundle;
}): JSX.Element {
  return (
    <>
      <label className="jp-CellProfiler-search">
        {trans.__('Search')}{' '}
        <input
          type="search"
          value={search}
          placeholder={trans.__('name or file')}
          title={trans.__(
            'A regular expression; upper and lower case are equal'
          )}
          onChange={event => onSearch(event.target.value)}
          onKeyDown={event => event.stopPropagation()}
        />
      </label>
      <span className="jp-CellProfiler-nextSteps">
        <button
          type="button"
          className="jp-CellProfiler-action"
          title={trans.__('Save what is shown as an image')}
          onClick={() => onImage('png')}
        >
          {trans.__('PNG')}
        </button>
        <button
          type="button"
          className="jp-CellProfiler-action"
          title={trans.__('Save what is shown as an image that scales')}
          onClick={() => onImage('svg')}
        >
          {trans.__('SVG')}
        </button>
      </span>
      {problem && (
        <span role="status" className="jp-CellProfiler-soft">
          {problem === 'invalid'
            ? trans.__(
                'This is no regular expression; it is searched for as plain text.'
              )
            : trans.__(
                'This expression could take very long; it is searched for as plain text.'
              )}
        </span>
      )}
    </>
  );
}
