import type { Locator } from '@playwright/test';
import { expect, galata, test } from '@jupyterlab/galata';

import { NotebookView } from './helpers';

/** Takes 20 MB every 0.2 s, for four seconds, and says so at the end. */
const STEPS = `import time
kept = []
for step in range(20):
    kept.append(b'x' * 20_000_000)
    time.sleep(0.2)
print('all', len(kept), 'kept')
`;

/** Takes memory for a second, then ends the kernel as the system does. */
const DIES = `import os, time
kept = []
for step in range(10):
    kept.append(b'x' * 20_000_000)
    time.sleep(0.12)
os.kill(os.getpid(), 9)
`;

/** Never ends by itself. */
const ENDLESS = `import time
kept = b'x' * 50_000_000
while True:
    time.sleep(0.05)
`;

const strip = (view: NotebookView, index = 0): Locator =>
  view.cell(index).locator('.jp-CellProfiler-live');

/** Length of the curve's path, as it is drawn now. */
const curve = (view: NotebookView): Promise<number> =>
  strip(view)
    .locator('.jp-CellProfiler-sketchLine')
    .evaluate(path => (path as SVGPathElement).getTotalLength());

/** Start a cell under the profiler and wait until something of it is seen. */
async function start(view: NotebookView, profiler = 'memory'): Promise<void> {
  await view.select(0);
  // Not awaited: the command ends with the cell.
  await view.page.evaluate(name => {
    void window.jupyterapp.commands.execute('cell-profiler:run', {
      profilers: [name]
    });
  }, profiler);
  await expect(strip(view)).toBeVisible({ timeout: 30000 });
}

// Galata's stand-in for kernels expects an answer to an interrupt; there is none.
test.use({ kernels: null, sessions: null });

test('memory is drawn while the cell runs', async ({ page, tmpPath }) => {
  const view = await NotebookView.create(page, tmpPath, [STEPS]);
  await start(view);
  await expect(strip(view)).toContainText(
    /Running: .+ · line [34]: .+ · memory .+MB, peak .+MB \(\+.+\)/
  );
  await expect(
    strip(view).locator('.jp-CellProfiler-sketchLine')
  ).toBeVisible();
  const early = await curve(view);
  await expect(view.prompt(0)).toHaveText('[*]:');
  await expect.poll(() => curve(view)).toBeGreaterThan(early * 1.3);
  await expect(view.prompt(0)).toHaveText('[*]:');
  await strip(view)
    .getByRole('button', { name: /^line \d$/ })
    .click();
  await expect.poll(() => view.cursorLine()).toBeGreaterThan(2);

  await view.profiled(0);
  await expect(strip(view)).toHaveCount(0);
  const widget = view.widget(0);
  await expect(widget).toHaveAttribute('data-profilers', 'memory');
  await expect(view.ownOutputs(0)).toContainText('all 20 kept');
  // Below the cell's own output.
  const own = await view.ownOutputs(0).boundingBox();
  const profile = await widget.boundingBox();
  expect(profile!.y).toBeGreaterThanOrEqual(own!.y + own!.height - 1);
  await expect(widget).toContainText(/it added [34]\d\d\s*MB/);

  await test.step('and the Memory tab is zoomed and read', async () => {
    await widget.getByRole('tab', { name: 'Memory' }).click();
    const plot = widget.locator('.jp-CellProfiler-plot');
    const area = plot.locator('.nsewdrag').first();
    await area.scrollIntoViewIfNeeded();
    await area.hover();
    await expect(plot.locator('.hovertext').first()).toContainText(/MB at/);
    const ticks = plot.locator('.xtick');
    const before = await ticks.allTextContents();
    const box = (await area.boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.3, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.5, box.y + box.height / 2, {
      steps: 5
    });
    await page.mouse.up();
    await expect.poll(() => ticks.allTextContents()).not.toEqual(before);
  });
  await view.shutdownKernel();
});

test('Stop ends the run and keeps what was measured', async ({
  page,
  tmpPath
}) => {
  const view = await NotebookView.create(page, tmpPath, [ENDLESS]);
  await start(view);
  await strip(view).getByRole('button', { name: 'Stop' }).click();
  await view.profiled(0);
  await expect(strip(view)).toHaveCount(0);
  await expect(view.widget(0)).toContainText(
    'The numbers are those up to then'
  );
});

test('a kernel that dies leaves the profile', async ({ page, tmpPath }) => {
  const view = await NotebookView.create(page, tmpPath, [DIES]);
  await start(view);
  const widget = view.widget(0);
  await expect(widget).toBeVisible({ timeout: 30000 });
  await expect(strip(view)).toHaveCount(0);
  await expect(widget).toContainText(
    /KernelDied: The kernel died while line \d ran, at .+MB of memory \(peak .+MB\)/
  );
  // JupyterLab says so, too.
  await page.locator('.jp-Dialog').getByRole('button').first().click();
  const { cells } = await view.saved();
  expect(JSON.stringify(cells[0].outputs)).toContain('KernelDied');
  const [last] = cells[0].outputs.slice(-1);
  expect(last.data?.['text/plain']).toContain('The kernel died');
  await widget.getByRole('tab', { name: 'Memory' }).click();
  await expect(
    widget.locator('.jp-CellProfiler-plot svg').first()
  ).toBeVisible();
  await view.shutdownKernel();
});

test('a deliberate restart accuses nobody', async ({ page, tmpPath }) => {
  const view = await NotebookView.create(page, tmpPath, [ENDLESS]);
  await start(view);
  await view.restart();
  await expect(strip(view)).toHaveCount(0);
  await expect(view.widget(0)).toContainText('interrupted');
  await expect(view.widget(0)).not.toContainText('KernelDied');
  await view.shutdownKernel();
});

test.describe('with a warning from 1 percent on', () => {
  test.use({
    mockSettings: {
      ...galata.DEFAULT_SETTINGS,
      'jupyterlab-cell-profiler:plugin': { memoryWarning: 1 }
    }
  });

  test('the strip warns in words, with a way out', async ({
    page,
    tmpPath
  }) => {
    const view = await NotebookView.create(page, tmpPath, [ENDLESS]);
    await start(view);
    await expect(strip(view).getByRole('status')).toContainText(
      /^Memory is running out: .+\s% of .+.B \(the (machine|container)\) are in use, line \d runs\.$/
    );
    await expect(strip(view).locator('svg').first()).toBeVisible();
    await strip(view).getByRole('button', { name: 'Stop' }).click();
    await view.profiled(0);
    await view.shutdownKernel();
  });
});

test.describe('in a windowed notebook', () => {
  test.use({
    mockSettings: {
      ...galata.DEFAULT_SETTINGS,
      '@jupyterlab/notebook-extension:tracker': {
        ...galata.DEFAULT_SETTINGS['@jupyterlab/notebook-extension:tracker'],
        windowingMode: 'full'
      }
    }
  });

  test('the strip survives scrolling away, and an overview has one', async ({
    page,
    tmpPath
  }) => {
    const others = Array.from({ length: 40 }, (_, index) =>
      Array.from({ length: 12 }, (_, n) => `x_${index}_${n} = ${n}`).join('\n')
    );
    const view = await NotebookView.create(page, tmpPath, [ENDLESS, ...others]);
    await start(view, 'overview');
    await view.scrollTo(40);
    await expect(view.cell(40)).toBeInViewport();
    await expect(view.cell(0).locator('.cm-content')).toBeHidden();
    await expect(strip(view)).toBeHidden();
    await view.scrollTo(0);
    await expect(strip(view)).toBeVisible();
    const before = await strip(view).textContent();
    await expect(strip(view)).not.toHaveText(before!);
    await strip(view).getByRole('button', { name: 'Stop' }).click();
    await view.profiled(0);
    await expect(strip(view)).toHaveCount(0);
    await view.shutdownKernel();
  });
});
