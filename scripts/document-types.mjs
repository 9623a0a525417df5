/**
 * Generate src/document.ts from the JSON Schema, the only source of truth.
 *
 * `--check` writes nothing and fails when the committed file is out of date.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { compileFromFile } from 'json-schema-to-typescript';
import prettier from 'prettier';

const schema = 'jupyterlab_cell_profiler/document.schema.json';
const output = 'src/document.ts';

const options = await prettier.resolveConfig(output);
const generated = await compileFromFile(schema, {
  bannerComment: `/**\n * Generated from ${schema} by \`jlpm document:types\`: do not edit.\n */`,
  unreachableDefinitions: true,
  // JSON Schema cannot name these without them becoming part of the contract.
  format: false
});
const text = await prettier.format(generated, {
  ...options,
  parser: 'typescript'
});

if (process.argv.includes('--check')) {
  const committed = await readFile(output, 'utf8').catch(() => '');
  if (committed !== text) {
    console.error(
      `${output} does not match ${schema}: run 'jlpm document:types' and commit it.`
    );
    process.exit(1);
  }
} else {
  await writeFile(output, text);
}
