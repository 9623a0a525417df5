import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { IPlace } from '../../lib/processes/place';
import { shortFile } from '../../lib/processes/place';
import { cut } from '../text';

/** Shows places in cells and files. */
export interface IPlaces {
  readonly canOpen: (place: IPlace) => boolean;
  readonly onOpen: (place: IPlace) => void;
}

/** What a person calls a place: "In [7], line 3". */
export function placeText(
  { cellId, file, line }: IPlace,
  trans: TranslationBundle
): string {
  const name =
    cellId !== undefined && file === 'a cell'
      ? trans.__('this notebook')
      : shortFile(file);
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
  const text = cut(placeText(place, trans), 160);
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
      title={trans.__('Go to %1', cut(place.file))}
      aria-label={trans.__('Go to %1', text)}
      onClick={() => places.onOpen(place)}
    >
      {text}
    </button>
  );
}
