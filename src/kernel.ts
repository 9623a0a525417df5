import type { Kernel, KernelMessage } from '@jupyterlab/services';
import type { ReplyContent } from './kernelreply';
import {
  excerpt,
  expression,
  isAborted,
  isMissing,
  isRecord,
  literal,
  MODULE,
  parseObject,
  unquote
} from './kernelreply';

export type { ReplyContent } from './kernelreply';

/** What people install. */
export const PACKAGE = 'jupyterlab-cell-profiler';

/** The kernel side is there. */
export interface IAttached {
  readonly status: 'attached';
  readonly version: string;
  readonly python: string;
  readonly executable: string;
  /** For each profiler that the kernel side has: null, or why it cannot run. */
  readonly profilers: { readonly [name: string]: string | null };
}

/** The kernel's Python has no (or a very old) kernel side. */
export interface IMissing {
  readonly status: 'missing';
  /** The kernel's Python, if it told. */
  readonly executable: string | null;
}

/** The kernel side is there but does not answer as it should. */
export interface IBroken {
  readonly status: 'broken';
  /** What the kernel said, untranslated. */
  readonly reason: string;
}

/** No answer will come: the kernel restarted, or dropped its queue after an error. */
export interface ICanceled {
  readonly status: 'canceled';
}

/** Answer to {@link attach}. */
export type Attachment = IAttached | IMissing | IBroken | ICanceled;

/** Answer to {@link arm}. */
export type Arming =
  | { readonly status: 'armed' }
  | { readonly status: 'refused'; readonly reason: string }
  | ICanceled;

/** Answer to {@link record}. */
export type Recording =
  | { readonly status: 'done' }
  | { readonly status: 'refused'; readonly reason: string }
  | ICanceled;

/** Whether each ordinary run shall leave a light record. */
export interface IRecordRequest {
  readonly on: boolean;
  /** The notebook, relative to the root of the server. */
  readonly path: string;
}

/** What the next run of a cell shall be profiled with. */
export interface IArmRequest {
  readonly cellId: string;
  readonly profilers: readonly string[];
  /** By profiler; what an option means is the kernel side's business. */
  readonly options: { readonly [profiler: string]: unknown };
  /** The notebook, relative to the root of the server. */
  readonly path: string;
}

/** A cell of the notebook: its id and its source. */
export type CellSource = readonly [id: string, source: string];

/**
 * Load the kernel side. It does nothing visible.
 *
 * The request is on its way when this function returns its promise, so that a
 * request sent afterwards comes after it.
 *
 * @param cells - The code cells of the notebook: the kernel knows what it ran
 *   before, and learns from this which cells that was.
 */
export async function attach(
  kernel: Kernel.IKernelConnection,
  cells: readonly CellSource[] = []
): Promise<Attachment> {
  return parseAttachment(
    await evaluate(kernel, {
      attach: `__import__('${MODULE}').attach(${literal(cells)})`,
      executable: "__import__('sys').executable"
    })
  );
}

/**
 * Announce that the next run of a cell is to be profiled.
 *
 * The request is on its way when this function returns its promise; the kernel
 * drops it when anything but that cell runs next.
 */
export async function arm(
  kernel: Kernel.IKernelConnection,
  request: IArmRequest
): Promise<Arming> {
  return parseArming(
    await evaluate(kernel, {
      arm: `__import__('${MODULE}').arm(${literal(request)})`
    })
  );
}

/**
 * Have each ordinary run leave a record, or no run any more.
 *
 * The request is on its way when this function returns its promise.
 */
export async function record(
  kernel: Kernel.IKernelConnection,
  request: IRecordRequest
): Promise<Recording> {
  return parseRecording(
    await evaluate(kernel, {
      record: `__import__('${MODULE}').record(${literal(request)})`
    }),
    request.on
  );
}

/**
 * The code that runs a script under profilers: it streams what the script prints, and
 * then publishes the document as an output.
 *
 * @param request - JSON; see `profile_script` of the package
 */
export function scriptCode(request: unknown): string {
  return `__import__('${MODULE}').profile_script(${literal(request)})`;
}

/** Read the reply to {@link attach}. */
export function parseAttachment(content: ReplyContent): Attachment {
  if (!content || isAborted(content)) {
    return { status: 'canceled' };
  }
  const result = expression(content, 'attach');
  if ('error' in result) {
    const path = expression(content, 'executable');
    return isMissing(result)
      ? {
          status: 'missing',
          executable: ('text' in path && unquote(path.text)) || null
        }
      : { status: 'broken', reason: result.error };
  }
  const answer = parseObject(result.text);
  if (!answer || !isRecord(answer.profilers)) {
    return { status: 'broken', reason: excerpt(result.text) };
  }
  const profilers: { [name: string]: string | null } = {};
  for (const [name, reason] of Object.entries(answer.profilers)) {
    profilers[name] = reason === null ? null : String(reason);
  }
  return {
    status: 'attached',
    version: String(answer.version ?? ''),
    python: String(answer.python ?? ''),
    executable: String(answer.executable ?? ''),
    profilers
  };
}

/** Read the reply to {@link arm}. */
export function parseArming(content: ReplyContent): Arming {
  if (!content || isAborted(content)) {
    return { status: 'canceled' };
  }
  const result = expression(content, 'arm');
  if ('error' in result) {
    return { status: 'refused', reason: result.error };
  }
  const answer = parseObject(result.text);
  if (answer?.armed === true) {
    return { status: 'armed' };
  }
  return {
    status: 'refused',
    reason:
      typeof answer?.reason === 'string' ? answer.reason : excerpt(result.text)
  };
}

/**
 * Read the reply to {@link record}.
 *
 * @param on - what was asked for
 */
export function parseRecording(content: ReplyContent, on: boolean): Recording {
  if (!content || isAborted(content)) {
    return { status: 'canceled' };
  }
  const result = expression(content, 'record');
  if ('error' in result) {
    return { status: 'refused', reason: result.error };
  }
  return parseObject(result.text)?.recording === on
    ? { status: 'done' }
    : { status: 'refused', reason: excerpt(result.text) };
}

/**
 * Evaluate expressions in a kernel so that nobody notices: no hook of IPython
 * fires, no counter moves, no history is written.
 */
async function evaluate(
  kernel: Kernel.IKernelConnection,
  expressions: { [key: string]: string }
): Promise<ReplyContent> {
  const future = kernel.requestExecute({
    code: '',
    silent: true,
    store_history: false,
    allow_stdin: false,
    stop_on_error: false,
    user_expressions: expressions
  });
  let reply: KernelMessage.IExecuteReplyMsg | undefined;
  try {
    reply = await future.done;
  } catch {
    // The future is canceled by a restart or the end of the kernel.
  }
  return reply ? (reply.content as ReplyContent) : null;
}
