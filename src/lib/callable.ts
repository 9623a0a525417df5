/** Characters; longer than a name that anybody writes. */
const LONGEST = 500;

/** `name` or `name.attribute`: nothing that runs more than a look-up. */
const DOTTED = /^[_\p{ID_Start}]\p{ID_Continue}*(\.[_\p{ID_Start}]\p{ID_Continue}*)*$/u;

/**
 * The expression by which the kernel finds a function in the user's namespace, as
 * `-f` of `%lprun` takes it.
 *
 * The kernel evaluates it, and the name is a stranger's: nothing but dotted names
 * passes.
 *
 * @param name - qualified name; of one defined inside a function, that function is
 *   meant, since only it has a name, and what it defines is measured with it
 * @returns null for what has no name to look up, as `<module>` or `<lambda>`
 */
export function callableExpression(name: string): string | null {
  const outermost = name.slice(0, LONGEST + 1).split('.<locals>', 1)[0];
  return outermost.length <= LONGEST && DOTTED.test(outermost)
    ? outermost
    : null;
}
