import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { profilerChoice } from '../../choices';
import type { Remark, Weight } from '../../lib/compare/remarks';
import { cut } from '../text';
import type { IPairProps, IShownRun } from './props';

/** What is not the same in both runs, the gravest first; or that all is. */
export function Remarks({
  before,
  after,
  model,
  trans
}: Pick<IPairProps, 'before' | 'after' | 'model' | 'trans'>): JSX.Element {
  const { remarks } = model;
  if (remarks.length === 0) {
    return (
      <p className="jp-CellProfiler-remarks" data-weight="fine">
        {trans.__(
          'Same source, profilers, options, machine and Python: what differs is the run itself.'
        )}
      </p>
    );
  }
  const weights: readonly Weight[] = ['doubt', 'care', 'note'];
  return (
    <ul
      className="jp-CellProfiler-remarks"
      data-weight={weights.find(weight =>
        remarks.some(remark => remark.weight === weight)
      )}
      aria-label={trans.__('What to know before comparing')}
    >
      {weights.map(weight =>
        remarks
          .filter(remark => remark.weight === weight)
          .map((remark, index) => (
            <li key={`${weight} ${index}`} data-weight={weight}>
              {weight !== 'note' && (
                <b>
                  {weight === 'doubt'
                    ? trans.__('Not comparable:')
                    : trans.__('With care:')}{' '}
                </b>
              )}
              {sentence(remark, before, after, trans)}
            </li>
          ))
      )}
    </ul>
  );
}

function sentence(
  remark: Remark,
  before: IShownRun,
  after: IShownRun,
  trans: TranslationBundle
): string {
  const [a, b] = [before.letter, after.letter];
  switch (remark.kind) {
    case 'profilers':
      return trans.__(
        '%1 ran under %2, %3 under %4, and each profiler slows a run down in its own way. Only totals are compared; times among them say little.',
        a,
        profilers(remark.before, trans),
        b,
        profilers(remark.after, trans)
      );
    case 'tool':
      return remark.weight === 'doubt'
        ? trans.__(
            '%1 was measured by %2, %3 by %4: another tool, which slows a run down in another way.',
            a,
            cut(remark.before, 80),
            b,
            cut(remark.after, 80)
          )
        : trans.__(
            '%1 was measured by %2, %3 by %4.',
            a,
            cut(remark.before, 80),
            b,
            cut(remark.after, 80)
          );
    case 'options':
      return trans.__(
        'The options of “%1” are not the same: %2 with %3, %4 with %5.',
        profilers(remark.profiler, trans),
        a,
        cut(remark.before, 120),
        b,
        cut(remark.after, 120)
      );
    case 'machine':
      return trans.__(
        'Another machine: %1 on %2, %3 on %4.',
        a,
        cut(remark.before, 80),
        b,
        cut(remark.after, 80)
      );
    case 'processors':
      return trans.__(
        'Another machine: %1 had %2 processors, %3 had %4.',
        a,
        cut(remark.before, 20),
        b,
        cut(remark.after, 20)
      );
    case 'python':
      return trans.__(
        'Another Python: %1 on %2, %3 on %4.',
        a,
        cut(remark.before, 80),
        b,
        cut(remark.after, 80)
      );
    case 'packages':
      return trans.__(
        'Other versions of packages: %1 with %2, %3 with %4.',
        a,
        cut(remark.before, 200),
        b,
        cut(remark.after, 200)
      );
    case 'target':
      return trans.__(
        'They are not of the same kind: %1 is a %2, %3 a %4.',
        a,
        cut(remark.before, 20),
        b,
        cut(remark.after, 20)
      );
    case 'error':
      return trans.__(
        '%1 ended with an error (%2): what it did not get to took no time.',
        who(remark, a, b, trans),
        [remark.before && before, remark.after && after]
          .filter((run): run is IShownRun => run !== false)
          .map(({ document: { error } }) => cut(error?.name ?? '?', 60))
          .join(', ')
      );
    case 'interrupted':
      return trans.__(
        '%1 was interrupted: what it did not get to took no time.',
        who(remark, a, b, trans)
      );
    case 'live':
      return trans.__(
        '%1 was still going on when it was looked at.',
        who(remark, a, b, trans)
      );
    case 'truncated':
      return trans.__(
        'Small parts of %1 were left out to keep it small. Sums are right; what is in one run alone may only have been left out in the other.',
        who(remark, a, b, trans)
      );
    case 'source':
      return trans.__(
        'The source is not the same; lines are aligned by their text.'
      );
  }
}

/** Names of profilers, joined as in a remark, as people read them. */
function profilers(names: string, trans: TranslationBundle): string {
  const all = names.split(' + ').map(name => profilerChoice(name, trans).label);
  return names === '' ? trans.__('no profiler') : cut(all.join(' + '), 120);
}

function who(
  { after, before }: { readonly before: boolean; readonly after: boolean },
  a: string,
  b: string,
  trans: TranslationBundle
): string {
  return before && after ? trans.__('Each of %1 and %2', a, b) : before ? a : b;
}
