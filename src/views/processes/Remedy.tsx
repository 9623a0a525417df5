import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { remedyParts } from '../../lib/processes/remedy';

/** Why something was not done; commands in it can be copied, and are never run. */
export function Remedy({
  sentence,
  onCopy,
  trans
}: {
  readonly sentence: string;
  readonly onCopy: (text: string) => void;
  readonly trans: TranslationBundle;
}): JSX.Element {
  return (
    <div className="jp-CellProfiler-remedy">
      {remedyParts(sentence).map((part, index) =>
        index % 2 === 1 ? (
          <div key={index} className="jp-CellProfiler-remedyCommand">
            <code>{part}</code>
            <button
              type="button"
              className="jp-CellProfiler-action"
              aria-label={trans.__('Copy the command')}
              onClick={() => onCopy(part)}
            >
              {trans.__('Copy')}
            </button>
          </div>
        ) : /\w/.test(part) ? (
          <p key={index}>{part.trim()}</p>
        ) : null
      )}
    </div>
  );
}
