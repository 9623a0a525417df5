import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import { expect, galata, test } from '@jupyterlab/galata';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { Locator } from '@playwright/test';
import * as fs from 'node:fs';

import { notebook, NotebookView } from './helpers';

const RECORD = 'cell-profiler:record-every-cell';

const SOURCES = [
  'import time',
  'time.sleep(1)',
  'blob = bytearray(50_000_000); blob[::4096] = b"x" * len(blob[::4096])',
  "'never run'"
];

/** The report in the main area. */
class ReportView {
  constructor(private readonly page: IJupyterLabPageFixture) {}

  get node(): Locator {
    return this.page.locator('.jp-CellProfiler-report');
  }

  get rows(): Locator {
    return this.node.locator('tbody tr');
  }

  row(cell: number): Locator {
    return this.node.locator(`tbody tr[data-cell="cell-${cell}"]`);
  }
}

/** What the history has of a notebook. */
async function kept(
  view: NotebookView,
  kind: string
): Promise<{ cellId: string; record: boolean; status: string }[]> {
  const response = await view.page.request.get('/cell-profiler/api/runs', {
    params: { path: view.path, kind }
  });
  return (await response.json()).runs;
}

const mark = (view: NotebookView, index: number): Locator =>
  view.cell(index).locator('.jp-CellProfiler-mark');

const allMarks = (view: NotebookView): Locator =>
  view.panel.locator('.jp-CellProfiler-mark');

async function runAll(view: NotebookView, count: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    await view.run(index);
  }
}

// Galata's stand-ins for sessions and for the workspace's state would hide a restart
// and forget the switch.
test.use({ kernels: null, sessions: null });

test('records, marks, and the report', async ({ page, tmpPath }) => {
  const view = await NotebookView.create(page, tmpPath, SOURCES);
  const report = new ReportView(page);
  const boxes = (): Promise<unknown> =>
    view.panel
      .locator('.jp-InputArea-editor')
      .evaluateAll(all =>
        all.map(node => node.getBoundingClientRect().toJSON())
      );

  await test.step('off at first: a run leaves nothing', async () => {
    await view.run(0);
    expect(await kept(view, 'all')).toEqual([]);
  });

  await test.step('three cells of which one sleeps', async () => {
    await view.execute(RECORD);
    await runAll(view, 3);
    await expect(mark(view, 1)).toBeVisible();
    await expect(mark(view, 1)).toHaveText(/^\d+\s% · 1\.\d+\ss$/);
    await expect(mark(view, 0)).toHaveCount(0);
    expect(await mark(view, 1).getAttribute('title')).toMatch(
      /% of the time of this notebook’s cells/
    );
  });

  await test.step('records are in the history, and not in the notebook', async () => {
    await expect.poll(async () => (await kept(view, 'record')).length).toBe(3);
    expect(await kept(view, 'profile')).toEqual([]);
    const saved = await view.saved();
    expect(saved.cells.flatMap(({ outputs }) => outputs)).toEqual([]);
    expect(JSON.stringify(saved)).not.toMatch(/cell.profiler/i);
  });

  await test.step('the marks move nothing', async () => {
    const marked = await boxes();
    await view.execute(RECORD);
    await expect(allMarks(view)).toHaveCount(0);
    expect(await boxes()).toEqual(marked);
    await view.execute(RECORD);
    await expect(mark(view, 1)).toBeVisible();
    expect(await boxes()).toEqual(marked);
  });

  await test.step('a mark leads to the report, which ranks', async () => {
    await mark(view, 1).locator('span').click();
    await expect(report.rows).toHaveCount(4);
    await expect(report.rows.first()).toHaveAttribute('data-cell', 'cell-1');
    await expect(report.row(3)).toContainText('not run');
    await report.node.getByLabel('Rank by').selectOption({ label: 'memory' });
    await expect(report.rows.first()).toHaveAttribute('data-cell', 'cell-2');
    await expect(report.row(2).locator('[data-column="increment"]')).toHaveText(
      /MB/
    );
  });

  await test.step('a click goes to the cell', async () => {
    await report.row(1).click();
    await expect(view.cell(1)).toBeVisible();
    await expect(view.cell(1)).toHaveClass(/jp-mod-active/);
  });

  await test.step('it follows what runs and what changes', async () => {
    await view.run(3);
    await page.evaluate(() => {
      const panel = window.jupyterapp.shell.currentWidget as NotebookPanel;
      panel.content.model!.sharedModel.getCell(1).setSource('time.sleep(2)');
    });
    await view.execute('cell-profiler:report');
    await expect(report.row(3)).not.toContainText('not run');
    await expect(report.row(1)).toContainText('changed since');
  });

  await test.step('Enter goes to the cell, too', async () => {
    await report.row(3).focus();
    await page.keyboard.press('Enter');
    await expect(view.cell(3)).toHaveClass(/jp-mod-active/);
  });

  await test.step('Profile runs the cell under the default profiler', async () => {
    await view.execute('cell-profiler:report');
    await report.node.getByRole('button', { name: 'Profile cell 3' }).click();
    await view.profiled(2);
    await view.execute('cell-profiler:report');
    await expect(report.row(2)).toContainText('under Overview');
    await expect(report.row(2).locator('[data-column="runs"]')).toHaveText('2');
  });

  await test.step('it is saved as a table', async () => {
    const download = page.waitForEvent('download');
    await report.node.getByRole('button', { name: 'Export' }).click();
    await report.node.getByRole('menuitem', { name: /csv/ }).click();
    const file = await download;
    expect(file.suggestedFilename()).toBe('test-report.csv');
    const lines = fs.readFileSync(await file.path(), 'utf8').split('\r\n');
    expect(lines).toHaveLength(6);
    expect(lines[2]).toMatch(/^2,.*sleep.*,ok,1,yes,,1\.\d+,/);
  });
  await view.shutdownKernel();
});

test('the switch is remembered, and a restarted kernel told again', async ({
  page,
  tmpPath
}) => {
  const view = await NotebookView.create(page, tmpPath, SOURCES);
  await view.execute(RECORD);
  await view.run(1);
  await expect(mark(view, 1)).toBeVisible();

  await test.step('after a restart', async () => {
    await view.restart();
    await runAll(view, 2);
    await expect.poll(async () => (await kept(view, 'record')).length).toBe(3);
  });

  await test.step('after the page is loaded again, with what was known', async () => {
    // An option of Galata's own: it would wait for a launcher.
    await page.reload({ waitForIsReady: false } as { timeout?: number });
    await page.evaluate(() => window.jupyterapp.restored);
    await view.open();
    await expect(mark(view, 1)).toBeVisible();
    await view.run(2);
    await expect.poll(async () => (await kept(view, 'record')).length).toBe(4);
  });

  await test.step('off: no marks, no records', async () => {
    await view.execute(RECORD);
    await expect(allMarks(view)).toHaveCount(0);
    await view.run(2);
    // What is sent off goes the same way: it would be there by then.
    await view.run(0);
    expect(await kept(view, 'record')).toHaveLength(4);
    await expect(view.panel.locator('.jp-CellProfiler-marked')).toHaveCount(0);
  });
  await view.shutdownKernel();
});

test.describe('a windowed notebook', () => {
  test.use({
    mockSettings: {
      ...galata.DEFAULT_SETTINGS,
      '@jupyterlab/notebook-extension:tracker': {
        ...galata.DEFAULT_SETTINGS['@jupyterlab/notebook-extension:tracker'],
        windowingMode: 'full'
      }
    }
  });

  test('marks come and go with their cells', async ({ page, tmpPath }) => {
    const sources = [...Array(80)].map((_, index) =>
      index === 60 ? 'import time\ntime.sleep(0.5)' : `x${index} = ${index}`
    );
    const view = await NotebookView.upload(page, tmpPath, notebook(sources));
    await view.execute(RECORD);
    await view.scrollTo(60);
    await view.run(60);
    await expect(mark(view, 60)).toBeVisible();
    await view.scrollTo(0);
    await expect(view.cell(0)).toBeInViewport();
    await expect(mark(view, 60)).toBeHidden();
    await view.scrollTo(60);
    await expect(mark(view, 60)).toBeVisible();
    await expect(allMarks(view)).toHaveCount(1);
    await view.execute('notebook:move-cell-up');
    await expect(mark(view, 59)).toBeVisible();
    await expect(allMarks(view)).toHaveCount(1);
    await view.shutdownKernel();
  });
});

test('kernels that cannot record leave it off, with a sentence', async ({
  page,
  tmpPath
}) => {
  const view = await NotebookView.create(page, tmpPath, ['1'], 'fake-r', 'R');
  await view.execute(RECORD);
  await expect(
    page.locator('.Toastify__toast', { hasText: 'measures Python code only' })
  ).toBeVisible();
  await expect(allMarks(view)).toHaveCount(0);
  const isOn = await page.evaluate(
    id => window.jupyterapp.commands.isToggled(id),
    RECORD
  );
  expect(isOn).toBe(false);
  await view.shutdownKernel();
});
