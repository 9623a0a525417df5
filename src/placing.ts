import { PageConfig } from '@jupyterlab/coreutils';
import type { ProfileDocument } from './document';
import { contentsPath } from './lib/paths';

/**
 * The document as one of the cell that holds it.
 *
 * A copied cell gets a new id and keeps its outputs; their profile speaks of the
 * original, but what it says is as true of the copy. And a notebook that was
 * executed without a front end (nbconvert, papermill) knew no ids.
 */
export function adopted(
  document: ProfileDocument,
  cellId: string
): ProfileDocument {
  const { target, files } = document;
  if (target.kind !== 'cell' || target.cellId === cellId) {
    return document;
  }
  return {
    ...document,
    target: { ...target, cellId },
    files: files.map((file, index) =>
      index === 0 ||
      (file.cellId !== undefined && file.cellId === target.cellId)
        ? { ...file, cellId }
        : file
    )
  };
}

/**
 * The document with the place where it was found: the kernel does not know the
 * notebook's path, and a statement not its cell.
 */
export function placed(
  document: ProfileDocument,
  path: string,
  cellId: string
): ProfileDocument {
  const { target, ...rest } = adopted(document, cellId);
  if (target.kind === 'script') {
    // By a magic: the path is relative to the notebook, and the run is not the cell's.
    const root = PageConfig.getOption('serverRoot');
    const served = contentsPath(target.path ?? '', path, root);
    return served === null
      ? document
      : { ...rest, target: { ...target, path: served } };
  }
  return { ...rest, target: { path, cellId, ...target } };
}
