import { expect, test } from '@jupyterlab/galata';

import { NotebookView } from './helpers';

test('a kernel that is not Python: disabled, and the tooltip says why', async ({
  page,
  tmpPath
}) => {
  const view = await NotebookView.create(
    page,
    tmpPath,
    ['x <- 1'],
    'fake-r',
    'R'
  );
  await expect(view.profileButton).toBeDisabled();
  await expect(view.profileButton).toHaveAttribute(
    'title',
    /Python.*Fake R.*\bR\b/
  );
  // Disabled, but still to be reached: otherwise nobody could read why.
  await view.profileButton.focus();
  await expect(view.profileButton).toBeFocused();
  await view.profileButton.click({ force: true });

  // The notebook itself works as ever.
  await view.run(0);
  await expect(view.prompt(0)).toHaveText('[1]:');
  await expect(view.widget(0)).toHaveCount(0);
  await expect(view.ownOutputs(0)).toContainText('x <- 1');
});

test('a kernel without the package: the dialog has the command for it', async ({
  page,
  tmpPath
}) => {
  const view = await NotebookView.create(
    page,
    tmpPath,
    ['1 + 1'],
    'no-package'
  );
  await view.select(0);
  await view.profileButton.click();
  const dialog = page.locator('.jp-Dialog');
  await expect(dialog).toContainText('pip install');
  await expect(dialog).toContainText('jupyterlab-cell-profiler');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(view.widget(0)).toHaveCount(0);
});
