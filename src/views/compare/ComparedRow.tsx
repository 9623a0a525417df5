import * as React from 'react';
import type { IChange } from '../../lib/compare/change';
import type { IFilePlace } from '../../lib/compare/lines';
import type { IAlignedLine } from '../../lib/compare/sources';
import type { IToken } from '../../lib/highlight';
import { formatValue } from '../../lib/units';
import { Code } from '../Code';
import { LineLink } from '../LineLink';
import type { IComparedFileProps } from './ComparedFile';
import type { IRowTokens } from './ComparedLines';
import { DeltaCell } from './Delta';
import { statusWord } from './linewords';
import type { IShownRun } from './props';

/** One line of both runs; an edited one has a row for each text. */
export function ComparedRow(
  props: IComparedFileProps & {
    readonly row: IAlignedLine;
    readonly change: IChange;
    readonly tokens: IRowTokens;
  }
): JSX.Element {
  const { row, tokens } = props;
  switch (row.status) {
    case 'same':
      return <Row {...props} has={BOTH} sign="" code={tokens.after} />;
    case 'edited':
      return (
        <>
          <Row {...props} has={OLD} sign="−" code={tokens.before} />
          <Row {...props} has={NEW} sign="+" code={tokens.after} />
        </>
      );
    case 'removed':
    case 'only-before':
      return <Row {...props} has={ALONE_OLD} sign="−" code={tokens.before} />;
    case 'added':
    case 'only-after':
      return <Row {...props} has={ALONE_NEW} sign="+" code={tokens.after} />;
  }
}

/** Which cells of a line are in a row. */
interface IHas {
  readonly before: boolean;
  readonly after: boolean;
  readonly change: boolean;
}

const BOTH: IHas = { before: true, after: true, change: true };
const OLD: IHas = { before: true, after: false, change: false };
const NEW: IHas = { before: false, after: true, change: true };
const ALONE_OLD: IHas = { before: true, after: false, change: true };
const ALONE_NEW: IHas = { before: false, after: true, change: true };

function Row(
  props: IComparedFileProps & {
    readonly row: IAlignedLine;
    readonly change: IChange;
    readonly has: IHas;
    readonly sign: string;
    readonly code: readonly IToken[];
  }
): JSX.Element {
  const { change, code, has, measure, most, options, row, sign } = props;
  const isMeasured = change.before !== null || change.after !== null;
  const value = (side: 'before' | 'after'): JSX.Element => (
    <td className="jp-CellProfiler-number" data-column={side}>
      {has[side] &&
        change[side] !== null &&
        formatValue(change[side], measure!.unit, options.decimals)}
    </td>
  );
  const word = statusWord(row.status, props);
  return (
    <tr
      data-status={row.status}
      data-sign={sign === '' ? undefined : sign === '+' ? 'plus' : 'minus'}
      className={isMeasured ? undefined : 'jp-mod-plain'}
    >
      {measure && (
        <>
          {value('before')}
          {value('after')}
          {has.change && isMeasured ? (
            <DeltaCell
              column="change"
              change={change}
              most={most}
              unit={measure.unit}
              decimals={options.decimals}
            />
          ) : (
            <td data-column="change" />
          )}
        </>
      )}
      <td
        className="jp-CellProfiler-number"
        data-column="line"
        data-side="before"
      >
        {has.before &&
          link(props, props.before, props.source.before, row.before)}
      </td>
      <td className="jp-CellProfiler-number" data-column="line">
        {has.after && link(props, props.after, props.source.after, row.after)}
      </td>
      <td data-column="sign">
        {sign !== '' && (
          <>
            <span aria-hidden="true">{sign}</span>
            <span className="jp-CellProfiler-hidden">
              {row.status === 'edited'
                ? has.before
                  ? props.trans.__('before the edit')
                  : props.trans.__('edited')
                : word}
            </span>
          </>
        )}
      </td>
      <td className="jp-CellProfiler-source" data-column="source">
        <Code tokens={code} />
      </td>
    </tr>
  );
}

function link(
  { onOpen, trans }: IComparedFileProps,
  run: IShownRun,
  place: IFilePlace | null,
  line: number | null
): React.ReactNode {
  return (
    line !== null &&
    place && (
      <LineLink
        block={place}
        line={line}
        onOpen={onOpen && (location => onOpen(run, location))}
        canOpen={() => true}
        trans={trans}
      />
    )
  );
}
