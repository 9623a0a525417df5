import * as path from 'node:path';

import { expect, test } from '@jupyterlab/galata';

import { DOCUMENTS, NotebookView } from './helpers';

/** Touches 60 MB for the first time, then sleeps. */
const CELL = `import time
kept = b'x' * 60_000_000
time.sleep(0.4)
len(kept)
`;

test('counters of a cell, by the menu', async ({ page, tmpPath }) => {
  const view = await NotebookView.create(page, tmpPath, [CELL]);
  await view.select(0);
  await view.profileMenuButton.click();
  await page.getByRole('menuitem', { name: /^Counters/ }).click();
  await view.profiled(0);
  const widget = view.widget(0);
  await expect(widget).toHaveAttribute('data-profilers', 'counters');
  await expect(view.ownOutputs(0)).toContainText('60000000');

  await widget.getByRole('button', { name: 'Show all counters' }).click();
  const panel = widget.getByRole('tabpanel');
  await expect(widget.getByRole('tab', { name: 'Counters' })).toHaveAttribute(
    'aria-selected',
    'true'
  );
  const row = (name: string) => panel.locator(`li[data-name="${name}"]`);
  await expect(row('wall')).toContainText('it waited');
  await expect(row('minor_faults')).toContainText('lazily');
  await expect(panel.getByRole('region', { name: 'Switches' })).toContainText(
    'voluntary switches'
  );

  // A machine counts cycles, or says why not; it never says 0.
  const cycles = row('cycles').locator('.jp-CellProfiler-counterValue');
  await expect(cycles).not.toHaveText('0');

  await test.step('a figure is explained when it is pressed', async () => {
    const summary = row('minor_faults').locator('summary');
    await expect(row('minor_faults').getByText('when it is used')).toBeHidden();
    await summary.focus();
    await page.keyboard.press('Enter');
    await expect(
      row('minor_faults').getByText('when it is used')
    ).toBeVisible();
    // The notebook has not taken the key for its own.
    await expect(view.prompt(0)).toHaveText('[1]:');
  });
});

test('a statement that runs several times', async ({ page, tmpPath }) => {
  const view = await NotebookView.create(page, tmpPath, [
    '%load_ext jupyterlab_cell_profiler',
    '%profile counters -r 3 sum(range(300_000))'
  ]);
  await page.notebook.run();
  await view.profiled(1);
  const widget = view.widget(1);
  await widget.getByRole('tab', { name: 'Counters' }).click();
  await expect(
    widget.getByRole('tabpanel').locator('li[data-name="wall"]')
  ).toContainText(/each run .* ± /);
});

test('pictures of counters', async ({ page, tmpPath }) => {
  await page.sidebar.close('left');
  for (const name of ['counters-cell', 'counters-unsupported']) {
    const file = `${name}.cellprofile.json`;
    await page.contents.uploadFile(
      path.join(DOCUMENTS, file),
      `${tmpPath}/${file}`
    );
    await page.evaluate(async path => {
      await window.jupyterapp.commands.execute('docmanager:open', { path });
    }, `${tmpPath}/${file}`);
    const widget = page.locator(
      '.jp-Document:not(.lm-mod-hidden) .jp-CellProfiler-output'
    );
    await widget.getByRole('tab', { name: 'Counters' }).click();
    for (const theme of ['light', 'dark']) {
      await (theme === 'dark'
        ? page.theme.setDarkTheme()
        : page.theme.setLightTheme());
      for (const width of [1100, 500]) {
        await page.setViewportSize({ width, height: 1400 });
        await expect(
          widget.getByRole('region', { name: 'Processor' })
        ).toBeVisible();
        // Nothing is wider than the page.
        expect(
          await widget.evaluate(node => node.scrollWidth - node.clientWidth)
        ).toBeLessThanOrEqual(0);
        await page.screenshot({
          path: `test-results/pictures/${name}-${theme}-${width}.png`
        });
      }
    }
    await page.setViewportSize({ width: 1280, height: 720 });
    await page.activity.closePanel(file);
  }
});
