import type { ProfileDocument } from '../document';
import type { IRunSummary } from '../lib/history';
import type { HistoryClient } from './client';
import { HistoryError } from './client';

/** What is added to the id of a run that comes back after it was deleted for good. */
const AGAIN = '_2';

/**
 * Have the server keep what a person gives, whatever became of it before.
 *
 * @returns the run, which has another id when the server will never have that one again
 * @throws HistoryError; `isMissing` when the server has no history
 */
export async function takeToServer(
  document: ProfileDocument,
  client: Pick<HistoryClient, 'post' | 'restore'>
): Promise<IRunSummary> {
  const { isNew, summary } = await client.post(document);
  if (isNew) {
    return summary;
  }
  try {
    // One that was deleted stays deleted, unless somebody says so.
    return await client.restore(document.id);
  } catch (reason) {
    if (!HistoryError.of(reason).isMissing) {
      throw reason;
    }
    return takeToServer({ ...document, id: `${document.id}${AGAIN}` }, client);
  }
}
