import { lastPart } from './rows';

/** Where a frame or a row is. */
export interface IPlace {
  readonly file: string;
  readonly line: number;
  readonly cellId?: string;
}

/**
 * The path under which a navigator may find a file.
 *
 * @param file - as a dump has it: absolute, below `~/`, or the name of what is no file
 * @param serverRoot - the server's root on its machine; may begin with `~`
 * @returns null when it stands nowhere that Jupyter serves
 */
export function filePath(file: string, serverRoot: string): string | null {
  if (!file.startsWith('~/')) {
    // A relative one is relative to a folder that nobody knows here.
    return file.startsWith('/') || /^[A-Za-z]:[\\/]/.test(file) ? file : null;
  }
  const root = `${serverRoot.replace(/\/+$/, '')}/`;
  return root.startsWith('~/') && file.startsWith(root)
    ? file.slice(root.length)
    : null;
}

/** What a person calls the file: `In [7]`, `train.py`. */
export function shortFile(file: string): string {
  return lastPart(file.replace(/\\/g, '/'));
}
