import type { Kernel, KernelMessage } from '@jupyterlab/services';

/** What people install. */
export const PACKAGE = 'jupyterlab-cell-profiler';

/** What kernels import. */
const MODULE = 'jupyterlab_cell_profiler';

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

/** Content of an execute reply, as far as it matters here; null when canceled. */
export type ReplyContent = {
  status: string;
  user_expressions?: unknown;
  ename?: string;
  evalue?: string;
} | null;

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

/** What a Python `repr` of a string stands for; null when it is none. */
export function unquote(repr: string): string | null {
  const match = /^(['"])([^]*)\1$/.exec(repr.trim());
  if (!match) {
    return null;
  }
  const short: { [letter: string]: string } = { n: '\n', r: '\r', t: '\t' };
  return match[2].replace(
    /\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|([^]))/g,
    (_, x?: string, u?: string, U?: string, letter?: string) => {
      if (letter !== undefined) {
        return short[letter] ?? letter;
      }
      const code = parseInt((x ?? u ?? U)!, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
    }
  );
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

/** A Python string that holds a value as JSON; a JSON string is a valid literal. */
function literal(value: unknown): string {
  return JSON.stringify(JSON.stringify(value));
}

/** The text of one expression, or the error in its place. */
function expression(
  content: NonNullable<ReplyContent>,
  key: string
): { text: string } | { error: string; name: string } {
  if (content.status === 'error') {
    return failure(content);
  }
  const expressions = content.user_expressions;
  const result = isRecord(expressions) ? expressions[key] : undefined;
  if (!isRecord(result)) {
    return { error: 'The kernel did not evaluate the request.', name: '' };
  }
  if (result.status === 'ok' && isRecord(result.data)) {
    return { text: String(result.data['text/plain'] ?? '') };
  }
  return failure(result);
}

function failure(error: { ename?: unknown; evalue?: unknown }): {
  error: string;
  name: string;
} {
  const name = String(error.ename ?? 'Error');
  return { error: excerpt(`${name}: ${String(error.evalue ?? '')}`), name };
}

function isMissing(result: { error: string; name: string }): boolean {
  // A module of that name without `attach` is a folder that happens to lie in
  // the kernel's working directory, or a version too old to help.
  return (
    result.error.includes(MODULE) &&
    (result.name === 'ModuleNotFoundError' ||
      (result.name === 'AttributeError' && result.error.includes('attach')))
  );
}

function isAborted(content: { status: string }): boolean {
  // 'abort' in kernels older than protocol 5.1.
  return content.status === 'aborted' || content.status === 'abort';
}

/** JSON, or the `repr` of a Python string that holds JSON. */
function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(unquoteOnce(text));
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

function unquoteOnce(text: string): string {
  return text.trim().startsWith('{') ? text : (unquote(text) ?? text);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Long enough to understand, short enough for a notification. */
function excerpt(text: string): string {
  return text.length > 300 ? `${text.slice(0, 299)}…` : text;
}
