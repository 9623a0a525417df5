import { expect, test } from '@jupyterlab/galata';

import {
  COUNTING_LINES,
  NotebookView,
  SLOW_CELL,
  SLOW_RESULT
} from './helpers';

test.use(COUNTING_LINES);

test('the widget follows the output of the cell, and a second run replaces it', async ({
  page,
  tmpPath
}) => {
  const view = await NotebookView.create(page, tmpPath, [
    `print('before')\n${SLOW_CELL}`
  ]);
  await view.profile(0);

  await expect(view.prompt(0)).toHaveText('[1]:');
  const outputs = view.cell(0).locator('.jp-OutputArea-child');
  await expect(outputs).toHaveCount(3);
  await expect(outputs.nth(0)).toContainText('before');
  await expect(outputs.nth(1)).toContainText(SLOW_RESULT);
  await expect(outputs.nth(2).locator('.jp-CellProfiler-output')).toBeVisible();
  await expect(view.widget(0)).toHaveAttribute('data-profilers', 'lines');

  const saved = await view.saved();
  const types = saved.cells[0].outputs.map(output =>
    Object.keys(output.data ?? {}).sort()
  );
  expect(types[2]).toEqual([
    'application/vnd.cell-profiler.profile.v1+json',
    'text/html',
    'text/plain'
  ]);

  await view.profileButton.click();
  await expect(view.prompt(0)).toHaveText('[2]:');
  await expect(view.widget(0)).toHaveCount(1);
  await expect(view.ownOutputs(0)).toHaveCount(2);

  // An ordinary run takes the profile away, and the colours with it.
  await view.execute('notebook:run-cell');
  await expect(view.prompt(0)).toHaveText('[3]:');
  await expect(view.widget(0)).toHaveCount(0);
  await expect.poll(() => view.heat(0)).toEqual([]);
});

test('lines turn warm, with their numbers; toggle-heat and clear-heat', async ({
  page,
  tmpPath
}) => {
  const view = await NotebookView.create(page, tmpPath, [SLOW_CELL]);
  await view.profile(0);

  await view.expectHottest(0, 4);
  const heat = await view.heat(0);
  expect(heat.find(({ line }) => line === 4)?.text).toContain('total += sum');
  for (const { heat: value } of heat) {
    expect(value).toBeGreaterThanOrEqual(0);
    expect(value).toBeLessThanOrEqual(100);
  }
  const gutter = await view.gutter(0);
  const hottest = gutter.find(text => /\b300\b/.test(text) && /%/.test(text));
  expect(hottest, gutter.join(' | ')).toBeDefined();

  await view.execute('cell-profiler:toggle-heat');
  await expect.poll(() => view.heat(0)).toEqual([]);
  await expect.poll(() => view.gutter(0)).toEqual([]);
  await view.execute('cell-profiler:toggle-heat');
  await view.expectHottest(0, 4);

  await view.execute('cell-profiler:clear-heat');
  await expect.poll(() => view.heat(0)).toEqual([]);
  await expect(view.widget(0)).toBeVisible();
  await view.profileButton.click();
  await expect(view.prompt(0)).toHaveText('[2]:');
  await view.expectHottest(0, 4);
});

test('an edit keeps marks on their lines and shows them as stale', async ({
  page,
  tmpPath
}) => {
  const view = await NotebookView.create(page, tmpPath, [SLOW_CELL]);
  await view.profile(0);
  await view.expectHottest(0, 4);
  await expect(view.cell(0).locator('.jp-mod-stale')).toHaveCount(0);

  await view.cell(0).locator('.cm-line').first().click();
  await page.keyboard.press('Control+Home');
  await page.keyboard.press('Enter');

  await view.expectHottest(0, 5);
  const heat = await view.heat(0);
  expect(heat.find(({ line }) => line === 5)?.text).toContain('total += sum');
  await expect(view.cell(0).locator('.jp-mod-stale').first()).toBeVisible();

  await page.keyboard.press('Control+z');
  await view.expectHottest(0, 4);
  await expect(view.cell(0).locator('.jp-mod-stale')).toHaveCount(0);
});

test('Summary and Lines: tabs, sorting, a click on a line', async ({
  page,
  tmpPath
}) => {
  const view = await NotebookView.create(page, tmpPath, [SLOW_CELL]);
  await view.profile(0);
  const widget = view.widget(0);
  const tab = (name: string) => widget.getByRole('tab', { name });

  await expect(tab('Summary')).toHaveAttribute('aria-selected', 'true');
  await expect(widget).toContainText('Wall time');

  await tab('Summary').focus();
  await page.keyboard.press('ArrowRight');
  await expect(tab('Lines')).toHaveAttribute('aria-selected', 'true');
  await expect(tab('Lines')).toBeFocused();

  const hits = widget.getByRole('columnheader', { name: /Hits/ }).first();
  await expect(hits).toBeVisible();
  await hits.getByRole('button').click();
  await expect(hits).toHaveAttribute('aria-sort', /ascending|descending/);

  // `work` is one block, and the cell around it another.
  await expect(widget).toContainText('work');
  const row = widget.getByRole('row').filter({ hasText: 'total += sum' });
  await row.first().getByRole('button', { name: 'Go to line 4' }).click();
  await expect.poll(() => view.cursorLine()).toBe(4);
});
