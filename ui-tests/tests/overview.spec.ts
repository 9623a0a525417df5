import { expect, test } from '@jupyterlab/galata';

import { example, NotebookView } from './helpers';

/** Computes in Python for a second, then takes 60 MB and waits. */
const CELL = `import time
def work(until):
    total = 0
    while time.perf_counter() < until:
        total += sum(range(2000))
    return total
work(time.perf_counter() + 1.2)
kept = b'x' * 60_000_000
time.sleep(0.2)
len(kept)
`;

test('the first example: press Profile, see where it goes', async ({
  page,
  tmpPath
}) => {
  const view = await NotebookView.upload(
    page,
    tmpPath,
    example('01-first-profile.ipynb')
  );
  const code = page.locator('.jp-Notebook-cell.jp-CodeCell');
  // The story defines before it runs: profile the first cell that calls something.
  const last = Number(
    await code.first().getAttribute('data-windowed-list-index')
  );
  await view.profile(last);
  await expect(view.widget(last)).toHaveAttribute('data-profilers', 'overview');
  await expect(view.widget(last)).toContainText('peak memory');
});

test('one run: summary, heat, flame graph and memory', async ({
  page,
  tmpPath
}) => {
  const view = await NotebookView.create(page, tmpPath, [CELL]);
  await view.profile(0);
  const widget = view.widget(0);
  const panel = widget.getByRole('tabpanel');
  await expect(widget).toHaveAttribute('data-profilers', 'overview');
  await expect(view.ownOutputs(0)).toContainText('60000000');

  await test.step('Summary says what dominates, and leads on', async () => {
    await expect(panel).toContainText(/The run computes/);
    await expect(panel).toContainText('peak memory');
    await view.expectHottest(0, 5);
  });

  await test.step('Flame: a picture that is walked through', async () => {
    await widget.getByRole('tab', { name: 'Flame' }).click();
    const flame = panel.getByRole('application');
    await expect(flame).toBeVisible();
    await flame.focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await expect(panel.getByText('Here:')).toBeVisible();
    // The keys are the picture's, not the notebook's.
    await expect(flame).toBeFocused();
    await panel.getByRole('searchbox').fill('work');
    await expect(panel.getByRole('status').first()).toContainText(
      'of the whole'
    );
    await panel.getByRole('button', { name: 'Inverted' }).click();
    const table = panel.getByRole('table', { name: 'Heaviest functions' });
    await table.getByRole('button', { name: 'work', exact: true }).click();
    await panel.getByRole('button', { name: /^Go to line/ }).click();
    await expect.poll(() => view.cursorLine()).toBe(5);
  });

  await test.step('Memory: which line added how much', async () => {
    await widget.getByRole('tab', { name: 'Memory' }).click();
    await expect(
      panel.locator('.jp-CellProfiler-plot svg').first()
    ).toBeVisible();
    const row = panel.getByRole('row').filter({ hasText: 'kept = b' });
    await expect(row).toContainText(/\+6[0-9](\.\d+)?\s*MB/);
  });

  await test.step('and on to the functions, in another run', async () => {
    await widget.getByRole('tab', { name: 'Summary' }).click();
    await panel.getByRole('button', { name: 'Profile functions' }).click();
    await expect(view.prompt(0)).toHaveText('[2]:');
    await expect(view.widget(0)).toHaveAttribute('data-profilers', 'functions');
  });
});
