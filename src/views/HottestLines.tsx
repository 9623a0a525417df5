import * as React from 'react';
import { highlight } from '../lib/highlight';
import type { IHotLine } from '../lib/hottest';
import { kindsOf } from '../lib/scalene';
import { uncertainty } from '../lib/stacks';
import { formatShare, formatValue } from '../lib/units';
import { Code } from './Code';
import { HiddenHead } from './HiddenHead';
import { LineLink } from './LineLink';
import { ShareCell } from './ShareCell';
import { blockName, cut } from './text';
import type { IViewProps } from './view';

/** The lines with most own time, of all blocks. */
export function HottestLines(
  props: IViewProps & {
    readonly hottest: readonly IHotLine[];
    /** How many samples the shares come from; null when they are counted. */
    readonly samples: number | null;
  }
): JSX.Element {
  const { hottest, lines, options, samples, trans } = props;
  const tokens = React.useMemo(
    () => hottest.map(({ row }) => highlight([(row.text ?? '').trim()])[0]),
    [hottest]
  );
  const longest = hottest[0]?.share ?? 0;
  const several = lines.blocks.length > 1;
  return (
    <section className="jp-CellProfiler-part">
      <table className="jp-CellProfiler-table jp-CellProfiler-hottest">
        <caption>
          {lines.measure === 'memory'
            ? trans.__('Lines with most memory')
            : trans.__('Hottest lines')}
          {samples !== null && hottest.length > 0 && (
            <span className="jp-CellProfiler-where">
              {trans._n(
                'of one sample',
                'of %1 samples, ± %2 at most',
                samples,
                formatShare(roughest(hottest, samples), 1, 0)
              )}
            </span>
          )}
        </caption>
        <HiddenHead
          columns={{
            line: trans.__('Line'),
            source: trans.__('Source'),
            share:
              lines.measure === 'memory'
                ? trans.__('Share of the peak')
                : trans.__('Share of the run')
          }}
        />
        <tbody>
          {hottest.map(({ block, row, share }, index) => {
            const where = `${blockName(block, trans)} · ${cut(block.path)}`;
            return (
              <tr
                key={`${block.key}:${row.line}`}
                title={
                  lines.measure === 'memory'
                    ? trans.__(
                        '%1: %2 at the peak',
                        where,
                        formatValue(row.memory, 'bytes', options.decimals)
                      )
                    : trans.__(
                        '%1: %2 own time',
                        where,
                        formatValue(row.own, 'seconds', options.decimals)
                      )
                }
              >
                <td className="jp-CellProfiler-number">
                  <LineLink {...props} block={block} line={row.line} />
                </td>
                <td className="jp-CellProfiler-source">
                  <Code tokens={tokens[index]} />
                  {several && (
                    <span className="jp-CellProfiler-where">
                      {blockName(block, trans)}
                    </span>
                  )}
                </td>
                <ShareCell
                  share={share}
                  longest={longest}
                  kinds={kindsOf(block, row)}
                  decimals={options.decimals}
                />
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

/** The error of the roughest of the shares, 0…1. */
function roughest(hottest: readonly IHotLine[], samples: number): number {
  return Math.max(...hottest.map(({ share }) => uncertainty(share, samples)));
}
