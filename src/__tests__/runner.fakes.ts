import type { NotebookPanel } from '@jupyterlab/notebook';
import { NotebookModel } from '@jupyterlab/notebook';
import { NBTestUtils } from '@jupyterlab/notebook/lib/testutils';
import type { Kernel, KernelMessage } from '@jupyterlab/services';
import { nullTranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import type { ReplyContent } from '../kernel';
import type { OfferInstall } from '../kernelside';
import { Runner } from '../runner';
import { ProfilerSettings } from '../settings';

/** What a kernel with the package answers to `attach`. */
export const ATTACHED = {
  version: '0.1.0',
  python: '3.11.7',
  executable: '/usr/bin/python3',
  profilers: {
    overview: null as string | null,
    lines: null as string | null
  }
};

type Expressions = { [key: string]: string };
type Answer = (request: KernelMessage.IExecuteRequestMsg['content']) => unknown;

/** A value as `user_expressions` bring it. */
export function value(text: string): unknown {
  return { status: 'ok', data: { 'text/plain': text }, metadata: {} };
}

/** An error as `user_expressions` bring it. */
export function failure(ename: string, evalue: string): unknown {
  return { status: 'error', ename, evalue, traceback: [] };
}

/** The content of a reply with these expressions. */
export function reply(user_expressions: unknown): ReplyContent {
  return { status: 'ok', user_expressions };
}

/** A kernel that writes down what it is asked and answers by a table. */
export class FakeKernel {
  readonly id = 'kernel';
  readonly name = 'python3';
  readonly sent: KernelMessage.IExecuteRequestMsg['content'][] = [];
  readonly statusChanged = new Signal<this, Kernel.Status>(this);
  readonly connectionStatusChanged = new Signal<this, string>(this);
  readonly interrupt = jest.fn(() => Promise.resolve());
  status: Kernel.Status = 'idle';
  language = 'python';
  /** Set to hold answers back; call the functions that gather here to release. */
  held: (() => void)[] | null = null;
  attach: Answer = () => value(JSON.stringify(ATTACHED));
  arm: Answer = () => value('{"armed": true}');
  record: Answer = content =>
    value(`{"recording": ${this.recorded(content).on}}`);
  /** The status of replies to ordinary cells. */
  cellStatus = 'ok';

  get info(): Promise<unknown> {
    return Promise.resolve({ language_info: { name: this.language } });
  }

  /** The requests in short: `attach`, `arm <cell>`, `record <on> <path>`, or code. */
  get log(): string[] {
    return this.sent.map(content => {
      const expressions = (content.user_expressions ?? {}) as Expressions;
      return expressions.attach
        ? 'attach'
        : expressions.arm
          ? `arm ${this.armed(content).cellId}`
          : expressions.record
            ? `record ${this.recorded(content).on} ${this.recorded(content).path}`
            : content.code;
    });
  }

  /** The object that Python reads from an arm request. */
  armed(content: KernelMessage.IExecuteRequestMsg['content']): {
    [key: string]: unknown;
  } {
    return argument(content, 'arm');
  }

  /** The object that Python reads from a request to record. */
  recorded(content: KernelMessage.IExecuteRequestMsg['content']): {
    [key: string]: unknown;
  } {
    return argument(content, 'record');
  }

  changeStatus(status: Kernel.Status): void {
    this.status = status;
    this.statusChanged.emit(status);
  }

  requestExecute(
    content: KernelMessage.IExecuteRequestMsg['content']
  ): unknown {
    this.sent.push(content);
    const done = new Promise(resolve => {
      const answer = () => resolve({ content: this._answer(content) });
      if (this.held) {
        this.held.push(answer);
      } else {
        answer();
      }
    });
    return {
      done,
      isDisposed: false,
      dispose: () => undefined,
      registerMessageHook: () => undefined,
      removeMessageHook: () => undefined
    };
  }

  private _answer(
    content: KernelMessage.IExecuteRequestMsg['content']
  ): unknown {
    const { attach, arm, record } = (content.user_expressions ??
      {}) as Expressions;
    if (attach) {
      return {
        ...reply({
          attach: this.attach(content),
          executable: value("'/usr/bin/python3'")
        })
      };
    }
    if (record) {
      return reply({ record: this.record(content) });
    }
    return arm
      ? reply({ arm: this.arm(content) })
      : { status: this.cellStatus, execution_count: 1 };
  }
}

function argument(
  content: KernelMessage.IExecuteRequestMsg['content'],
  name: string
): { [key: string]: unknown } {
  const expression = (content.user_expressions as Expressions)[name];
  const literal = new RegExp(`\\.${name}\\((.*)\\)$`).exec(expression)![1];
  return JSON.parse(JSON.parse(literal));
}

/** A notebook with a kernel, as far as the runner sees it. */
export function createPanel(
  kernel: FakeKernel | null,
  sources: readonly string[] = ['1 + 1', '2 + 2']
): NotebookPanel {
  const notebook = NBTestUtils.createNotebook();
  const model = new NotebookModel();
  model.sharedModel.insertCells(
    0,
    sources.map((source, index) => ({
      id: `cell-${index}`,
      cell_type: 'code',
      source,
      metadata: {}
    }))
  );
  notebook.model = model;
  while (model.cells.length > sources.length) {
    model.sharedModel.deleteCell(model.cells.length - 1);
  }
  notebook.activeCellIndex = 0;
  const sessionContext = {
    session: kernel ? { kernel, path: 'a/b.ipynb' } : null,
    get kernelDisplayStatus() {
      return kernel?.status ?? 'unknown';
    },
    kernelDisplayName: kernel ? 'Python 3' : 'No Kernel',
    hasNoKernel: kernel === null,
    isTerminating: false,
    pendingInput: false,
    startKernel: () => Promise.resolve(false),
    specsManager: { specs: null },
    kernelChanged: new Signal({}),
    statusChanged: new Signal({}),
    connectionStatusChanged: new Signal({})
  };
  return {
    content: notebook,
    model,
    sessionContext,
    context: { localPath: 'a/b.ipynb' },
    node: document.createElement('div'),
    isDisposed: false
  } as unknown as NotebookPanel;
}

/** A runner with default settings that never finds somebody to install. */
export function createRunner(
  offerInstall: OfferInstall = () => Promise.resolve(false)
): { runner: Runner; settings: ProfilerSettings } {
  const settings = new ProfilerSettings(null);
  const runner = new Runner({
    translator: nullTranslator,
    settings,
    offerInstall
  });
  return { runner, settings };
}
