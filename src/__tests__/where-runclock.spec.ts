import type { ISessionContext } from '@jupyterlab/apputils';
import { RunClock } from '../processes/runclock';
import { FakeSession } from './where.fakes';

describe('RunClock', () => {
  let session: FakeSession;
  let clock: RunClock;
  let changes: number;

  const watch = (): void => {
    clock = new RunClock(
      session as unknown as ISessionContext,
      session.kernels as never
    );
    clock.changed.connect(() => changes++);
  };
  const pass = (milliseconds: number): void => {
    jest.advanceTimersByTime(milliseconds);
  };
  const state = (): string =>
    clock.run ? (clock.isLong ? 'long' : 'short') : 'none';

  beforeEach(() => {
    jest.useFakeTimers();
    session = new FakeSession();
    changes = 0;
    watch();
  });

  afterEach(() => {
    clock.dispose();
    jest.useRealTimers();
  });

  it('is long after two seconds, until the cell ends', () => {
    expect(state()).toBe('none');
    session.begin('1');
    pass(1999);
    expect(state()).toBe('short');
    pass(1);
    expect(state()).toBe('long');
    expect(changes).toBe(2);
    session.end('1');
    expect(state()).toBe('none');
    expect(changes).toBe(3);
  });

  it('begins anew with each cell', () => {
    session.begin('1');
    pass(1500);
    session.end('1');
    session.begin('2');
    pass(1500);
    expect(state()).toBe('short');
    // The end of something else.
    session.end('1');
    pass(500);
    expect(state()).toBe('long');
  });

  it('sees cells that another page runs', () => {
    session.begin('1', 'another');
    pass(2000);
    expect(state()).toBe('long');
    session.end('1', { session: 'another' });
    expect(state()).toBe('none');
  });

  it('needs no word of a kernel that cannot speak', () => {
    session.send('silent', { silent: true });
    session.send('beside', {}, 'subshell');
    expect(state()).toBe('none');
    session.send('1');
    session.send('2');
    session.send('3');
    pass(1000);
    session.begin('1');
    pass(1000);
    expect(state()).toBe('long');
    session.end('1');
    expect(clock.run?.request).toBe('2');
    pass(2000);
    expect(state()).toBe('long');
    // One that failed: the rest is dropped, maybe without another word.
    session.end('2');
    session.reply('3');
    expect(state()).toBe('none');
    session.setStatus('restarting');
    session.send('4');
    session.setStatus('dead');
    expect(state()).toBe('none');
  });

  it('does not take a subshell, or a silent request, for the cell', () => {
    session.tell('status', { execution_state: 'busy' }, { msg_id: 'silent' });
    expect(state()).toBe('none');
    session.end('silent');
    session.begin('1');
    pass(2000);
    session.tell('execute_input', {}, { msg_id: 's', subshell_id: 'x' });
    session.end('s', { subshell_id: 'x' });
    session.end('c', { msg_type: 'create_subshell_request' });
    expect(state()).toBe('long');
  });

  it.each(['restarting', 'autorestarting', 'terminating', 'dead'] as const)(
    'ends when the kernel is %s',
    status => {
      session.begin('1');
      pass(2000);
      session.setStatus(status);
      expect(state()).toBe('none');
    }
  );

  it('sees that the kernel of a notebook just opened is busy', () => {
    clock.dispose();
    session.kernel.status = 'busy';
    watch();
    pass(2000);
    expect(state()).toBe('long');
    session.end('q', { msg_type: 'kernel_info_request', session: 'server' });
    session.end('d', { msg_type: 'debug_request' });
    expect(state()).toBe('long');
    session.end('before');
    expect(state()).toBe('none');
    // Busy with something silent now, as when the package is loaded.
    session.setStatus('busy');
    pass(2000);
    expect(state()).toBe('none');
  });

  it('believes the server while the kernel says nothing', () => {
    clock.dispose();
    session.kernel.status = 'unknown';
    watch();
    const tell = (execution_state: string): void => {
      session.kernels.models = [
        { id: 'other', execution_state: 'busy' },
        { id: 'kernel', execution_state }
      ];
      session.kernels.runningChanged.emit(null as never);
    };
    tell('starting');
    expect(state()).toBe('none');
    tell('busy');
    pass(2000);
    expect(state()).toBe('long');
    session.end('q', { msg_type: 'kernel_info_request', session: 'me' });
    expect(state()).toBe('none');
    // That was of some seconds ago.
    tell('busy');
    expect(state()).toBe('none');
  });

  it('sees it also when the status comes later', () => {
    clock.dispose();
    session.kernel.status = 'unknown';
    watch();
    session.setStatus('busy');
    pass(2000);
    expect(state()).toBe('long');
    session.end('q', { msg_type: 'kernel_info_request', session: 'me' });
    expect(state()).toBe('none');
  });

  it('looks anew after the connection was lost, and at another kernel', () => {
    session.begin('1');
    pass(2000);
    session.setConnection('connecting');
    expect(state()).toBe('none');
    session.kernel.status = 'busy';
    session.setConnection('connected');
    pass(2000);
    expect(state()).toBe('long');
    session.kernel.status = 'idle';
    session.kernelChanged.emit({});
    expect(state()).toBe('none');
    session.session = null;
    session.kernelChanged.emit({});
    expect(state()).toBe('none');
  });

  it('is silent when it is disposed', () => {
    session.begin('1');
    clock.dispose();
    pass(5000);
    expect(changes).toBe(1);
    expect(state()).toBe('short');
  });
});
