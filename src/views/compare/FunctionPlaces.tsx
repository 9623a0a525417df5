import * as React from 'react';
import type {
  IComparedFunction,
  IFunctionPlace
} from '../../lib/compare/functions';
import { LineLink } from '../LineLink';
import { cut } from '../text';
import type { IPairProps, IShownRun } from './props';

/** Where a function stands: in both runs where that is not the same. */
export function FunctionPlaces(
  props: IPairProps & { readonly row: IComparedFunction }
): JSX.Element | null {
  const { after, before, row } = props;
  const { places } = row;
  const texts = [places.before, places.after].map(textOf);
  const same = texts[0] === texts[1];
  const shown: [IShownRun, IFunctionPlace][] = [];
  if (places.before && !same) {
    shown.push([before, places.before]);
  }
  if (places.after) {
    shown.push([after, places.after]);
  }
  return shown.length === 0 ? null : (
    <span className="jp-CellProfiler-where">
      {shown.map(([run, place], index) => (
        <React.Fragment key={run.letter}>
          {index > 0 && ' · '}
          {shown.length > 1 && `${run.letter} `}
          <Place {...props} run={run} place={place} />
        </React.Fragment>
      ))}
    </span>
  );
}

/** A button where it can be shown. */
function Place({
  run,
  place,
  onOpen,
  trans
}: Pick<IPairProps, 'onOpen' | 'trans'> & {
  readonly run: IShownRun;
  readonly place: IFunctionPlace;
}): JSX.Element {
  const label = cut(textOf(place) ?? '', 160);
  return place.line > 0 ? (
    <LineLink
      block={place}
      line={place.line}
      label={label}
      onOpen={onOpen && (location => onOpen(run, location))}
      canOpen={() => true}
      trans={trans}
    />
  ) : (
    <>{label}</>
  );
}

/** Such as `In [7]:3`, without folders. */
function textOf(place: IFunctionPlace | null): string | null {
  if (place === null) {
    return null;
  }
  const base = place.path.replace(/^.*[\\/](?=.)/s, '');
  return place.line > 0 ? `${base}:${place.line}` : base;
}
