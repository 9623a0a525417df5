import * as fs from 'node:fs';
import * as path from 'node:path';

import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import { expect, galata } from '@jupyterlab/galata';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import type { Locator } from '@playwright/test';

/** Settings of a person who counts lines by default, for `test.use`. */
export const COUNTING_LINES = {
  mockSettings: {
    ...galata.DEFAULT_SETTINGS,
    'jupyterlab-cell-profiler:plugin': { defaultProfiler: 'lines' }
  }
};

/** The top of the repository; the runner is started in ui-tests/. */
export const REPOSITORY = path.resolve('..');

/** Folder of the golden documents. */
export const DOCUMENTS = path.join(
  REPOSITORY,
  'jupyterlab_cell_profiler/tests/data/documents'
);

/**
 * A cell of about a tenth of a second, so that its hottest line, line 4, stays that
 * on a busy machine too.
 */
export const SLOW_CELL = `def work(n):
    total = 0
    for i in range(n):
        total += sum(range(20000))
    return total
work(300)
`;

/** What {@link SLOW_CELL} leaves as its result. */
export const SLOW_RESULT = String((300 * 20000 * 19999) / 2);

/** A notebook with code cells `cell-0`, `cell-1`, …; none has run. */
export function notebook(
  sources: readonly string[],
  kernel = 'python3',
  language = 'python'
): string {
  return JSON.stringify({
    cells: sources.map((source, index) => ({
      cell_type: 'code',
      execution_count: null,
      id: `cell-${index}`,
      metadata: {},
      outputs: [],
      source
    })),
    metadata: {
      kernelspec: { display_name: kernel, language, name: kernel },
      language_info: { name: language }
    },
    nbformat: 4,
    nbformat_minor: 5
  });
}

/** Heat of one line of an editor, as a person sees it. */
export interface IHeatLine {
  /** 1-based. */
  readonly line: number;
  /** 0…100. */
  readonly heat: number;
  readonly text: string;
}

/** A notebook in JupyterLab, with Cell Profiler's part of it. */
export class NotebookView {
  constructor(
    readonly page: IJupyterLabPageFixture,
    readonly path: string
  ) {}

  /**
   * Write a notebook into the folder of the test and open it with its kernel.
   *
   * Cells are never typed: the editor would indent them by itself.
   */
  static async create(
    page: IJupyterLabPageFixture,
    folder: string,
    sources: readonly string[],
    kernel?: string,
    language?: string
  ): Promise<NotebookView> {
    return NotebookView.upload(
      page,
      folder,
      notebook(sources, kernel, language)
    );
  }

  /** Write the text of a notebook into the folder of the test and open it. */
  static async upload(
    page: IJupyterLabPageFixture,
    folder: string,
    content: string
  ): Promise<NotebookView> {
    const view = new NotebookView(page, `${folder}/test.ipynb`);
    expect(await page.contents.uploadContent(content, 'text', view.path)).toBe(
      true
    );
    await view.open();
    return view;
  }

  /** Open the notebook and wait until its kernel is idle. */
  async open(): Promise<void> {
    await this.openEarly();
    await this.kernelIdle();
  }

  /** Open the notebook, whether or not its kernel has started yet. */
  async openEarly(): Promise<void> {
    await this.execute('docmanager:open', { path: this.path });
    await this.cell(0).waitFor();
  }

  /** Open the notebook as “Notebook (no kernel)” does. */
  async openWithoutKernel(): Promise<void> {
    await this.execute('docmanager:open', {
      path: this.path,
      factory: 'Notebook',
      kernelPreference: {
        autoStartDefault: false,
        canStart: false,
        shouldStart: false
      }
    });
    await this.cell(0).waitFor();
  }

  /** The panel, toolbar included. */
  get panel(): Locator {
    return this.page.locator('.jp-NotebookPanel:not(.lm-mod-hidden)');
  }

  get toolbar(): Locator {
    return this.panel.locator('.jp-NotebookPanel-toolbar');
  }

  /** The main half of the split button. */
  get profileButton(): Locator {
    return this.toolbar.getByRole('button', { name: 'Profile', exact: true });
  }

  /** The half with the arrow. */
  get profileMenuButton(): Locator {
    return this.toolbar.getByRole('button', { name: 'Choose a profiler' });
  }

  cell(index: number): Locator {
    return this.panel.locator(
      `.jp-Notebook-cell[data-windowed-list-index="${index}"]`
    );
  }

  /** What the cell says beside its input: `[1]:`, `[*]:`, `[ ]:`. */
  prompt(index: number): Locator {
    return this.cell(index).locator('.jp-InputArea-prompt');
  }

  /** The profile below a cell. */
  widget(index: number): Locator {
    return this.cell(index).locator('.jp-CellProfiler-output');
  }

  /** Outputs of a cell, the profile not among them. */
  ownOutputs(index: number): Locator {
    return this.cell(index)
      .locator('.jp-OutputArea-child')
      .filter({ hasNot: this.page.locator('.jp-CellProfiler-output') });
  }

  /** Make a cell the active one, in command mode, by a click on its prompt. */
  async select(index: number): Promise<void> {
    await this.prompt(index).click();
    await expect(this.cell(index)).toHaveClass(/jp-mod-active/);
  }

  /** Run a cell without a profiler and wait for it. */
  async run(index: number): Promise<void> {
    await this.select(index);
    await this.execute('notebook:run-cell');
    await expect(this.prompt(index)).toHaveText(/\[\d+\]/);
  }

  /** Press Profile on a cell and wait for the finished profile. */
  async profile(index: number): Promise<void> {
    await this.select(index);
    await this.profileButton.click();
    await this.profiled(index);
  }

  /** Wait until a cell has run and its profile is there. */
  async profiled(index: number): Promise<void> {
    await expect(this.widget(index)).toHaveCount(1, { timeout: 30000 });
    await expect(this.prompt(index)).toHaveText(/\[\d+\]/);
  }

  /** The coloured lines of a cell, from the top. */
  async heat(index: number): Promise<IHeatLine[]> {
    return this.cell(index)
      .locator('.cm-line')
      .evaluateAll(lines =>
        lines.flatMap((element, position) =>
          element.classList.contains('jp-CellProfiler-heatLine')
            ? [
                {
                  line: position + 1,
                  heat: Number(element.getAttribute('data-heat')),
                  text: element.textContent ?? ''
                }
              ]
            : []
        )
      );
  }

  /** What stands beside the lines of a cell, from the top, empty lines left out. */
  async gutter(index: number): Promise<string[]> {
    const texts = await this.cell(index)
      .locator('.jp-CellProfiler-gutter .cm-gutterElement')
      .allInnerTexts();
    return texts.map(text => text.trim()).filter(text => text !== '');
  }

  /** Wait until the hottest line of a cell is this one (1-based). */
  async expectHottest(index: number, line: number): Promise<void> {
    await expect
      .poll(async () => {
        const lines = await this.heat(index);
        return [...lines].sort((a, b) => b.heat - a.heat)[0]?.line;
      })
      .toBe(line);
  }

  /** Save, and return what is in the file. */
  async saved(): Promise<{
    cells: { id: string; outputs: { data?: Record<string, unknown> }[] }[];
  }> {
    await this.execute('docmanager:save');
    const response = await this.page.request.get(
      `/api/contents/${this.path}?content=1`
    );
    return (await response.json()).content;
  }

  /** Wait until the notebook has its session; the kernel may still be starting. */
  async sessionReady(): Promise<void> {
    await this.page.evaluate(async () => {
      const panel = window.jupyterapp.shell.currentWidget as NotebookPanel;
      await panel.sessionContext.ready;
    });
  }

  /** Wait until the kernel is connected and has nothing to do. */
  async kernelIdle(): Promise<void> {
    // The indicator in the toolbar says idle before there is a kernel.
    await expect
      .poll(
        () =>
          this.page.evaluate(() => {
            const panel = window.jupyterapp.shell.currentWidget;
            const context = (panel as NotebookPanel).sessionContext;
            const kernel = context.session?.kernel;
            return context.isReady && kernel?.connectionStatus === 'connected'
              ? kernel.status
              : 'none';
          }),
        { timeout: 30000 }
      )
      .toBe('idle');
  }

  /** Line of the cursor in the active cell, 1-based. */
  async cursorLine(): Promise<number | undefined> {
    const line = await this.page.evaluate(() => {
      const panel = window.jupyterapp.shell.currentWidget as NotebookPanel;
      return panel.content.activeCell?.editor?.getCursorPosition().line;
    });
    return line === undefined ? undefined : line + 1;
  }

  /** Make a cell the active one and scroll to it, as the outline does. */
  async scrollTo(index: number): Promise<void> {
    await this.page.evaluate(async position => {
      const panel = window.jupyterapp.shell.currentWidget as NotebookPanel;
      panel.content.activeCellIndex = position;
      await panel.content.scrollToItem(position, 'center');
    }, index);
  }

  /** Restart the kernel, without the question. */
  async restart(): Promise<void> {
    await this.page.evaluate(async () => {
      const panel = window.jupyterapp.shell.currentWidget as NotebookPanel;
      await panel.sessionContext.session?.kernel?.restart();
    });
    await this.kernelIdle();
  }

  /** Execute a command of the application. */
  async execute(
    command: string,
    args: ReadonlyPartialJSONObject = {}
  ): Promise<void> {
    // What a command returns, a widget for example, cannot leave the page.
    await this.page.evaluate(
      async ([id, options]) => {
        await window.jupyterapp.commands.execute(id, options);
      },
      [command, args] as const
    );
  }

  /** Shut the kernel down, as a person does who leaves a notebook for good. */
  async shutdownKernel(): Promise<void> {
    for (const session of await this.sessions()) {
      await this.page.request.delete(`/api/sessions/${session.id}`);
    }
  }

  private async sessions(): Promise<ISession[]> {
    const response = await this.page.request.get('/api/sessions');
    const sessions = (await response.json()) as ISession[];
    return sessions.filter(({ path }) => path === this.path);
  }
}

interface ISession {
  readonly id: string;
  readonly path: string;
  readonly kernel: { readonly id: string };
}

/** Text of a notebook in examples/. */
export function example(name: string): string {
  return fs.readFileSync(path.join(REPOSITORY, 'examples', name), 'utf8');
}

/** Write the text of a document into a file, and open that. */
export async function openProfile(
  page: IJupyterLabPageFixture,
  file: string,
  text: string
): Promise<Locator> {
  expect(await page.contents.uploadContent(text, 'text', file)).toBe(true);
  await page.evaluate(async path => {
    await window.jupyterapp.commands.execute('docmanager:open', { path });
  }, file);
  const widget = page.locator(
    '.jp-Document:not(.lm-mod-hidden) .jp-CellProfiler-output'
  );
  await expect(widget).toBeVisible();
  return widget;
}

/** Open a golden document as a file. */
export async function openGolden(
  page: IJupyterLabPageFixture,
  folder: string,
  name: string
): Promise<Locator> {
  const file = `${name}.cellprofile.json`;
  const text = fs.readFileSync(path.join(DOCUMENTS, file), 'utf8');
  return openProfile(page, `${folder}/${file}`, text);
}

/** Choose an entry of the Export menu, and read the file. */
export async function save(
  page: IJupyterLabPageFixture,
  widget: Locator,
  label: RegExp
): Promise<{ name: string; text: string }> {
  await widget.getByRole('button', { name: 'Export' }).click();
  const download = page.waitForEvent('download');
  await widget.getByRole('menuitem', { name: label }).click();
  const file = await download;
  return {
    name: file.suggestedFilename(),
    text: fs.readFileSync(await file.path(), 'utf8')
  };
}
