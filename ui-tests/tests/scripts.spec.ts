import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import { expect, galata, test } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';

import { reload } from './history-view';

/** Line 6 is the hottest one, also on a busy machine. */
const SCRIPT = `import sys

def work(n):
    total = 0
    for i in range(n):
        total += sum(range(20000))
    return total

print("arguments:", *sys.argv[1:], flush=True)
work(300)
print("read:", sys.stdin.readline().strip() if "--read" in sys.argv else "")
`;

/** A script that goes on until somebody ends it. */
const ENDLESS = `import time

print("begun", flush=True)
while True:
    time.sleep(0.05)
`;

/** 50 MB of lines. */
const MUCH = `line = "x" * 99
for i in range(500_000):
    print(line)
print("the end")
`;

test.use({
  // Galata's stand-in for kernels expects an answer to an interrupt; there is none.
  kernels: null,
  sessions: null,
  mockSettings: {
    ...galata.DEFAULT_SETTINGS,
    'jupyterlab-cell-profiler:plugin': { defaultProfiler: 'lines' }
  }
});

/** Write a script into the folder of the test and show it in the file browser. */
async function upload(
  page: IJupyterLabPageFixture,
  folder: string,
  name: string,
  text: string
): Promise<Locator> {
  const path = `${folder}/${name}`;
  expect(await page.contents.uploadContent(text, 'text', path)).toBe(true);
  await page.filebrowser.openDirectory(folder);
  await page.filebrowser.refresh();
  const item = page.locator('.jp-DirListing-item', { hasText: name });
  await expect(item).toBeVisible();
  return item;
}

function dialog(page: IJupyterLabPageFixture): Locator {
  return page.locator('.jp-CellProfiler-scriptDialog');
}

function tab(page: IJupyterLabPageFixture): Locator {
  return page.locator(
    '.jp-MainAreaWidget:has(.jp-CellProfiler-scriptTab):not(.lm-mod-hidden)'
  );
}

/** Sessions of scripts on the server: each has a kernel of its own. */
async function sessions(page: IJupyterLabPageFixture): Promise<number> {
  const response = await page.request.get('/api/sessions');
  const all = (await response.json()) as { readonly type: string }[];
  return all.filter(({ type }) => type === 'cell-profiler-script').length;
}

/** How many runs of a script the server keeps. */
async function kept(
  page: IJupyterLabPageFixture,
  path: string
): Promise<number> {
  const response = await page.request.get('/cell-profiler/api/runs', {
    params: { path }
  });
  return ((await response.json()) as { readonly total: number }).total;
}

test('a script is profiled from the file browser, and its lines are coloured', async ({
  page,
  tmpPath
}) => {
  const item = await upload(page, tmpPath, 'slow.py', SCRIPT);
  await item.click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Profile…' }).click();

  const form = dialog(page);
  await expect(form.getByLabel('Profiler')).toHaveValue('lines');
  await expect(form.getByLabel('Working directory')).toHaveValue(tmpPath);
  // A mistake is said in a sentence, and the dialog stays.
  await form.getByLabel('Arguments').fill('--name "two words');
  await form.getByRole('button', { name: 'Profile' }).click();
  await expect(form.getByRole('alert')).toContainText('A quote is not closed');
  await expect(form.getByLabel('Arguments')).toBeFocused();
  await form.getByLabel('Arguments').fill('--read --name "two words"');
  await form.getByLabel('Working directory').fill('nowhere');
  await form.getByRole('button', { name: 'Profile' }).click();
  await expect(form.getByRole('alert')).toContainText('no folder “nowhere”');
  await form.getByLabel('Working directory').fill(tmpPath);
  await form.getByLabel('Give it standard input').check();
  await form.getByLabel('Standard input', { exact: true }).fill('a line\n');
  await form.getByRole('button', { name: 'Profile' }).click();

  const shown = tab(page);
  await expect(shown.getByRole('log')).toContainText(
    'arguments: --read --name two words'
  );
  await expect(shown.getByRole('log')).toContainText('read: a line');
  const profile = shown.locator('.jp-CellProfiler-output');
  await expect(profile).toBeVisible();
  await expect(shown.getByRole('status').first()).toContainText('Done');
  // Its kernel is not needed any more.
  await expect.poll(() => sessions(page)).toBe(0);

  // A line leads to the file, which is coloured.
  await profile.getByRole('tab', { name: 'Lines' }).click();
  await profile.locator('.jp-CellProfiler-lineLink').first().click();
  const editor = page.locator('.jp-FileEditor:not(.lm-mod-hidden)');
  await expect(editor).toBeVisible();
  const hottest = editor.locator('.jp-CellProfiler-heatLine[data-heat="100"]');
  await expect(hottest).toHaveText(/total \+= sum/);

  // It is stale while the text is another one.
  await editor.locator('.cm-line').first().click();
  await page.keyboard.press('Home');
  await page.keyboard.type('#');
  await expect(hottest).toHaveClass(/jp-mod-stale/);
  await page.keyboard.press('Backspace');
  await expect(hottest).not.toHaveClass(/jp-mod-stale/);

  await page.evaluate(() =>
    window.jupyterapp.commands.execute('cell-profiler:clear-heat')
  );
  await expect(editor.locator('.jp-CellProfiler-heatLine')).toHaveCount(0);

  // The history has the run as one of the script.
  await page.evaluate(() =>
    window.jupyterapp.commands.execute('cell-profiler:show-history')
  );
  await expect(
    page.locator('.jp-CellProfiler-historyFile', { hasText: 'slow.py' })
  ).toBeVisible();
});

test('an unsaved script is saved first, and the answers are remembered', async ({
  page,
  tmpPath
}) => {
  await upload(page, tmpPath, 'notes.txt', 'no script\n');
  const item = await upload(page, tmpPath, 'quick.py', 'print("old")\n');
  await item.dblclick();
  const editor = page.locator('.jp-FileEditor:not(.lm-mod-hidden)');
  await editor.locator('.cm-line').first().click();
  await page.keyboard.press('Home');
  await page.keyboard.type('print("new"); ');

  const button = page.locator('.jp-CellProfiler-scriptButton');
  await button.getByRole('button', { name: 'Profile' }).click();
  const form = dialog(page);
  await expect(form).toContainText('The file has unsaved changes');
  await form.getByLabel('Arguments').fill('--once');
  await page.keyboard.press('Enter');
  await expect(tab(page).getByRole('log')).toContainText('new');
  await expect(tab(page).locator('.jp-CellProfiler-output')).toBeVisible();

  await tab(page).getByRole('button', { name: 'Change…' }).click();
  await expect(form.getByLabel('Arguments')).toHaveValue('--once');
  await form.getByRole('button', { name: 'Cancel' }).click();
  await tab(page).getByRole('button', { name: 'Run Again' }).click();
  await expect.poll(() => kept(page, `${tmpPath}/quick.py`)).toBe(2);
  await expect(tab(page).locator('.jp-CellProfiler-output')).toBeVisible();

  // The button is for scripts only.
  await page
    .locator('.jp-DirListing-item', { hasText: 'notes.txt' })
    .dblclick();
  await expect(page.locator('.jp-FileEditor')).toHaveCount(2);
  await expect(button.filter({ visible: true })).toHaveCount(0);

  // The finished run is there again after the page was loaded anew.
  // The layout is saved when nothing has changed for a moment.
  await page.waitForTimeout(1000);
  await reload(page);
  await expect(
    page.locator('.jp-CellProfiler-scriptTab .jp-CellProfiler-output')
  ).toHaveCount(1);
});

test('a script that goes on is stopped, or ends with its tab', async ({
  page,
  tmpPath
}) => {
  const item = await upload(page, tmpPath, 'endless.py', ENDLESS);
  const start = async (): Promise<void> => {
    await item.click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Profile…' }).click();
    await dialog(page).getByRole('button', { name: 'Profile' }).click();
    await expect(tab(page).getByRole('log')).toContainText('begun');
  };
  await start();
  await tab(page).getByRole('button', { name: 'Stop' }).click();
  await expect(tab(page).getByRole('status').first()).toContainText('Stopped');
  await expect(tab(page).locator('.jp-CellProfiler-output')).toBeVisible();
  await expect(tab(page).getByRole('log')).toContainText('begun');
  await expect.poll(() => sessions(page)).toBe(0);

  await tab(page).getByRole('button', { name: 'Run Again' }).click();
  await expect(tab(page).getByRole('log')).toContainText('begun');
  await expect.poll(() => sessions(page)).toBe(1);
  await page.activity.closeAll();
  await expect.poll(() => sessions(page), { timeout: 30000 }).toBe(0);

  // Nor does it outlive the page.
  await start();
  await expect.poll(() => sessions(page)).toBe(1);
  await reload(page);
  await expect.poll(() => sessions(page), { timeout: 30000 }).toBe(0);
});

test('a script that prints 50 MB keeps its profile, and the end of its output', async ({
  page,
  tmpPath
}) => {
  const path = `${tmpPath}/much.py`;
  await upload(page, tmpPath, 'much.py', MUCH);
  await page.evaluate(
    async args => {
      await window.jupyterapp.commands.execute(
        'cell-profiler:run-script',
        args
      );
    },
    { path, ask: false, profilers: ['memory'] }
  );
  await expect(tab(page).locator('.jp-CellProfiler-output')).toBeVisible({
    timeout: 60000
  });
  const log = tab(page).getByRole('log');
  await expect(log).toContainText('the end');
  await expect(log).toContainText('bytes of output are left out here');
  expect((await log.innerText()).length).toBeLessThan(500_000);
});

test('an environment without the package says so', async ({
  page,
  tmpPath
}) => {
  const item = await upload(page, tmpPath, 'quick.py', 'print("hello")\n');
  await item.click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Profile…' }).click();
  const form = dialog(page);
  // A kernel of another language runs no Python.
  await expect(form.getByLabel('Environment')).not.toContainText('Fake R');
  await form
    .getByLabel('Environment')
    .selectOption({ label: 'Python without Cell Profiler' });
  await form.getByRole('button', { name: 'Profile' }).click();
  const offer = page.locator('.jp-Dialog', { hasText: 'is not installed' });
  await offer.getByRole('button', { name: 'Cancel' }).click();
  await expect(tab(page).getByRole('alert')).toContainText(
    'Cell Profiler is not installed in the environment “Python without Cell Profiler”'
  );
  await expect.poll(() => sessions(page)).toBe(0);
});
