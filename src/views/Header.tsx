import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { ProfileDocument } from '../document';
import type { IToolUse } from '../lib/chips';
import { toolsOf } from '../lib/chips';
import { totalHits } from '../lib/lines';
import { sampleCount } from '../lib/stacks';
import { formatValue } from '../lib/units';
import { ExportMenu } from './ExportMenu';
import { cut } from './text';

/** Title and chips: what was run with what. */
export function Header({
  compare,
  document,
  trans
}: {
  readonly document: ProfileDocument;
  /** Compares this run with the one before; null where there is none. */
  readonly compare: (() => void) | null;
  readonly trans: TranslationBundle;
}): JSX.Element {
  const { status, target, title } = document;
  const hits = React.useMemo(() => totalHits(document), [document]);
  const samples = sampleCount(document);
  return (
    <header className="jp-CellProfiler-header">
      <h2>{cut(title, 200)}</h2>
      {target.kind === 'statement' && target.source !== undefined && (
        <code className="jp-CellProfiler-statement">
          {cut(target.source, 200)}
        </code>
      )}
      <ul
        className="jp-CellProfiler-chips"
        aria-label={trans.__('How it was measured')}
      >
        {status !== 'ok' && (
          <li className="jp-mod-warn">
            {status === 'error' ? trans.__('error') : trans.__('interrupted')}
          </li>
        )}
        {toolsOf(document).map((use, index) => (
          <li key={index}>{toolText(use, trans)}</li>
        ))}
        {samples !== null && (
          <li>
            {trans._n(
              'one sample',
              '%2 samples',
              samples,
              formatValue(samples, 'count')
            )}
          </li>
        )}
        {hits !== null && (
          <li>
            {trans._n('%1 hit', '%2 hits', hits, formatValue(hits, 'count'))}
          </li>
        )}
      </ul>
      <div className="jp-CellProfiler-headerActions">
        {compare && (
          <button
            type="button"
            title={
              document.target.kind === 'script'
                ? trans.__('Compare with the run before of the same script')
                : trans.__('Compare with the run before of the same cell')
            }
            onClick={compare}
          >
            {trans.__('Compare…')}
          </button>
        )}
        <ExportMenu document={document} trans={trans} />
      </div>
    </header>
  );
}

function toolText(
  { interval, name, rate, version }: IToolUse,
  trans: TranslationBundle
): string {
  const tool = cut(version ? `${name} ${version}` : name, 80);
  if (rate !== null) {
    return trans.__('%1, %2 Hz', tool, formatValue(rate, 'count'));
  }
  return interval === null
    ? tool
    : trans.__('%1, every %2', tool, formatValue(interval, 'seconds', 0));
}
