import * as fs from 'node:fs';
import * as path from 'node:path';

import type { CallsSection } from '../document';
import { collapsedStacks } from '../lib/collapsed';
import { pstatsBytes } from '../lib/pstats';
import { speedscopeFile } from '../lib/speedscope';
import { golden } from './golden';
import { stacksOf } from './stacks.documents';

/** What we export, which `test_opening_convert.py` opens again. */
const FOLDER = path.resolve(
  __dirname,
  '../../jupyterlab_cell_profiler/tests/data/raw/opening-exports'
);

/** The file as it is committed; written anew where `UPDATE_EXPORTS` is set. */
function committed(name: string, bytes: Uint8Array): Uint8Array {
  const file = path.join(FOLDER, name);
  if (process.env.UPDATE_EXPORTS) {
    fs.mkdirSync(FOLDER, { recursive: true });
    fs.writeFileSync(file, bytes);
  }
  return new Uint8Array(fs.readFileSync(file));
}

const encoded = (text: string): Uint8Array =>
  new Uint8Array(Buffer.from(text, 'utf8'));

describe('exports that are opened again', () => {
  it.each(['stacks-cell', 'stacks-threads'])('has those of %s', name => {
    const speedscope = encoded(JSON.stringify(speedscopeFile(golden(name))));
    expect(committed(`${name}.speedscope.json`, speedscope)).toEqual(
      speedscope
    );
    const collapsed = encoded(
      collapsedStacks(stacksOf(name), golden(name).files)
    );
    expect(committed(`${name}.collapsed`, collapsed)).toEqual(collapsed);
  });

  it('has the statistics of functions', () => {
    const { files, sections } = golden('functions-cell');
    const calls = sections.find(
      (section): section is CallsSection => section.kind === 'calls'
    )!;
    const bytes = new Uint8Array(pstatsBytes(calls, files));
    expect(committed('functions-cell.prof', bytes)).toEqual(bytes);
  });
});
