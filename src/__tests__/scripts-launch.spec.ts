import { Dialog, Notification } from '@jupyterlab/apputils';
import { ServerConnection } from '@jupyterlab/services';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { Signal } from '@lumino/signaling';
import { fireEvent, screen } from '@testing-library/dom';
import { addScriptCommands } from '../scripts/commands';
import { ScriptLauncher } from '../scripts/launcher';
import { ScriptMemory } from '../scripts/memory';
import { startSession } from '../scripts/session';
import { ProfilerSettings } from '../settings';
import { CommandIDs } from '../tokens';

const trans = nullTranslator.load('jupyterlab_cell_profiler');

const said = (): string =>
  Notification.manager.notifications.map(({ message }) => message).join('\n');

beforeEach(() => Notification.dismiss());

describe('ScriptLauncher', () => {
  const setUp = (dirty = false, saves = true) => {
    const model = { dirty };
    const save = jest.fn(async () => {
      model.dirty = !saves;
    });
    const run = jest.fn(async () => undefined);
    const memory = new ScriptMemory(null);
    const launcher = new ScriptLauncher({
      docManager: {
        services: {
          contents: {
            get: async (path: string) => {
              if (path !== 'project') {
                throw new Error('404');
              }
              return { type: 'directory' };
            }
          },
          kernelspecs: {
            ready: Promise.resolve(),
            specs: {
              default: 'py',
              kernelspecs: { py: { language: 'python', display_name: 'Py' } }
            }
          }
        },
        findWidget: () => ({ context: { model, save } })
      } as never,
      memory,
      settings: new ProfilerSettings(null),
      tabs: { run },
      trans
    });
    return { launcher, memory, model, run, save };
  };
  const path = 'project/train.py';

  afterEach(() => Dialog.flush());

  it('runs without a question where none is wanted, and remembers how', async () => {
    const { launcher, memory, run, save } = setUp();
    const told = { arguments: '-v', profilers: ['lines'] };
    expect(await launcher.launch(path, told, false)).toBe(true);
    const answers = {
      profilers: ['lines'],
      arguments: '-v',
      directory: 'project',
      kernel: 'py',
      stdin: null
    };
    expect(run.mock.calls).toEqual([[path, answers]]);
    expect(memory.get(path)).toEqual(answers);
    expect(save).not.toHaveBeenCalled();
    await launcher.launch(path, { profilers: ['stacks'] }, false);
    expect(run.mock.calls[1]).toEqual([
      path,
      { ...answers, profilers: ['stacks'] }
    ]);
  });

  it('says what is wrong where it does not ask', async () => {
    const { launcher, run } = setUp();
    await launcher.launch('notes.txt', {}, false);
    expect(said()).toMatch(/does not end in .py/);
    await launcher.launch(path, { directory: 'gone' }, false);
    expect(said()).toMatch(/no folder “gone”/);
    expect(run).not.toHaveBeenCalled();
  });

  it('saves the file first, when the person agrees', async () => {
    const { launcher, run, save } = setUp(true);
    const refused = launcher.launch(path, {}, false);
    fireEvent.click(await screen.findByText('Cancel'));
    expect([await refused, save.mock.calls.length]).toEqual([false, 0]);
    const agreed = launcher.launch(path, {}, false);
    fireEvent.click(await screen.findByText('Save and Profile'));
    expect([await agreed, save.mock.calls.length]).toEqual([true, 1]);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('does not run what could not be saved', async () => {
    const { launcher, memory, run } = setUp(true, false);
    const launched = launcher.launch(path, {}, true);
    fireEvent.click(await screen.findByText('Save and Profile'));
    expect(await launched).toBe(false);
    expect(said()).toMatch(/changes could not be saved/);
    expect(run).not.toHaveBeenCalled();
    expect(memory.get(path)).toEqual({});
  });
});

describe('the command', () => {
  const setUp = (edited: string | null, selected: string | null) => {
    const commands = new CommandRegistry();
    const launch = jest.fn(async () => true);
    const show = jest.fn(async () => undefined);
    const editor = edited && { context: { localPath: edited } };
    addScriptCommands({
      app: {
        commands,
        shell: {
          currentWidget: editor,
          currentChanged: new Signal<object, void>({})
        }
      } as never,
      launcher: { launch },
      tabs: { show },
      editors: { currentWidget: editor } as never,
      browsers: {
        tracker: {
          currentWidget: {
            selectedItems: () =>
              (selected ? [{ type: 'file', path: selected }] : []).values()
          }
        }
      } as never,
      history: {
        get: async (id: string) => {
          if (id === 'gone') {
            throw new Error('The run is gone.');
          }
          return { id } as never;
        }
      },
      trans
    });
    return { commands, launch, show };
  };
  const { runScript } = CommandIDs;

  it('is about the file in the editor, else the selected one, or the given', async () => {
    const { commands, launch } = setUp('a.py', 'b.py');
    await commands.execute(runScript);
    await commands.execute(runScript, { selected: true });
    await commands.execute(runScript, {
      path: 'c.py',
      profilers: ['lines'],
      arguments: ['a b'],
      ask: false
    });
    expect(launch.mock.calls).toEqual([
      ['a.py', {}, true],
      ['b.py', {}, true],
      ['c.py', { profilers: ['lines'], arguments: "'a b'" }, false]
    ]);
  });

  it('says what it needs, and which arguments it takes', async () => {
    const { commands } = setUp('a.txt', 'b.py');
    expect(commands.isEnabled(runScript)).toBe(false);
    expect(commands.caption(runScript)).toMatch(/needs a Python file/);
    expect(commands.isEnabled(runScript, { selected: true })).toBe(true);
    expect(commands.isEnabled(runScript, { path: 'x.py' })).toBe(true);
    for (const id of commands.listCommands()) {
      const { args } = await commands.describedBy(id);
      expect(args).toMatchObject({ type: 'object' });
    }
    expect(setUp(null, null).commands.isEnabled(runScript)).toBe(false);
  });

  it('brings a finished run back, or says why not', async () => {
    const { commands, show } = setUp(null, null);
    const restore = 'cell-profiler:restore-script';
    await commands.execute(restore, {
      path: 'p/a.py',
      id: 'run-1',
      answers: { arguments: '-v' }
    });
    expect(show).toHaveBeenCalledWith({ id: 'run-1' }, 'p/a.py', {
      profilers: ['overview'],
      arguments: '-v',
      directory: 'p',
      kernel: '',
      stdin: null
    });
    await commands.execute(restore, { path: 'p/a.py', id: 'gone' });
    expect(said()).toBe('The run is gone.');
  });
});

describe('a session', () => {
  const setUp = async () => {
    const kernel = {
      name: 'py',
      isDisposed: false,
      interrupt: jest.fn(async () => undefined),
      statusChanged: new Signal<object, string>({}),
      connectionStatusChanged: new Signal<object, string>({})
    };
    const connection = {
      id: 'session-1',
      kernel,
      isDisposed: false,
      shutdown: jest.fn(async () => undefined),
      dispose: jest.fn()
    };
    const startNew = jest.fn(async () => connection);
    const session = await startSession(
      {
        sessions: { startNew },
        kernelspecs: {
          specs: { kernelspecs: { py: { display_name: 'Python 3' } } }
        },
        serverSettings: { baseUrl: 'http://localhost/base/' }
      } as never,
      'project/train.py',
      'project/data',
      'py'
    );
    const losses: string[] = [];
    session.gone.connect((_, loss) => losses.push(loss));
    return { connection, kernel, losses, session, startNew };
  };

  it('is one of its own, in the working directory', async () => {
    const one = await setUp();
    const other = await setUp();
    const [[first], [second]] = [one, other].map(
      ({ startNew }) => startNew.mock.calls[0] as unknown as [{ path: string }]
    );
    expect(first).toMatchObject({
      name: 'train.py',
      type: 'cell-profiler-script',
      kernel: { name: 'py' }
    });
    expect(first.path).toMatch(/^project\/data\/train\.py-profile-[\w-]+$/);
    expect(first.path).not.toBe(second.path);
    expect(one.session.name).toBe('Python 3');
    await Promise.all([one, other].map(({ session }) => session.shutdown()));
  });

  it.each([
    ['autorestarting', 'died'],
    ['dead', 'died'],
    ['terminating', 'lost'],
    ['restarting', 'lost']
  ])('is gone when its kernel is %s', async (status, loss) => {
    const { kernel, losses, session } = await setUp();
    kernel.statusChanged.emit('busy');
    kernel.statusChanged.emit(status);
    kernel.statusChanged.emit('dead');
    expect(losses).toEqual([loss]);
    await session.shutdown();
  });

  it('is gone when its kernel cannot be reached', async () => {
    const { kernel, losses, session } = await setUp();
    kernel.connectionStatusChanged.emit('connecting');
    kernel.connectionStatusChanged.emit('disconnected');
    expect(losses).toEqual(['lost']);
    await session.shutdown();
  });

  it('is shut down once, and is no loss by that', async () => {
    const { connection, kernel, losses, session } = await setUp();
    await session.shutdown();
    await session.shutdown();
    kernel.statusChanged.emit('dead');
    expect(connection.shutdown).toHaveBeenCalledTimes(1);
    expect(connection.dispose).toHaveBeenCalledTimes(1);
    expect(kernel.interrupt).not.toHaveBeenCalled();
    expect(losses).toEqual([]);
  });

  it('has its script ended before it is shut down', async () => {
    const { connection, kernel, session } = await setUp();
    const down = session.shutdown(true);
    await Promise.resolve();
    expect(kernel.interrupt).toHaveBeenCalledTimes(1);
    expect(connection.shutdown).not.toHaveBeenCalled();
    kernel.statusChanged.emit('idle');
    await down;
    expect(connection.shutdown).toHaveBeenCalledTimes(1);
  });

  it('does not wait for ever for a script that does not end', async () => {
    jest.useFakeTimers();
    const { connection, session } = await setUp();
    const down = session.shutdown(true);
    await jest.advanceTimersByTimeAsync(3000);
    await down;
    expect(connection.shutdown).toHaveBeenCalledTimes(1);
    jest.useRealTimers();
  });

  it('is ended when the page is left', async () => {
    const { session } = await setUp();
    const request = jest
      .spyOn(ServerConnection, 'makeRequest')
      .mockResolvedValue({} as Response);
    window.dispatchEvent(new Event('pagehide'));
    expect(request.mock.calls.map(([url, init]) => [url, init])).toEqual([
      [
        'http://localhost/base/api/sessions/session-1',
        { method: 'DELETE', keepalive: true }
      ]
    ]);
    await session.shutdown();
    window.dispatchEvent(new Event('pagehide'));
    expect(request).toHaveBeenCalledTimes(1);
    request.mockRestore();
  });
});
