import { Dialog } from '@jupyterlab/apputils';
import type { CodeCell } from '@jupyterlab/cells';
import type { Notebook } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';
import type { CellSource } from './kernel';
import type { IEarlierCell, ISetup } from './lib/apart';
import { APART, headline, linesOf, setupOf } from './lib/apart';
import { MIME_TYPE } from './tokens';

/** Cells that the list of the dialog shows. */
const SHOWN = 100;

/** Characters of a cell in the list. */
const WIDTH = 70;

/** What a person chose. */
export type SetupChoice = 'cells' | 'alone';

/** Asks a person; null: the cell is not to run. */
export type AskSetup = (
  setup: ISetup,
  trans: TranslationBundle
) => Promise<{ choice: SetupChoice; remember: boolean } | null>;

/**
 * Settles which earlier cells run again before a cell that is profiled in a process
 * of its own. Knows for each notebook what a person chose for good, until the page
 * is loaded again.
 */
export class ApartRuns {
  constructor(trans: TranslationBundle, ask: AskSetup = askSetup) {
    this._trans = trans;
    this._ask = ask;
  }

  /**
   * The options for a run; null when the person does not want it after all.
   *
   * @param options - as they were given: who says what the set-up is, is not asked
   */
  async settle(
    notebook: Notebook,
    cellId: string,
    profilers: readonly string[],
    options: { readonly [profiler: string]: unknown }
  ): Promise<{ readonly [profiler: string]: unknown } | null> {
    const name = profilers.find(name => APART.includes(name));
    const given = name === undefined ? undefined : options[name];
    const known = typeof given === 'object' && given !== null ? given : {};
    if (name === undefined || 'setup' in known) {
      return options;
    }
    const setup = setupOf(earlierCells(notebook, cellId));
    if (setup.cells.length === 0) {
      return options;
    }
    let choice = this._chosen.get(notebook);
    if (choice === undefined) {
      const answer = await this._ask(setup, this._trans);
      if (answer === null) {
        return null;
      }
      choice = answer.choice;
      if (answer.remember) {
        this._chosen.set(notebook, choice);
      }
    }
    if (choice === 'alone') {
      return options;
    }
    const cells: CellSource[] = setup.cells.map(({ id, source }) => [
      id,
      source
    ]);
    return { ...options, [name]: { ...known, setup: cells } };
  }

  private readonly _trans: TranslationBundle;
  private readonly _ask: AskSetup;
  private readonly _chosen = new WeakMap<Notebook, SetupChoice>();
}

/** The code cells above one, in their order. */
export function earlierCells(
  notebook: Notebook,
  cellId: string
): IEarlierCell[] {
  const cells: IEarlierCell[] = [];
  for (const cell of notebook.model?.cells ?? []) {
    if (cell.id === cellId) {
      break;
    }
    if (cell.type === 'code') {
      const { executionCount, outputs } = cell as CodeCell['model'];
      let failed = false;
      let apart = false;
      for (let index = 0; index < outputs.length; index++) {
        const output = outputs.get(index);
        failed = failed || output.type === 'error';
        apart = apart || ranApart(output.data[MIME_TYPE]);
      }
      cells.push({
        id: cell.id,
        source: cell.sharedModel.getSource(),
        executionCount,
        failed,
        apart
      });
    }
  }
  return cells;
}

/** Whether an output says that its cell ran elsewhere. */
function ranApart(data: unknown): boolean {
  const profilers = (data as { profilers?: unknown } | null | undefined)
    ?.profilers;
  return (
    Array.isArray(profilers) &&
    profilers.some(one => APART.includes(String(one?.name)))
  );
}

/** The dialog that says what will run again. */
async function askSetup(
  setup: ISetup,
  trans: TranslationBundle
): Promise<{ choice: SetupChoice; remember: boolean } | null> {
  const answer = await new Dialog({
    title: trans.__('Scalene runs this cell in a process of its own'),
    body: new SetupBody(setup, trans),
    checkbox: {
      label: trans.__('Do the same for this notebook, and do not ask again'),
      caption: trans.__('Until the page is loaded again'),
      checked: false
    },
    buttons: [
      Dialog.cancelButton(),
      Dialog.okButton({
        label: trans.__('Run the cell alone'),
        caption: trans.__('Without what earlier cells made'),
        className: 'jp-mod-styled jp-CellProfiler-alone',
        actions: ['alone']
      }),
      Dialog.okButton({
        label: trans.__('Run with these cells'),
        caption: trans.__('They run again, in the other process'),
        actions: ['cells']
      })
    ],
    defaultButton: 2
  }).launch();
  return answer.button.accept
    ? {
        choice: answer.button.actions.includes('cells') ? 'cells' : 'alone',
        remember: answer.isChecked === true
      }
    : null;
}

/** What happens, and the cells that would run again. */
export class SetupBody extends Widget {
  constructor({ cells, failed, lines }: ISetup, trans: TranslationBundle) {
    super();
    this.addClass('jp-CellProfiler-setup');
    this.node.append(
      paragraph(
        trans.__(
          'Scalene cannot see the memory of a kernel that already runs. So the cell runs in a new Python process, in the folder of the kernel. The kernel’s variables are not there, and stay as they are.'
        )
      ),
      paragraph(
        trans._n(
          'If it needs what the earlier cell made, that cell (%2) can run again before it, unmeasured:',
          'If it needs what earlier cells made, these %1 cells (%2) can run again before it, unmeasured:',
          cells.length,
          trans._n('one line', '%1 lines', lines)
        )
      )
    );
    const list = document.createElement('ol');
    list.className = 'jp-CellProfiler-setupCells';
    list.tabIndex = 0;
    list.setAttribute('aria-label', trans.__('Cells that would run again'));
    for (const cell of cells.slice(0, SHOWN)) {
      list.append(item(cell, trans));
    }
    if (cells.length > SHOWN) {
      const more = document.createElement('li');
      more.textContent = trans._n(
        'and one more',
        'and %1 more',
        cells.length - SHOWN
      );
      list.append(more);
    }
    this.node.append(
      list,
      paragraph(
        trans.__(
          'Everything that they do happens again: files they write are written again, requests are sent again, and it takes the time that it took. What they print is not shown.'
        ),
        'jp-CellProfiler-setupWarning'
      )
    );
    if (failed > 0) {
      this.node.append(
        paragraph(
          trans._n(
            'One cell that ended with an error is left out.',
            '%1 cells that ended with an error are left out.',
            failed
          )
        )
      );
    }
  }
}

function item(cell: IEarlierCell, trans: TranslationBundle): HTMLElement {
  const entry = document.createElement('li');
  const count = document.createElement('span');
  count.className = 'jp-CellProfiler-setupCount';
  count.textContent = `[${cell.executionCount}]`;
  const code = document.createElement('code');
  code.textContent = headline(cell.source, WIDTH);
  const size = document.createElement('span');
  size.className = 'jp-CellProfiler-setupSize';
  size.textContent = trans._n('one line', '%1 lines', linesOf(cell.source));
  entry.append(count, code, size);
  return entry;
}

function paragraph(text: string, className = ''): HTMLElement {
  const node = document.createElement('p');
  node.className = className;
  node.textContent = text;
  return node;
}
