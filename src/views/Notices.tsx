import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { ProfileDocument } from '../document';
import { cut } from './text';

/** What a reader has to know before the numbers: the run ended early, something is left out. */
export function Notices({
  document,
  hidden,
  empty,
  trans
}: {
  readonly document: ProfileDocument;
  /** What the document has, but no view shows. */
  readonly hidden: readonly string[];
  /** There is nothing to show at all. */
  readonly empty: boolean;
  readonly trans: TranslationBundle;
}): JSX.Element | null {
  const sentences = [
    ending(document, empty, trans),
    document.summary &&
      trans.__(
        'Only a summary: the whole profile went into the history of the server where it ran, and is not there any more or cannot be reached.'
      ),
    document.truncated &&
      trans.__(
        'Shortened: what took least was left out to keep the notebook small. Sums are those of the whole run.'
      ),
    hidden.length > 0 &&
      trans.__(
        'This version of Cell Profiler cannot show everything that was recorded; it leaves out: %1.',
        cut(hidden.map(kind => cut(kind, 40)).join(', '))
      )
  ].filter((sentence): sentence is string => Boolean(sentence));
  return sentences.length === 0 ? null : (
    <div className="jp-CellProfiler-notices" role="note">
      {sentences.map((sentence, index) => (
        <p key={index}>{sentence}</p>
      ))}
    </div>
  );
}

function ending(
  { error, status }: ProfileDocument,
  empty: boolean,
  trans: TranslationBundle
): string | null {
  const reason = error ? cut(`${error.name}: ${error.value}`) : null;
  if (empty) {
    return reason === null
      ? trans.__('Nothing was measured in this run.')
      : trans.__('Nothing was measured: the run ended with %1', reason);
  }
  switch (status) {
    case 'error':
      return reason === null
        ? trans.__('Partial: the run ended with an error.')
        : trans.__('Partial: the run ended with %1', reason);
    case 'interrupted':
      return trans.__(
        'Partial: the run was interrupted. The numbers are those up to then.'
      );
    default:
      return null;
  }
}
