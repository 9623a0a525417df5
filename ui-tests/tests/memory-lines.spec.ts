import { expect, test } from '@jupyterlab/galata';

import { NotebookView } from './helpers';

/** 40 MB in line 3, 24 MB in a function, and 8 MB that live inside a call. */
const CELL = `import time
def keep(count):
    first = bytearray(40_000_000)
    time.sleep(0.1)
    return [bytearray(2_000_000) for _ in range(count)]
kept = keep(12)
time.sleep(0.1)
size = len(bytes(8_000_000))
len(kept)
`;

const FIGURES = '.jp-CellProfiler-gutter .jp-mod-memory';

test('memory of lines: heat, lines, stacks, timeline', async ({
  page,
  tmpPath
}) => {
  const view = await NotebookView.create(page, tmpPath, [CELL]);
  await view.select(0);
  await view.execute('cell-profiler:run', { profilers: ['memory_lines'] });
  await view.profiled(0);
  const widget = view.widget(0);
  const panel = widget.getByRole('tabpanel');
  const shoot = (name: string) =>
    page.screenshot({ path: `test-results/pictures/memory-lines-${name}.png` });
  await expect(widget).toHaveAttribute('data-profilers', 'memory_lines');
  await expect(view.ownOutputs(0)).toContainText('12');
  await page.sidebar.close('left');

  await test.step('the gutter has MB', async () => {
    await view.expectHottest(0, 3);
    await expect(
      page.locator(FIGURES).filter({ hasText: /^40\.0\sMB$/ })
    ).toBeVisible();
    await expect(
      page.locator(FIGURES).filter({ hasText: /^24\.0\sMB$/ })
    ).toBeVisible();
  });

  await test.step('Summary says where it is', async () => {
    await expect(panel).toContainText('At its peak the run had allocated 64');
    await expect(panel).toContainText('Lines with most memory');
    await shoot('summary-light');
  });

  await test.step('Lines has the columns', async () => {
    await widget.getByRole('tab', { name: 'Lines' }).click();
    await expect(
      panel.getByRole('button', { name: 'Still held' }).first()
    ).toBeVisible();
    await expect(panel).toContainText('first = bytearray(40_000_000)');
    await shoot('lines-light');
  });

  await test.step('Flame has bytes, at the peak, held and freed', async () => {
    await widget.getByRole('tab', { name: 'Flame' }).click();
    const section = panel.locator('select').first();
    await expect(section).toContainText('memory at the peak');
    await section.selectOption({ label: 'memory still held' });
    await expect(panel).toContainText('24.0');
    await section.selectOption({ label: 'memory that was freed again' });
    await expect(panel).toContainText('MB');
    await section.selectOption({ label: 'memory at the peak' });
    await expect(panel.getByRole('application')).toBeVisible();
    await shoot('flame-light');
  });

  await test.step('Memory has the heap by time', async () => {
    await widget.getByRole('tab', { name: 'Memory' }).click();
    await expect(
      panel.locator('.jp-CellProfiler-plot svg').first()
    ).toBeVisible();
    await expect(panel).toContainText('what the run had allocated');
    await shoot('memory-light');
  });

  await test.step('time beside memory, of two runs of one source', async () => {
    await view.execute('cell-profiler:run', { profilers: ['lines'] });
    await expect(widget).toHaveAttribute('data-profilers', 'lines');
    await expect(
      page.locator(FIGURES).filter({ hasText: /^40\.0\sMB$/ })
    ).toBeVisible();
    await expect(
      page
        .locator('.jp-CellProfiler-gutter .jp-mod-time')
        .filter({ hasText: /ms$/ })
        .first()
    ).toBeVisible();
    await widget.getByRole('tab', { name: 'Lines' }).click();
    await expect(panel.locator('.jp-CellProfiler-beside')).toContainText(
      'from the run of the same source'
    );
    await expect(
      panel.getByRole('button', { name: 'Memory of another run' }).first()
    ).toBeVisible();
    await shoot('beside-light');
    await page.theme.setDarkTheme();
    await shoot('beside-dark');
    await view.execute('cell-profiler:run', { profilers: ['memory_lines'] });
    await expect(widget).toHaveAttribute('data-profilers', 'memory_lines');
    await widget.getByRole('tab', { name: 'Summary' }).click();
    await shoot('summary-dark');
    await page.theme.setLightTheme();
  });
});

test('%mprun in a notebook', async ({ page, tmpPath }) => {
  const view = await NotebookView.create(page, tmpPath, [
    '%load_ext jupyterlab_cell_profiler',
    'def make(n):\n    return bytearray(n)',
    '%mprun -f make x = make(30_000_000)'
  ]);
  await page.notebook.run();
  await view.profiled(2);
  const widget = view.widget(2);
  await expect(widget).toHaveAttribute('data-profilers', 'memory_lines');
  await widget.getByRole('tab', { name: 'Lines' }).click();
  await expect(widget.getByRole('tabpanel')).toContainText(
    'return bytearray(n)'
  );
  // The function's own cell is coloured.
  await view.expectHottest(1, 2);
});
