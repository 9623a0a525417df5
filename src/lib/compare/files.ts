import type { ProfileDocument, SourceFile } from '../../document';
import { pairByKey } from './pairs';

/** A file of one of the runs, or of both. */
export interface IComparedFile {
  /** Different for each. */
  readonly id: number;
  /** What stands in the documents: excerpts of one file are one; empty where it is not. */
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/** The files of two documents, put together. */
export interface IComparedFiles {
  readonly files: readonly IComparedFile[];
  /** Id of a file of the baseline, or of the other run. */
  readonly idOf: (side: Side, file: IFileName) => number;
}

/** Which of the two runs. */
export type Side = 'before' | 'after';

/** What a file is told by. */
type IFileName = Pick<SourceFile, 'path' | 'cellId'>;

/** What comes before this depends on where Python and its packages lie on a machine. */
const PLACE_OF_PYTHON =
  /^.*[\\/](?:(?:site|dist)-packages|python\d[\d.]*)[\\/](?=.)/s;

/**
 * The files that two runs have in common. Cells are told by their ids, packages by the
 * place below where they are installed. What was profiled is one file, even if it is
 * another cell now: somebody asked to compare the two.
 */
export function pairFiles(
  before: ProfileDocument,
  after: ProfileDocument
): IComparedFiles {
  const groups = [groupsOf(before), groupsOf(after)];
  const keys = groups.map(group => [...group.keys()]);
  const [main, otherMain] = [before, after].map(({ files }) =>
    files.length > 0 ? keyOf(files[0]) : null
  );
  const renamed =
    main !== null &&
    otherMain !== null &&
    !groups[1].has(main) &&
    !groups[0].has(otherMain);
  const pairs = pairByKey(
    renamed ? keys[0].map(key => (key === main ? otherMain : key)) : keys[0],
    keys[1]
  );
  const ids = [new Map<string, number>(), new Map<string, number>()];
  const files = pairs.map((pair, id) => {
    const of = (side: 0 | 1, index: number): readonly number[] => {
      if (index < 0) {
        return [];
      }
      const key = keys[side][index];
      ids[side].set(key, id);
      return groups[side].get(key)!;
    };
    return { id, before: of(0, pair.before), after: of(1, pair.after) };
  });
  return {
    files,
    idOf: (side, file) => ids[side === 'before' ? 0 : 1].get(keyOf(file)) ?? -1
  };
}

function groupsOf({ files }: ProfileDocument): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  files.forEach((file, index) => {
    const key = keyOf(file);
    const known = groups.get(key);
    if (known) {
      known.push(index);
    } else {
      groups.set(key, [index]);
    }
  });
  return groups;
}

function keyOf({ cellId, path }: IFileName): string {
  if (cellId !== undefined) {
    return `cell ${cellId}`;
  }
  const place = path.replace(PLACE_OF_PYTHON, '');
  return place === path ? `file ${path}` : `library ${place}`;
}
