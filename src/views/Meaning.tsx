import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { IHotSpot } from '../lib/hottest';
import { uncertainty } from '../lib/stacks';
import type { IMeaning } from '../lib/totals';
import { formatShare, formatValue } from '../lib/units';
import { blockName, lineRange, withElements } from './text';

/** A place with less of the time than this is no place to point at. */
const WORTH = 0.15;

/** Lines with less of the time than this together were not where it went. */
const MEASURED = 0.3;

/** Share of the computing that is called most of it. */
const MOSTLY = 0.65;

/** A place with this much of the time decides alone. */
const DECISIVE = 0.5;

/** The sentences that say what the numbers mean, and what to do next. */
export function Meaning({
  meaning,
  spot,
  samples,
  concentration,
  trans
}: {
  readonly meaning: IMeaning;
  readonly spot: IHotSpot | null;
  /** How many samples the shares come from; null when they are counted. */
  readonly samples: number | null;
  /** Share of the ten hottest lines, 0…1. */
  readonly concentration: number | null;
  readonly trans: TranslationBundle;
}): JSX.Element {
  return (
    <p className="jp-CellProfiler-meaning">
      {verdict(meaning, trans)} {nativeSentence(meaning, trans)}{' '}
      {meaning.verdict !== 'short' &&
        place(spot, samples, concentration, trans)}{' '}
      {advice(meaning, spot, trans)} {busySentence(meaning, trans)}
    </p>
  );
}

/** That others had the processors. */
function busySentence(
  { busy }: IMeaning,
  trans: TranslationBundle
): string | null {
  return busy === null
    ? null
    : trans.__(
        'The machine was busy: for %1 of the time the run was ready and no processor was free. That is not the cell’s own.',
        formatShare(busy, 1, 0)
      );
}

/** In which code it computes. */
function nativeSentence(
  { native }: IMeaning,
  trans: TranslationBundle
): string | null {
  if (native === null) {
    return null;
  }
  const share = formatShare(native, 1, 0);
  if (native >= MOSTLY) {
    return trans.__(
      'It computes mostly in compiled libraries such as numpy (%1).',
      share
    );
  }
  return native <= 1 - MOSTLY
    ? trans.__(
        'It computes mostly in Python itself (%1 in compiled libraries).',
        share
      )
    : trans.__(
        'It computes in Python and in compiled libraries such as numpy (%1).',
        share
      );
}

function verdict(
  { verdict, share, touched }: IMeaning,
  trans: TranslationBundle
): string {
  const percent = formatShare(share, 1, 1);
  switch (verdict) {
    case 'computing':
      return trans.__(
        'The run computes: the processor was busy for %1 of its time.',
        percent
      );
    case 'parallel':
      return trans.__(
        'The run computes in parallel: it kept %1 processor cores busy.',
        formatValue(share, 'ratio', 1)
      );
    case 'waiting':
      return trans.__(
        'The run waits: for %1 of its time it did not compute.',
        percent
      );
    case 'kernel':
      return trans.__(
        'The operating system does much of the work: %1 of the time is system time.',
        percent
      );
    case 'allocating':
      return trans.__(
        'The run gets memory: the operating system spent %1 of the time, much of it on giving it %2 of new memory.',
        percent,
        formatValue(touched, 'bytes', 1)
      );
    case 'mixed':
      return trans.__(
        'The run computes, and waits for %1 of its time.',
        percent
      );
    case 'short':
      return trans.__('The run was too short to say how its time divides.');
    case 'unknown':
      return trans.__('It is not known how the time divides.');
  }
}

function place(
  spot: IHotSpot | null,
  samples: number | null,
  concentration: number | null,
  trans: TranslationBundle
): React.ReactNode {
  if (!spot) {
    return null;
  }
  if (spot.share < WORTH) {
    if (concentration === null || concentration < MEASURED) {
      return trans.__('Little of the time is in lines that were measured.');
    }
    return trans.__(
      'No single place dominates: the ten hottest lines have %1 of the time together.',
      formatShare(concentration, 1, 1)
    );
  }
  const share = (
    <>
      <strong>{formatShare(spot.share, 1, 1)}</strong>
      {samples !== null &&
        trans.__(
          ' (± %1)',
          formatShare(uncertainty(spot.share, samples), 1, 0)
        )}
    </>
  );
  const range = lineRange(spot.firstLine, spot.lastLine, trans);
  return spot.block.name === undefined
    ? withElements(
        trans.__('%1 of the time is in %2 of the top level.', '%1', '%2'),
        share,
        range
      )
    : withElements(
        trans.__('%1 of the time is in %2 of %3.', '%1', '%2', '%3'),
        share,
        range,
        <code>{blockName(spot.block, trans)}</code>
      );
}

function advice(
  { verdict }: IMeaning,
  spot: IHotSpot | null,
  trans: TranslationBundle
): string | null {
  switch (verdict) {
    case 'waiting':
    case 'mixed':
      return trans.__(
        'Look at what it waits for there: sleep, network, disk, locks, other processes, or a busy machine.'
      );
    case 'kernel':
      return trans.__(
        'Fewer and larger reads, writes and allocations help most.'
      );
    case 'allocating':
      return trans.__(
        'Memory costs time when it is first written to. Use arrays again, work in place (out=), or in smaller pieces.'
      );
    case 'short':
      return trans.__('Repeat the work, for example in a loop, to measure it.');
    default:
      return spot && spot.share >= DECISIVE
        ? trans.__('Start there: a change elsewhere gains little.')
        : null;
  }
}
