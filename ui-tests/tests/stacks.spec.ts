import { expect, test } from '@jupyterlab/galata';

import { NotebookView, openGolden, save } from './helpers';

/** Busy for a second in line 4, however fast the machine is. */
const CELL = `import time
def work(until):
    while time.perf_counter() < until:
        sum(range(5000))
work(time.perf_counter() + 1)
`;

test('a busy cell under stacks: summary, lines and heat', async ({
  page,
  tmpPath
}) => {
  const view = await NotebookView.create(page, tmpPath, [CELL]);
  await view.select(0);
  await view.execute('cell-profiler:run', { profilers: ['stacks'] });
  await view.profiled(0);
  const widget = view.widget(0);
  await expect(widget).toHaveAttribute('data-profilers', 'stacks');
  await expect(view.ownOutputs(0)).toHaveCount(0);
  await expect(widget.getByRole('tabpanel')).toContainText('Wall time');

  await widget.getByRole('tab', { name: 'Lines' }).click();
  await expect(widget.getByRole('tabpanel')).toContainText('sum(range(5000))');
  await view.expectHottest(0, 4);

  const { name, text } = await save(page, widget, /flamegraph/);
  expect(name).toMatch(/\.collapsed\.txt$/);
  expect(text).toMatch(/^<module> \(In \[1\]:5\);work \(In \[1\]:4\) \d+$/m);
});

test('memory over time has a picture, and a table to save', async ({
  page,
  tmpPath
}) => {
  const widget = await openGolden(page, tmpPath, 'memory-timeline');
  await widget.getByRole('tab', { name: 'Memory' }).click();
  const plot = widget.getByRole('img', { name: /^Memory over time/ });
  await expect(plot).toBeVisible();
  await expect(
    plot.locator('.scatterlayer path.js-line').first()
  ).toBeVisible();
  await expect(
    widget.getByRole('table', { name: 'What each line added' })
  ).toBeVisible();

  const { name, text } = await save(page, widget, /table \(\.csv\)/);
  expect(name).toMatch(/\.csv$/);
  const rows = text.trim().split('\r\n');
  expect(rows[0]).toMatch(/^seconds,\w+_bytes,.*running$/);
  expect(rows.length).toBeGreaterThan(10);
});

test('a sector of the icicle selects its function', async ({
  page,
  tmpPath
}) => {
  const widget = await openGolden(page, tmpPath, 'functions-cell');
  await widget.getByRole('tab', { name: 'Functions' }).click();
  const picture = widget.getByRole('region', { name: 'Picture of the calls' });
  await picture.getByRole('button', { name: 'Icicle' }).click();
  await expect(picture.getByRole('img', { name: /^Icicle/ })).toBeVisible();
  const sectors = picture.locator('g.slice');
  await expect(sectors.first()).toBeVisible();
  const row = widget
    .getByRole('grid', { name: 'Functions' })
    .locator('tbody > tr')
    .filter({ has: page.locator('code', { hasText: 'calculate_z' }) });
  await expect(row).toHaveAttribute('aria-selected', 'false');
  await sectors.filter({ hasText: 'calculate_z' }).first().click();
  await expect(row).toHaveAttribute('aria-selected', 'true');

  await picture.getByRole('button', { name: 'Table only' }).click();
  await expect(sectors).toHaveCount(0);
  await expect(row).toHaveAttribute('aria-selected', 'true');
});

test('the flame graph has the stacks of each thread', async ({
  page,
  tmpPath
}) => {
  const widget = await openGolden(page, tmpPath, 'stacks-threads');
  await widget.getByRole('tab', { name: 'Flame' }).click();
  const flame = widget.getByRole('region', { name: 'Flame graph' });
  await expect(flame.locator('canvas').first()).toBeVisible();
  const table = flame.getByRole('table');
  await expect(table).toContainText('work');
  await flame
    .getByRole('combobox', { name: 'Thread' })
    .selectOption('the cell');
  await expect(table).toContainText('Thread.join');
  await flame.getByRole('button', { name: 'Sandwich' }).click();
  await table.getByRole('button', { name: 'Thread.join' }).first().click();
  await expect(flame.getByRole('application')).toHaveCount(2);
});
