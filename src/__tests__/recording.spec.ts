import { Notification } from '@jupyterlab/apputils';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { NotebookActions } from '@jupyterlab/notebook';
import type { IStateDB } from '@jupyterlab/statedb';
import { StateDB } from '@jupyterlab/statedb';
import type { Kernel } from '@jupyterlab/services';
import { nullTranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import type { ProfileDocument } from '../document';
import type { OfferInstall } from '../kernelside';
import { Recording } from '../report/recording';
import { RecordSwitch } from '../report/switch';
import { MIME_TYPE } from '../tokens';
import { makeDocument } from './heat.documents';
import { createPanel, createRunner, failure, FakeKernel } from './runner.fakes';

const PATH = 'a/b.ipynb';

const settle = async (): Promise<void> => {
  await new Promise(resolve => setTimeout(resolve, 5));
};

/** What is said to the person. */
const said = (): string[] =>
  Notification.manager.notifications.map(({ message }) => message);

/** A notebook with its session, and the switch. */
class Page {
  readonly panel: NotebookPanel;
  readonly recordSwitch: RecordSwitch;
  readonly recording: Recording;
  readonly history = { add: jest.fn<void, [ProfileDocument]>() };
  readonly iopub = new Signal<this, unknown>(this);
  readonly status = new Signal<this, Kernel.Status>(this);
  readonly connection = new Signal<this, Kernel.ConnectionStatus>(this);
  readonly kernelChanged = new Signal<this, unknown>(this);
  readonly pathChanged = new Signal<this, string>(this);

  constructor(
    readonly kernel: FakeKernel | null = new FakeKernel(),
    state: IStateDB | null = null,
    offerInstall?: OfferInstall
  ) {
    this.panel = createPanel(kernel);
    Object.assign(this.panel.sessionContext, {
      iopubMessage: this.iopub,
      statusChanged: this.status,
      connectionStatusChanged: this.connection,
      kernelChanged: this.kernelChanged
    });
    Object.assign(this.panel.context, { pathChanged: this.pathChanged });
    this.recordSwitch = new RecordSwitch(state);
    this.recording = new Recording(this.panel, {
      runner: createRunner(offerInstall).runner,
      history: this.history,
      recordSwitch: this.recordSwitch,
      trans: nullTranslator.load('')
    });
  }

  /** Requests to record so far. */
  get told(): string[] {
    return (this.kernel?.log ?? []).filter(line => line.startsWith('record'));
  }

  get isOn(): boolean {
    return this.recordSwitch.isOn(this.panel.context.localPath);
  }

  restart(): void {
    for (const status of ['restarting', 'starting', 'idle'] as const) {
      this.kernel!.changeStatus(status);
      this.status.emit(status);
    }
  }

  say(document: unknown, display = 'cell-profiler-record-1'): void {
    this.iopub.emit({
      header: { msg_type: 'update_display_data' },
      parent_header: {},
      content: {
        data: { [MIME_TYPE]: document },
        metadata: {},
        transient: { display_id: display }
      }
    });
  }
}

const open: Page[] = [];
const create = (...options: ConstructorParameters<typeof Page>): Page => {
  const page = new Page(...options);
  open.push(page);
  return page;
};

beforeEach(() => {
  jest.spyOn(console, 'warn').mockImplementation();
  Notification.dismiss();
});

afterEach(() => {
  open.splice(0).forEach(page => page.recording.dispose());
  jest.restoreAllMocks();
});

describe('the switch', () => {
  it('is off at first, and nothing is sent', async () => {
    const page = create();
    page.restart();
    await settle();
    expect([page.isOn, page.kernel!.log]).toEqual([false, []]);
  });

  it('tells the kernel once, after the package is loaded, and off again', async () => {
    const page = create();
    await page.recording.set(true);
    page.status.emit('busy');
    page.status.emit('idle');
    expect(page.kernel!.log).toEqual(['attach', `record true ${PATH}`]);
    expect(page.isOn).toBe(true);
    await page.recording.set(false);
    page.restart();
    await settle();
    expect(page.told).toEqual([`record true ${PATH}`, `record false ${PATH}`]);
  });

  it('tells the kernel again after a restart, before the first cell', async () => {
    const page = create();
    await page.recording.set(true);
    page.kernel!.changeStatus('restarting');
    page.status.emit('restarting');
    page.kernel!.sent.length = 0;
    // As JupyterLab does right before the request goes out.
    const scheduled = NotebookActions.executionScheduled as Signal<
      unknown,
      unknown
    >;
    scheduled.emit({ notebook: page.panel.content });
    expect(page.kernel!.log).toEqual(['attach', `record true ${PATH}`]);
    page.status.emit('idle');
    await settle();
    expect(page.told).toHaveLength(1);
  });

  it('tells another kernel, and one whose connection was lost', async () => {
    const page = create();
    await page.recording.set(true);
    page.kernelChanged.emit({});
    expect(page.told).toHaveLength(2);
    page.connection.emit('connecting');
    page.connection.emit('connected');
    await settle();
    expect(page.told).toHaveLength(3);
  });

  it('waits for a kernel', async () => {
    const page = create(null);
    await page.recording.set(true);
    expect(page.isOn).toBe(true);
    Object.assign(page.panel.sessionContext, {
      session: { kernel: new FakeKernel() }
    });
    page.kernelChanged.emit({});
    const { kernel } = page.panel.sessionContext.session!;
    expect((kernel as unknown as FakeKernel).log).toContain(
      `record true ${PATH}`
    );
  });

  it('is on at once while a cell runs, and goes off if it must', async () => {
    const page = create();
    page.kernel!.status = 'busy';
    page.kernel!.held = [];
    await page.recording.set(true);
    expect([page.isOn, page.told]).toEqual([true, [`record true ${PATH}`]]);
    page.kernel!.attach = page.kernel!.record = () =>
      failure('ModuleNotFoundError', 'No module jupyterlab_cell_profiler');
    page.kernel!.held.forEach(answer => answer());
    await settle();
    expect(page.isOn).toBe(false);
    expect(said().join()).toMatch(
      /not recorded: Cell Profiler is not installed/
    );
  });

  it('stays off in a kernel of another language, with a sentence', async () => {
    const kernel = new FakeKernel();
    kernel.language = 'R';
    const page = create(kernel);
    await page.recording.set(true);
    expect(page.isOn).toBe(false);
    expect(said().join()).toMatch(/Python code only/);
  });

  it('stays off when the package is missing and is not installed', async () => {
    const kernel = new FakeKernel();
    kernel.attach = () =>
      failure('ModuleNotFoundError', 'No module jupyterlab_cell_profiler');
    kernel.record = kernel.attach;
    const offer = jest.fn(() => Promise.resolve(false));
    const page = create(kernel, null, offer);
    await page.recording.set(true);
    expect(offer).toHaveBeenCalledTimes(1);
    expect(page.isOn).toBe(false);
    expect(said().join()).toMatch(/stays off/);
  });

  it('is on when the package is installed on the way', async () => {
    const kernel = new FakeKernel();
    const { attach, record } = kernel;
    kernel.attach = kernel.record = () =>
      failure('ModuleNotFoundError', 'No module jupyterlab_cell_profiler');
    const page = create(kernel, null, () => {
      Object.assign(kernel, { attach, record });
      return Promise.resolve(true);
    });
    await page.recording.set(true);
    expect([page.isOn, said()]).toEqual([true, []]);
  });

  it('goes off with a sentence when the next kernel cannot record', async () => {
    const page = create();
    await page.recording.set(true);
    page.kernel!.record = () => failure('AttributeError', 'no record');
    page.restart();
    await settle();
    expect(page.isOn).toBe(false);
    expect(said().join('\n')).toMatch(/does not record.*no record/);
    expect(said().join('\n')).toMatch(/is off for a\/b\.ipynb now/);
  });

  it('stays on when a restart swallows the answer', async () => {
    const page = create();
    await page.recording.set(true);
    page.kernel!.record = () => undefined;
    page.kernel!.attach = () => undefined;
    const aborted = { status: 'aborted' };
    jest
      .spyOn(page.kernel!, 'requestExecute')
      .mockReturnValue({ done: Promise.resolve({ content: aborted }) });
    page.restart();
    await settle();
    expect([page.isOn, said()]).toEqual([true, []]);
    jest.mocked(page.kernel!.requestExecute).mockRestore();
    Object.assign(page.kernel!, {
      attach: new FakeKernel().attach,
      record: new FakeKernel().record
    });
    page.kernel!.sent.length = 0;
    page.status.emit('idle');
    expect(page.told).toEqual([`record true ${PATH}`]);
  });
});

describe('what is remembered', () => {
  it('comes back with the page, and is told to the kernel', async () => {
    const state = new StateDB();
    await create(new FakeKernel(), state).recording.set(true);
    await settle();
    const page = create(new FakeKernel(), state);
    await page.recordSwitch.ready;
    expect([page.isOn, page.told]).toEqual([true, [`record true ${PATH}`]]);
    await page.recording.set(false);
    await settle();
    const last = create(new FakeKernel(), state);
    await last.recordSwitch.ready;
    expect([last.isOn, last.told]).toEqual([false, []]);
  });

  it('goes along with a notebook that is renamed, and with its folder', async () => {
    const page = create();
    await page.recording.set(true);
    page.recordSwitch.move('a/b.ipynb', 'a/c.ipynb');
    Object.assign(page.panel.context, { localPath: 'a/c.ipynb' });
    page.pathChanged.emit('a/c.ipynb');
    expect(page.isOn).toBe(true);
    expect(page.recordSwitch.isOn(PATH)).toBe(false);
    expect(page.told.pop()).toBe('record true a/c.ipynb');

    page.recordSwitch.set('ab/d.ipynb', true);
    page.recordSwitch.move('a', 'x/y');
    expect(page.recordSwitch.isOn('x/y/c.ipynb')).toBe(true);
    expect(page.recordSwitch.isOn('ab/d.ipynb')).toBe(true);
    page.recordSwitch.forget('x');
    expect(page.recordSwitch.isOn('x/y/c.ipynb')).toBe(false);
  });

  it('goes along with a notebook that is saved under another name', async () => {
    const page = create();
    await page.recording.set(true);
    Object.assign(page.panel.context, { localPath: 'copy.ipynb' });
    page.pathChanged.emit('copy.ipynb');
    expect([page.isOn, page.recordSwitch.isOn(PATH)]).toEqual([true, true]);
    expect(page.told.pop()).toBe('record true copy.ipynb');
  });

  it.each([undefined, 3, { paths: 'x' }, { paths: [3, null] }])(
    'does no harm when it is %j',
    async value => {
      const state = { fetch: () => Promise.resolve(value) };
      const broken = new RecordSwitch(state as unknown as IStateDB);
      await broken.ready;
      expect(broken.isOn('x')).toBe(false);
      broken.dispose();
    }
  );

  it('lasts as long as the page where nothing can be kept', async () => {
    const no = () => Promise.reject(new Error('no'));
    const broken = new RecordSwitch({
      fetch: no,
      save: no
    } as unknown as IStateDB);
    await broken.ready;
    broken.set('x', true);
    await settle();
    expect(broken.isOn('x')).toBe(true);
    broken.dispose();
  });
});

describe('records', () => {
  const record = (parts: Partial<ProfileDocument> = {}): ProfileDocument => ({
    ...makeDocument({ cellId: 'cell-1', sections: [] }),
    ...parts
  });

  it('go to the history, with the path of the notebook', async () => {
    const page = create();
    await page.recording.set(true);
    page.say(record({ target: { kind: 'cell', cellId: 'cell-1', path: 'x' } }));
    expect(page.history.add).toHaveBeenCalledTimes(1);
    expect(page.history.add.mock.calls[0][0].target).toEqual({
      kind: 'cell',
      cellId: 'cell-1',
      path: PATH
    });
    // And nowhere else.
    expect(JSON.stringify(page.panel.model!.toJSON())).not.toContain(MIME_TYPE);
  });

  it.each([
    ['of another display', record(), 'cell-profiler-live-1'],
    [
      'of a cell of another notebook',
      record({ target: { kind: 'cell', cellId: 'far' } }),
      undefined
    ],
    ['of a console', record({ target: { kind: 'cell' } }), undefined],
    [
      'of a profile',
      record({
        profilers: [
          { name: 'lines', tool: '', toolVersion: '', options: {}, notes: [] }
        ]
      }),
      undefined
    ],
    ['of a run that goes on', record({ live: true }), undefined],
    ['of nothing', undefined, undefined],
    ['of rubbish', { version: 1, sections: 'x' }, undefined],
    ['of a newer version', { ...record(), version: 99 }, undefined]
  ])('%s are dropped', async (_, document, display) => {
    const page = create();
    await page.recording.set(true);
    page.say(document, display);
    expect(page.history.add).not.toHaveBeenCalled();
  });

  it('are not taken while the switch is off', () => {
    const page = create();
    page.say(record());
    expect(page.history.add).not.toHaveBeenCalled();
  });
});
