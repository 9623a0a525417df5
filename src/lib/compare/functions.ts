import type { ProfileDocument, Unit } from '../../document';
import type { ICallFunction } from '../calls';
import { callModel } from '../calls';
import type { IPattern } from '../pattern';
import type { ISort } from '../sort';
import type { IFrameWeight } from '../stacks';
import { frameWeights } from '../stacks';
import type { IChange } from './change';
import { changeOfRows, isChanged } from './change';
import type { IFilePlace } from './lines';
import { pairFiles } from './files';
import type { IComparedFiles, Side } from './files';
import { pairByKey } from './pairs';
import { isComparable } from './remarks';
import { AFTER, BEFORE, compareStacks, stackPairs } from './stacks';

/** Where a function stands in one of the runs. */
export interface IFunctionPlace extends IFilePlace {
  /** 1-based; 0 when not known. */
  readonly line: number;
}

/** A function of the baseline, of the other run, or of both. */
export interface IComparedFunction {
  /** Different for each. */
  readonly index: number;
  readonly name: string;
  /** Which of the runs have it. */
  readonly has: { readonly [side in Side]: boolean };
  /** Null for a function without a file, and where a run does not have it. */
  readonly places: { readonly [side in Side]: IFunctionPlace | null };
  /** Null where calls were not counted. */
  readonly calls: IChange | null;
  readonly self: IChange;
  readonly total: IChange;
}

/** The functions of two runs. */
export interface IFunctionComparison {
  /** Those of the other run in its order, then those that only the baseline has. */
  readonly functions: readonly IComparedFunction[];
  readonly unit: Unit;
  /** What they come from: all calls, or stacks. */
  readonly from: 'calls' | 'stacks';
}

/** How the row of many that were folded is told, whatever their number. */
const FOLDED = 'folded';

/**
 * The functions of two runs, from their calls or else from their stacks.
 *
 * @returns null when there is nothing to compare
 */
export function compareFunctions(
  before: ProfileDocument,
  after: ProfileDocument
): IFunctionComparison | null {
  const files = pairFiles(before, after);
  const calls = [before, after].map(callModel);
  if (
    calls.every(({ functions }) => functions.length > 0) &&
    isComparable(before, after, 'calls')
  ) {
    return {
      functions: fromCalls(calls[0].functions, calls[1].functions, files),
      unit: 'seconds',
      from: 'calls'
    };
  }
  const [pair] = stackPairs(before, after);
  if (!pair) {
    return null;
  }
  const comparison = compareStacks(before, after, pair, files);
  const [mine, theirs] = [BEFORE, AFTER].map(
    side =>
      new Map(
        frameWeights(comparison.model, side).map(
          weight => [weight.key, weight] as const
        )
      )
  );
  const keys = [
    ...theirs.keys(),
    ...[...mine.keys()].filter(key => !theirs.has(key))
  ];
  return {
    functions: keys.map((key, index) => {
      const { after, before, frame } = comparison.frames[key];
      const [one, other] = [mine.get(key), theirs.get(key)];
      const of = (name: keyof IFrameWeight): IChange =>
        changeOfRows(one?.[name], other?.[name]);
      return {
        index,
        name: frame.name,
        has: { before: one !== undefined, after: other !== undefined },
        places: { before: placeOf(before), after: placeOf(after) },
        calls: null,
        self: of('self'),
        total: of('total')
      };
    }),
    unit: pair.unit,
    from: 'stacks'
  };
}

function fromCalls(
  before: readonly ICallFunction[],
  after: readonly ICallFunction[],
  files: IComparedFiles
): IComparedFunction[] {
  const keysOf = (
    functions: readonly ICallFunction[],
    side: Side
  ): readonly string[] =>
    functions.map(({ cellId, name, origin, path }) =>
      origin === FOLDED
        ? FOLDED
        : `${path === null ? -1 : files.idOf(side, { path, cellId })} ${name}`
    );
  // Lambdas of a file have one name: their order is that of the text.
  const [mine, theirs] = [before, after].map(functions =>
    [...functions].sort((a, b) => a.line - b.line || a.index - b.index)
  );
  return pairByKey(keysOf(mine, 'before'), keysOf(theirs, 'after')).map(
    (pair, index) => {
      const one = pair.before < 0 ? undefined : mine[pair.before];
      const other = pair.after < 0 ? undefined : theirs[pair.after];
      return {
        index,
        name: (other ?? one)!.name,
        has: { before: one !== undefined, after: other !== undefined },
        places: { before: placeOf(one), after: placeOf(other) },
        calls: changeOfRows(one?.calls, other?.calls),
        self: changeOfRows(one?.self, other?.self),
        total: changeOfRows(one?.total, other?.total)
      };
    }
  );
}

function placeOf(
  found:
    | {
        readonly path: string | null;
        readonly cellId?: string;
        readonly line: number;
      }
    | null
    | undefined
): IFunctionPlace | null {
  return found && found.path !== null
    ? { path: found.path, cellId: found.cellId, line: found.line }
    : null;
}

/** Functions whose name or file matches, and that have changed where that is asked for. */
export function filterFunctions(
  functions: readonly IComparedFunction[],
  pattern: IPattern,
  changedOnly: boolean
): IComparedFunction[] {
  return functions.filter(
    ({ name, places, self, total }) =>
      (!changedOnly || isChanged(self) || isChanged(total)) &&
      (pattern.matches(name) ||
        pattern.matches((places.after ?? places.before)?.path ?? ''))
  );
}

/** Columns that functions can be sorted by. */
const SORTED: {
  readonly [column: string]: (row: IComparedFunction) => number | null;
} = {
  calls: ({ calls }) => calls?.delta ?? null,
  selfBefore: ({ self }) => self.before,
  selfAfter: ({ self }) => self.after,
  selfChange: ({ self }) => self.delta,
  totalBefore: ({ total }) => total.before,
  totalAfter: ({ total }) => total.after,
  totalChange: ({ total }) => total.delta
};

/** What changed most in its own body: that is where something was done to it. */
export const MOST_CHANGED: ISort = { column: 'selfChange', descending: true };

/**
 * Functions in another order. Changes are sorted by how large they are, whichever way
 * they go; those without a value stand last either way.
 */
export function sortFunctions(
  functions: readonly IComparedFunction[],
  { column, descending }: ISort
): IComparedFunction[] {
  const sign = descending ? -1 : 1;
  const rows = [...functions];
  if (column === 'name') {
    return rows.sort(
      (a, b) =>
        sign * (Number(a.name > b.name) - Number(a.name < b.name)) ||
        a.index - b.index
    );
  }
  const value = SORTED[column] ?? SORTED.selfChange;
  const size = (row: IComparedFunction): number | null => {
    const found = value(row);
    return found === null ? null : Math.abs(found);
  };
  return rows.sort((a, b) => {
    const [left, right] = [size(a), size(b)];
    if (left === null || right === null) {
      return (
        Number(left === null) - Number(right === null) || a.index - b.index
      );
    }
    return sign * (left - right) || a.index - b.index;
  });
}
