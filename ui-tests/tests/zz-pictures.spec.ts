import { expect, galata, test } from '@jupyterlab/galata';
import { NotebookView } from './helpers';
const CELL = `import time
kept = []
for step in range(40):
    kept.append(b'x' * 20_000_000)
    time.sleep(0.2)
`;
const DIES = `import os, time
kept = []
for step in range(10):
    kept.append(b'x' * 20_000_000)
    time.sleep(0.12)
os.kill(os.getpid(), 9)
`;
const THEMES = [
  ['light', 'JupyterLab Light'],
  ['dark', 'JupyterLab Dark']
];
for (const warn of [90, 1]) {
  test.describe(`w${warn}`, () => {
    test.use({
      mockSettings: {
        ...galata.DEFAULT_SETTINGS,
        'jupyterlab-cell-profiler:plugin': { memoryWarning: warn }
      }
    });
    test('pictures', async ({ page, tmpPath }) => {
      const view = await NotebookView.create(page, tmpPath, [CELL, DIES]);
      await page.sidebar.close('left');
      const shoot = async (name: string) => {
        for (const [n, t] of THEMES) {
          await page.theme.setTheme(t);
          for (const w of [1280, 500]) {
            await page.setViewportSize({ width: w, height: 900 });
            await page.waitForTimeout(250);
            await page.screenshot({ path: `/tmp/pics/${name}-${n}-${w}.png` });
          }
        }
        await page.setViewportSize({ width: 1280, height: 900 });
      };
      const go = () =>
        page.evaluate(() => {
          void window.jupyterapp.commands.execute('cell-profiler:run', {
            profilers: ['memory']
          });
        });
      await view.select(0);
      await go();
      await page.waitForTimeout(2500);
      await shoot(`running-${warn}`);
      if (warn === 1) {
        return;
      }
      await view.profiled(0);
      await view.page.setViewportSize({ width: 1280, height: 900 });
      await shoot('finished');
      await view.widget(0).getByRole('tab', { name: 'Memory' }).click();
      await page.waitForTimeout(800);
      await shoot('tab');
      await view.select(1);
      await go();
      await expect(view.widget(1)).toBeVisible({ timeout: 40000 });
      await page.locator('.jp-Dialog').getByRole('button').first().click();
      await view.scrollTo(1);
      await shoot('died');
    });
  });
}
