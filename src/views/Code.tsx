import * as React from 'react';
import type { IToken } from '../lib/highlight';

/** One line of source, coloured. Text only: a stranger wrote it. */
export function Code({
  tokens
}: {
  readonly tokens: readonly IToken[];
}): JSX.Element {
  return (
    <code className="jp-CellProfiler-code">
      {tokens.map(({ text, className }, index) =>
        className ? (
          <span key={index} className={className}>
            {text}
          </span>
        ) : (
          text
        )
      )}
    </code>
  );
}
