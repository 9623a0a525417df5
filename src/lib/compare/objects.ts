import type { ProfileDocument } from '../../document';
import { objectModel } from '../objects';
import type { IChange } from './change';
import { changeOfRows } from './change';
import { pairByKey } from './pairs';
import { isComparable } from './remarks';

/** A variable of the baseline, of the other run, or of both. */
export interface IComparedObject {
  readonly name: string;
  /** Its type; of both runs where that differs. */
  readonly types: readonly string[];
  /** Bytes. */
  readonly size: IChange;
  readonly count: IChange;
}

/** The variables of two runs, the largest change first; null unless both have some. */
export function compareObjects(
  before: ProfileDocument,
  after: ProfileDocument
): IComparedObject[] | null {
  const [mine, theirs] = [before, after].map(
    document => objectModel(document).roots
  );
  if (
    mine.length === 0 ||
    theirs.length === 0 ||
    !isComparable(before, after, 'objects')
  ) {
    return null;
  }
  const names = (rows: typeof mine): string[] => rows.map(({ name }) => name);
  const size = ({ size }: IComparedObject): number =>
    size.delta === null ? -1 : Math.abs(size.delta);
  return pairByKey(names(mine), names(theirs))
    .map(pair => {
      const one = pair.before < 0 ? undefined : mine[pair.before];
      const other = pair.after < 0 ? undefined : theirs[pair.after];
      const types = [one, other].reduce<string[]>(
        (all, row) => (row ? [...all, row.type] : all),
        []
      );
      return {
        name: (other ?? one)!.name,
        types: [...new Set(types)],
        size: changeOfRows(one?.size, other?.size),
        count: changeOfRows(one?.count, other?.count)
      };
    })
    .sort((a, b) => size(b) - size(a));
}
