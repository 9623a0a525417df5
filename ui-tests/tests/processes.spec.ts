import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import { expect, test } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';

import { NotebookView } from './helpers';
import { HistoryView } from './history-view';

// Galata's stand-in for kernels expects an answer to an interrupt; there is none.
test.use({ kernels: null, sessions: null });

/** Functions that work until they are told to change, or are interrupted. */
const DEFINED = `import time

def first(until):
    while time.time() < until:
        sum(range(1000))

def second(until):
    while time.time() < until:
        max(range(1000))

def work():
    begun = time.time()
    first(begun + 12)
    second(begun + 90)
`;

/** The panel Processes and the tabs that it opens. */
class ProcessesView {
  constructor(
    private readonly page: IJupyterLabPageFixture,
    private readonly notebook: NotebookView
  ) {}

  static async open(
    page: IJupyterLabPageFixture,
    notebook: NotebookView
  ): Promise<ProcessesView> {
    await notebook.execute('cell-profiler:attach');
    const view = new ProcessesView(page, notebook);
    await expect(view.kernel).toBeVisible();
    return view;
  }

  get panel(): Locator {
    return this.page.getByRole('region', { name: 'Processes', exact: true });
  }

  /** The row of the notebook's kernel. */
  get kernel(): Locator {
    return this.panel.getByRole('treeitem', { name: /^test\.ipynb/ });
  }

  /** The tab in front. */
  get tab(): Locator {
    return this.page.locator('.jp-CellProfiler-lookTab:visible');
  }

  async press(name: string): Promise<void> {
    await this.kernel.hover();
    await this.kernel.getByRole('button', { name }).click();
  }

  /** Start a cell that goes on. */
  async start(index: number): Promise<void> {
    await this.notebook.select(index);
    // Not awaited: the command ends with the cell.
    await this.page.evaluate(() => {
      void window.jupyterapp.commands.execute('notebook:run-cell');
    });
    await expect(this.notebook.prompt(index)).toHaveText('[*]:');
  }
}

async function looks(page: IJupyterLabPageFixture): Promise<string[]> {
  return page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .map(({ name }) => name)
      .filter(name => /cell-profiler\/api\/looks\/\w+/.test(name))
      .map(name => /looks\/(\w+)/.exec(name)![1])
  );
}

test('a busy kernel is listed, seen, watched and recorded', async ({
  page,
  tmpPath
}) => {
  const notebook = await NotebookView.create(page, tmpPath, [
    DEFINED,
    'work()'
  ]);
  await notebook.run(0);
  const view = await ProcessesView.open(page, notebook);
  await expect(view.kernel).toContainText('idle');
  await view.start(1);
  await expect(view.kernel).toContainText('busy');
  await expect(view.kernel).toContainText(/[\d.]+\sMB/);
  await expect(view.kernel).toContainText(/PID \d+/);

  await view.press('Where is it now?');
  const [now] = await view.tab.locator('details li').all();
  await expect(view.tab.locator('details').first()).toContainText(
    'Main thread'
  );
  await expect(view.tab).toContainText(/first.*line [45]/);
  expect(now).toBeDefined();
  await view.tab
    .getByRole('button', { name: /^Go to .*, line [45]$/ })
    .first()
    .click();
  await expect(notebook.cell(0)).toHaveClass(/jp-mod-active/);

  await view.press('Watch');
  const top = view.tab.locator('tbody tr').first();
  await expect(top).toContainText(/first/);
  await expect(view.tab.getByRole('status')).toHaveText('Live');
  // It changes while it is looked at.
  await expect(top).toContainText(/second/, { timeout: 30000 });
  await view.tab.getByRole('button', { name: 'Pause' }).click();
  await expect(view.tab.getByRole('status')).toHaveText('Paused');
  await view.tab.getByRole('tab', { name: 'Lines' }).click();
  await expect(view.tab.getByRole('table', { name: 'Lines' })).toContainText(
    /second.*line [89]/
  );
  const [id] = await looks(page);
  await notebook.execute('application:close');
  await expect(async () => {
    const response = await page.request.get(`/cell-profiler/api/looks/${id}`);
    expect(response.status()).toBe(404);
  }).toPass();

  await view.press('Record…');
  await view.tab.getByLabel('Until I press Stop').check();
  await view.tab.getByRole('button', { name: 'Start' }).click();
  await expect(view.tab).toContainText(/Recording\s*[2-9] s/);
  await view.tab.getByRole('button', { name: 'Stop' }).click();
  const profile = view.tab.locator('.jp-CellProfiler-profile');
  await expect(profile).toContainText('second', { timeout: 30000 });
  await expect(profile.getByRole('tab', { name: 'Flame' })).toBeVisible();

  // Nothing that was done has disturbed the cell.
  await expect(notebook.prompt(1)).toHaveText('[*]:');
  await notebook.execute('notebook:interrupt-kernel');
  await expect(view.kernel).toContainText('idle', { timeout: 30000 });
  const history = await HistoryView.open(page);
  await history.expectCount(1);
});

test('the panel asks the server while it is looked at, and not else', async ({
  page,
  tmpPath
}) => {
  const notebook = await NotebookView.create(page, tmpPath, ['1 + 1']);
  const asked: string[] = [];
  page.on('request', request => {
    if (request.url().includes('/cell-profiler/api/processes')) {
      asked.push(request.url());
    }
  });
  const view = await ProcessesView.open(page, notebook);
  await expect.poll(() => asked.length).toBeGreaterThan(1);
  // No command line is asked for by itself.
  expect(asked.filter(url => url.includes('command'))).toEqual([]);
  await view.kernel.hover();
  await view.kernel
    .getByRole('button', { name: 'Show the command line' })
    .click();
  await expect(view.kernel.locator('code')).toContainText('ipykernel');
  await page.sidebar.openTab('filebrowser');
  const before = asked.length;
  await page.waitForTimeout(5000);
  expect(asked.length).toBe(before);
});
