import { Notification } from '@jupyterlab/apputils';
import { NotebookActions } from '@jupyterlab/notebook';
import {
  createPanel,
  createRunner,
  FakeKernel,
  failure,
  value
} from './runner.fakes';

/** Let everything happen that needs no time. */
const settle = () => new Promise(resolve => setTimeout(resolve));

const MISSING = failure(
  'ModuleNotFoundError',
  "No module named 'jupyterlab_cell_profiler'"
);

describe('Runner', () => {
  afterEach(() => {
    Notification.dismiss();
  });

  const messages = () => Notification.manager.notifications.map(n => n.message);

  it('announces a cell directly before its own request', async () => {
    const kernel = new FakeKernel();
    const panel = createPanel(kernel);
    const { runner } = createRunner();
    await expect(runner.run(panel)).resolves.toBe(true);
    expect(kernel.log).toEqual(['attach', 'arm cell-0', '1 + 1']);
    expect(kernel.armed(kernel.sent[1])).toEqual({
      cellId: 'cell-0',
      profilers: ['overview'],
      options: {},
      path: 'a/b.ipynb'
    });
    expect(messages()).toEqual([]);
  });

  it('tells the kernel the code cells when it attaches', async () => {
    const kernel = new FakeKernel();
    const panel = createPanel(kernel, ['"a"', ' ', 'b']);
    await createRunner().runner.run(panel);
    const { attach } = kernel.sent[0].user_expressions as { attach: string };
    const literal = /\.attach\((.*)\)$/.exec(attach)![1];
    expect(JSON.parse(JSON.parse(literal))).toEqual([
      ['cell-0', '"a"'],
      ['cell-2', 'b']
    ]);
  });

  it('passes on profilers and options', async () => {
    const kernel = new FakeKernel();
    const { runner } = createRunner();
    await runner.run(createPanel(kernel), {
      profilers: ['lines'],
      options: { lines: { functions: ['f'] } }
    });
    expect(kernel.armed(kernel.sent[1])).toMatchObject({
      profilers: ['lines'],
      options: { lines: { functions: ['f'] } }
    });
  });

  it('takes options of the settings, and those of the run before them', async () => {
    const kernel = new FakeKernel();
    const { runner, settings } = createRunner();
    await settings.set('overview', { rate: 50, native: false });
    await runner.run(createPanel(kernel), {
      options: { overview: { native: true }, lines: { functions: ['f'] } }
    });
    expect(kernel.armed(kernel.sent[1])).toMatchObject({
      profilers: ['overview'],
      options: {
        overview: { rate: 50, native: true },
        lines: { functions: ['f'] }
      }
    });
  });

  it('attaches once, and again after a restart or a lost connection', async () => {
    const kernel = new FakeKernel();
    const panel = createPanel(kernel);
    const { runner } = createRunner();
    const attaches = () =>
      kernel.log.filter(entry => entry === 'attach').length;
    await runner.run(panel);
    await runner.run(panel);
    expect(attaches()).toBe(1);
    for (const status of ['restarting', 'autorestarting'] as const) {
      kernel.changeStatus(status);
      kernel.changeStatus('idle');
      await runner.run(panel);
    }
    expect(attaches()).toBe(3);
    kernel.connectionStatusChanged.emit('connecting');
    await runner.run(panel);
    expect(attaches()).toBe(4);
  });

  it('attaches to another kernel of the same notebook', async () => {
    const panel = createPanel(new FakeKernel());
    const { runner } = createRunner();
    await runner.run(panel);
    const other = new FakeKernel();
    (panel.sessionContext.session as { kernel: unknown }).kernel = other;
    await runner.run(panel);
    expect(other.log).toEqual(['attach', 'arm cell-0', '1 + 1']);
  });

  it('queues at once behind a busy kernel', () => {
    const kernel = new FakeKernel();
    kernel.status = 'busy';
    kernel.held = [];
    void createRunner().runner.run(createPanel(kernel));
    expect(kernel.log).toEqual(['attach', 'arm cell-0', '1 + 1']);
  });

  it('waits for a kernel that starts, before it decides', async () => {
    const kernel = new FakeKernel();
    kernel.status = 'starting';
    kernel.attach = () => MISSING;
    await expect(createRunner().runner.run(createPanel(kernel))).resolves.toBe(
      false
    );
    expect(kernel.log).toEqual(['attach']);
  });

  it('keeps the order of cells pressed while it still attaches', async () => {
    const kernel = new FakeKernel();
    kernel.held = [];
    const panel = createPanel(kernel);
    const { runner } = createRunner();
    const first = runner.run(panel);
    kernel.changeStatus('busy');
    panel.content.activeCellIndex = 1;
    const second = runner.run(panel);
    expect(kernel.log).toEqual(['attach']);
    const release = kernel.held;
    kernel.held = null;
    release.forEach(answer => answer());
    await Promise.all([first, second]);
    expect(kernel.log).toEqual([
      'attach',
      'arm cell-0',
      '1 + 1',
      'arm cell-1',
      '2 + 2'
    ]);
  });

  it('takes a second press on the same cell for the same run', async () => {
    const kernel = new FakeKernel();
    kernel.held = [];
    const panel = createPanel(kernel);
    const { runner } = createRunner();
    const changed = jest.fn();
    runner.changed.connect(changed);
    const first = runner.run(panel);
    expect(runner.isRunning(panel.content)).toBe(true);
    await expect(runner.run(panel)).resolves.toBe(false);
    kernel.held.forEach(answer => answer());
    kernel.held = null;
    await first;
    expect(kernel.log).toEqual(['attach', 'arm cell-0', '1 + 1']);
    expect(runner.isRunning(panel.content)).toBe(false);
    expect(changed).toHaveBeenCalled();
  });

  it('runs only the active one of several selected cells', async () => {
    const kernel = new FakeKernel();
    const panel = createPanel(kernel, ['1', '2', '3']);
    panel.content.activeCellIndex = 0;
    panel.content.extendContiguousSelectionTo(2);
    await createRunner().runner.run(panel);
    expect(kernel.log.slice(1)).toEqual(['arm cell-2', '3']);
    expect(panel.content.selectedCells.length).toBe(3);
  });

  it('stays on the cell, or moves on when the settings say so', async () => {
    const kernel = new FakeKernel();
    const panel = createPanel(kernel);
    const { runner, settings } = createRunner();
    await runner.run(panel);
    expect(panel.content.activeCellIndex).toBe(0);
    await settings.set('advance', true);
    await runner.run(panel);
    expect(panel.content.activeCellIndex).toBe(1);
    expect(kernel.log.slice(3)).toEqual(['arm cell-0', '1 + 1']);
  });

  it('leaves nothing armed when a dialog of JupyterLab ends the run', async () => {
    const kernel = new FakeKernel();
    const panel = createPanel(kernel);
    const { runner } = createRunner();
    const runCells = jest
      .spyOn(NotebookActions, 'runCells')
      .mockResolvedValueOnce(false);
    await expect(runner.run(panel)).resolves.toBe(false);
    expect(kernel.log).toEqual(['attach']);
    runCells.mockRestore();
    // An ordinary run afterwards is an ordinary run.
    await NotebookActions.runCells(
      panel.content,
      [panel.content.activeCell!],
      panel.sessionContext
    );
    expect(kernel.log).toEqual(['attach', '1 + 1']);
  });

  it('says that an empty cell or a raw cell has nothing to profile', async () => {
    const kernel = new FakeKernel();
    const panel = createPanel(kernel, [' \n ', 'x']);
    const { runner } = createRunner();
    await expect(runner.run(panel)).resolves.toBe(false);
    NotebookActions.selectBelow(panel.content);
    NotebookActions.changeCellType(panel.content, 'raw');
    await expect(runner.run(panel)).resolves.toBe(false);
    expect(kernel.log).toEqual([]);
    expect(messages()).toHaveLength(2);
  });

  it('renders a markdown cell as a normal run does', async () => {
    const kernel = new FakeKernel();
    const panel = createPanel(kernel, ['# Title']);
    NotebookActions.changeCellType(panel.content, 'markdown');
    const cell = panel.content.activeCell as unknown as { rendered: boolean };
    cell.rendered = false;
    await expect(createRunner().runner.run(panel)).resolves.toBe(true);
    expect(cell.rendered).toBe(true);
    expect(kernel.log).toEqual([]);
  });

  it('offers to install what is missing, and runs once it is there', async () => {
    const kernel = new FakeKernel();
    kernel.attach = () => MISSING;
    const offer = jest.fn(() => {
      kernel.attach = new FakeKernel().attach;
      return Promise.resolve(true);
    });
    const { runner } = createRunner(offer);
    await expect(runner.run(createPanel(kernel))).resolves.toBe(true);
    expect(offer).toHaveBeenCalledTimes(1);
    expect(offer).toHaveBeenCalledWith(kernel, 'Python 3', {
      status: 'missing',
      executable: '/usr/bin/python3'
    });
    expect(kernel.log).toEqual(['attach', 'attach', 'arm cell-0', '1 + 1']);
  });

  it('does not run when nothing is installed', async () => {
    const kernel = new FakeKernel();
    kernel.attach = () => MISSING;
    await expect(createRunner().runner.run(createPanel(kernel))).resolves.toBe(
      false
    );
    expect(kernel.log).toEqual(['attach']);
  });

  it('reports afterwards what a busy kernel lacked', async () => {
    const kernel = new FakeKernel();
    kernel.status = 'busy';
    kernel.attach = () => MISSING;
    kernel.arm = () => MISSING;
    await expect(createRunner().runner.run(createPanel(kernel))).resolves.toBe(
      true
    );
    await settle();
    expect(messages()).toEqual([
      'No profile: Cell Profiler is not installed in the kernel “Python 3”.'
    ]);
  });

  it.each([
    ['nonsense', /There is no profiler “nonsense”.*lines/],
    ['lines', /“Lines” cannot run in this kernel: line_profiler is missing\./]
  ])('does not run with the unavailable profiler %s', async (name, message) => {
    const kernel = new FakeKernel();
    kernel.attach = () =>
      value('{"profilers": {"lines": "line_profiler is missing."}}');
    const panel = createPanel(kernel);
    const { runner } = createRunner();
    await expect(runner.run(panel, { profilers: [name] })).resolves.toBe(false);
    expect(kernel.log).toEqual(['attach']);
    expect(messages()).toEqual([expect.stringMatching(message)]);
  });

  it('asks again whether a profiler is available now', async () => {
    const kernel = new FakeKernel();
    kernel.attach = () => value('{"profilers": {"overview": "Not yet."}}');
    const panel = createPanel(kernel);
    const { runner } = createRunner();
    await runner.run(panel);
    kernel.attach = new FakeKernel().attach;
    await expect(runner.run(panel)).resolves.toBe(true);
  });

  it('runs the cell and says why it has no profile when arming is refused', async () => {
    const kernel = new FakeKernel();
    kernel.arm = () => value('{"armed": false, "reason": "Two are too many."}');
    await expect(createRunner().runner.run(createPanel(kernel))).resolves.toBe(
      true
    );
    await settle();
    expect(messages()).toEqual([
      'The cell runs without a profile: Two are too many.'
    ]);
  });

  it('says nothing when the kernel drops its queue after an error', async () => {
    const kernel = new FakeKernel();
    kernel.status = 'busy';
    kernel.cellStatus = 'aborted';
    const dropped = { status: 'aborted' };
    const request = kernel.requestExecute.bind(kernel);
    kernel.requestExecute = content => ({
      ...(request(content) as object),
      done: Promise.resolve({ content: dropped })
    });
    await expect(createRunner().runner.run(createPanel(kernel))).resolves.toBe(
      false
    );
    await settle();
    expect(messages()).toEqual([]);
  });

  it('leaves a kernel of another language alone and says why', async () => {
    const kernel = new FakeKernel();
    kernel.language = 'R';
    const panel = createPanel(kernel);
    const { runner } = createRunner();
    const changed = jest.fn();
    runner.changed.connect(changed);
    // Nobody knows yet.
    expect(runner.problem(panel.sessionContext)).toBeNull();
    await settle();
    expect(changed).toHaveBeenCalled();
    expect(runner.problem(panel.sessionContext)).toBe(
      'Cell Profiler measures Python code only; the kernel “Python 3” runs R.'
    );
    await expect(runner.run(panel)).resolves.toBe(false);
    expect(kernel.log).toEqual([]);
  });

  it('believes the specification until the kernel has told its language', () => {
    const kernel = new FakeKernel();
    const panel = createPanel(kernel);
    (panel.sessionContext.specsManager as { specs: unknown }).specs = {
      kernelspecs: { python3: { language: 'julia' } }
    };
    expect(createRunner().runner.problem(panel.sessionContext)).toMatch(
      /runs julia/
    );
  });

  it('lets JupyterLab ask for a kernel when there is none', async () => {
    const panel = createPanel(null);
    const start = jest.spyOn(panel.sessionContext, 'startKernel');
    await expect(createRunner().runner.run(panel)).resolves.toBe(true);
    expect(start).toHaveBeenCalledTimes(1);
  });

  it('interrupts the kernel to stop', async () => {
    const kernel = new FakeKernel();
    await createRunner().runner.stop(createPanel(kernel));
    expect(kernel.interrupt).toHaveBeenCalledTimes(1);
  });
});
