import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';

/**
 * Have the server read a file of another tool.
 *
 * @param path - of the file, as the server has it
 * @param signal - aborted when nobody wants the answer any more; the server stops then
 * @returns what it answers, to be validated like any stranger's document
 * @throws Error with a sentence
 */
export async function openForeign(
  path: string,
  settings: ServerConnection.ISettings,
  signal: AbortSignal,
  trans: TranslationBundle
): Promise<unknown> {
  const url = URLExt.join(settings.baseUrl, 'cell-profiler/api/open');
  let response: Response;
  try {
    response = await ServerConnection.makeRequest(
      url,
      { method: 'POST', body: JSON.stringify({ path }), signal },
      settings
    );
  } catch {
    throw new Error(
      trans.__('The server cannot be reached. Open the file again later.')
    );
  }
  const answer = await json(response);
  if (response.ok && answer !== null) {
    return answer;
  }
  throw new Error(messageOf(answer) ?? absent(response, trans));
}

/** What was answered; null where it is no JSON, as a page of a proxy or of Jupyter's. */
async function json(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    return null;
  }
}

/** What the server says is wrong. */
function messageOf(answer: unknown): string | null {
  const { message } = (answer ?? {}) as { message?: unknown };
  return typeof message === 'string' && message !== '' ? message : null;
}

/** Why there is no sentence of ours. */
function absent(
  { status, statusText }: Response,
  trans: TranslationBundle
): string {
  return status === 404 || status === 405
    ? trans.__(
        'Files of other tools are read by Cell Profiler’s part of the Jupyter server, which is not there. Install jupyterlab-cell-profiler in the environment of the server, and restart it.'
      )
    : trans.__('The server answered %1 %2.', status, statusText);
}
