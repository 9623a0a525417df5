import * as fs from 'node:fs';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';

import { expect, test } from '@jupyterlab/galata';
import type { BrowserContext, Page } from '@playwright/test';
import Ajv from 'ajv';

import { DOCUMENTS, openGolden, openProfile, save } from './helpers';

/** The release of speedscope, as its package has it. */
const RELEASE = path.join(
  path.dirname(require.resolve('speedscope/package.json')),
  'dist/release'
);

/** Seconds that a number in speedscope stands for. */
const UNITS: { readonly [unit: string]: number } = {
  s: 1,
  ms: 1e-3,
  µs: 1e-6,
  ns: 1e-9
};

/** A file of speedscope without a profile. */
const EMPTY = JSON.stringify({
  $schema: 'https://www.speedscope.app/file-format-schema.json',
  shared: { frames: [] },
  profiles: []
});

interface IStacks {
  readonly kind: string;
  readonly samples: number;
  readonly threads: readonly string[];
  readonly frames: { readonly name: readonly string[] };
  readonly nodes: {
    readonly frame: readonly number[];
    readonly self: readonly number[];
    readonly thread: readonly number[];
  };
  timeline?: unknown;
}

interface IDocument {
  readonly title: string;
  readonly sections: IStacks[];
}

function read(name: string): IDocument {
  const file = path.join(DOCUMENTS, `${name}.cellprofile.json`);
  return JSON.parse(fs.readFileSync(file, 'utf8'));
}

const stacksOf = ({ sections }: IDocument): IStacks =>
  sections.find(({ kind }) => kind === 'stacks')!;

/** Seconds of each function itself, in one thread or in all. */
function ownTimes(
  { frames, nodes }: IStacks,
  thread: number | null
): { [name: string]: number } {
  const times: { [name: string]: number } = {};
  nodes.self.forEach((self, node) => {
    if (self > 0 && (thread ?? nodes.thread[node]) === nodes.thread[node]) {
      const name = frames.name[nodes.frame[node]];
      times[name] = (times[name] ?? 0) + self;
    }
  });
  return times;
}

/** Give a file to speedscope, in a page of its own, as a person does who browses for it. */
async function openInSpeedscope(
  context: BrowserContext,
  { name, text }: { readonly name: string; readonly text: string }
): Promise<Page> {
  const page = await context.newPage();
  await page.goto(pathToFileURL(path.join(RELEASE, 'index.html')).href);
  await page
    .locator('input[type=file]')
    .setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });
  return page;
}

/** Whether the first box of the picture is this one: what stands beside the pointer. */
async function expectFirstBox(page: Page, text: RegExp): Promise<void> {
  await expect(page.locator('canvas').first()).toBeVisible();
  await expect(async () => {
    // Below the small picture and the axis; it may not be drawn yet.
    await page.mouse.move(40, 149);
    await page.mouse.move(41, 150);
    await expect(page.locator('body')).toHaveText(text, { timeout: 500 });
  }).toPass({ timeout: 15000 });
}

/** Seconds of each function itself, as speedscope's table has them. */
async function tableOf(page: Page): Promise<{ [name: string]: number }> {
  const rows = await page
    .locator('table tr')
    .evaluateAll(rows =>
      rows.map(row => Array.from(row.children, cell => cell.textContent ?? ''))
    );
  const found: { [name: string]: number } = {};
  for (const [, own, label] of rows) {
    const [, number, unit] = /^\s*([\d.]+)\s*([mµn]?s?) \(/.exec(own) ?? [];
    // Collapsed stacks have the place in the name.
    const name = label.replace(/ \(.*:\d+\)$/, '');
    if (number !== undefined && Number(number) > 0) {
      found[name] = (found[name] ?? 0) + Number(number) * (UNITS[unit] ?? 1);
    }
  }
  return found;
}

/** Whether the table has these numbers, to the digits that it shows. */
async function expectTable(
  page: Page,
  expected: { readonly [name: string]: number }
): Promise<void> {
  await page.getByText('Sandwich').click();
  await expect
    .poll(() => tableOf(page))
    .toEqual(
      Object.fromEntries(
        Object.entries(expected).map(([name, value]) => [
          name,
          expect.closeTo(value, 4)
        ])
      )
    );
}

/** What speedscope's own schema has against a file; a sentence. */
function problemsOf(text: string): string {
  const schema = path.join(RELEASE, 'file-format-schema.json');
  const ajv = new Ajv({ strict: false });
  ajv.validate(JSON.parse(fs.readFileSync(schema, 'utf8')), JSON.parse(text));
  return ajv.errorsText();
}

/** Whether each thread is a profile, with its time and those of its functions. */
async function expectThreads(page: Page, document: IDocument): Promise<void> {
  await expect(page).toHaveTitle(`${document.title} - speedscope`);
  const section = stacksOf(document);
  const body = page.locator('body');
  const { length } = section.threads;
  for (const [index, thread] of section.threads.entries()) {
    const times = ownTimes(section, index);
    const whole = Object.values(times).reduce((sum, time) => sum + time, 0);
    if (length > 1) {
      // Of the list with all profiles.
      await expect(body).toContainText(
        `${index + 1}${thread}${(1000 * whole).toFixed(2)}ms`
      );
    }
    const place = length > 1 ? ` (${index + 1}/${length})` : '';
    await expect(body).toContainText(`Sandwich${thread}${place}`);
    await expectTable(page, times);
    await page.keyboard.press('n');
  }
}

for (const name of ['stacks-cell', 'stacks-threads']) {
  test(`${name} opens in speedscope itself`, async ({ page, tmpPath }) => {
    const document = read(name);
    const widget = await openGolden(page, tmpPath, name);
    const file = await save(page, widget, /speedscope/);
    expect(file.name).toBe(`${document.title}.speedscope.json`);
    expect(problemsOf(file.text)).toBe('No errors');

    const viewer = await openInSpeedscope(page.context(), file);
    await expectFirstBox(viewer, /ms \(\d+%\) <module>\s*In \[\d\]:\d+/);
    await viewer.screenshot({
      path: `test-results/pictures/speedscope-${name}.png`
    });
    await expectThreads(viewer, document);
  });
}

test('stacks without times open in speedscope as a merged tree', async ({
  page,
  tmpPath
}) => {
  const document = read('stacks-threads');
  delete stacksOf(document).timeline;
  const widget = await openProfile(
    page,
    `${tmpPath}/merged.cellprofile.json`,
    JSON.stringify(document)
  );
  const file = await save(page, widget, /speedscope/);
  expect(problemsOf(file.text)).toBe('No errors');
  expect(JSON.parse(file.text).profiles[0].type).toBe('evented');

  const viewer = await openInSpeedscope(page.context(), file);
  await expectFirstBox(viewer, /ms \(100%\) <module>\s*In \[\d\]:\d+/);
  await expectThreads(viewer, document);
});

test('collapsed stacks open in speedscope itself', async ({
  page,
  tmpPath
}) => {
  const section = stacksOf(read('stacks-threads'));
  const widget = await openGolden(page, tmpPath, 'stacks-threads');
  const file = await save(page, widget, /flamegraph/);
  const viewer = await openInSpeedscope(page.context(), file);
  await expect(viewer).toHaveTitle(`${file.name} - speedscope`);
  await expectFirstBox(viewer, /26 \(34%\) the cell\s*$/);
  // Samples; they all stand for the same time.
  const times = ownTimes(section, null);
  const whole = Object.values(times).reduce((sum, time) => sum + time, 0);
  await expectTable(
    viewer,
    Object.fromEntries(
      Object.entries(times).map(([name, time]) => [
        name,
        Math.round((time / whole) * section.samples)
      ])
    )
  );
});

test('what breaks the schema of speedscope is found', () => {
  const file = { ...JSON.parse(EMPTY), profiles: [{ type: 'sampled' }] };
  expect(problemsOf(EMPTY)).toBe('No errors');
  expect(problemsOf(JSON.stringify(file))).toContain('profiles/0');
});
