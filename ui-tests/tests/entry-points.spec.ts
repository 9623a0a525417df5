import { expect, test } from '@jupyterlab/galata';

import { NotebookView } from './helpers';

/** Names of the commands, with a word to find them by in the palette. */
const COMMANDS: [string, string][] = [
  ['cell-profiler:run', 'Profile'],
  ['cell-profiler:toggle-heat', 'heat'],
  ['cell-profiler:clear-heat', 'heat']
];

test('every way in profiles the active cell, and only that one', async ({
  page,
  tmpPath
}) => {
  const view = await NotebookView.create(
    page,
    tmpPath,
    Array.from({ length: 6 }, (_, index) => `sum(range(${index + 1}000))`)
  );
  const menuItem = page
    .locator('.lm-Menu-item[data-command="cell-profiler:run"]')
    .first();
  const palette = page.locator('.jp-ModalCommandPalette');

  const entries: [string, () => Promise<void>][] = [
    [
      'button in the toolbar, with icon and tooltip',
      async () => {
        await expect(view.profileButton).toBeEnabled();
        await expect(view.profileButton.locator('svg')).toBeVisible();
        await expect(view.profileButton).toHaveAttribute('title', /Profile/);
        await view.profileButton.click();
      }
    ],
    [
      'arrow of the button',
      async () => {
        await view.profileMenuButton.click();
        await page
          .locator('.lm-Menu-item')
          .filter({ hasText: /^Lines/ })
          .click();
      }
    ],
    [
      'command palette',
      async () => {
        await view.execute('apputils:activate-command-palette');
        for (const [command, query] of COMMANDS) {
          await palette.locator('input').fill(query);
          await expect(
            palette.locator(
              `.lm-CommandPalette-item[data-command="${command}"]`
            )
          ).not.toHaveCount(0);
        }
        await palette.locator('input').fill('Profile');
        await palette
          .locator('.lm-CommandPalette-item[data-command="cell-profiler:run"]')
          .first()
          .click();
      }
    ],
    [
      'Run menu',
      async () => {
        await page
          .locator('.lm-MenuBar-item')
          .filter({ hasText: /^Run$/ })
          .click();
        await page
          .locator('.lm-Menu-item[data-type="submenu"]')
          .filter({ hasText: 'Profile' })
          .hover();
        await menuItem.click();
      }
    ],
    [
      'context menu of the cell',
      async () => {
        await view.prompt(4).click({ button: 'right' });
        await menuItem.click();
      }
    ],
    [
      'keyboard shortcut',
      async () => {
        const keys = await page.evaluate(
          () =>
            window.jupyterapp.commands.keyBindings.find(
              (binding: { command: string }) =>
                binding.command === 'cell-profiler:run'
            )?.keys as string[] | undefined
        );
        expect(keys).toBeDefined();
        for (const stroke of keys ?? []) {
          await page.keyboard.press(
            stroke.replace(/Accel|Ctrl/, 'Control').replace(/ /g, '+')
          );
        }
      }
    ]
  ];
  for (const [index, [name, enter]] of entries.entries()) {
    await test.step(name, async () => {
      await view.select(index);
      await enter();
      await view.profiled(index);
      await expect(view.prompt(index)).toHaveText(`[${index + 1}]:`);
    });
  }
});
