import { execFileSync } from 'node:child_process';

import { expect, test } from '@jupyterlab/galata';

import { NotebookView } from './helpers';

/** What the profiled cell needs: a function, and an array. */
const EARLIER = `import numpy as np
print('only once')
def work(count):
    total = 0
    for i in range(count):
        total += i * i
    return total
`;

const FAILED = '1 / 0';

/** Python in a function of another cell, 104 MB in line 1, and waiting. */
const CELL = `grid = np.ones(13_000_000)
other = grid.copy()
totals = [work(1000) for _ in range(8000)]
import time
time.sleep(0.3)
len(totals)
`;

/** Whether the kernels of these tests have Scalene: the same Python runs the server. */
function scaleneIsThere(): boolean {
  try {
    execFileSync('python', ['-c', 'import scalene'], { stdio: 'ignore' });
    return process.platform !== 'win32';
  } catch {
    return false;
  }
}

test.skip(!scaleneIsThere(), 'Scalene is not installed here.');

test('a cell in a process of its own, with the cells before it', async ({
  page,
  tmpPath
}) => {
  const view = await NotebookView.create(page, tmpPath, [
    EARLIER,
    FAILED,
    CELL,
    "'totals' in dir()"
  ]);
  await page.notebook.runCell(0);
  await page.notebook.runCell(1);
  await view.select(2);
  await page.sidebar.close('left');
  const shoot = async (name: string) => {
    await view
      .widget(2)
      .evaluateAll(([widget]) => widget?.scrollIntoView({ block: 'start' }));
    await page.screenshot({
      path: `test-results/pictures/scalene-${name}.png`
    });
  };
  const dialog = page.locator('.jp-Dialog');
  const start = () =>
    void view.execute('cell-profiler:run', { profilers: ['scalene'] });

  await test.step('Cancel runs nothing', async () => {
    start();
    await expect(dialog).toContainText('in a process of its own');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await expect(dialog).toHaveCount(0);
    await expect(view.cell(2).locator('.jp-OutputArea-output')).toHaveCount(0);
  });

  await test.step('the dialog says what will run again', async () => {
    start();
    await expect(dialog).toContainText('import numpy as np');
    await expect(dialog).toContainText('7 lines');
    await expect(dialog).toContainText('written again');
    await expect(dialog).toContainText('One cell that ended with an error');
    await shoot('dialog-light');
    await dialog.getByRole('button', { name: 'Run with these cells' }).click();
    await view.profiled(2);
  });

  const widget = view.widget(2);
  const panel = widget.getByRole('tabpanel');
  await test.step('the widget says what it was', async () => {
    await expect(widget).toHaveAttribute('data-profilers', 'scalene');
    await expect(view.ownOutputs(2)).toContainText('8000');
    await expect(view.ownOutputs(2)).not.toContainText('only once');
    await expect(widget).toContainText('after one earlier cell');
    await expect(panel).toContainText('at most');
    await shoot('summary-light');
  });

  await test.step('Lines divides the time', async () => {
    await widget.getByRole('tab', { name: 'Lines' }).click();
    await expect(panel).toContainText('total += i * i');
    await expect(panel.locator('.jp-CellProfiler-kinds').first()).toBeVisible();
    await expect(
      panel.getByRole('button', { name: 'System' }).first()
    ).toBeVisible();
    await expect(panel.getByRole('button', { name: 'Average' })).toHaveCount(0);
    await shoot('lines-light');
    await panel.getByRole('checkbox', { name: 'All columns' }).check();
    await expect(
      panel.getByRole('button', { name: 'Average' }).first()
    ).toBeVisible();
  });

  await test.step('Memory has the curve', async () => {
    await widget.getByRole('tab', { name: 'Memory' }).click();
    await expect(
      panel.locator('.jp-CellProfiler-plot svg').first()
    ).toBeVisible();
    await shoot('memory-light');
  });

  await test.step('both cells are hot, and the kernel has nothing of it', async () => {
    await expect(
      view.cell(0).locator('.jp-CellProfiler-heatLine').first()
    ).toBeVisible();
    await expect(
      view.cell(2).locator('.jp-CellProfiler-gutter .jp-mod-memory').first()
      // Scalene counts what else the line allocates, too: now and then a megabyte.
    ).toHaveText(/^10[45]\sMB$/);
    await page.notebook.runCell(3);
    await expect(view.ownOutputs(3)).toContainText('False');
  });

  await test.step('dark', async () => {
    await page.theme.setDarkTheme();
    await widget.getByRole('tab', { name: 'Summary' }).click();
    await shoot('summary-dark');
    await widget.getByRole('tab', { name: 'Lines' }).click();
    await shoot('lines-dark');
    await view.select(2);
    start();
    await expect(dialog).toBeVisible();
    await shoot('dialog-dark');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await page.theme.setLightTheme();
  });
});

test.describe('with an interrupt', () => {
  // Galata's stand-in for kernels expects an answer to an interrupt; there is none.
  test.use({ kernels: null, sessions: null });

  test('alone, remembered, and stopped', async ({ page, tmpPath }) => {
    const view = await NotebookView.create(page, tmpPath, [
      'x = 3',
      'import time\nprint(sum(range(10)))\ntime.sleep(60)'
    ]);
    await page.notebook.runCell(0);
    await view.select(1);
    const dialog = page.locator('.jp-Dialog');
    void view.execute('cell-profiler:run', { profilers: ['scalene'] });
    await dialog.getByText('do not ask again').click();
    await dialog.getByRole('button', { name: 'Run the cell alone' }).click();
    await expect(view.ownOutputs(1)).toContainText('45');
    await view.execute('notebook:interrupt-kernel');
    await view.profiled(1);
    await expect(view.widget(1)).toContainText('without the cells before it');
    await expect(view.widget(1)).toContainText('nterrupted');

    // Asked no more.
    await view.select(1);
    void view.execute('cell-profiler:run', { profilers: ['scalene'] });
    await expect(view.widget(1)).toHaveCount(0);
    await expect(view.ownOutputs(1)).toContainText('45');
    await expect(dialog).toHaveCount(0);
    await view.execute('notebook:interrupt-kernel');
    await view.profiled(1);
  });
});
