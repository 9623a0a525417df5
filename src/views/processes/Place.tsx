import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { IPlace } from '../../lib/processes/openplace';
import { shortFile } from '../../lib/processes/openplace';
import { cut } from '../text';

/** Knows places in cells and files, and shows them. */
export interface IPlaces {
  /** 1-based place of a cell in its notebook; null where that is not open. */
  readonly positionOf: (cellId: string) => number | null;
  readonly canOpen: (place: IPlace) => boolean;
  readonly onOpen: (place: IPlace) => void;
}

/** What a person calls a place: "In [7], line 3". */
export function placeText(
  { cellId, file, line }: IPlace,
  { positionOf }: Pick<IPlaces, 'positionOf'>,
  trans: TranslationBundle
): string {
  const position =
    file === 'a cell' && cellId !== undefined ? positionOf(cellId) : null;
  const name =
    position === null ? shortFile(file) : trans.__('cell %1', position);
  return line > 0 ? trans.__('%1, line %2', name, line) : name;
}

/** A place: a button where it can be shown. */
export function Place({
  place,
  places,
  trans
}: {
  readonly place: IPlace;
  readonly places: IPlaces;
  readonly trans: TranslationBundle;
}): JSX.Element {
  const text = cut(placeText(place, places, trans), 160);
  if (!places.canOpen(place)) {
    return (
      <span className="jp-CellProfiler-where" title={cut(place.file)}>
        {text}
      </span>
    );
  }
  return (
    <button
      type="button"
      className="jp-CellProfiler-lineLink jp-CellProfiler-where"
      title={trans.__(
        'Go to %1',
        place.cellId === undefined ? cut(place.file) : text
      )}
      aria-label={trans.__('Go to %1', text)}
      onClick={() => places.onOpen(place)}
    >
      {text}
    </button>
  );
}
