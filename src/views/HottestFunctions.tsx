import * as React from 'react';
import { formatValue } from '../lib/units';
import { HiddenHead } from './HiddenHead';
import { ShareCell } from './ShareCell';
import { blockName, cut, lineRange } from './text';
import type { IViewProps } from './view';

/** Blocks that are shown; the Lines view has all of them. */
const SHOWN = 10;

/** The blocks with most own time; nothing when there is only one. */
export function Functions({
  lines,
  options,
  trans
}: IViewProps): JSX.Element | null {
  const blocks = lines.blocks.filter(({ share }) => share).slice(0, SHOWN);
  if (blocks.length < 2) {
    return null;
  }
  const longest = blocks[0].share ?? 0;
  return (
    <section className="jp-CellProfiler-part">
      <table className="jp-CellProfiler-table jp-CellProfiler-hottest">
        <caption>{trans.__('By function')}</caption>
        <HiddenHead
          columns={{
            source: trans.__('Function'),
            time: trans.__('Own time'),
            share: trans.__('Share of the run')
          }}
        />
        <tbody>
          {blocks.map(block => {
            const share = block.share ?? 0;
            return (
              <tr key={block.key}>
                <td className="jp-CellProfiler-source">
                  <code className="jp-CellProfiler-code">
                    {blockName(block, trans)}
                  </code>
                  <span className="jp-CellProfiler-where">
                    {cut(block.path)},{' '}
                    {lineRange(block.firstLine, block.lastLine, trans)}
                  </span>
                </td>
                <td className="jp-CellProfiler-number">
                  {formatValue(block.own, 'seconds', options.decimals)}
                </td>
                <ShareCell
                  share={share}
                  longest={longest}
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
