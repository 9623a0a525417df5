import * as React from 'react';
import type { IToken } from '../lib/highlight';
import type { ILineRow } from '../lib/lines';
import { PERCENT_OF_PEAK, PERCENT_OF_TOTAL } from '../lib/lines';
import { hasKinds, kindsOf } from '../lib/scalene';
import { formatShare, formatValue, NO_VALUE } from '../lib/units';
import { Bar, warmth } from './Bar';
import { Code } from './Code';
import { KindBar } from './KindBar';
import type { ILineBlockProps } from './LineBlock';
import { LineLink } from './LineLink';

/** One line: its numbers, its number, its source. */
export function LineRow(
  props: ILineBlockProps & {
    readonly row: ILineRow;
    /** Lines before it are not shown, although they stand in the block's range. */
    readonly gap: boolean;
    /** Indices of the columns that are shown. */
    readonly columns: readonly number[];
    readonly tokens: readonly IToken[];
  }
): JSX.Element {
  const { block, columns, gap, hottest, row, tokens } = props;
  const heat = warmth(row.share, hottest);
  return (
    <tr
      className={
        [!row.measured && 'jp-mod-plain', gap && 'jp-mod-gap']
          .filter(Boolean)
          .join(' ') || undefined
      }
      style={
        { '--jp-cell-profiler-warmth': heat.toFixed(3) } as React.CSSProperties
      }
      data-heat={Math.round(100 * heat)}
    >
      {columns.map(index => (
        <td
          key={index}
          className="jp-CellProfiler-number"
          data-column={block.columns[index].name}
        >
          {row.measured && cell(props, index, heat)}
        </td>
      ))}
      <td className="jp-CellProfiler-number" data-column="line">
        <LineLink {...props} line={row.line} />
      </td>
      <td className="jp-CellProfiler-source" data-column="source">
        <Code tokens={tokens} />
      </td>
    </tr>
  );
}

function cell(
  {
    block,
    hottest,
    lines,
    options,
    row
  }: ILineBlockProps & { readonly row: ILineRow },
  index: number,
  heat: number
): React.ReactNode {
  const { name, share, unit } = block.columns[index];
  const value = row.values[index];
  if (value === null) {
    // Own time that cannot be told apart is at most the whole time of the line.
    const bound = row.bound;
    if (bound !== null && name === 'self_time') {
      return `≤\u202f${formatValue(bound, 'seconds', options.decimals)}`;
    }
    if (bound !== null && name === PERCENT_OF_TOTAL) {
      return `≤\u202f${formatShare(bound, lines.whole, options.decimals)}`;
    }
    return NO_VALUE;
  }
  if (!share) {
    return formatValue(value, unit, options.decimals);
  }
  const text = formatShare(value, 1, options.decimals);
  const ofRun = name === PERCENT_OF_TOTAL || name === PERCENT_OF_PEAK;
  return ofRun && hottest > 0 ? (
    <>
      {hasKinds(block) ? (
        <KindBar share={value / hottest} kinds={kindsOf(block, row)} />
      ) : (
        <Bar share={value / hottest} heat={heat} />
      )}
      <span>{text}</span>
    </>
  ) : (
    text
  );
}
