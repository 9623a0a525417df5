import * as React from 'react';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ICallFunction } from '../lib/calls';
import type { ILineBlock } from '../lib/lines';
import { formatValue } from '../lib/units';

/** Characters of a name or a message of the document that are shown. */
const SHOWN = 400;

/** A long text of a stranger, cut; the full text is not needed to understand the numbers. */
export function cut(text: string, limit: number = SHOWN): string {
  return text.length > limit ? `${text.slice(0, limit)}…` : text;
}

/**
 * A translated sentence with elements in place of %1, %2…
 *
 * @param sentence - translated with `'%1', '%2', …` as arguments, so that they are still there
 */
export function withElements(
  sentence: string,
  ...elements: React.ReactNode[]
): React.ReactNode {
  return sentence
    .split(/(%\d)/)
    .map((piece, index) => (
      <React.Fragment key={index}>
        {index % 2 === 1 ? elements[Number(piece[1]) - 1] : piece}
      </React.Fragment>
    ));
}

/** What a person calls a block. */
export function blockName(
  block: Pick<ILineBlock, 'name'>,
  trans: TranslationBundle
): string {
  return block.name === undefined ? trans.__('top level') : cut(block.name);
}

/** "line 7" or "lines 7–9". */
export function lineRange(
  first: number,
  last: number,
  trans: TranslationBundle
): string {
  return first === last
    ? trans.__('line %1', first)
    : trans.__('lines %1–%2', first, last);
}

/** All calls and, where some were recursive, those that were not: `35,421/1`, as pstats has it. */
export function callsLabel(
  { calls, primitive }: Pick<ICallFunction, 'calls' | 'primitive'>,
  decimals: number
): string {
  const texts = (calls === primitive ? [calls] : [calls, primitive]).map(
    count => formatValue(count, 'count', decimals)
  );
  return texts.join('/');
}
