import type {} from '@jupyterlab/galata';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { expect, test } from '@playwright/test';

import { notebook, SLOW_CELL, SLOW_RESULT } from './helpers';

/** Long enough that sampling sees its lines. */
const CELL = SLOW_CELL.replace('work(300)', 'work(1500)');
const RESULT = String(5 * Number(SLOW_RESULT));

test('Notebook 7: button, widget, heat and a comparison', async ({
  page,
  request
}) => {
  const path = 'notebook7.ipynb';
  await request.put(`/api/contents/${path}`, {
    data: {
      type: 'file',
      format: 'text',
      content: notebook([CELL])
    }
  });
  try {
    await page.goto(`/notebooks/${path}`);
    const cell = page.locator('.jp-Notebook-cell').first();
    const prompt = cell.locator('.jp-InputArea-prompt');
    // The indicator says idle before there is a kernel, and a press is dropped then.
    await expect
      .poll(
        () =>
          page.evaluate(() => {
            const panel = window.jupyterapp?.shell.currentWidget;
            const kernel = (panel as NotebookPanel | null)?.sessionContext
              ?.session?.kernel;
            return kernel?.connectionStatus === 'connected'
              ? kernel.status
              : 'none';
          }),
        { timeout: 30000 }
      )
      .toBe('idle');
    await prompt.click();
    await page
      .locator('.jp-NotebookPanel-toolbar')
      .getByRole('button', { name: 'Profile', exact: true })
      .click();
    const widget = cell.locator('.jp-CellProfiler-output');
    await expect(widget).toBeVisible({ timeout: 30000 });
    await expect(prompt).toHaveText('[1]:');
    await expect(cell.locator('.jp-OutputArea-child').first()).toContainText(
      RESULT
    );
    await expect(
      cell.locator('.cm-line.jp-CellProfiler-heatLine[data-heat="100"]')
    ).toContainText('total += sum');
    await widget.getByRole('tab', { name: 'Lines' }).click();
    await expect(
      widget.getByRole('columnheader', { name: 'Own time' }).first()
    ).toBeVisible();

    // Tabs stand below the notebook here.
    await prompt.click();
    await page
      .locator('.jp-NotebookPanel-toolbar')
      .getByRole('button', { name: 'Profile', exact: true })
      .click();
    await expect(prompt).toHaveText('[2]:', { timeout: 30000 });
    await widget.getByRole('button', { name: 'Compare…' }).click();
    const comparison = page.locator('.jp-CellProfiler-compare');
    await expect(comparison).toContainText('Comparison of 2 runs');
    const box = await comparison.boundingBox();
    expect(box?.height).toBeGreaterThan(250);

    // The next one comes to the front.
    await page.evaluate(async () => {
      await window.jupyterapp.commands.execute('cell-profiler:show-history');
    });
    await page.locator('.jp-CellProfiler-historyItem').first().dblclick();
    await expect(page.locator('.jp-CellProfiler-runTab')).toBeVisible();
    await expect(comparison).toBeHidden();
  } finally {
    const sessions = await (await request.get('/api/sessions')).json();
    for (const session of sessions as { id: string; path: string }[]) {
      if (session.path === path) {
        await request.delete(`/api/sessions/${session.id}`);
      }
    }
    await request.delete(`/api/contents/${path}`);
  }
});

test('Notebook 7: the line that runs', async ({ page, request }) => {
  const path = 'notebook7-where.ipynb';
  await request.put(`/api/contents/${path}`, {
    data: {
      type: 'file',
      format: 'text',
      content: notebook(['import time\ntime.sleep(60)'])
    }
  });
  try {
    await page.goto(`/notebooks/${path}`);
    await expect
      .poll(
        () =>
          page.evaluate(() => {
            const panel = window.jupyterapp?.shell.currentWidget;
            const kernel = (panel as NotebookPanel | null)?.sessionContext
              ?.session?.kernel;
            return kernel?.connectionStatus === 'connected'
              ? kernel.status
              : 'none';
          }),
        { timeout: 30000 }
      )
      .toBe('idle');
    await page.evaluate(() => {
      void window.jupyterapp.commands.execute('notebook:run-cell');
    });
    const button = page.getByRole('button', { name: 'Where is it?' });
    await expect(button).toBeHidden();
    await button.click();
    await expect(page.locator('.jp-CellProfiler-glow')).toContainText(
      'time.sleep(60)'
    );
    await expect(page.locator('.jp-CellProfiler-whereNote')).toContainText(
      'line 2; sleeps'
    );
    await page.evaluate(() => {
      void window.jupyterapp.commands.execute('notebook:interrupt-kernel');
    });
    await expect(button).toBeHidden();
    await expect(page.locator('.jp-CellProfiler-glow')).toHaveCount(0);
  } finally {
    const sessions = await (await request.get('/api/sessions')).json();
    for (const { id, path: of } of sessions) {
      if (of === path) {
        await request.delete(`/api/sessions/${id}`);
      }
    }
    await request.delete(`/api/contents/${path}`);
  }
});
