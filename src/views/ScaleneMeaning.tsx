import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { ILeak, IScaleneMeaning } from '../lib/scalene';
import { formatShare, formatValue } from '../lib/units';
import { Code } from './Code';
import { highlight } from '../lib/highlight';
import { LineLink } from './LineLink';
import { blockName, cut } from './text';
import type { IViewProps } from './view';

/** Bytes below which memory is not worth a sentence. */
const SOME = 10e6;

/** Bytes of copies below which they may be Scalene's own. */
const MANY = 300e6;

/** Share that is called most of something. */
const MOST = 0.6;

/** Share below which next to nothing is meant. */
const LITTLE = 0.1;

/** Leaks that are shown. */
const SHOWN = 10;

/** The sentences on what Scalene measured besides the time, and what to do next. */
export function ScaleneMeaning(
  props: IViewProps & { readonly meant: IScaleneMeaning }
): JSX.Element | null {
  const { meant, options, trans } = props;
  const sentences = [
    kindAdvice(meant, trans),
    ...memorySentences(meant, options.decimals, trans),
    copySentence(meant, options.decimals, trans),
    gpuSentence(meant, options.decimals, trans)
  ].filter(sentence => sentence !== null);
  return sentences.length > 0 ? (
    <p className="jp-CellProfiler-meaning">{sentences.join(' ')}</p>
  ) : null;
}

/** What helps against the kind of time that there is most of. */
function kindAdvice(
  { kinds }: IScaleneMeaning,
  trans: TranslationBundle
): string | null {
  const most = [...kinds].sort((a, b) => b.share - a.share)[0];
  if (!most || most.share < MOST) {
    return null;
  }
  switch (most.name) {
    case 'python':
      return trans.__(
        'Time in Python itself shrinks most: whole arrays instead of loops, built-in functions, or compiled code (numba, Cython).'
      );
    case 'native':
      return trans.__(
        'Time in compiled code is well spent per call: fewer calls, smaller types or another algorithm help, rewriting the Python around them does not.'
      );
    case 'sys':
      return trans.__(
        'The lines mostly wait, or have the operating system work: larger reads and writes, and fewer of them, or other work meanwhile.'
      );
  }
}

function memorySentences(
  { growth, peak, pythonShare }: IScaleneMeaning,
  decimals: number,
  trans: TranslationBundle
): (string | null)[] {
  if (peak === null || peak < SOME) {
    return [];
  }
  const bytes = formatValue(peak, 'bytes', decimals);
  return [
    pythonShare === null
      ? trans.__('It held %1 at most.', bytes)
      : pythonShare >= MOST
        ? trans.__(
            'It held %1 at most, %2 of it objects of Python: arrays of numpy or pandas need a fraction of that.',
            bytes,
            formatShare(pythonShare, 1, 0)
          )
        : trans.__(
            'It held %1 at most, %2 of it objects of Python, the rest arrays and the like.',
            bytes,
            formatShare(pythonShare, 1, 0)
          ),
    growth === null
      ? null
      : growth <= LITTLE
        ? trans.__('Nearly all of what it allocated was freed again.')
        : growth >= 1 - LITTLE
          ? trans.__('Next to nothing of what it allocated was freed again.')
          : null
  ];
}

function copySentence(
  { copied, peak }: IScaleneMeaning,
  decimals: number,
  trans: TranslationBundle
): string | null {
  return copied === null || copied < Math.max(MANY, peak ?? 0)
    ? null
    : trans.__(
        'It copied %1 within memory: the column “Copied” says where. Views and working in place (out=) copy nothing.',
        formatValue(copied, 'bytes', decimals)
      );
}

function gpuSentence(
  { gpu }: IScaleneMeaning,
  decimals: number,
  trans: TranslationBundle
): string | null {
  return gpu === null || gpu === 0
    ? null
    : trans.__(
        'A GPU was busy for %1 of the time of these lines.',
        formatValue(gpu, 'seconds', decimals)
      );
}

/** Lines that likely leak, and what to do about them. */
export function Leaks(
  props: IViewProps & { readonly leaks: readonly ILeak[] }
): JSX.Element | null {
  const { leaks, options, trans } = props;
  const shown = leaks.slice(0, SHOWN);
  const tokens = React.useMemo(
    () => shown.map(({ row }) => highlight([(row.text ?? '').trim()])[0]),
    [leaks]
  );
  if (leaks.length === 0) {
    return null;
  }
  return (
    <section className="jp-CellProfiler-part jp-CellProfiler-leaks">
      <table className="jp-CellProfiler-table">
        <caption>{trans.__('Likely leaks')}</caption>
        <thead>
          <tr>
            <th scope="col" data-column="line">
              {trans.__('Line')}
            </th>
            <th scope="col" data-column="source">
              {trans.__('Source')}
            </th>
            <th scope="col" className="jp-CellProfiler-number">
              {trans.__('Likelihood')}
            </th>
            <th scope="col" className="jp-CellProfiler-number">
              {trans.__('A second')}
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ block, likelihood, row, speed }, index) => (
            <tr
              key={`${block.key}:${row.line}`}
              title={`${blockName(block, trans)} · ${cut(block.path)}`}
            >
              <td className="jp-CellProfiler-number">
                <LineLink {...props} block={block} line={row.line} />
              </td>
              <td className="jp-CellProfiler-source">
                <Code tokens={tokens[index]} />
              </td>
              <td className="jp-CellProfiler-number">
                {formatShare(likelihood, 1, 0)}
              </td>
              <td className="jp-CellProfiler-number">
                {formatValue(speed, 'bytes', options.decimals)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="jp-CellProfiler-soft">
        {trans.__(
          'The memory grew to a new high at these lines again and again, and what they allocated was not seen to be freed. That is a leak, or a result that is meant to stay. Look at what keeps it: a list or cache that only grows, a global name, a closure. If it is not meant, limit it (deque with maxlen, lru_cache with maxsize), or delete it when it is done with.'
        )}
      </p>
    </section>
  );
}
