import { expect, galata, test } from '@jupyterlab/galata';

import { COUNTING_LINES, NotebookView } from './helpers';

const MIME_TYPE = 'application/vnd.cell-profiler.profile.v1+json';
const SETTINGS = 'jupyterlab-cell-profiler:plugin';

test.use({
  mockSettings: {
    ...galata.DEFAULT_SETTINGS,
    [SETTINGS]: {
      ...COUNTING_LINES.mockSettings[SETTINGS],
      inNotebook: 'summary'
    }
  }
});

/** Takes so long that another line is not hotter when it waits for a processor once. */
const HOTTEST = 'total += sum(range(5000))';

interface IOutput {
  data?: { [type: string]: unknown };
}

test('a summary stays in the notebook, the history has the whole', async ({
  page,
  tmpPath
}) => {
  const view = await NotebookView.create(page, tmpPath, [
    `total = 0\nfor i in range(300):\n    ${HOTTEST}\ntotal`
  ]);
  await view.profile(0);
  await view.widget(0).getByRole('tab', { name: 'Lines' }).click();
  await view.expectHottest(0, 3);

  const saved = async (): Promise<{ [type: string]: unknown }> => {
    await page.notebook.save();
    const reply = await page.request.get(`api/contents/${view.path}?content=1`);
    const { content } = (await reply.json()) as {
      content: { cells: { outputs: IOutput[] }[] };
    };
    const { cells } = content;
    const found = cells[0].outputs.find(({ data }) => data?.[MIME_TYPE]);
    return found?.data ?? {};
  };
  await expect
    .poll(async () => Object.keys(await saved()).sort())
    .toEqual([MIME_TYPE, 'text/plain']);
  const bundle = await saved();
  expect(JSON.stringify(bundle).length).toBeLessThan(3000);
  expect(JSON.stringify(bundle)).not.toContain(HOTTEST);
  // What is on the screen is the whole.
  await expect(view.widget(0)).toContainText(HOTTEST);
  await view.expectHottest(0, 3);

  await page.notebook.close();
  await view.open();
  await expect(view.widget(0)).toBeVisible();
  await view.widget(0).getByRole('tab', { name: 'Lines' }).click();
  await expect(view.widget(0)).toContainText(HOTTEST);
  await view.expectHottest(0, 3);

  // Where the history has lost it, the summary is shown and says so.
  const { id } = bundle[MIME_TYPE] as { id: string };
  const api = `cell-profiler/api/runs/${id}`;
  expect((await page.request.get(api)).ok()).toBe(true);
  await page.evaluate(async path => {
    const token = document.cookie.match(/_xsrf=([^;]+)/)?.[1] ?? '';
    const url = new URL(path, document.location.origin);
    await fetch(url, { method: 'DELETE', headers: { 'X-XSRFToken': token } });
  }, `/${api}`);
  expect((await page.request.get(api)).status()).toBe(404);
  await page.notebook.close();
  await view.open();
  await expect(view.widget(0)).toContainText('Only a summary');
  await expect(view.widget(0)).toContainText('Wall');
});
