/** What belongs together of two lists; -1 where the other has nothing. */
export interface IPair {
  readonly before: number;
  readonly after: number;
}

/**
 * Put the entries of two lists together by their keys: of several with the same key the
 * first with the first, the second with the second. Each entry is in one pair.
 *
 * @returns in the order of `after`; those that only `before` has at the end
 */
export function pairByKey(
  before: readonly string[],
  after: readonly string[]
): IPair[] {
  const waiting = new Map<string, number[]>();
  before.forEach((key, index) => {
    const known = waiting.get(key);
    if (known) {
      known.push(index);
    } else {
      waiting.set(key, [index]);
    }
  });
  // From the end, which is the fast one of an array.
  waiting.forEach(indices => indices.reverse());
  const pairs = after.map((key, index) => ({
    before: waiting.get(key)?.pop() ?? -1,
    after: index
  }));
  const taken = new Set(pairs.map(pair => pair.before));
  before.forEach((_, index) => {
    if (!taken.has(index)) {
      pairs.push({ before: index, after: -1 });
    }
  });
  return pairs;
}
