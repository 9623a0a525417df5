import type { Kernel } from '@jupyterlab/services';
import type { PromiseDelegate } from '@lumino/coreutils';
import { Signal } from '@lumino/signaling';
import type { IDump, IFrame, IThread } from '../lib/processes/types';

/** A frame, from `name file:line` with the cell's id after an `@`. */
export function frame(text: string): IFrame {
  const [, name, file, line, cellId] = /^(\S+) (.+):(\d+)(?:@(.+))?$/.exec(
    text
  )!;
  return { name, file, line: Number(line), ...(cellId ? { cellId } : {}) };
}

/** A thread whose frames are written as for {@link frame}, the innermost first. */
export function thread(
  frames: readonly string[],
  about: Partial<IThread> = {}
): IThread {
  return {
    id: 1,
    name: 'MainThread',
    gil: false,
    active: false,
    waits: null,
    ...about,
    frames: frames.map(frame)
  };
}

export function dump(
  threads: readonly IThread[],
  notes: readonly string[] = []
): IDump {
  return {
    pid: 7,
    taken: '2026-01-01T00:00:00Z',
    python: '3.11.7',
    processes: [{ pid: 7, name: 'python', parent: 1, threads }],
    notes
  };
}

interface IMessage {
  readonly header: { readonly msg_type: string; readonly subshell_id?: string };
  readonly content: { readonly [name: string]: unknown };
}

/** A kernel that knows subshells; what it is asked waits until it is answered. */
export class FakeBusyKernel {
  readonly id = 'kernel';
  readonly clientId = 'me';
  readonly username = '';
  supportsSubshells = true;
  status: Kernel.Status = 'busy';
  /** What it was asked, in short, in order. */
  readonly log: string[] = [];
  readonly sent: IMessage[] = [];
  readonly subshells = new Set<string>();
  /** What `where` answers: an expression's result. */
  answer: unknown = { status: 'error', ename: 'E', evalue: 'none' };
  /** Set to hold an answer back. */
  held: PromiseDelegate<void> | null = null;

  requestCreateSubshell() {
    const subshell_id = `s${this.log.length}`;
    this.log.push('create');
    this.subshells.add(subshell_id);
    return this._future({ status: 'ok', subshell_id });
  }

  requestDeleteSubshell({ subshell_id }: { subshell_id: string }) {
    this.log.push('delete');
    this.subshells.delete(subshell_id);
    return this._future({ status: 'ok' });
  }

  sendShellMessage(message: IMessage) {
    this.log.push(`ask ${message.header.subshell_id}`);
    this.sent.push(message);
    return this._future(
      { status: 'ok', user_expressions: { where: this.answer } },
      this.held?.promise
    );
  }

  private _future(content: unknown, after: Promise<void> = Promise.resolve()) {
    return { done: after.then(() => ({ content })) };
  }
}

/** A session whose kernel says what a test wants it to. */
export class FakeSession {
  readonly iopubMessage = new Signal<this, unknown>(this);
  readonly statusChanged = new Signal<this, Kernel.Status>(this);
  readonly connectionStatusChanged = new Signal<this, Kernel.ConnectionStatus>(
    this
  );
  readonly kernelChanged = new Signal<this, unknown>(this);
  readonly kernel = {
    id: 'kernel',
    clientId: 'me',
    anyMessage: new Signal<object, unknown>({}),
    connectionStatus: 'connected' as Kernel.ConnectionStatus,
    status: 'idle' as Kernel.Status
  };
  /** What the server says of its kernels. */
  readonly kernels = {
    models: [] as { id: string; execution_state: string }[],
    running: () => this.kernels.models.values(),
    runningChanged: new Signal<object, never>({})
  };
  session: { kernel: unknown } | null = { kernel: this.kernel };

  /** A message about a request. */
  tell(msg_type: string, content: unknown, parent: object): void {
    this.iopubMessage.emit({
      header: { msg_type },
      parent_header: { msg_type: 'execute_request', ...parent },
      content
    });
  }

  /** This page asks for a cell. */
  send(msg_id: string, content: object = {}, subshell_id?: string): void {
    this.kernel.anyMessage.emit({
      direction: 'send',
      msg: {
        header: { msg_id, msg_type: 'execute_request', subshell_id },
        parent_header: {},
        content
      }
    });
  }

  /** The kernel replies to what this page asked for. */
  reply(msg_id: string): void {
    this.kernel.anyMessage.emit({
      direction: 'recv',
      msg: {
        header: { msg_id: 'r', msg_type: 'execute_reply' },
        parent_header: { msg_id },
        content: {}
      }
    });
  }

  begin(msg_id: string, session = 'me'): void {
    this.tell('status', { execution_state: 'busy' }, { msg_id, session });
    this.tell('execute_input', {}, { msg_id, session });
  }

  end(msg_id: string, parent: object = {}): void {
    this.tell('status', { execution_state: 'idle' }, { msg_id, ...parent });
  }

  setConnection(status: Kernel.ConnectionStatus): void {
    this.kernel.connectionStatus = status;
    this.connectionStatusChanged.emit(status);
  }

  setStatus(status: Kernel.Status): void {
    this.kernel.status = status;
    this.statusChanged.emit(status);
  }
}
