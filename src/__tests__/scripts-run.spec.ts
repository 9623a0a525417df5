import { nullTranslator } from '@jupyterlab/translation';
import { PromiseDelegate } from '@lumino/coreutils';
import { Signal } from '@lumino/signaling';
import { ScriptOutput } from '../scripts/output';
import type { IScriptRunOptions } from '../scripts/run';
import { ScriptRun } from '../scripts/run';
import type { IScriptSession, Loss } from '../scripts/session';
import { endText, spoken, stateText } from '../scripts/words';
import { MIME_TYPE } from '../tokens';
import { golden } from './golden';
import { ATTACHED, failure, value } from './runner.fakes';

const trans = nullTranslator.load('jupyterlab_cell_profiler');
const DOCUMENT = golden('script-lines');

/** The request that runs the script, answered by the test. */
interface IFuture {
  onIOPub: (message: unknown) => void;
  readonly done: PromiseDelegate<unknown>;
}

/** A session whose kernel does what the test says. */
class FakeSession {
  readonly name = 'Python 3';
  readonly isDisposed = false;
  readonly gone = new Signal<this, Loss>(this);
  readonly interrupt = jest.fn(async () => undefined);
  readonly shutdown = jest.fn(async () => undefined);
  readonly codes: string[] = [];
  attachment: unknown = value(JSON.stringify(ATTACHED));
  future: IFuture | null = null;

  readonly kernel = {
    requestExecute: (content: {
      code: string;
      user_expressions?: { attach?: string };
    }): unknown => {
      if (content.user_expressions?.attach) {
        return {
          done: Promise.resolve({
            content: {
              status: 'ok',
              user_expressions: {
                attach: this.attachment,
                executable: value("'/env/bin/python'")
              }
            }
          })
        };
      }
      this.codes.push(content.code);
      const done = new PromiseDelegate<unknown>();
      const future: IFuture = { onIOPub: () => undefined, done };
      this.future = future;
      return {
        set onIOPub(take: IFuture['onIOPub']) {
          future.onIOPub = take;
        },
        done: done.promise
      };
    }
  };

  say(type: string, content: unknown): void {
    this.future!.onIOPub({ header: { msg_type: type }, content });
  }

  publish(document: unknown = DOCUMENT): void {
    this.say('display_data', { data: { [MIME_TYPE]: document } });
  }

  reply(content: unknown = { status: 'ok' }): void {
    this.future!.done.resolve({ content });
  }
}

/** Everything that is promised so far has happened. */
const settled = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) {
    await Promise.resolve();
  }
};

describe('ScriptRun', () => {
  let session: FakeSession;
  let run: ScriptRun;
  let states: string[];
  const print = jest.fn();
  const offerInstall = jest.fn(async () => false);

  const begin = (parts: Partial<IScriptRunOptions> = {}): void => {
    states = [];
    run = new ScriptRun({
      path: 'project/train.py',
      answers: {
        profilers: ['lines'],
        arguments: '--epochs 3',
        directory: 'project',
        kernel: 'python3',
        stdin: null
      },
      options: {},
      start: async () => session as unknown as IScriptSession,
      offerInstall,
      output: { print, flush: jest.fn() },
      trans,
      ...parts
    });
    run.changed.connect(({ state }) => states.push(state));
  };

  beforeEach(() => {
    jest.clearAllMocks();
    session = new FakeSession();
  });

  afterEach(() => run.dispose());

  it('runs, prints, and ends with the document and without the kernel', async () => {
    begin();
    await settled();
    expect(run.state).toBe('running');
    expect(run.kernelName).toBe('Python 3');
    expect(session.codes).toHaveLength(1);
    expect(session.codes[0]).toContain('profile_script(');
    session.say('stream', { name: 'stdout', text: 'epoch 1\n' });
    session.say('stream', { name: 'stderr', text: 'oh\n' });
    session.say('stream', { name: 'stdout', text: 7 });
    session.publish();
    session.reply();
    await run.done;
    expect(print.mock.calls).toEqual([
      ['stdout', 'epoch 1\n'],
      ['stderr', 'oh\n']
    ]);
    expect(run.document).toEqual(DOCUMENT);
    expect(run.problem).toBeNull();
    expect(run.state).toBe('over');
    expect(states[states.length - 1]).toBe('over');
    expect(session.shutdown).toHaveBeenCalled();
    expect(run.elapsed).toBeGreaterThanOrEqual(0);
  });

  it('says why a script is refused, without a traceback', async () => {
    begin();
    await settled();
    session.say('error', {
      ename: 'UsageError',
      evalue: 'There is no file train.py.',
      traceback: ['…']
    });
    session.reply({ status: 'error', ename: 'UsageError', evalue: 'again' });
    await run.done;
    expect(run.problem).toBe('There is no file train.py.');
    expect(run.document).toBeNull();
  });

  it('knows a package that is too old', async () => {
    begin();
    await settled();
    session.reply({
      status: 'error',
      ename: 'AttributeError',
      evalue: "module has no attribute 'profile_script'"
    });
    await run.done;
    expect(run.problem).toMatch(/too old.*pip install --upgrade/);
  });

  it('says that no profile came', async () => {
    begin();
    await settled();
    session.reply();
    await run.done;
    expect(run.problem).toMatch(/no profile came/);
  });

  it('takes no live, and no broken document', async () => {
    begin();
    await settled();
    session.publish({ ...DOCUMENT, live: true });
    session.publish({ version: 1 });
    session.reply();
    await run.done;
    expect(run.document).toBeNull();
    expect(run.problem).toMatch(/cannot be read/);
  });

  it('is stopped by an interrupt, and keeps what was measured', async () => {
    begin();
    await settled();
    await run.stop();
    expect(run.state).toBe('stopping');
    expect(session.interrupt).toHaveBeenCalledTimes(1);
    expect(session.shutdown).not.toHaveBeenCalled();
    session.publish({ ...DOCUMENT, status: 'interrupted' });
    session.reply();
    await run.done;
    expect(run.document?.status).toBe('interrupted');
    expect(run.problem).toBeNull();
    expect(stateText(run, trans)).toMatch(/^Stopped/);
  });

  it('is ended with its kernel when it is stopped a second time', async () => {
    begin();
    await settled();
    await run.stop();
    await run.stop();
    await run.done;
    expect(session.shutdown).toHaveBeenCalled();
    expect(states).toContain('killing');
    expect(run.state).toBe('over');
    expect(run.problem).toMatch(/shut down before/);
    // A third press does nothing.
    await run.stop();
    expect(session.interrupt).toHaveBeenCalledTimes(1);
  });

  it('is stopped while its kernel starts, which is then ended', async () => {
    const started = new PromiseDelegate<IScriptSession>();
    begin({ start: () => started.promise });
    await run.stop();
    expect(run.state).toBe('over');
    expect(run.problem).toMatch(/before the script was started/);
    started.resolve(session as unknown as IScriptSession);
    await run.done;
    expect(session.shutdown).toHaveBeenCalled();
    expect(session.codes).toEqual([]);
  });

  it.each<[Loss, RegExp]>([
    ['died', /kernel that ran the script died/],
    ['lost', /shut down or cannot be reached/]
  ])('says that its kernel %s', async (loss, sentence) => {
    begin();
    await settled();
    session.say('stream', { name: 'stdout', text: 'half\n' });
    session.gone.emit(loss);
    await run.done;
    expect(run.problem).toMatch(sentence);
    expect(print).toHaveBeenCalledWith('stdout', 'half\n');
    expect(session.shutdown).toHaveBeenCalled();
  });

  it('says that a kernel cannot be started', async () => {
    begin({ start: () => Promise.reject(new Error('No such kernel')) });
    await run.done;
    expect(run.problem).toBe('The kernel could not be started: No such kernel');
    expect(run.state).toBe('over');
  });

  it('offers to install the package, and says what is missing', async () => {
    session.attachment = failure(
      'ModuleNotFoundError',
      "No module named 'jupyterlab_cell_profiler'"
    );
    begin();
    await run.done;
    expect(offerInstall).toHaveBeenCalledWith(session.kernel, 'Python 3', {
      status: 'missing',
      executable: '/env/bin/python'
    });
    expect(run.problem).toMatch(/not installed in the environment “Python 3”/);
    expect(session.codes).toEqual([]);
    expect(session.shutdown).toHaveBeenCalled();
  });

  it('runs when the package was installed', async () => {
    session.attachment = failure(
      'ModuleNotFoundError',
      "No module named 'jupyterlab_cell_profiler'"
    );
    offerInstall.mockImplementationOnce(async () => {
      session.attachment = value(JSON.stringify(ATTACHED));
      return true;
    });
    begin();
    await settled();
    expect(run.state).toBe('running');
  });

  it('ends its script and its kernel when it is disposed of', async () => {
    begin();
    await settled();
    run.dispose();
    expect(session.shutdown).toHaveBeenCalledWith(true);
  });
});

describe('the words', () => {
  it('tell how a script ended', () => {
    const failed = golden('script-failed');
    expect(endText(DOCUMENT, trans)).toBe('Done');
    expect(endText(failed, trans)).toBe('Ended with exit status 3');
    expect(
      endText(
        {
          ...failed,
          error: { name: 'SIGKILL', value: '' },
          target: { ...failed.target, exitStatus: -9 }
        },
        trans
      )
    ).toBe('Ended by SIGKILL');
  });

  it('are spoken at first, after ten seconds and each minute', () => {
    const at = (seconds: number): string =>
      spoken(
        {
          state: 'running',
          document: null,
          problem: null,
          elapsed: seconds * 1000
        },
        trans
      );
    expect(new Set([0, 5, 9].map(at))).toEqual(new Set(['Running']));
    expect(at(10)).toBe(at(59));
    expect(at(60)).toBe(at(119));
    expect(at(120)).toBe('Running for 2 minutes');
  });
});

describe('ScriptOutput', () => {
  let text: string;
  let adds: number;
  const model = {
    add: (output: unknown) => {
      adds++;
      text += (output as { text: string }).text;
      return 0;
    },
    clear: () => {
      text = '';
    }
  };

  beforeEach(() => {
    jest.useFakeTimers();
    text = '';
    adds = 0;
  });

  afterEach(() => jest.useRealTimers());

  it('puts what is printed into the page a few times a second', () => {
    const output = new ScriptOutput(model);
    for (let i = 0; i < 1000; i++) {
      output.print('stdout', `${i}\n`);
    }
    expect(adds).toBe(0);
    jest.advanceTimersByTime(200);
    expect(adds).toBe(1);
    expect(text).toContain('\n999\n');
    output.print('stderr', 'oh\n');
    output.flush();
    expect(text).toMatch(/999\noh\n$/);
    expect(output.isCut).toBe(false);
  });

  it('keeps only the end of very much', () => {
    const output = new ScriptOutput(model, 10_000);
    const line = `${'x'.repeat(99)}\n`;
    // 50 MB
    for (let i = 0; i < 500; i++) {
      output.print('stdout', line.repeat(1000));
      if (i % 50 === 0) {
        jest.advanceTimersByTime(200);
        expect(text.length).toBeLessThanOrEqual(20_000);
      }
    }
    output.print('stdout', 'the end\n');
    output.flush();
    expect(output.total).toBe(50_000_008);
    expect(output.isCut).toBe(true);
    expect(text).toMatch(/the end\n$/);
    expect(text.length).toBeLessThanOrEqual(20_000);
    // It begins with a whole line.
    expect(text.startsWith(line)).toBe(true);
  });

  it('adds nothing after it was disposed of', () => {
    const output = new ScriptOutput(model);
    output.print('stdout', 'a');
    output.dispose();
    jest.advanceTimersByTime(1000);
    output.print('stdout', 'b');
    output.flush();
    expect(text).toBe('');
  });
});
