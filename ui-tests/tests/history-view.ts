import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import { expect } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';

/** Address of the history on the server, as a pattern for `page.route`. */
export const API = '**/cell-profiler/api/**';

/** Load the page again; what is restored may have no launcher to wait for. */
export async function reload(page: IJupyterLabPageFixture): Promise<void> {
  // The type is Playwright's own, without what Galata adds.
  await page.reload({ waitForIsReady: false } as object);
}

/** The history panel, as a person uses it. */
export class HistoryView {
  constructor(readonly page: IJupyterLabPageFixture) {}

  /**
   * Show the panel with the runs of the current notebook only: tests run side by side
   * on one server.
   */
  static async open(page: IJupyterLabPageFixture): Promise<HistoryView> {
    const view = new HistoryView(page);
    await view.show();
    await view.panel.getByLabel('This notebook only').check();
    return view;
  }

  async show(): Promise<void> {
    await this.page.evaluate(async () => {
      await window.jupyterapp.commands.execute('cell-profiler:show-history');
    });
    await expect(this.panel.getByLabel('Filter runs')).toBeVisible();
  }

  get panel(): Locator {
    return this.page.locator('.jp-CellProfiler-history');
  }

  /** The runs, from the top. */
  get items(): Locator {
    return this.panel.locator('.jp-CellProfiler-historyItem');
  }

  get groups(): Locator {
    return this.panel.locator('.jp-CellProfiler-historyGroup');
  }

  /** What a notice above the list says. */
  get notice(): Locator {
    return this.panel.getByRole('status');
  }

  async expectCount(count: number): Promise<void> {
    await expect(this.items).toHaveCount(count, { timeout: 30000 });
  }

  /** Choose an entry of a run's context menu. */
  async choose(item: Locator, label: string): Promise<void> {
    await item.click({ button: 'right' });
    await this.page
      .locator('.lm-Menu:visible')
      .getByText(label, { exact: true })
      .click();
  }

  /** The one tab of the main area that shows. */
  tab(className: string): Locator {
    return this.page.locator(`.${className}:visible`);
  }

  /** Drop a file onto the panel, as from the desktop. */
  async drop(name: string, text: string): Promise<void> {
    const data = await this.page.evaluateHandle(
      ([name, text]) => {
        const data = new DataTransfer();
        data.items.add(new File([text], name));
        return data;
      },
      [name, text]
    );
    for (const event of ['dragover', 'drop']) {
      await this.panel.dispatchEvent(event, { dataTransfer: data });
    }
  }
}
