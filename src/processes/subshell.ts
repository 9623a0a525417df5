import type { Kernel } from '@jupyterlab/services';
import { KernelMessage } from '@jupyterlab/services';
import type { ReplyContent } from '../kernelreply';
import {
  expression,
  isAborted,
  isMissing,
  literal,
  MODULE,
  parseObject
} from '../kernelreply';

/** Milliseconds after which a kernel is taken not to answer. */
const PATIENCE = 5000;

/**
 * After each request, a silent one too, IPython tells whoever wants to know: matplotlib
 * then draws the figures of the cell that runs, and they would be lost with the outputs
 * of this request. So this once, in the thread that asks, nobody is told. An expression,
 * because a statement would leave names in the notebook.
 */
const QUIETLY = `(lambda events, ident: (lambda trigger, asking: setattr(events, 'trigger',
    lambda event, *given, **named: events.__dict__.pop('trigger', None) and None
        if event == 'post_execute' and ident() == asking
        else trigger(event, *given, **named)))(events.trigger, ident()))(
    __import__('IPython').get_ipython().events, __import__('threading').get_ident)`;

/**
 * What a kernel says of itself while a cell runs.
 *
 * - `answered`: with an object, a dump as the contract has it;
 * - `refused`: with a sentence of the kernel side;
 * - `missing`: the kernel's Python has no (or a very old) kernel side;
 * - `late`: it did not answer in time, as when compiled code holds the GIL;
 * - `gone`: it was restarted, ended, or dropped the request.
 */
export type SubshellAnswer =
  | { readonly status: 'answered'; readonly value: unknown }
  | { readonly status: 'refused'; readonly reason: string }
  | { readonly status: 'missing' | 'late' | 'gone' };

/** Asks kernels through subshells, at most one of each at a time. */
export class Subshells {
  constructor(private readonly _patience = PATIENCE) {}

  /**
   * Have a busy kernel say where it is. Nothing of it is in the counters, the history
   * or the outputs; the subshell is deleted afterwards.
   *
   * @param request - see `where` of the package
   */
  async where(
    kernel: Kernel.IKernelConnection,
    request: unknown
  ): Promise<SubshellAnswer> {
    if (this._open.has(kernel)) {
      // It still owes an answer: a second subshell would wait for the same thing.
      return { status: 'late' };
    }
    this._open.add(kernel);
    const answer = this._ask(kernel, request).finally(() =>
      this._open.delete(kernel)
    );
    let timer = 0;
    const late = new Promise<SubshellAnswer>(resolve => {
      timer = window.setTimeout(
        () => resolve({ status: 'late' }),
        this._patience
      );
    });
    try {
      return await Promise.race([answer, late]);
    } catch {
      // Futures are canceled by a restart or the end of the kernel.
      return { status: 'gone' };
    } finally {
      window.clearTimeout(timer);
    }
  }

  /** Goes on when nobody waits for it any more, so that no subshell is left. */
  private async _ask(
    kernel: Kernel.IKernelConnection,
    request: unknown
  ): Promise<SubshellAnswer> {
    const created = await kernel.requestCreateSubshell({}).done;
    // A stranger's: a kernel that has too many subshells may refuse.
    const { subshell_id } = created.content as { subshell_id?: unknown };
    if (typeof subshell_id !== 'string') {
      return { status: 'gone' };
    }
    try {
      return parseWhere(await evaluate(kernel, subshell_id, request));
    } finally {
      // Not earlier: a kernel waits for what a subshell does before it deletes it.
      await remove(kernel, subshell_id);
    }
  }

  private readonly _open = new WeakSet<Kernel.IKernelConnection>();
}

/** Read the reply to a request for `where`. */
export function parseWhere(content: ReplyContent): SubshellAnswer {
  if (!content || isAborted(content)) {
    return { status: 'gone' };
  }
  const result = expression(content, 'where');
  if ('error' in result) {
    return isMissing(result, 'where')
      ? { status: 'missing' }
      : { status: 'refused', reason: result.error };
  }
  const value = parseObject(result.text);
  return typeof value?.problem === 'string'
    ? { status: 'refused', reason: value.problem }
    : { status: 'answered', value };
}

async function evaluate(
  kernel: Kernel.IKernelConnection,
  subshellId: string,
  request: unknown
): Promise<ReplyContent> {
  const message = KernelMessage.createMessage<KernelMessage.IExecuteRequestMsg>(
    {
      msgType: 'execute_request',
      channel: 'shell',
      username: kernel.username,
      session: kernel.clientId,
      subshellId,
      content: {
        code: QUIETLY,
        silent: true,
        store_history: false,
        // What the last request says holds for the cell that runs, too: it could not
        // ask for input any more.
        allow_stdin: true,
        stop_on_error: false,
        user_expressions: {
          where: `__import__('${MODULE}').where(${literal(request)})`
        }
      }
    }
  );
  const reply = await kernel.sendShellMessage(message, true, true).done;
  return ((reply as KernelMessage.IExecuteReplyMsg | undefined)?.content ??
    null) as ReplyContent;
}

async function remove(
  kernel: Kernel.IKernelConnection,
  subshell_id: string
): Promise<void> {
  try {
    await kernel.requestDeleteSubshell({ subshell_id }).done;
  } catch {
    // With the kernel its subshells are gone.
  }
}
