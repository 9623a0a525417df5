import * as React from 'react';
import { safeFileName } from '../lib/filenames';
import type { IObjectModel } from '../lib/objects';
import { mapNodes, WHOLE_ID } from '../lib/objects';
import { objectFigure, tileName } from './objectfigure';
import type { IPlotPoint } from './Plot';
import { Plot } from './Plot';
import type { IPlotTheme } from './plottheme';
import { cut } from './text';
import type { IViewProps } from './view';

/** Pixels. */
const HEIGHT = 340;

/**
 * The objects as a treemap. The table below has the same numbers for those who do not
 * see the picture.
 */
export function ObjectMap(
  props: IViewProps & {
    readonly model: IObjectModel;
    /** Index of the row that is selected in the table. */
    readonly selected: number | null;
    readonly onSelect: (index: number) => void;
  }
): JSX.Element | null {
  const { document, model, onSelect, onState, options, selected, trans } =
    props;
  const { objects } = props.state;
  const nodes = React.useMemo(() => mapNodes(model), [model]);
  const byId = React.useMemo(
    () => new Map(nodes.map(node => [node.id, node])),
    [nodes]
  );
  const shown = objects.level === null ? undefined : byId.get(objects.level);
  const level = shown?.row ? shown.id : null;
  const figure = React.useCallback(
    (theme: IPlotTheme) =>
      objectFigure(
        { model, nodes, level, selected, decimals: options.decimals, trans },
        theme
      ),
    [model, nodes, level, selected, options.decimals, trans]
  );
  const change = (some: Partial<typeof objects>): void =>
    onState({ objects: { ...objects, ...some } });
  const chosen = selected === null ? undefined : byId.get(String(selected));
  const opens = (id: string): boolean =>
    nodes.some(({ parent }) => parent === id);

  const onClick = ({ id }: IPlotPoint): void => {
    const node = id === undefined ? undefined : byId.get(id);
    if (node?.row) {
      onSelect(node.row.index);
    }
  };
  if (nodes.length === 0) {
    return null;
  }
  return (
    <section
      className="jp-CellProfiler-picture"
      aria-label={trans.__('Picture of the objects')}
    >
      <div className="jp-CellProfiler-pictureBar">
        <button
          type="button"
          className="jp-CellProfiler-action"
          aria-expanded={objects.map}
          onClick={() => change({ map: !objects.map })}
        >
          {objects.map ? trans.__('Hide treemap') : trans.__('Show treemap')}
        </button>
        {objects.map && (
          <>
            {chosen && chosen.id !== level && opens(chosen.id) && (
              <button
                type="button"
                className="jp-CellProfiler-action"
                onClick={() => change({ level: chosen.id })}
              >
                {trans.__('Zoom to %1', cut(tileName(chosen, trans), 40))}
              </button>
            )}
            <button
              type="button"
              className="jp-CellProfiler-action"
              disabled={level === null}
              onClick={() => change({ level: null })}
            >
              {trans.__('Reset zoom')}
            </button>
          </>
        )}
      </div>
      {objects.map && (
        <>
          <Plot
            figure={figure}
            height={HEIGHT}
            fileName={safeFileName(document.title, '-objects', 'profile')}
            label={trans.__(
              'Treemap: objects by size. The table below has the same numbers.'
            )}
            onClick={onClick}
            trans={trans}
          />
          <p className="jp-CellProfiler-where">
            {trans.__(
              'The area of a tile is its size; what several variables share is drawn once, under the name that has it. Press a tile to find it in the table.'
            )}{' '}
            {level !== null && level !== WHOLE_ID && shown
              ? trans.__('Shown: %1.', tileName(shown, trans))
              : ''}
          </p>
        </>
      )}
    </section>
  );
}
