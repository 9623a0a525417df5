/**
 * Where a file that the kernel knows stands among those that Jupyter serves.
 *
 * The path is a stranger's: anything but a plain path that stays below the
 * server's root is refused, URLs of any kind included.
 *
 * @param path - as the document has it: absolute on the kernel's machine, or
 *   relative to the folder of the notebook
 * @param from - path in Jupyter of the notebook or file that holds the profile
 * @param serverRoot - the server's root on its machine; may begin with `~`
 * @returns the path in Jupyter, or null when the file is not there
 */
export function contentsPath(
  path: string,
  from: string,
  serverRoot: string
): string | null {
  const isWindows = /^[A-Za-z]:[\\/]/.test(path) || path.startsWith('\\\\');
  const plain = isWindows ? path.replace(/\\/g, '/') : path;
  const isAbsolute = isWindows || plain.startsWith('/');
  if (
    plain.length > LONGEST ||
    // A scheme, or the name of another drive of Jupyter's contents.
    (!isWindows && plain.split('/')[0].includes(':')) ||
    hasControlCharacter(plain) ||
    // `In [3]`, `<string>`, `statement`: names of what is no file.
    !/\.\w+$/.test(plain) ||
    plain.startsWith('<')
  ) {
    return null;
  }
  if (isAbsolute) {
    if (serverRoot === '') {
      return null;
    }
    const below = belowRoot(plain, serverRoot.replace(/\/+$/, ''), isWindows);
    return below === null ? null : normalized(below);
  }
  // `drive:folder/notebook.ipynb`
  const [, drive, local] = /^([^/:]+:)?(.*)$/s.exec(from) ?? ['', '', '', ''];
  const folder = (local ?? '').split('/').slice(0, -1).join('/');
  const inDrive = normalized(`${folder}/${plain}`);
  return inDrive === null ? null : `${drive ?? ''}${inDrive}`;
}

/**
 * What the relative paths of a document's files are relative to, as `from` for
 * {@link contentsPath}.
 *
 * Those of a script are relative to the folder of the script, whose own path is as
 * the server has it or, where a kernel did not know that, relative to the notebook.
 *
 * @param from - path in Jupyter of the notebook that holds the profile; empty where it
 *   stands in no notebook
 */
export function basePath(
  target: { readonly kind: string; readonly path?: string },
  from: string,
  serverRoot: string
): string {
  const { kind, path = '' } = target;
  if (kind === 'script') {
    return contentsPath(path, from, serverRoot) ?? from;
  }
  return from || path;
}

/** Characters; longer than any file system takes. */
const LONGEST = 4096;

/** Home folders as they are by default, since a browser is not told the real one. */
const HOMES = [
  '/home/[^/]+',
  '/var/home/[^/]+',
  '/Users/[^/]+',
  '/root',
  '[A-Za-z]:/Users/[^/]+'
];

function belowRoot(
  path: string,
  root: string,
  ignoreCase: boolean
): string | null {
  if (root === '~' || root.startsWith('~/')) {
    const rest = root.slice(1);
    const home = new RegExp(`^(?:${HOMES.join('|')})(/.*)$`).exec(path);
    return home ? belowRoot(home[1], rest, ignoreCase) : null;
  }
  const fold = (text: string): string =>
    ignoreCase ? text.toLowerCase() : text;
  return fold(path).startsWith(fold(`${root}/`))
    ? path.slice(root.length + 1)
    : null;
}

/** Without `.`, `..` and doubled slashes; null when it leaves the root. */
function normalized(path: string): string | null {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') {
      if (parts.pop() === undefined) {
        return null;
      }
    } else if (part !== '' && part !== '.') {
      parts.push(part);
    }
  }
  return parts.length === 0 ? null : parts.join('/');
}

function hasControlCharacter(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) < 32) {
      return true;
    }
  }
  return false;
}
