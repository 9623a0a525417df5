import { readFileSync } from 'node:fs';

import { expect, test } from '@jupyterlab/galata';

import { NotebookView } from './helpers';

/** `total` calls `part` often; `part` calls a built-in, and itself once. */
const CELL = `def part(n):
    if n > 20000:
        return part(20000)
    return sum(range(n))
def total(n):
    result = 0
    for i in range(n):
        result += part(20001)
    return result
total(200)
`;

test('from the functions to the lines of the slow one', async ({
  page,
  tmpPath
}) => {
  const view = await NotebookView.create(page, tmpPath, ['1 + 1', CELL]);
  await view.select(1);
  await view.execute('cell-profiler:run', { profilers: ['functions'] });
  await view.profiled(1);
  const widget = view.widget(1);
  await expect(widget).toHaveAttribute('data-profilers', 'functions');
  await expect(view.ownOutputs(1)).toHaveCount(1);

  await widget.getByRole('tab', { name: 'Functions' }).click();
  const grid = widget.getByRole('grid', { name: 'Functions' });
  const rows = grid.locator('tbody > tr');
  const row = (name: string) =>
    rows.filter({ has: page.locator('code', { hasText: name }) });

  // Cumulative first: the cell, then what it calls.
  const cumulative = grid.getByRole('columnheader', { name: 'Cumulative' });
  await expect(cumulative).toHaveAttribute('aria-sort', 'descending');
  await expect(rows.nth(0)).toContainText('<module>');
  await expect(rows.nth(1)).toContainText('total');
  // All calls, and those that were not recursive.
  await expect(row('part')).toContainText('400/200');

  const calls = grid.getByRole('columnheader', { name: 'Calls' });
  await calls.getByRole('button').click();
  await expect(calls).toHaveAttribute('aria-sort', 'descending');
  await expect(rows.nth(0)).toContainText('400/200');

  const filter = widget.getByRole('searchbox');
  await filter.fill('^(part|total)$');
  await expect(rows).toHaveCount(2);
  // The notebook has not taken the letters for its own keys.
  await expect(view.prompt(1)).toHaveText('[1]:');
  await filter.fill('');

  await row('part').locator('code').click();
  await expect(row('part')).toHaveAttribute('aria-selected', 'true');
  const callers = widget.getByRole('table', { name: 'Called by' });
  const callees = widget.getByRole('table', { name: 'Calls', exact: true });
  await expect(callees).toContainText('sum');
  // A click on a caller goes on to it.
  await callers.getByRole('button', { name: 'total' }).click();
  await expect(row('total')).toHaveAttribute('aria-selected', 'true');
  await expect(callees).toContainText('part');

  await widget.getByRole('button', { name: 'Profile its lines' }).click();
  await expect(view.prompt(1)).toHaveText('[2]:');
  await expect(widget).toHaveAttribute('data-profilers', 'lines');
  await expect(widget.getByRole('tab', { name: 'Lines' })).toBeVisible();
  await view.expectHottest(1, 4);
});

test('an edited cell is not run for the lines of what it was', async ({
  page,
  tmpPath
}) => {
  const view = await NotebookView.create(page, tmpPath, [CELL]);
  await view.select(0);
  await view.execute('cell-profiler:run', { profilers: ['functions'] });
  await view.profiled(0);
  await view.cell(0).locator('.cm-line').first().click();
  await page.keyboard.press('Control+Home');
  await page.keyboard.type('# edited ');

  const widget = view.widget(0);
  await widget.getByRole('tab', { name: 'Functions' }).click();
  const grid = widget.getByRole('grid', { name: 'Functions' });
  await grid.locator('tbody code', { hasText: 'total' }).click();
  await widget.getByRole('button', { name: 'Profile its lines' }).click();
  const dialog = page.locator('.jp-Dialog');
  await expect(dialog).toContainText('has changed');
  await dialog.getByRole('button').click();
  await expect(view.prompt(0)).toHaveText('[1]:');
});

test('Export saves the document and statistics for pstats', async ({
  page,
  tmpPath
}) => {
  const view = await NotebookView.create(page, tmpPath, [CELL]);
  await view.select(0);
  await view.execute('cell-profiler:run', { profilers: ['functions'] });
  await view.profiled(0);
  const button = view.widget(0).getByRole('button', { name: 'Export' });
  const save = async (name: RegExp) => {
    await button.click();
    const menu = view.widget(0).getByRole('menu', { name: 'Export' });
    await expect(menu).toBeVisible();
    const download = page.waitForEvent('download');
    await menu.getByRole('menuitem', { name }).click();
    const file = await download;
    await expect(menu).toHaveCount(0);
    return { name: file.suggestedFilename(), path: await file.path() };
  };

  const profile = await save(/Profile document/);
  expect(profile.name).toMatch(/\.cellprofile\.json$/);
  const { profilers } = JSON.parse(readFileSync(profile.path, 'utf8'));
  expect(profilers[0].name).toBe('functions');

  const statistics = await save(/pstats/);
  expect(statistics.name).toMatch(/\.prof$/);
  // A marshalled dictionary whose keys are tuples of three.
  const bytes = readFileSync(statistics.path);
  expect(bytes.subarray(0, 6).toString('latin1')).toBe('{(\x03\0\0\0');
});
