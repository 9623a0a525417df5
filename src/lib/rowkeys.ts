/**
 * Where a key leads in a list of rows.
 *
 * @param key - as `KeyboardEvent.key` has it
 * @param index - of the active row
 * @param count - of rows, 1 or more
 * @param page - rows of a page, roughly
 * @returns the index of a row; null for a key that leads nowhere
 */
export function rowAfter(
  key: string,
  index: number,
  count: number,
  page: number
): number | null {
  const steps: { [key: string]: number } = {
    ArrowDown: index + 1,
    ArrowUp: index - 1,
    PageDown: index + page,
    PageUp: index - page,
    Home: 0,
    End: count - 1
  };
  return Object.prototype.hasOwnProperty.call(steps, key)
    ? Math.max(0, Math.min(steps[key], count - 1))
    : null;
}
