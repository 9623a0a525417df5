import * as React from 'react';
import type {
  IComparedSource,
  ILineChanges,
  ILineMeasure
} from '../../lib/compare/lines';
import type { ISort } from '../../lib/sort';
import { formatValue } from '../../lib/units';
import { cut } from '../text';
import { ComparedLines } from './ComparedLines';
import { Delta } from './Delta';
import type { IPairProps } from './props';
import { signedValue } from './words';

/** Columns of lines whose sum is that of the run: each second is in one line only. */
const ADDED = [
  'self_time',
  'samples',
  'hits',
  'memory_peak',
  'memory_held',
  'memory_allocated',
  'allocations',
  'native_time',
  'system_time',
  'gpu_time'
];

/** A file of both runs and what its table needs. */
export interface IComparedFileProps extends IPairProps {
  readonly source: IComparedSource;
  /** Null where there is nothing that both runs measured. */
  readonly changes: ILineChanges | null;
  readonly measure: ILineMeasure | null;
  /** The largest change of all lines: the longest bar. */
  readonly most: number;
  readonly onSort: (sort: ISort) => void;
}

/** A file, under a heading that opens and closes it. */
export function ComparedFile(
  props: IComparedFileProps & {
    readonly open: boolean;
    readonly onOpened: (open: boolean) => void;
  }
): JSX.Element {
  const { after, before, changes, measure, onOpened, open, options, source } =
    props;
  const { trans } = props;
  const id = React.useId();
  const paths = [source.before?.path, source.after?.path];
  const amount = (value: number | null): string =>
    formatValue(value, measure?.unit ?? 'count', options.decimals);
  const sum =
    measure && changes && ADDED.includes(measure.name) ? changes.sum : null;
  const name =
    paths[0] === undefined || paths[1] === undefined || paths[0] === paths[1]
      ? cut(paths[1] ?? paths[0] ?? '')
      : `${cut(paths[0])} → ${cut(paths[1])}`;
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
          onClick={() => onOpened(!open)}
        >
          <span className="jp-CellProfiler-caret" aria-hidden="true" />
          <span className="jp-CellProfiler-blockName">{name}</span>
          {(paths[0] === undefined || paths[1] === undefined) && (
            <span className="jp-CellProfiler-where">
              {trans.__(
                'only in %1',
                paths[0] === undefined ? after.letter : before.letter
              )}
            </span>
          )}
          {sum && (
            <span className="jp-CellProfiler-blockTime">
              {amount(sum.before)} → <strong>{amount(sum.after)}</strong>{' '}
              <Delta
                delta={sum.delta}
                text={signedValue(sum.delta, measure!.unit, options.decimals)}
              />
            </span>
          )}
        </button>
      </h3>
      {open && <ComparedLines {...props} id={`${id}table`} />}
    </section>
  );
}
