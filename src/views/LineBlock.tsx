import * as React from 'react';
import type { ILineBlock } from '../lib/lines';
import { formatShare, formatValue } from '../lib/units';
import { LineTable } from './LineTable';
import { blockName, cut, lineRange } from './text';
import type { IViewProps } from './view';

/** What a block and its table need. */
export interface ILineBlockProps extends IViewProps {
  readonly block: ILineBlock;
  /** Share of the hottest line of the document, 0…1: the end of the colour scale. */
  readonly hottest: number;
  /** Whether columns are shown, too, that few people look for. */
  readonly everyColumn?: boolean;
}

/** A function or the top level, under a heading that opens and closes it. */
export function LineBlock(
  props: ILineBlockProps & { readonly open: boolean }
): JSX.Element {
  const { block, document, open, options, state, onState, trans } = props;
  const id = React.useId();
  const name = blockName(block, trans);
  const firstLine = document.files[block.file].firstLine ?? 1;
  return (
    <section
      className="jp-CellProfiler-block"
      aria-labelledby={`${id}heading`}
      data-open={open}
    >
      <h3 id={`${id}heading`}>
        <button
          type="button"
          className="jp-CellProfiler-blockToggle"
          aria-expanded={open}
          aria-controls={open ? `${id}table` : undefined}
          onClick={() =>
            onState({ open: { ...state.open, [block.key]: !open } })
          }
        >
          <span className="jp-CellProfiler-caret" aria-hidden="true" />
          <span className="jp-CellProfiler-blockName">
            {block.name === undefined ? name : <code>{name}</code>}
          </span>
          <span className="jp-CellProfiler-where">
            {cut(block.path)},{' '}
            {lineRange(block.firstLine, block.lastLine, trans)}
          </span>
          {block.time === null && block.memory !== null && (
            <span className="jp-CellProfiler-blockTime">
              <strong>
                {formatValue(block.memory, 'bytes', options.decimals)}
              </strong>{' '}
              {block.share !== null &&
                trans.__(
                  '%1 of the peak',
                  formatShare(block.share, 1, options.decimals)
                )}
            </span>
          )}
          {block.time !== null && (
            <span className="jp-CellProfiler-blockTime">
              <strong>
                {formatValue(block.time, 'seconds', options.decimals)}
              </strong>{' '}
              {block.share !== null &&
                trans.__(
                  '%1 own',
                  formatShare(block.share, 1, options.decimals)
                )}
            </span>
          )}
        </button>
      </h3>
      {open && <LineTable {...props} id={`${id}table`} firstLine={firstLine} />}
    </section>
  );
}
