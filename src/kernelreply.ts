/** What kernels import. */
export const MODULE = 'jupyterlab_cell_profiler';

/** Content of an execute reply, as far as it matters here; null when canceled. */
export type ReplyContent = {
  status: string;
  user_expressions?: unknown;
  ename?: string;
  evalue?: string;
} | null;

/** A Python string that holds a value as JSON; a JSON string is a valid literal. */
export function literal(value: unknown): string {
  return JSON.stringify(JSON.stringify(value));
}

/** The text of one expression, or the error in its place. */
export function expression(
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

/**
 * Whether the kernel's Python has no (or a very old) kernel side.
 *
 * @param name - the function that was called
 */
export function isMissing(
  result: { error: string; name: string },
  name = 'attach'
): boolean {
  // A module of that name without the function is a folder that happens to lie in
  // the kernel's working directory, or a version too old to help.
  return (
    result.error.includes(MODULE) &&
    (result.name === 'ModuleNotFoundError' ||
      (result.name === 'AttributeError' && result.error.includes(name)))
  );
}

/** Whether the kernel dropped the request, as it does after an error. */
export function isAborted(content: { status: string }): boolean {
  // 'abort' in kernels older than protocol 5.1.
  return content.status === 'aborted' || content.status === 'abort';
}

/** JSON, or the `repr` of a Python string that holds JSON. */
export function parseObject(text: string): Record<string, unknown> | null {
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

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Long enough to understand, short enough for a notification. */
export function excerpt(text: string): string {
  return text.length > 300 ? `${text.slice(0, 299)}…` : text;
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
