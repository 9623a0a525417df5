import { test } from '@jupyterlab/galata';

import { COUNTING_LINES, NotebookView, SLOW_CELL } from './helpers';

/**
 * Pictures for people to look at, in test-results/pictures; nothing compares them.
 */
const THEMES: [string, string][] = [
  ['light', 'JupyterLab Light'],
  ['dark', 'JupyterLab Dark'],
  ['high-contrast', 'JupyterLab Dark High Contrast']
];

test.use(COUNTING_LINES);

test('pictures of a profile', async ({ page, tmpPath }) => {
  const view = await NotebookView.create(page, tmpPath, [SLOW_CELL]);
  await view.profile(0);
  await view.expectHottest(0, 4);
  await page.sidebar.close('left');
  const shoot = (name: string) =>
    page.screenshot({ path: `test-results/pictures/${name}.png` });
  const widget = view.widget(0);
  for (const [name, theme] of THEMES) {
    await page.theme.setTheme(theme);
    await widget.getByRole('tab', { name: 'Summary' }).click();
    await shoot(`${name}-summary`);
    await widget.getByRole('tab', { name: 'Lines' }).click();
    await shoot(`${name}-lines`);
  }
  await page.theme.setLightTheme();
  await page.setViewportSize({ width: 600, height: 900 });
  await shoot('narrow-lines');
  await widget.getByRole('tab', { name: 'Summary' }).click();
  await shoot('narrow-summary');
});
