import * as fs from 'node:fs';
import * as path from 'node:path';

import { expect, test } from '@jupyterlab/galata';

import { DOCUMENTS, NotebookView } from './helpers';

const BEFORE = `class Model:
    def __init__(self):
        self.layers = [{'weights': [float(i) for i in range(3000)]} for _ in range(3)]
        self.name = 'first'
log = ['started']
`;
const CELL = `model = Model()
words = [f'word number {i}' for i in range(20000)]
log.extend(words[:100])
len(words)
`;
/** Millions of objects: measuring them takes longer than half a second. */
const HUGE = `held = [[float(i)] for i in range(1_000_000)]
`;

test('what a cell added, as a tree and a treemap', async ({
  page,
  tmpPath
}) => {
  const view = await NotebookView.create(page, tmpPath, [BEFORE, CELL]);
  await view.run(0);
  await view.select(1);
  await view.profileMenuButton.click();
  await page.getByRole('menuitem', { name: /^Objects/ }).click();
  await view.profiled(1);
  const widget = view.widget(1);
  await expect(widget).toHaveAttribute('data-profilers', 'objects');
  await expect(view.ownOutputs(1)).toHaveText(/20000/);
  await expect(
    widget.getByRole('table', { name: 'Largest variables' })
  ).toContainText('words');

  await widget.getByRole('tab', { name: 'Objects' }).click();
  const grid = widget.getByRole('treegrid', { name: 'Objects' });
  const rows = grid.locator('tbody > tr');
  const row = (name: string) =>
    rows.filter({ has: page.locator('code', { hasText: name }) });
  await expect(rows).toHaveCount(3);
  await expect(rows.first()).toContainText('words');
  await expect(rows.first()).toContainText('+');

  // With the keyboard: open, go in, go back, close.
  await row('words').focus();
  await page.keyboard.press('ArrowDown');
  await expect(row('model')).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await expect(row('model')).toHaveAttribute('aria-expanded', 'true');
  await page.keyboard.press('ArrowRight');
  await expect(row('.layers')).toBeFocused();
  await expect(row('.layers')).toHaveAttribute('aria-level', '2');
  await page.keyboard.press('ArrowRight');
  await expect(row('[1]')).toBeVisible();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await expect(row('model')).toHaveAttribute('aria-expanded', 'false');
  await expect(rows).toHaveCount(3);
  // The notebook has not taken the keys for its own.
  await expect(view.prompt(1)).toHaveText('[2]:');

  const picture = widget.getByRole('region', {
    name: 'Picture of the objects'
  });
  const tiles = picture.locator('g.slice');
  await expect(tiles.first()).toBeVisible();
  // Its head: what is in it covers the rest.
  await tiles
    .filter({ hasText: '[1]' })
    .first()
    .click({ position: { x: 6, y: 8 } });
  await expect(
    grid.locator('tr[aria-selected="true"]').locator('code').first()
  ).toHaveText('[1]');
  await expect(row('model')).toHaveAttribute('aria-expanded', 'true');
  await row('model').first().click();
  await picture.getByRole('button', { name: 'Zoom to model' }).click();
  await expect(picture).toContainText('Shown: model.');
  await picture.getByRole('button', { name: 'Reset zoom' }).click();

  await widget.getByRole('button', { name: 'Export' }).click();
  const download = page.waitForEvent('download');
  await widget.getByRole('menuitem', { name: /Objects as a table/ }).click();
  const text = fs.readFileSync(await (await download).path(), 'utf8');
  expect(text).toMatch(/^variable,path,type,size_bytes/);
  expect(text).toContain('model,.layers,list,');
});

test.describe('with an interrupt', () => {
  // Galata's stand-in for kernels expects an answer to an interrupt; there is none.
  test.use({ kernels: null, sessions: null });

  test('long measuring says so, and an interrupt ends it alone', async ({
    page,
    tmpPath
  }) => {
    const view = await NotebookView.create(page, tmpPath, [HUGE, '1 + 1']);
    await view.run(0);
    await view.select(1);
    const run = view.execute('cell-profiler:run', {
      profilers: ['objects'],
      options: { objects: { seconds: 60 } }
    });
    await expect(view.cell(1)).toContainText('Measuring an object', {
      timeout: 60000
    });
    await view.toolbar.getByRole('button', { name: 'Stop profiling' }).click();
    await run;
    await view.profiled(1);
    await expect(view.cell(1)).not.toContainText('Measuring an object');
    const widget = view.widget(1);
    await expect(widget).toContainText('was interrupted, the cell was not');
    await expect(widget).toContainText('≥');
    await expect(view.ownOutputs(1)).toHaveText(/2/);
  });
});

test('%asizeof shows its object', async ({ page, tmpPath }) => {
  const view = await NotebookView.create(page, tmpPath, [
    '%load_ext jupyterlab_cell_profiler',
    "%asizeof {'key': ['x' * 1000, 2.5]}"
  ]);
  await view.run(0);
  await view.run(1);
  const widget = view.widget(1);
  await expect(widget.getByRole('tab', { name: 'Summary' })).toBeVisible();
  await widget.getByRole('tab', { name: 'Objects' }).click();
  await expect(widget.getByRole('treegrid')).toContainText("['key']");
});

test('pictures of objects', async ({ page, tmpPath }) => {
  const file = 'objects-cell.cellprofile.json';
  await page.contents.uploadFile(
    path.join(DOCUMENTS, file),
    `${tmpPath}/${file}`
  );
  await page.evaluate(async path => {
    await window.jupyterapp.commands.execute('docmanager:open', { path });
  }, `${tmpPath}/${file}`);
  const widget = page.locator('.jp-CellProfiler-output');
  await expect(widget).toBeVisible();
  await page.sidebar.close('left');
  await page.setViewportSize({ width: 1280, height: 1000 });
  const shoot = (name: string) =>
    page.screenshot({ path: `test-results/pictures/objects-${name}.png` });
  for (const [name, theme] of [
    ['light', 'JupyterLab Light'],
    ['dark', 'JupyterLab Dark']
  ]) {
    await page.theme.setTheme(theme);
    await widget.getByRole('tab', { name: 'Summary' }).click();
    await shoot(`${name}-summary`);
    await widget.getByRole('tab', { name: 'Objects' }).click();
    await expect(widget.locator('g.slice').first()).toBeVisible();
    const open = widget.getByRole('button', { name: 'Open model' });
    if (await open.count()) {
      await open.click();
    }
    await shoot(name);
  }
  await page.theme.setLightTheme();
  await page.setViewportSize({ width: 700, height: 1000 });
  // The picture follows.
  await expect
    .poll(() =>
      widget
        .locator('svg.main-svg')
        .first()
        .evaluate(svg => svg.clientWidth)
    )
    .toBeLessThan(700);
  await shoot('narrow');
});
