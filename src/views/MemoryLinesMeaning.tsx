import * as React from 'react';
import type { IHotSpot } from '../lib/hottest';
import { totalOf } from '../lib/lines';
import { formatShare, formatValue } from '../lib/units';
import { blockName, lineRange, withElements } from './text';
import type { IViewProps } from './view';

/** A place with less of the peak than this is no place to point at. */
const WORTH = 0.15;

/** From so many times the peak on, allocating itself is worth a word. */
const CHURN = 3;

/** Share of the peak below which nothing much is still held. */
const LITTLE = 0.1;

/** The sentences that say what the memory of lines means, and what to do next. */
export function MemoryLinesMeaning(
  props: IViewProps & { readonly spot: IHotSpot | null }
): JSX.Element {
  const { document, options, spot, trans } = props;
  const peak = totalOf(document, 'heap_peak');
  const held = totalOf(document, 'heap_held');
  const allocated = totalOf(document, 'heap_allocated');
  const bytes = (value: number): string =>
    formatValue(value, 'bytes', options.decimals);
  const sentences: React.ReactNode[] = [];
  if (peak !== null) {
    sentences.push(
      peak === 0
        ? trans.__('The run allocated next to nothing.')
        : trans.__('At its peak the run had allocated %1.', bytes(peak))
    );
  }
  if (spot && spot.share >= WORTH) {
    const share = <strong>{formatShare(spot.share, 1, 1)}</strong>;
    const range = lineRange(spot.firstLine, spot.lastLine, trans);
    sentences.push(
      spot.block.name === undefined
        ? withElements(
            trans.__('%1 of it is in %2 of the top level.', '%1', '%2'),
            share,
            range
          )
        : withElements(
            trans.__('%1 of it is in %2 of %3.', '%1', '%2', '%3'),
            share,
            range,
            <code>{blockName(spot.block, trans)}</code>
          )
    );
  }
  if (peak !== null && peak > 0 && held !== null) {
    sentences.push(
      held < LITTLE * peak
        ? trans.__(
            'Nearly all was freed again: smaller pieces, or working in place (out=), lower the peak.'
          )
        : trans.__(
            '%1 is still held: results, or what should have been freed. The column “Still held” says where.',
            bytes(held)
          )
    );
  }
  if (peak !== null && allocated !== null && allocated >= CHURN * peak) {
    sentences.push(
      trans.__(
        'In all it allocated %1, again and again: using arrays again saves time, too.',
        bytes(allocated)
      )
    );
  }
  if (peak === null) {
    sentences.push(
      trans.__(
        'Increment says what the memory of the process grew by while a line ran.'
      )
    );
  }
  return (
    <p className="jp-CellProfiler-meaning">
      {sentences.map((sentence, index) => (
        <React.Fragment key={index}>{sentence} </React.Fragment>
      ))}
    </p>
  );
}
