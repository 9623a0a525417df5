import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { IProblem } from '../lib/validate';
import { cut } from './text';

/** The sentence for something that cannot be shown as a profile. */
export function problemText(
  { code, detail = '' }: IProblem,
  trans: TranslationBundle
): string {
  const where = cut(detail, 100);
  switch (code) {
    case 'empty':
      return trans.__('There is no profile here yet.');
    case 'not-json':
      return trans.__('This is not a profile: the text is not JSON.');
    case 'not-a-profile':
      return trans.__('This is not a profile: it is JSON of another kind.');
    case 'newer':
      return trans.__(
        'This profile was made by a newer version of Cell Profiler (format %1). Update the extension to see it.',
        where
      );
    case 'too-large':
      return trans.__(
        'This profile is too large to be shown here (%1).',
        where
      );
    case 'broken':
      return where
        ? trans.__(
            'This profile is damaged: “%1” is not as it should be.',
            where
          )
        : trans.__('This profile is damaged.');
  }
}

/** Instead of the widget's content. */
export function Problem({
  problem,
  trans
}: {
  readonly problem: IProblem;
  readonly trans: TranslationBundle;
}): JSX.Element {
  return (
    <p className="jp-CellProfiler-problem" role="alert">
      {problemText(problem, trans)}
    </p>
  );
}
