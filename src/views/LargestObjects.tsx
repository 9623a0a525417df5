import * as React from 'react';
import type { IObjectModel } from '../lib/objects';
import { formatValue } from '../lib/units';
import { HiddenHead } from './HiddenHead';
import { addedText } from './ObjectTable';
import { ShareCell } from './ShareCell';
import { cut } from './text';
import type { IViewProps } from './view';

/** Variables that are shown; the Objects view has all of them. */
const SHOWN = 10;

/** The largest variables. */
export function LargestObjects(
  props: IViewProps & {
    readonly model: IObjectModel;
    /** Bytes of all variables together. */
    readonly whole: number | null;
  }
): JSX.Element {
  const { model, onState, options, state, trans, whole } = props;
  const bytes = (value: number): string =>
    formatValue(value, 'bytes', options.decimals);
  const of = Math.max(whole ?? 0, model.largest);
  const rows = model.roots.slice(0, SHOWN);
  return (
    <section className="jp-CellProfiler-part">
      <table className="jp-CellProfiler-table jp-CellProfiler-hottest">
        <caption>
          {model.single
            ? trans.__('Size of the expression')
            : trans.__('Largest variables')}
        </caption>
        <HiddenHead
          columns={{
            source: trans.__('Variable'),
            time: trans.__('Size'),
            ...(model.hasAdded ? { added: trans.__('Added') } : {}),
            share: trans.__('Share of all')
          }}
        />
        <tbody>
          {rows.map(row => (
            <tr key={row.index}>
              <td className="jp-CellProfiler-source">
                <button
                  type="button"
                  className="jp-CellProfiler-lineLink"
                  title={trans.__('Show what it refers to')}
                  onClick={() =>
                    onState({
                      tab: 'objects',
                      objects: {
                        ...state.objects,
                        selected: row.index,
                        open: [...state.objects.open, row.index]
                      }
                    })
                  }
                >
                  <code className="jp-CellProfiler-code">
                    {cut(row.name, 160)}
                  </code>
                </button>
                <span className="jp-CellProfiler-where">
                  {cut([row.type, row.note].filter(Boolean).join(' · '), 160)}
                </span>
              </td>
              <td className="jp-CellProfiler-number">
                {row.size === null
                  ? trans.__('not measured')
                  : (row.partial ? '≥ ' : '') + bytes(row.size)}
              </td>
              {model.hasAdded && (
                <td className="jp-CellProfiler-number">
                  {addedText(row.added, bytes)}
                </td>
              )}
              <ShareCell
                share={of > 0 ? Math.max(0, row.size ?? 0) / of : 0}
                longest={1}
                decimals={options.decimals}
              />
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
