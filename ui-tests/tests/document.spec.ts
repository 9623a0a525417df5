import * as fs from 'node:fs';
import * as path from 'node:path';

import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import { expect, test } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';

import { DOCUMENTS } from './helpers';

/** Sections that make a tab of their own; `totals` makes the Summary. */
const TABS: Record<string, string> = {
  totals: 'Summary',
  lines: 'Lines',
  calls: 'Functions',
  objects: 'Objects'
};

interface IDocument {
  title: string;
  sections: { kind: string }[];
}

const BROKEN = path.join(DOCUMENTS, 'broken');
const list = (folder: string) =>
  fs
    .readdirSync(folder)
    .filter(name => name.endsWith('.cellprofile.json'))
    .sort();
const good = list(DOCUMENTS);
const broken = list(BROKEN);

/** Open files of the working folder one after the other, by double clicks. */
async function openEach(
  page: IJupyterLabPageFixture,
  names: readonly string[],
  check: (name: string, widget: Locator) => Promise<void>
): Promise<void> {
  await page.filebrowser.refresh();
  for (const name of names) {
    await test.step(name, async () => {
      await page
        .locator('.jp-DirListing-item')
        .filter({ has: page.getByText(name, { exact: true }) })
        .dblclick();
      const widget = page.locator(
        '.jp-Document:not(.lm-mod-hidden) .jp-CellProfiler-output'
      );
      await expect(widget).toBeVisible();
      await check(name, widget);
      await page.activity.closePanel(name);
    });
  }
}

test('there are golden documents, good and broken', () => {
  expect(good.length).toBeGreaterThan(5);
  expect(broken.length).toBeGreaterThan(3);
});

test('golden documents open on a double click, without a kernel', async ({
  page,
  tmpPath
}) => {
  for (const name of good) {
    await page.contents.uploadFile(
      path.join(DOCUMENTS, name),
      `${tmpPath}/${name}`
    );
  }
  await openEach(page, good, async (name, widget) => {
    const content = fs.readFileSync(path.join(DOCUMENTS, name), 'utf8');
    const document = JSON.parse(content) as IDocument;
    await expect(widget).toContainText(document.title);
    for (const [kind, label] of Object.entries(TABS)) {
      const has = document.sections.some(section => section.kind === kind);
      await expect(widget.getByRole('tab', { name: label })).toHaveCount(
        has ? 1 : 0
      );
    }
  });
  // The history has them, but for those that must not be kept.
  for (const name of good.filter(name => !name.startsWith('hostile'))) {
    const content = fs.readFileSync(path.join(DOCUMENTS, name), 'utf8');
    const { id } = JSON.parse(content) as { id: string };
    await expect
      .poll(async () => {
        const run = await page.request.get(`/cell-profiler/api/runs/${id}`);
        return `${name}: ${run.status()}`;
      })
      .toBe(`${name}: 200`);
  }
  const sessions = await page.request.get('/api/sessions');
  const own = ((await sessions.json()) as { path: string }[]).filter(session =>
    session.path.startsWith(tmpPath)
  );
  expect(own).toEqual([]);
});

test('broken documents say what is wrong, in a sentence', async ({
  page,
  tmpPath
}) => {
  for (const name of broken) {
    await page.contents.uploadFile(
      path.join(BROKEN, name),
      `${tmpPath}/${name}`
    );
  }
  await openEach(page, broken, async (_, widget) => {
    await expect(widget).toHaveText(/^This .*\.$/);
    await expect(widget.getByRole('tab')).toHaveCount(0);
  });
});

test('a document from a stranger runs no script', async ({ page, tmpPath }) => {
  const markup = '<img src=x onerror="window.wasHere = true"><b>bold</b>';
  const document = JSON.parse(
    fs.readFileSync(path.join(DOCUMENTS, 'lines-cell.cellprofile.json'), 'utf8')
  );
  document.title = markup;
  for (const file of document.files) {
    file.path = `${file.path}${markup}`;
    file.source = (file.source ?? []).map(() => markup);
  }
  for (const section of document.sections) {
    if ('name' in section) {
      section.name = markup;
    }
    for (const item of section.items ?? []) {
      item.label = markup;
      item.help = markup;
    }
  }
  const file = `${tmpPath}/stranger.cellprofile.json`;
  await page.contents.uploadContent(JSON.stringify(document), 'text', file);
  await page.evaluate(async path => {
    await window.jupyterapp.commands.execute('docmanager:open', { path });
  }, file);
  const widget = page.locator('.jp-CellProfiler-output');
  await expect(widget).toContainText(markup);
  for (const tab of await widget.getByRole('tab').all()) {
    await tab.click();
    await expect(widget.locator('img, b, script')).toHaveCount(0);
  }
  expect(await page.evaluate(() => 'wasHere' in window)).toBe(false);
});
