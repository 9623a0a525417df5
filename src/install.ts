import { Clipboard, Dialog, Notification } from '@jupyterlab/apputils';
import type { Kernel, KernelMessage } from '@jupyterlab/services';
import type { ITranslator, TranslationBundle } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';
import type { IMissing } from './kernel';
import { attach, PACKAGE } from './kernel';

/** Characters of pip's output that stay in the dialog; the end matters. */
const OUTPUT_LIMIT = 20000;

/** The command that a person types in a terminal to install into one Python. */
export function installCommand(executable: string | null): string {
  const python = executable ? `"${executable}"` : 'python';
  return `${python} -m pip install ${PACKAGE}`;
}

/**
 * Say that a kernel lacks the kernel side, show the command that installs it, and
 * offer to do it from here.
 *
 * @returns Whether the kernel has it now.
 */
export async function offerInstall(
  kernel: Kernel.IKernelConnection,
  name: string,
  missing: IMissing,
  translator: ITranslator
): Promise<boolean> {
  const trans = translator.load('jupyterlab_cell_profiler');
  const answer = await new Dialog({
    title: trans.__('Cell Profiler is not installed in “%1”', name),
    body: new CommandBody(installCommand(missing.executable), trans),
    buttons: [
      Dialog.cancelButton(),
      Dialog.okButton({
        label: trans.__('Install'),
        caption: trans.__('Run pip in this kernel')
      })
    ]
  }).launch();
  return answer.button.accept ? install(kernel, name, trans) : false;
}

/** Run pip in a kernel, its output live in a dialog that ends with it. */
async function install(
  kernel: Kernel.IKernelConnection,
  name: string,
  trans: TranslationBundle
): Promise<boolean> {
  const body = new InstallBody(trans.__('Installing %1…', PACKAGE), trans);
  const dialog = new Dialog({
    title: trans.__('Install Cell Profiler in “%1”', name),
    body,
    buttons: [Dialog.cancelButton()],
    hasClose: false
  });
  let over = false;
  let canceled = false;
  const closed = dialog.launch().then(() => {
    if (!over) {
      canceled = true;
      void kernel.interrupt().catch(() => undefined);
    }
  });

  const exitCode = await runPip(kernel, text => body.append(text));
  const attachment = await attach(kernel);
  over = true;
  if (canceled) {
    return false;
  }
  if (attachment.status === 'attached') {
    dialog.reject();
    Notification.success(
      trans.__(
        'Cell Profiler %1 is installed in “%2”.',
        attachment.version,
        name
      ),
      { autoClose: 5000 }
    );
    return true;
  }
  body.fail(
    exitCode === 0
      ? trans.__(
          'pip is done, but the kernel does not find the package yet: restart the kernel and try again.'
        )
      : trans.__('The installation failed; pip says why below.')
  );
  await closed;
  return false;
}

/**
 * Install with pip in a kernel, as a visible but uncounted execution.
 *
 * @returns The exit code of pip; null when it is not known.
 */
async function runPip(
  kernel: Kernel.IKernelConnection,
  onText: (text: string) => void
): Promise<number | null> {
  const future = kernel.requestExecute({
    code: `%pip install ${PACKAGE}`,
    silent: false,
    store_history: false,
    allow_stdin: false,
    stop_on_error: false,
    user_expressions: {
      // %pip raises nothing when pip fails.
      exit: '_exit_code',
      // The import system may have looked already, and remembered what it saw.
      fresh: "__import__('importlib').invalidate_caches()"
    }
  });
  future.onIOPub = message => onText(outputText(message));
  try {
    const content = (await future.done).content as {
      status: string;
      user_expressions?: { exit?: { data?: { 'text/plain'?: string } } };
    };
    const code = content.user_expressions?.exit?.data?.['text/plain'];
    return code && /^-?\d+$/.test(code) ? Number(code) : null;
  } catch {
    return null;
  }
}

/** The text that a message of an execution brings, without terminal colours. */
export function outputText(message: KernelMessage.IIOPubMessage): string {
  const content = message.content as {
    text?: unknown;
    traceback?: unknown;
  };
  const text =
    message.header.msg_type === 'stream'
      ? String(content.text ?? '')
      : message.header.msg_type === 'error' && Array.isArray(content.traceback)
        ? content.traceback.join('\n')
        : '';
  // eslint-disable-next-line no-control-regex
  return text.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '').replace(/\r\n?/g, '\n');
}

/** A sentence, and the command to select or copy. */
class CommandBody extends Widget {
  constructor(command: string, trans: TranslationBundle) {
    super();
    this.addClass('jp-CellProfiler-install');
    this.node.append(
      element(
        'p',
        '',
        trans.__(
          'The kernel needs the package %1 to profile cells. Install it from here, or in a terminal with:',
          PACKAGE
        )
      )
    );
    const row = element('div', 'jp-CellProfiler-installCommand');
    const code = element('code', '', command);
    code.tabIndex = 0;
    const copy = element('button', 'jp-mod-styled', trans.__('Copy'));
    copy.type = 'button';
    copy.title = trans.__('Copy the command');
    copy.addEventListener('click', () => {
      Clipboard.copyToSystem(command);
      copy.textContent = trans.__('Copied');
    });
    row.append(code, copy);
    this.node.append(row);
  }
}

/** What pip does, and how it ended. */
class InstallBody extends Widget {
  constructor(message: string, trans: TranslationBundle) {
    super();
    this.addClass('jp-CellProfiler-install');
    this._status = element('p', '', message);
    this._status.setAttribute('role', 'status');
    this._output = element('pre', 'jp-CellProfiler-installOutput');
    this._output.setAttribute('role', 'log');
    this._output.setAttribute('aria-label', trans.__('Output of pip'));
    this._output.tabIndex = 0;
    this.node.append(this._status, this._output);
  }

  append(text: string): void {
    const all = (this._output.textContent ?? '') + text;
    this._output.textContent = all.slice(-OUTPUT_LIMIT);
    this._output.scrollTop = this._output.scrollHeight;
  }

  fail(message: string): void {
    this._status.textContent = message;
    this._status.classList.add('jp-mod-failed');
  }

  private readonly _status: HTMLElement;
  private readonly _output: HTMLElement;
}

function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className: string,
  text = ''
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  node.className = className;
  node.textContent = text;
  return node;
}
