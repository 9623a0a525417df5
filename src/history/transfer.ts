import type { TranslationBundle } from '@jupyterlab/translation';
import type { ProfileDocument } from '../document';
import { LIMITS } from '../lib/checks';
import { safeFileName } from '../lib/filenames';
import type { IRunSummary } from '../lib/history';
import { readDocument } from '../lib/validate';
import { tell, warn } from '../notices';
import type { IHistory, IHistoryFilter } from '../tokens';
import { FILE_EXTENSION } from '../tokens';
import { download } from '../views/download';
import { problemText } from '../views/Problem';
import { cut } from '../views/text';

/** Ids in the address of one request, at most. */
const MOST_IDS = 500;

/** Of no kind that a browser would show itself. */
const MIME_TYPE = 'application/octet-stream';

/** Brings runs out of the history into files, and from files into it. */
export class Transfer {
  constructor(
    private readonly _history: IHistory,
    private readonly _trans: TranslationBundle
  ) {}

  /** Save runs: one as a document, several in a zip file. */
  async save(runs: readonly IRunSummary[]): Promise<void> {
    await this._try(async () => {
      if (runs.length === 1 || this._history.state.mode === 'session') {
        // Without a server nobody makes a zip file.
        for (const run of runs) {
          await this._saveOne(run);
        }
        return;
      }
      for (let i = 0; i < runs.length; i += MOST_IDS) {
        const ids = runs.slice(i, i + MOST_IDS).map(({ id }) => id);
        saveArchive(await this._history.archive({ ids }), i / MOST_IDS);
      }
    });
  }

  /** Save all runs that a filter lets through, also those that are not listed yet. */
  async saveAll(filter: IHistoryFilter): Promise<void> {
    await this._try(async () =>
      saveArchive(await this._history.archive(filter))
    );
  }

  /**
   * Take files into the history; of those that are no profiles a sentence says why.
   *
   * @returns ids of what was taken
   */
  async read(files: readonly File[]): Promise<string[]> {
    const trans = this._trans;
    const taken: string[] = [];
    const problems: string[] = [];
    for (const file of files) {
      const result = await this._readOne(file);
      if ('id' in result) {
        taken.push(result.id);
      } else {
        problems.push(
          trans.__('“%1”: %2', cut(file.name, 80), cut(result.problem))
        );
      }
    }
    if (taken.length > 0) {
      tell(
        trans._n(
          'One profile was added to the history.',
          '%1 profiles were added to the history.',
          taken.length
        )
      );
    }
    problems.forEach(warn);
    return taken;
  }

  private async _readOne(
    file: File
  ): Promise<{ id: string } | { problem: string }> {
    const trans = this._trans;
    try {
      if (file.size > LIMITS.json) {
        const problem = { code: 'too-large', detail: file.name } as const;
        return { problem: problemText(problem, trans) };
      }
      const text = await file.text();
      const read = readDocument(text);
      if ('problem' in read) {
        return { problem: problemText(read.problem, trans) };
      }
      // As it is in the file: a newer version may know more of its sections.
      const document = JSON.parse(text) as ProfileDocument;
      return { id: await this._history.take(document) };
    } catch (error) {
      return {
        problem: error instanceof Error ? error.message : String(error)
      };
    }
  }

  private async _saveOne({ id }: IRunSummary): Promise<void> {
    const document = await this._history.get(id);
    const { name, title } = this._history.find(id) ?? {
      ...document,
      name: null
    };
    download(
      safeFileName(
        name === null ? title : `${title} ${name}`,
        FILE_EXTENSION,
        'profile'
      ),
      JSON.stringify(document),
      MIME_TYPE
    );
  }

  private async _try(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      warn(this._trans.__('The runs could not be saved: %1', reason));
    }
  }
}

function saveArchive(content: Blob, part: number = 0): void {
  const name = part === 0 ? 'profiles.zip' : `profiles-${part + 1}.zip`;
  download(name, content, 'application/zip');
}
