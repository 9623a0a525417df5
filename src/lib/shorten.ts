import type { ProfileDocument } from '../document';

/** What a document is replaced by where the history has it: its head and its totals. */
export function shortened(document: ProfileDocument): ProfileDocument {
  return {
    ...document,
    files: document.files.slice(0, 1).map(({ source, ...file }) => file),
    sections: document.sections.filter(({ kind }) => kind === 'totals'),
    summary: true
  };
}

/**
 * The head and the totals of a `text/plain`, which are paragraphs; of a report that
 * has another form, such as `%lprun`'s, its beginning.
 */
export function shortenedText(text: string): string {
  const short = text.split('\n\n').slice(0, 2).join('\n\n').split('\n');
  return short.slice(0, LINES).join('\n').slice(0, CHARACTERS);
}

const LINES = 6;
const CHARACTERS = 600;
