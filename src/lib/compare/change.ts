/** A number of the baseline and of the other run. */
export interface IChange {
  /** Of the baseline; null where it has none. */
  readonly before: number | null;
  readonly after: number | null;
  /** `after` − `before`; null when it is not known. */
  readonly delta: number | null;
  /** `delta` as a share of `before`; null when that is not known, or nothing. */
  readonly relative: number | null;
}

/** What a difference means for the reader. */
export type Judgement =
  | 'better'
  | 'worse'
  | 'same'
  | 'more'
  | 'less'
  /** Several runs of the same differ as much. */
  | 'noise';

/** Below this share of the baseline a difference is not worth a word. */
const NOTHING = 0.01;

/** The same for times of one run each: those of equal runs differ as much by themselves. */
export const SINGLE = 0.05;

/** The change of a number that both runs may have. */
export function changeOf(before: number | null, after: number | null): IChange {
  const delta = before === null || after === null ? null : after - before;
  return {
    before,
    after,
    delta,
    relative:
      delta === null || before === null || before === 0
        ? null
        : delta / Math.abs(before)
  };
}

/**
 * The change of a number that one of the runs may have no row for: what did not run
 * took nothing.
 *
 * @param before - undefined where there is no row, null where its value is not known
 */
export function changeOfRows(
  before: number | null | undefined,
  after: number | null | undefined
): IChange {
  const both = changeOf(
    before === undefined ? 0 : before,
    after === undefined ? 0 : after
  );
  return { ...both, before: before ?? null, after: after ?? null };
}

/** Whether there is a difference; of what is not known in both runs there is none. */
export function isChanged({ after, before, delta }: IChange): boolean {
  return delta === null ? before !== after : delta !== 0;
}

/**
 * A change in one word.
 *
 * @param lowerIsBetter - null where neither is
 * @param least - share of the baseline below which it is not worth more
 * @returns null when the change is not known
 */
export function judge(
  { before, delta }: IChange,
  lowerIsBetter: boolean | null,
  least: number = NOTHING
): Judgement | null {
  if (delta === null || before === null) {
    return null;
  }
  if (delta === 0 || Math.abs(delta) < least * Math.abs(before)) {
    return 'same';
  }
  return lowerIsBetter === null
    ? delta > 0
      ? 'more'
      : 'less'
    : delta > 0 === lowerIsBetter
      ? 'worse'
      : 'better';
}
