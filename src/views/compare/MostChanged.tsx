import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { sortFunctions, MOST_CHANGED } from '../../lib/compare/functions';
import type { IComparedSource } from '../../lib/compare/lines';
import { mostChangedLines } from '../../lib/compare/lines';
import { columnLabel } from '../labels';
import { cut } from '../text';
import { DeltaCell } from './Delta';
import type { IPairProps } from './props';
import { statusSign, statusWord } from './linewords';

/** As many as can be taken in at a glance. */
const FEW = 5;

/** The lines and the functions that changed most. */
export function MostChanged(props: IPairProps): JSX.Element | null {
  const { after, before, model, onState, options, trans } = props;
  const [measure] = model.lines.measures;
  const lines = React.useMemo(
    () =>
      measure
        ? mostChangedLines(
            model.lines.sources,
            measure,
            before.document,
            after.document,
            FEW
          )
        : [],
    [model]
  );
  const functions = React.useMemo(
    () =>
      sortFunctions(model.functions?.functions ?? [], MOST_CHANGED)
        .filter(({ self }) => (self.delta ?? 0) !== 0)
        .slice(0, FEW),
    [model]
  );
  if (lines.length === 0 && functions.length === 0) {
    return null;
  }
  return (
    <div className="jp-CellProfiler-columns">
      {lines.length > 0 && (
        <Part
          caption={trans.__(
            'Lines that changed most, by %1',
            columnLabel(measure.name, trans)?.label.toLowerCase() ??
              cut(measure.label, 40)
          )}
          more={trans.__('Show all lines →')}
          onMore={() => onState({ tab: 'lines' })}
          rows={lines.map(({ change, row, source }, index) => (
            <tr key={index}>
              <td className="jp-CellProfiler-number" data-column="line">
                {row.after ?? row.before}
              </td>
              <td data-column="sign">
                <span aria-hidden="true">{statusSign(row.status)}</span>
                <span className="jp-CellProfiler-hidden">
                  {statusWord(row.status, props)}
                </span>
              </td>
              <td
                className="jp-CellProfiler-source"
                title={statusWord(row.status, props) || undefined}
              >
                <code className="jp-CellProfiler-code">
                  {cut((row.textAfter ?? row.textBefore ?? '').trim(), 160)}
                </code>
                {!isMain(source) && (
                  <span className="jp-CellProfiler-where">
                    {cut((source.after ?? source.before)?.path ?? '', 160)}
                  </span>
                )}
              </td>
              <DeltaCell
                column="change"
                change={change}
                most={Math.abs(lines[0].change.delta ?? 0)}
                unit={measure.unit}
                decimals={options.decimals}
              />
            </tr>
          ))}
          trans={trans}
        />
      )}
      {functions.length > 0 && model.functions && (
        <Part
          caption={trans.__('Functions that changed most, themselves')}
          more={trans.__('Show all functions →')}
          onMore={() => onState({ tab: 'functions' })}
          rows={functions.map(({ has, index, name, self }) => (
            <tr key={index}>
              <td className="jp-CellProfiler-source">
                <code className="jp-CellProfiler-code">{cut(name, 160)}</code>
                {has.before !== has.after && (
                  <span className="jp-CellProfiler-where">
                    {statusWord(
                      has.before ? 'only-before' : 'only-after',
                      props
                    )}
                  </span>
                )}
              </td>
              <DeltaCell
                column="change"
                change={self}
                most={Math.abs(functions[0].self.delta ?? 0)}
                unit={model.functions!.unit}
                decimals={options.decimals}
              />
            </tr>
          ))}
          trans={trans}
        />
      )}
    </div>
  );
}

/** Whether a file is what was profiled: then nobody asks for its name. */
function isMain({ file }: IComparedSource): boolean {
  return file.before.includes(0) || file.after.includes(0);
}

function Part({
  caption,
  rows,
  more,
  onMore
}: {
  readonly caption: string;
  readonly rows: readonly JSX.Element[];
  readonly more: string;
  readonly onMore: () => void;
  readonly trans: TranslationBundle;
}): JSX.Element {
  return (
    <div className="jp-CellProfiler-part">
      <table className="jp-CellProfiler-table jp-CellProfiler-mostChanged">
        <caption>{caption}</caption>
        <tbody>{rows}</tbody>
      </table>
      <button
        type="button"
        className="jp-CellProfiler-action jp-CellProfiler-more"
        onClick={onMore}
      >
        {more}
      </button>
    </div>
  );
}
