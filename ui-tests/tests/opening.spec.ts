import * as fs from 'node:fs';
import * as path from 'node:path';

import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import { expect, test } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';

import { REPOSITORY } from './helpers';
import { reload } from './history-view';

/** Files that other tools wrote. */
const FILES = path.join(
  REPOSITORY,
  'jupyterlab_cell_profiler/tests/data/raw/opening'
);

const tab = (page: IJupyterLabPageFixture): Locator =>
  page.locator('.jp-Document:not(.lm-mod-hidden) .jp-CellProfiler-foreign');

async function doubleClick(
  page: IJupyterLabPageFixture,
  name: string
): Promise<Locator> {
  await page
    .locator('.jp-DirListing-item')
    .filter({ has: page.getByText(name, { exact: true }) })
    .dblclick();
  await expect(tab(page)).toBeVisible();
  return tab(page);
}

test('files of other tools open on a double click', async ({
  page,
  tmpPath
}) => {
  const names = [
    'work.prof',
    'threads.speedscope.json',
    'counted.lprof',
    'mprofile_children.dat',
    'memray-memory.bin.gz'
  ];
  for (const name of [...names, 'pyinstrument.json']) {
    await page.contents.uploadFile(
      path.join(FILES, name),
      `${tmpPath}/${name}`
    );
  }
  await page.filebrowser.refresh();
  const labels = ['Functions', 'Flame', 'Lines', 'Memory', 'Memory'];
  for (const [index, name] of names.entries()) {
    const shown = await doubleClick(page, name);
    await expect(shown).toContainText(`${name} (`);
    await shown.getByRole('tab', { name: labels[index] }).click();
    await expect(shown.getByRole('tabpanel')).toBeVisible();
    if (process.env.SHOTS) {
      await page.screenshot({ path: `${process.env.SHOTS}/${name}.png` });
      await shown.getByRole('tab', { name: 'Summary' }).click();
      await page.screenshot({ path: `${process.env.SHOTS}/${name}-s.png` });
    }
    await page.activity.closePanel(name);
  }

  await test.step('they are in the history', async () => {
    const place = encodeURIComponent(`${tmpPath}/work.prof`);
    await expect
      .poll(async () => {
        const address = `/cell-profiler/api/runs?path=${place}`;
        const answer = await page.request.get(address);
        return ((await answer.json()) as { total: number }).total;
      })
      .toBe(1);
  });

  await test.step('the command opens what has a common ending', async () => {
    await page.evaluate(async file => {
      await window.jupyterapp.commands.execute('cell-profiler:open', {
        path: file
      });
    }, `${tmpPath}/pyinstrument.json`);
    await expect(tab(page)).toContainText('pyinstrument.json (pyinstrument)');
  });

  await test.step('without a path it asks', async () => {
    void page.evaluate(() => {
      void window.jupyterapp.commands.execute('cell-profiler:open');
    });
    const dialog = page.getByRole('dialog');
    await dialog.getByText('work.prof', { exact: true }).click();
    await dialog.getByRole('button', { name: /^(Select|Open)$/ }).click();
    await expect(tab(page)).toContainText('work.prof (cProfile)');
  });
});

test('a tab comes back when the page is loaded again', async ({
  page,
  tmpPath
}) => {
  await page.contents.uploadFile(
    path.join(FILES, 'work.prof'),
    `${tmpPath}/work.prof`
  );
  await page.filebrowser.refresh();
  await doubleClick(page, 'work.prof');
  await expect(tab(page)).toContainText('work.prof (cProfile)');
  // The layout is saved when nothing has changed for a moment.
  await page.waitForTimeout(1000);
  await reload(page);
  await expect(tab(page)).toContainText('work.prof (cProfile)', {
    timeout: 30000
  });
});

test('a file that is broken has a sentence, and can be mended', async ({
  page,
  tmpPath
}) => {
  const file = `${tmpPath}/broken.prof`;
  await page.contents.uploadContent('no profile', 'text', file);
  await page.filebrowser.refresh();
  const shown = await doubleClick(page, 'broken.prof');
  await expect(shown.getByRole('alert')).toHaveText(
    /^broken\.prof is no whole profile of pstats: .*\.$/
  );
  await page.contents.uploadContent(
    fs.readFileSync(path.join(FILES, 'work.prof')).toString('base64'),
    'base64',
    file
  );
  await page.evaluate(async () => {
    await window.jupyterapp.commands.execute('docmanager:reload');
  });
  await expect(shown).toContainText('broken.prof (cProfile)');
});
