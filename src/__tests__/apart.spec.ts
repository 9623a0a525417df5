import { Dialog } from '@jupyterlab/apputils';
import type { CodeCellModel } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { nullTranslator } from '@jupyterlab/translation';
import type { AskSetup } from '../apart';
import { ApartRuns, earlierCells, SetupBody } from '../apart';
import type { IEarlierCell } from '../lib/apart';
import { headline, linesOf, setupOf } from '../lib/apart';
import { Runner } from '../runner';
import { ProfilerSettings } from '../settings';
import { MIME_TYPE } from '../tokens';
import { createPanel, FakeKernel, ATTACHED, value } from './runner.fakes';

const trans = nullTranslator.load('test');

function cell(
  source: string,
  executionCount: number | null = 1,
  more: Partial<IEarlierCell> = {}
): IEarlierCell {
  return {
    id: source,
    source,
    executionCount,
    failed: false,
    apart: false,
    ...more
  };
}

describe('the cells that run again', () => {
  it('are those that ran, in the order of the notebook', () => {
    const setup = setupOf([
      cell('b = 1\n\nc = 2\n', 7),
      cell('never', null),
      cell('  \n', 3),
      cell('1 / 0', 4, { failed: true }),
      cell('%%profile scalene --setup\nx', 5),
      cell('big()', 6, { apart: true }),
      cell('%%profile lines\ny = 1', 2)
    ]);
    expect(setup.cells.map(({ source }) => source)).toEqual([
      'b = 1\n\nc = 2\n',
      '%%profile lines\ny = 1'
    ]);
    expect(setup.lines).toBe(4);
    expect(setup.failed).toBe(1);
  });

  it('counts lines that have something, and cuts headlines', () => {
    expect(linesOf('\na\n \nb')).toBe(2);
    expect(headline('\n  some = thing\nelse', 40)).toBe('some = thing');
    expect(headline('0123456789', 5)).toBe('0123…');
    expect(headline('', 5)).toBe('');
  });
});

/** Give a cell an output. */
function ran(
  panel: NotebookPanel,
  index: number,
  count: number,
  output?: object
): void {
  const model = panel.content.model!.cells.get(index) as CodeCellModel;
  model.executionCount = count;
  if (output) {
    model.outputs.add(output as never);
  }
}

describe('earlierCells', () => {
  it('stops at the cell, and reads how each ended', () => {
    const panel = createPanel(null, ['a', 'b', 'c', 'd', 'e']);
    ran(panel, 0, 1);
    ran(panel, 1, 2, {
      output_type: 'error',
      ename: 'E',
      evalue: '',
      traceback: []
    });
    ran(panel, 2, 3, {
      output_type: 'display_data',
      data: { [MIME_TYPE]: { profilers: [{ name: 'scalene' }] } },
      metadata: {}
    });
    ran(panel, 4, 4);
    expect(earlierCells(panel.content, 'cell-3')).toEqual([
      {
        id: 'cell-0',
        source: 'a',
        executionCount: 1,
        failed: false,
        apart: false
      },
      {
        id: 'cell-1',
        source: 'b',
        executionCount: 2,
        failed: true,
        apart: false
      },
      {
        id: 'cell-2',
        source: 'c',
        executionCount: 3,
        failed: false,
        apart: true
      }
    ]);
  });

  it('is not misled by a stranger’s output', () => {
    const panel = createPanel(null, ['a', 'b']);
    for (const data of [null, 1, 'x', { profilers: 'scalene' }]) {
      ran(panel, 0, 1, {
        output_type: 'display_data',
        data: { [MIME_TYPE]: data },
        metadata: {}
      });
    }
    ran(panel, 0, 1, {
      output_type: 'display_data',
      data: { [MIME_TYPE]: { profilers: [null, 3] } },
      metadata: {}
    });
    expect(earlierCells(panel.content, 'cell-1')[0].apart).toBe(false);
  });
});

describe('ApartRuns', () => {
  const prepared = () => {
    const panel = createPanel(null, ['x = 1', 'y = 2', 'x + y']);
    ran(panel, 0, 1);
    ran(panel, 1, 2);
    return panel.content;
  };

  it('asks nothing for profilers that look into the kernel', async () => {
    const ask = jest.fn();
    const runs = new ApartRuns(trans, ask);
    const options = { lines: {} };
    await expect(
      runs.settle(prepared(), 'cell-2', ['lines'], options)
    ).resolves.toBe(options);
    expect(ask).not.toHaveBeenCalled();
  });

  it('hands over the cells that a person agreed to', async () => {
    const ask: AskSetup = jest.fn(() =>
      Promise.resolve({ choice: 'cells' as const, remember: false })
    );
    const runs = new ApartRuns(trans, ask);
    await expect(
      runs.settle(prepared(), 'cell-2', ['scalene'], {
        scalene: { cpu_only: true }
      })
    ).resolves.toEqual({
      scalene: {
        cpu_only: true,
        setup: [
          ['cell-0', 'x = 1'],
          ['cell-1', 'y = 2']
        ]
      }
    });
  });

  it('asks each time unless told otherwise, for this notebook only', async () => {
    const ask = jest.fn(() =>
      Promise.resolve({ choice: 'alone' as const, remember: false })
    );
    const runs = new ApartRuns(trans, ask);
    const notebook = prepared();
    const settle = (of = notebook) =>
      runs.settle(of, 'cell-2', ['scalene'], {});
    await expect(settle()).resolves.toEqual({});
    ask.mockResolvedValue({ choice: 'alone', remember: true });
    await settle();
    await settle();
    expect(ask).toHaveBeenCalledTimes(2);
    await settle(prepared());
    expect(ask).toHaveBeenCalledTimes(3);
  });

  it('gives up when a person does', async () => {
    const runs = new ApartRuns(trans, () => Promise.resolve(null));
    await expect(
      runs.settle(prepared(), 'cell-2', ['scalene'], {})
    ).resolves.toBeNull();
  });

  it('asks nothing without earlier cells, or when it is said already', async () => {
    const ask = jest.fn();
    const runs = new ApartRuns(trans, ask);
    await expect(
      runs.settle(prepared(), 'cell-0', ['scalene'], {})
    ).resolves.toEqual({});
    const options = { scalene: { setup: false } };
    await expect(
      runs.settle(prepared(), 'cell-2', ['scalene'], options)
    ).resolves.toBe(options);
    expect(ask).not.toHaveBeenCalled();
  });
});

describe('the dialog', () => {
  it('shows a stranger’s source as text, and says what is left out', () => {
    const body = new SetupBody(
      setupOf([
        cell('<img src=x onerror=alert(1)>\nz', 12),
        cell('1 / 0', 4, { failed: true })
      ]),
      trans
    );
    expect(body.node.querySelector('img')).toBeNull();
    expect(body.node.textContent).toContain('<img src=x');
    expect(body.node.textContent).toContain('[12]');
    expect(body.node.textContent).toContain('2 lines');
    expect(body.node.textContent).toContain('files they write');
    expect(body.node.textContent).toContain('is left out');
    body.dispose();
  });

  it('bounds the list', () => {
    const cells = Array.from({ length: 150 }, (_, i) => cell(`x${i}`, i));
    const body = new SetupBody(setupOf(cells), trans);
    expect(body.node.querySelectorAll('li')).toHaveLength(101);
    expect(body.node.textContent).toContain('50');
    body.dispose();
  });

  const open = async () => {
    const panel = createPanel(null, ['x = 1', 'x']);
    ran(panel, 0, 1);
    const settled = new ApartRuns(trans).settle(
      panel.content,
      'cell-1',
      ['scalene'],
      {}
    );
    const dialog = await new Promise<Dialog<unknown>>(resolve => {
      const look = () => {
        let found: Dialog<unknown> | null = null;
        Dialog.tracker.forEach(one => (found = one));
        if (found) {
          resolve(found);
        } else {
          setTimeout(look, 5);
        }
      };
      look();
    });
    return { settled, dialog };
  };

  it.each([
    [0, null],
    [1, {}],
    [2, { scalene: { setup: [['cell-0', 'x = 1']] } }]
  ])('button %i', async (button, expected) => {
    const { dialog, settled } = await open();
    dialog.resolve(button);
    await expect(settled).resolves.toEqual(expected);
  });
});

describe('Runner', () => {
  const run = async (ask: AskSetup) => {
    const kernel = new FakeKernel();
    kernel.attach = () =>
      value(JSON.stringify({ ...ATTACHED, profilers: { scalene: null } }));
    const panel = createPanel(kernel, ['x = 1', 'x']);
    ran(panel, 0, 1);
    panel.content.activeCellIndex = 1;
    const runner = new Runner({
      translator: nullTranslator,
      settings: new ProfilerSettings(null),
      offerInstall: () => Promise.resolve(false),
      askSetup: ask
    });
    const result = await runner.run(panel, { profilers: ['scalene'] });
    return { kernel, result, runner, panel };
  };

  it('arms with the cells, after asking', async () => {
    const { kernel, result } = await run(() =>
      Promise.resolve({ choice: 'cells', remember: false })
    );
    expect(result).toBe(true);
    expect(kernel.log).toEqual(['attach', 'arm cell-1', 'x']);
    expect(kernel.armed(kernel.sent[1]).options).toEqual({
      scalene: { setup: [['cell-0', 'x = 1']] }
    });
  });

  it('runs nothing when the dialog is cancelled', async () => {
    const { kernel, panel, result, runner } = await run(() =>
      Promise.resolve(null)
    );
    expect(result).toBe(false);
    expect(kernel.log).toEqual(['attach']);
    expect(runner.isRunning(panel.content)).toBe(false);
  });
});
