import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import { expect, test } from '@jupyterlab/galata';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { Locator } from '@playwright/test';

import { NotebookView } from './helpers';
import { reload } from './history-view';

// Galata's stand-in for kernels expects an answer to an interrupt; there is none.
test.use({ kernels: null, sessions: null });

/** Half a minute in one line, then half a minute in another; a test ends it before. */
const DEFINED = `import time

def first(until):
    while time.time() < until:
        sum(range(1000))

def second(until):
    while time.time() < until:
        max(range(1000))

def work():
    begun = time.time()
    first(begun + 8)
    second(begun + 60)
`;

/** The cells of a notebook in which a line glows, each with the text of that line. */
class WhereView {
  constructor(
    private readonly page: IJupyterLabPageFixture,
    private readonly view: NotebookView
  ) {}

  get button(): Locator {
    return this.view.toolbar.getByRole('button', { name: 'Where is it?' });
  }

  get note(): Locator {
    return this.view.panel.locator('.jp-CellProfiler-whereNote');
  }

  glow(index: number): Locator {
    return this.view.cell(index).locator('.cm-line.jp-CellProfiler-glow');
  }

  get glows(): Locator {
    return this.view.panel.locator('.jp-CellProfiler-glow');
  }

  /** The active cell, and the class of what has the focus. */
  async attention(): Promise<{ activeIndex: number; focused: string }> {
    return this.page.evaluate(() => {
      const panel = window.jupyterapp.shell.currentWidget as NotebookPanel;
      return {
        activeIndex: panel.content.activeCellIndex,
        focused: document.activeElement?.className ?? ''
      };
    });
  }

  async interrupt(): Promise<void> {
    await this.view.execute('notebook:interrupt-kernel');
  }

  /** Start a cell that goes on. */
  async start(index: number): Promise<void> {
    await this.view.select(index);
    // Not awaited: the command ends with the cell.
    await this.page.evaluate(() => {
      void window.jupyterapp.commands.execute('notebook:run-cell');
    });
    await expect(this.view.prompt(index)).toHaveText('[*]:');
  }
}

test('the line that runs glows in its cell', async ({ page, tmpPath }) => {
  const view = await NotebookView.create(page, tmpPath, [
    DEFINED,
    '1 + 1',
    'work()'
  ]);
  const where = new WhereView(page, view);
  await view.run(0);
  await view.run(1);
  await expect(where.button).toBeHidden();
  await where.start(2);
  const begun = Date.now();
  await expect(where.button).toBeVisible({ timeout: 10000 });
  expect(Date.now() - begun).toBeGreaterThan(1200);
  await where.button.click();
  await expect(where.glow(0)).toHaveText(/^ +(while|sum|pass).*running$/);
  await expect(where.glows).toHaveCount(1);
  await expect(where.note).toContainText(
    /In \[1\], line [45]: first\(\) ← work\(\)(; holds the GIL)?/
  );
  // Who works in a cell stays there.
  await expect(view.cell(2)).toHaveClass(/jp-mod-active/);

  await expect(async () => {
    await where.note.getByRole('button', { name: 'Ask again' }).click();
    await expect(where.note).toContainText(/line [89]: second\(\) ← work\(\)/, {
      timeout: 2000
    });
  }).toPass({ timeout: 20000 });
  await expect(where.glows).toHaveCount(1);
  await expect(where.glow(0)).toHaveText(/^ +(while|max).*running$/);

  await where.interrupt();
  await expect(where.button).toBeHidden();
  await expect(where.note).toHaveCount(0);
  await expect(where.glows).toHaveCount(0);
  await expect(view.prompt(2)).toHaveText('[3]:');
  await expect(view.ownOutputs(2)).toContainText('KeyboardInterrupt');
  await view.run(1);
  await expect(view.prompt(1)).toHaveText('[4]:');
  await view.shutdownKernel();
});

test('a cell that sleeps is shown sleeping; a short one has no button', async ({
  page,
  tmpPath
}) => {
  const view = await NotebookView.create(page, tmpPath, [
    'import time\ntime.sleep(1)',
    'time.sleep(60)'
  ]);
  const where = new WhereView(page, view);
  await where.start(0);
  await expect(view.prompt(0)).toHaveText('[1]:');
  await expect(where.button).toBeHidden();
  await where.start(1);
  await expect(where.button).toBeVisible();
  await where.button.click();
  await expect(where.note).toContainText('In [*], line 1; sleeps');
  await expect(where.glow(1)).toContainText('time.sleep(60)');
  await where.note.getByRole('button', { name: 'Close' }).click();
  await expect(where.note).toHaveCount(0);
  await expect(where.glows).toHaveCount(0);
  await where.interrupt();
  await expect(where.button).toBeHidden();
  await view.shutdownKernel();
});

test('a notebook that is opened while its cell runs has the button', async ({
  page,
  tmpPath
}) => {
  const view = await NotebookView.create(page, tmpPath, [
    'import time\ntime.sleep(60)'
  ]);
  const where = new WhereView(page, view);
  await where.start(0);
  await view.execute('docmanager:save');
  await reload(page);
  await page.waitForFunction(() => window.jupyterapp?.shell.currentWidget);
  await view.openEarly();
  await expect(where.button).toBeVisible({ timeout: 20000 });
  await where.button.click();
  await expect(where.glow(0)).toContainText('time.sleep(60)');
  await where.interrupt();
  await expect(where.button).toBeHidden();
  await view.shutdownKernel();
});

test('a kernel is asked itself where the server may not look', async ({
  page,
  tmpPath
}) => {
  await page.route('**/cell-profiler/api/kernels/*/dump**', route =>
    route.fulfill({ status: 409, json: { message: 'Not with these rights.' } })
  );
  const view = await NotebookView.create(page, tmpPath, [
    `import time
for i in range(600):
    print(i, flush=True)
    time.sleep(0.1)`,
    '1 + 1'
  ]);
  const where = new WhereView(page, view);
  await where.start(0);
  await where.button.click();
  await expect(where.note).toContainText(/In \[\*\], line [34]/);
  await expect(where.glow(0)).toHaveCount(1);
  // The cell goes on as before, and nothing is left of the question.
  const last = async (): Promise<number> =>
    Number((await view.ownOutputs(0).innerText()).trim().split('\n').pop());
  const then = await last();
  await expect.poll(last).toBeGreaterThan(then + 5);
  await expect(where.button).toBeVisible();
  await expect
    .poll(() =>
      page.evaluate(() => {
        const panel = window.jupyterapp.shell.currentWidget as NotebookPanel;
        return panel.sessionContext.session?.kernel?.status;
      })
    )
    .toBe('busy');
  expect(
    await page.evaluate(async () => {
      const panel = window.jupyterapp.shell.currentWidget as NotebookPanel;
      const kernel = panel.sessionContext.session?.kernel;
      const reply = await kernel?.requestListSubshell({}).done;
      return reply?.content;
    })
  ).toMatchObject({ subshell_id: [] });
  await where.interrupt();
  await expect(where.button).toBeHidden();
  await expect(view.prompt(0)).toHaveText('[1]:');
  await view.run(1);
  await expect(view.prompt(1)).toHaveText('[2]:');
  await view.shutdownKernel();
});

test('a cell that awaits, and one that holds the GIL', async ({
  page,
  tmpPath
}) => {
  const view = await NotebookView.create(page, tmpPath, [
    `import asyncio
async def step():
    await asyncio.sleep(9)
await step()`,
    'sum(range(10**10))'
  ]);
  const where = new WhereView(page, view);
  await where.start(0);
  await where.button.click();
  await expect(where.note).toContainText(/In \[\*\], line 3: step\(\); sleeps/);
  await expect(where.glow(0)).toContainText('asyncio.sleep(9)');
  // An interrupt would wait for the end of the sleep, too.
  await expect(view.prompt(0)).toHaveText('[1]:');
  await expect(where.button).toBeHidden();
  await where.start(1);
  await where.button.click();
  await expect(where.note).toContainText('In [*], line 1; holds the GIL');
  await view.shutdownKernel();
});

test('a line far away is scrolled to, and the focus stays', async ({
  page,
  tmpPath
}) => {
  const filler = [...Array(30)].map((_, index) => `# ${index}\n\n\n\n\n`);
  const view = await NotebookView.create(page, tmpPath, [
    'import time\ndef work():\n    time.sleep(60)',
    ...filler,
    'work()'
  ]);
  const where = new WhereView(page, view);
  await view.run(0);
  await view.scrollTo(31);
  await where.start(31);
  const { activeIndex, focused } = await where.attention();
  await where.button.click();
  await expect(where.glow(0)).toBeInViewport();
  expect(await where.attention()).toEqual({ activeIndex, focused });
  expect(activeIndex).toBe(31);
  await view.shutdownKernel();
});

const THEMES: [string, string][] = [
  ['light', 'JupyterLab Light'],
  ['dark', 'JupyterLab Dark'],
  ['high-contrast', 'JupyterLab Dark High Contrast']
];

/** For people to look at, in test-results/pictures; nothing compares them. */
test('pictures of the line that runs', async ({ page, tmpPath }) => {
  const view = await NotebookView.create(page, tmpPath, [DEFINED, 'work()']);
  const where = new WhereView(page, view);
  await view.run(0);
  await page.sidebar.close('left');
  await where.start(1);
  await expect(where.button).toBeVisible();
  for (const [name, theme] of THEMES) {
    await page.theme.setTheme(theme);
    await where.button.click();
    await expect(where.glow(0)).toBeVisible();
    await expect(where.note).toContainText('line');
    await page.screenshot({ path: `test-results/pictures/where-${name}.png` });
  }
  await page.setViewportSize({ width: 560, height: 900 });
  // The toolbar follows after a moment.
  await page.waitForTimeout(1500);
  await page.screenshot({ path: 'test-results/pictures/where-narrow.png' });
  await view.shutdownKernel();
});
