import { expect, galata, test } from '@jupyterlab/galata';

import {
  COUNTING_LINES,
  NotebookView,
  SLOW_CELL,
  SLOW_RESULT
} from './helpers';

/** A notebook much longer than the window, with the slow cell in its middle. */
const MIDDLE = 20;
const sources = Array.from({ length: 41 }, (_, index) =>
  index === MIDDLE
    ? SLOW_CELL
    : Array.from({ length: 12 }, (_, n) => `x_${index}_${n} = ${n}`).join('\n')
);

for (const windowingMode of ['full', 'contentVisibility']) {
  test.describe(`windowingMode ${windowingMode}`, () => {
    test.use({
      mockSettings: {
        ...COUNTING_LINES.mockSettings,
        '@jupyterlab/notebook-extension:tracker': {
          ...galata.DEFAULT_SETTINGS['@jupyterlab/notebook-extension:tracker'],
          windowingMode
        }
      }
    });

    test('heat and widget survive scrolling away, closing and reopening', async ({
      page,
      tmpPath
    }) => {
      const view = await NotebookView.create(page, tmpPath, sources);
      await view.scrollTo(MIDDLE);
      await view.profile(MIDDLE);
      await view.expectHottest(MIDDLE, 4);

      await view.scrollTo(0);
      await expect(view.cell(0)).toBeInViewport();
      await expect(view.cell(MIDDLE)).not.toBeInViewport();
      if (windowingMode === 'full') {
        // Otherwise this would not be the test that it says it is.
        await expect(view.cell(MIDDLE).locator('.cm-content')).toBeHidden();
      }
      await view.scrollTo(MIDDLE);
      await view.expectHottest(MIDDLE, 4);
      await expect(view.widget(MIDDLE)).toBeVisible();

      // Closed, and opened without a kernel: the outputs are the truth.
      await view.execute('docmanager:save');
      await page.activity.closePanel('test.ipynb');
      await view.shutdownKernel();
      await view.openWithoutKernel();
      await view.scrollTo(MIDDLE);
      await view.expectHottest(MIDDLE, 4);
      await expect(view.widget(MIDDLE)).toBeVisible();
      await expect(view.ownOutputs(MIDDLE)).toContainText(SLOW_RESULT);
    });
  });
}
