import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import type { ProfileDocument } from '../document';
import { readDocument } from '../lib/validate';

const FOLDER = join(
  __dirname,
  '../../jupyterlab_cell_profiler/tests/data/documents'
);

const ENDING = '.cellprofile.json';

/** Names of the golden documents that are right. */
export const GOLDEN: readonly string[] = readdirSync(FOLDER)
  .filter(name => name.endsWith(ENDING))
  .map(name => name.slice(0, -ENDING.length));

/** Names of the files that are broken on purpose. */
export const BROKEN: readonly string[] = readdirSync(join(FOLDER, 'broken'));

/** The text of a golden document. */
export function goldenText(name: string): string {
  return readFileSync(join(FOLDER, name + ENDING), 'utf-8');
}

/** The text of a broken file. */
export function brokenText(name: string): string {
  return readFileSync(join(FOLDER, 'broken', name), 'utf-8');
}

/** A golden document, checked. */
export function golden(name: string): ProfileDocument {
  const result = readDocument(goldenText(name));
  if ('problem' in result) {
    throw new Error(`${name}: ${JSON.stringify(result.problem)}`);
  }
  return result.document;
}
