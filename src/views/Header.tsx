import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { ProfileDocument } from '../document';
import { totalHits } from '../lib/lines';
import { formatValue } from '../lib/units';
import { ExportMenu } from './ExportMenu';
import { cut } from './text';

/** Title and chips: what was run with what. */
export function Header({
  document,
  trans
}: {
  readonly document: ProfileDocument;
  readonly trans: TranslationBundle;
}): JSX.Element {
  const { profilers, status, target, title } = document;
  const hits = React.useMemo(() => totalHits(document), [document]);
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
        {profilers.map(({ tool, toolVersion }, index) => (
          <li key={index}>{cut(`${tool} ${toolVersion}`.trim(), 80)}</li>
        ))}
        {hits !== null && (
          <li>
            {trans._n('%1 hit', '%2 hits', hits, formatValue(hits, 'count'))}
          </li>
        )}
      </ul>
      <ExportMenu document={document} trans={trans} />
    </header>
  );
}
