import * as fs from 'node:fs';
import * as path from 'node:path';

import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import { expect, test } from '@jupyterlab/galata';

import { DOCUMENTS, NotebookView, SLOW_CELL } from './helpers';
import { API, HistoryView, reload } from './history-view';

/** Long enough that sampling sees its lines. */
const CELL = SLOW_CELL.replace('work(300)', 'work(1500)');

/** The same with a third of the work. */
const FASTER_CELL = CELL.replace('20000', '6000');

async function setSource(
  page: IJupyterLabPageFixture,
  source: string
): Promise<void> {
  await page.evaluate(text => {
    const panel = window.jupyterapp.shell.currentWidget as unknown as {
      model: { cells: { get(index: number): { sharedModel: ISource } } };
    };
    panel.model.cells.get(0).sharedModel.setSource(text);
  }, source);
}

interface ISource {
  setSource(text: string): void;
}

/** A cell that was profiled, made faster and profiled again. */
async function twoRuns(
  page: IJupyterLabPageFixture,
  folder: string
): Promise<{ view: NotebookView; history: HistoryView }> {
  const view = await NotebookView.create(page, folder, [CELL, '1 + 1']);
  await view.profile(0);
  const history = await HistoryView.open(page);
  await history.expectCount(1);
  await setSource(page, FASTER_CELL);
  await view.select(0);
  await view.profileButton.click();
  await expect(view.prompt(0)).toHaveText('[2]:', { timeout: 30000 });
  await history.expectCount(2);
  return { view, history };
}

test('two runs of a cell are listed with what changed, and compared', async ({
  page,
  tmpPath
}) => {
  const { view, history } = await twoRuns(page, tmpPath);
  const [newest, before] = await history.items.all();
  await expect(history.groups).toHaveCount(1);
  await expect(history.groups).toContainText('test.ipynb · cell 1');
  await expect(history.groups).toContainText('2 runs');
  await expect(newest).toContainText('Overview');
  await expect(newest).toContainText(/−\d\d\s%\stime/);
  await expect(newest).toContainText(/peak \d+/);
  await expect(newest).toContainText('just now');
  await expect(newest).toHaveAccessibleName(/% less time than the run before/);
  await expect(before).not.toContainText('time');

  const compare = history.panel.getByRole('button', { name: /^Compare/ });
  await expect(compare).toHaveAttribute('aria-disabled', 'true');
  await newest.click();
  await before.click({ modifiers: ['ControlOrMeta'] });
  await expect(compare).toHaveText('Compare 2');
  await compare.click();
  const tab = history.tab('jp-CellProfiler-compare');
  await expect(tab).toContainText('Comparison of 2 runs');
  await tab.getByRole('tab', { name: 'Lines' }).click();
  await expect(tab).toContainText('range(20000)');
  await expect(tab).toContainText('range(6000)');

  // A new run of the other cell does not disturb it.
  await page.activity.activateTab('test.ipynb');
  await view.profile(1);
  await expect(history.groups).toHaveCount(2);
  await expect(history.groups.first()).toContainText('cell 2');
});

test('a profile leads to its comparison with the run before', async ({
  page,
  tmpPath
}) => {
  const view = await NotebookView.create(page, tmpPath, [SLOW_CELL]);
  await view.profile(0);
  const button = view.widget(0).getByRole('button', { name: 'Compare…' });
  await expect(view.widget(0)).toContainText('Overview');
  await expect(button).toHaveCount(0);
  await view.profileButton.click();
  await expect(view.prompt(0)).toHaveText('[2]:', { timeout: 30000 });
  await button.click();
  await expect(page.locator('.jp-CellProfiler-compare:visible')).toContainText(
    'Comparison of 2 runs'
  );

  // Without anything selected the command takes the active cell's newest two.
  await page.activity.closePanel('Compare 2 runs');
  await view.select(0);
  await view.execute('cell-profiler:compare');
  await expect(page.locator('.jp-CellProfiler-compare:visible')).toContainText(
    'Comparison of 2 runs'
  );
});

test('runs open in tabs, which come back with the page', async ({
  page,
  tmpPath
}) => {
  const { view, history } = await twoRuns(page, tmpPath);
  await history.items.nth(1).dblclick();
  const tab = history.tab('jp-CellProfiler-runTab');
  await expect(tab.getByRole('tab', { name: 'Summary' })).toBeVisible();
  await expect(tab).toContainText('peak memory');
  await tab.getByRole('tab', { name: 'Lines' }).click();
  await expect(tab).toContainText('range(20000)');

  // A line of it is shown in the notebook.
  await tab
    .getByRole('button', { name: /line 4/i })
    .first()
    .click();
  await expect.poll(() => view.cursorLine()).toBe(4);

  await view.saved();
  // The layout is saved when nothing has changed for a moment.
  await page.waitForTimeout(1000);
  await reload(page);
  await expect(history.items.first()).toBeVisible();
  await expect(async () => {
    // While the layout is restored another tab may come to the front.
    await page.getByRole('tab', { name: 'Overview', exact: true }).click();
    await expect(tab.getByRole('tab', { name: 'Lines' })).toBeVisible({
      timeout: 2000
    });
  }).toPass();
});

test('runs are named, pinned and found', async ({ page, tmpPath }) => {
  const { history } = await twoRuns(page, tmpPath);
  const before = history.items.nth(1);
  await before.click();
  await page.keyboard.press('F2');
  await expect(before.getByLabel('Name of the run')).toBeFocused();
  await page.keyboard.type('before the change');
  await page.keyboard.press('Enter');
  await expect(before).toContainText('Overview · before the change');
  await expect(before).toBeFocused();
  await history.choose(before, 'Pin Run');
  await expect(before).toContainText('★');

  const filter = history.panel.getByLabel('Filter runs');
  await filter.fill('CHANGE overview');
  await history.expectCount(1);
  await expect(history.items).toContainText('before the change');
  await filter.fill('nothing has this name');
  await expect(history.panel).toContainText('No run has all of these words');
  await filter.fill('');
  await history.expectCount(2);
  await history.panel.getByLabel('Order').selectOption('longest');
  await expect(history.items.first()).toContainText('before the change');

  // The server has it: another page shows the same.
  await reload(page);
  await expect(
    history.items.filter({ hasText: 'before the change' })
  ).toContainText('★');
});

test('a deleted run comes back', async ({ page, tmpPath }) => {
  const { history } = await twoRuns(page, tmpPath);
  await history.items.first().click();
  await page.keyboard.press('Delete');
  await history.expectCount(1);
  await expect(history.items.first()).toBeFocused();
  const notification = page.locator('.Toastify__toast');
  await expect(notification).toContainText('One run was deleted.');
  await notification.getByRole('button', { name: 'Undo' }).click();
  await history.expectCount(2);
});

test('a notebook that is opened again brings nothing twice, nor back', async ({
  page,
  tmpPath
}) => {
  const { view, history } = await twoRuns(page, tmpPath);
  await view.saved();
  await history.items.first().click();
  await page.keyboard.press('Delete');
  await history.expectCount(1);
  const posts: string[] = [];
  page.on('request', request => {
    if (
      request.method() === 'POST' &&
      request.url().includes('/cell-profiler/')
    ) {
      posts.push(request.url());
    }
  });
  await page.activity.closeAll();
  await view.open();
  await expect(view.widget(0)).toBeVisible();
  await history.show();
  await history.expectCount(1);
  await page.waitForTimeout(500);
  expect(posts).toEqual([]);
});

test('runs are saved as files', async ({ page, tmpPath }) => {
  const { history } = await twoRuns(page, tmpPath);
  await history.items.first().click();
  let download = page.waitForEvent('download');
  await history.panel
    .getByRole('button', { name: 'Export', exact: true })
    .click();
  const one = await download;
  expect(one.suggestedFilename()).toBe('Overview.cellprofile.json');
  const document = JSON.parse(fs.readFileSync(await one.path(), 'utf8'));
  expect(document.target.path).toBe(`${tmpPath}/test.ipynb`);

  await history.items.first().focus();
  await page.keyboard.press('Escape');
  download = page.waitForEvent('download');
  await history.panel.getByRole('button', { name: 'Export all' }).click();
  const all = await download;
  expect(all.suggestedFilename()).toBe('profiles.zip');
  const zip = fs.readFileSync(await all.path());
  expect(zip.subarray(0, 2).toString()).toBe('PK');
  const names = zip
    .toString('latin1')
    .match(/Overview-\w{8}\.cellprofile\.json/g);
  // Each name stands at its file and in the directory.
  expect(new Set(names).size).toBe(2);
});

test('profiles are added from files, and broken ones are explained', async ({
  page,
  tmpPath
}) => {
  await page.notebook.createNew('test.ipynb');
  const history = new HistoryView(page);
  await history.show();
  const text = fs.readFileSync(
    path.join(DOCUMENTS, 'functions-cell.cellprofile.json'),
    'utf8'
  );
  const word = path.basename(tmpPath).replace(/\W/g, '');
  const document = JSON.parse(text);
  document.id = crypto.randomUUID();
  document.title = `Imported ${word}`;
  await history.panel.getByLabel('Filter runs').fill(word);
  await history.drop('a.cellprofile.json', JSON.stringify(document));
  await history.expectCount(1);
  await expect(history.items).toHaveAttribute('aria-selected', 'true');
  await expect(history.groups).toContainText('01-first-profile.ipynb · [7]');

  await history.drop('notes.json', '{"cells": []}');
  await expect(page.locator('.Toastify__toast').last()).toContainText(
    '“notes.json”: This is not a profile'
  );
  await history.expectCount(1);

  // The same through the button, for those who do not drag.
  await history.choose(history.items.first(), 'Delete Run');
  await history.expectCount(0);
  const chooser = page.waitForEvent('filechooser');
  await history.panel.getByRole('button', { name: /Import/ }).click();
  await (
    await chooser
  ).setFiles({
    name: 'a.cellprofile.json',
    mimeType: 'application/json',
    buffer: Buffer.from(JSON.stringify(document))
  });
  await history.expectCount(1);
});

test('the heat of a run is put back on its cell, or the run beside it', async ({
  page,
  tmpPath
}) => {
  const { view, history } = await twoRuns(page, tmpPath);
  await view.execute('cell-profiler:clear-heat');
  await expect.poll(() => view.heat(0)).toEqual([]);
  await history.choose(history.items.first(), 'Put Back on the Cell');
  await expect.poll(() => view.heat(0)).not.toEqual([]);
  await view.execute('cell-profiler:clear-heat');
  await expect.poll(() => view.heat(0)).toEqual([]);

  await history.choose(history.items.nth(1), 'Put Back on the Cell');
  const tab = history.tab('jp-CellProfiler-runTab');
  await expect(tab).toContainText('range(20000)');
  await expect(view.cell(0)).toBeVisible();
  await expect(page.locator('.Toastify__toast').last()).toContainText(
    'The cell has changed since this run'
  );
  expect(await view.heat(0)).toEqual([]);

  // A closed notebook is opened to show the cell.
  await page.activity.activateTab('test.ipynb');
  await view.saved();
  await page.activity.closeAll();
  await history.panel.getByLabel('Filter runs').fill(tmpPath);
  await history.items.first().waitFor();
  await history.choose(history.items.first(), 'Go to the Cell');
  await expect(view.cell(0)).toHaveClass(/jp-mod-active/);
});

test('all of it works with the keyboard', async ({ page, tmpPath }) => {
  const { history } = await twoRuns(page, tmpPath);
  await history.panel.getByLabel('Filter runs').focus();
  for (let i = 0; i < 3; i++) {
    await page.keyboard.press('Tab');
  }
  await expect(history.groups.first()).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(history.items.first()).toBeFocused();
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Space');
  await expect(history.items.nth(1)).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Tab');
  await expect(
    history.panel.getByRole('button', { name: 'Compare 2' })
  ).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(history.tab('jp-CellProfiler-compare')).toContainText(
    'Comparison of 2 runs'
  );
  await history.show();
  await expect(history.items.nth(1)).toBeFocused();
  await page.keyboard.press('ContextMenu');
  const menu = page.locator('.lm-Menu:visible');
  await expect(menu).toContainText('Open Runs');
  await page.keyboard.press('Escape');
  await expect(history.items.nth(1)).toBeFocused();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Enter');
  await expect(
    history.tab('jp-CellProfiler-runTab').getByRole('tab', { name: 'Summary' })
  ).toBeVisible();
});

test('without the server extension the history lasts for the session', async ({
  page,
  tmpPath
}) => {
  await page.route(API, route =>
    route.fulfill({ status: 404, json: { message: 'Not Found' } })
  );
  const { history } = await twoRuns(page, tmpPath);
  await expect(history.notice).toContainText(
    'jupyter server extension enable jupyterlab_cell_profiler'
  );
  await history.items.first().click();
  await history.items.nth(1).click({ modifiers: ['ControlOrMeta'] });
  await history.panel.getByRole('button', { name: 'Compare 2' }).click();
  await expect(history.tab('jp-CellProfiler-compare')).toContainText(
    'Comparison of 2 runs'
  );
});

test('runs wait while the server does not answer, over a reload too', async ({
  page,
  tmpPath
}) => {
  await page.route(API, route => route.abort());
  const { history, view } = await twoRuns(page, tmpPath);
  await expect(history.notice).toContainText('2 runs wait in this browser');
  await view.saved();
  await reload(page);
  await history.show();
  await expect(history.notice).toContainText('2 runs wait in this browser');
  await page.unroute(API);
  // It tries again by itself.
  await expect(history.notice).toBeEmpty({ timeout: 30000 });
  await history.panel.getByLabel('Filter runs').fill(tmpPath);
  await history.expectCount(2);
});
