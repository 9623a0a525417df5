import { expect, test } from '@jupyterlab/galata';

import { COUNTING_LINES, notebook, NotebookView } from './helpers';

test.use(COUNTING_LINES);

test('cells that fail, await, ask, and wait in a queue', async ({
  page,
  tmpPath
}) => {
  const view = await NotebookView.create(page, tmpPath, [
    `values = [n * n for n in range(1000)]
total = sum(values)
total / 0
print('never')`,
    `import asyncio
async def wait(n):
    for _ in range(n):
        await asyncio.sleep(0.01)
    return 'done'
await wait(5)`,
    `name = input('Name? ')\nprint('Hello', name)`,
    `import time\ntime.sleep(1)`,
    `sum(range(100000))`,
    `'last'`
  ]);

  await test.step('an error: its traceback as ever, and the profile', async () => {
    await view.profile(0);
    const traceback = view.ownOutputs(0);
    await expect(traceback).toHaveCount(1);
    await expect(traceback).toContainText('ZeroDivisionError');
    await expect(traceback).toContainText('----> 3 total / 0');
    await expect(view.widget(0)).toContainText('ZeroDivisionError');
    expect((await view.heat(0)).map(({ line }) => line)).not.toContain(4);
  });

  await test.step('await at the top of the cell', async () => {
    await view.profile(1);
    await expect(view.ownOutputs(1)).toContainText('done');
    await view.widget(1).getByRole('tab', { name: 'Lines' }).click();
    await expect(
      view
        .widget(1)
        .getByRole('row')
        .filter({ hasText: 'asyncio.sleep' })
        .locator('[data-column="hits"]')
    ).toHaveText('5');
  });

  await test.step('input()', async () => {
    await view.select(2);
    await view.profileButton.click();
    const input = view.cell(2).locator('.jp-Stdin-input');
    await input.fill('Ada');
    await input.press('Enter');
    await view.profiled(2);
    await expect(view.cell(2)).toContainText('Hello Ada');
  });

  await test.step('behind a running cell, before another one', async () => {
    await view.select(3);
    void view.execute('notebook:run-cell');
    await view.select(4);
    await view.profileButton.click();
    await view.select(5);
    void view.execute('notebook:run-cell');
    await view.profiled(4);
    await expect(view.prompt(4)).toHaveText('[5]:');
    await expect(view.prompt(5)).toHaveText('[6]:');
    await expect(view.widget(3)).toHaveCount(0);
    await expect(view.widget(5)).toHaveCount(0);
  });
});

test.describe('the kernel', () => {
  // Galata's stand-in for kernels expects an answer to an interrupt; there is none.
  test.use({ kernels: null, sessions: null });

  test('an interrupt and a restart', async ({ page, tmpPath }) => {
    const view = await NotebookView.create(page, tmpPath, [
      `import time
print('started')
for _ in range(6000):
    time.sleep(0.01)
print('never')`,
      'sum(range(10000))'
    ]);

    await test.step('what was measured until the interrupt is shown', async () => {
      await view.select(0);
      await view.profileButton.click();
      await expect(view.ownOutputs(0).first()).toContainText('started');
      // Some passes of the loop, so that there is something to show.
      await page.waitForTimeout(500);
      // The button has become one that stops.
      await view.toolbar
        .getByRole('button', { name: 'Stop profiling' })
        .click();
      await view.profiled(0);
      await expect(view.cell(0)).toContainText('KeyboardInterrupt');
      await expect(view.widget(0)).toContainText('interrupted');
      await view.expectHottest(0, 4);
      await expect(view.ownOutputs(0).first()).not.toContainText('never');
    });

    await test.step('nothing is left behind: an ordinary run is one', async () => {
      await view.run(1);
      await expect(view.prompt(1)).toHaveText('[2]:');
      await expect(view.widget(1)).toHaveCount(0);
    });

    await test.step('the button works after a restart', async () => {
      await view.restart();
      await view.profile(1);
      await expect(view.prompt(1)).toHaveText('[1]:');
    });
    await view.shutdownKernel();
  });
});

test('pressed while the kernel is still connecting', async ({
  page,
  tmpPath
}) => {
  const view = new NotebookView(page, `${tmpPath}/early.ipynb`);
  await page.contents.uploadContent(
    notebook(['sum(range(10000))']),
    'text',
    view.path
  );
  await view.openEarly();
  // Before there is a session, JupyterLab drops an ordinary run, too.
  await view.sessionReady();
  await view.profile(0);
  await expect(view.prompt(0)).toHaveText('[1]:');
});
