import type { TranslationBundle } from '@jupyterlab/translation';
import type { CallsSection, ProfileDocument, StacksSection } from '../document';
import { collapsedStacks } from '../lib/collapsed';
import { safeFileName } from '../lib/filenames';
import { hasMemory, MEMORY_EXPORTS } from '../lib/memoryexports';
import { hasObjects, objectsCsv } from '../lib/objectexports';
import { pstatsBytes } from '../lib/pstats';
import { pstatsReport } from '../lib/pstatsreport';
import { speedscopeFile } from '../lib/speedscope';
import { download } from './download';
import { cut } from './text';

/** An entry of the menu. */
export interface IExport {
  readonly label: string;
  /**
   * Make the file and give it to the person.
   *
   * @returns why that is impossible, as a sentence, or null
   */
  readonly save: () => string | null;
}

/** A file that a profile can be saved as. */
interface IFile {
  readonly label: string;
  /** Of its name, with the dot. */
  readonly ending: string;
  readonly content: () => string | Uint8Array;
  readonly mimeType?: string;
}

/** Of no kind that a browser would show itself. */
const MIME_TYPE = 'application/octet-stream';

/** Entries for stacks of one document, at most; a hostile one could have thousands. */
const MOST = 8;

/** What a document can be saved as; the first entry is the document itself. */
export function exportsOf(
  document: ProfileDocument,
  trans: TranslationBundle
): IExport[] {
  return [
    {
      label: trans.__('Profile document (.cellprofile.json)'),
      ending: '.cellprofile.json',
      content: () => JSON.stringify(document)
    },
    ...callFiles(document, trans),
    ...stackFiles(document, trans),
    ...memoryFiles(document, trans),
    ...objectFiles(document, trans)
  ].map(({ label, ending, content, mimeType = MIME_TYPE }) => ({
    label,
    save: () => {
      try {
        const name = safeFileName(document.title, ending, 'profile');
        download(name, content(), mimeType);
        return null;
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        return trans.__('“%1” could not be saved: %2', label, cut(reason));
      }
    }
  }));
}

function callFiles(
  { files, sections }: ProfileDocument,
  trans: TranslationBundle
): IFile[] {
  const calls = sections.find(
    (section): section is CallsSection => section.kind === 'calls'
  );
  return calls
    ? [
        {
          label: trans.__('Statistics for pstats and SnakeViz (.prof)'),
          ending: '.prof',
          content: () => pstatsBytes(calls, files)
        },
        {
          label: trans.__('Functions, callers and callees as text (.txt)'),
          ending: '.txt',
          content: () => pstatsReport(calls, files)
        }
      ]
    : [];
}

function stackFiles(
  document: ProfileDocument,
  trans: TranslationBundle
): IFile[] {
  const stacks = document.sections.filter(
    (section): section is StacksSection => section.kind === 'stacks'
  );
  if (stacks.length === 0) {
    return [];
  }
  return [
    {
      label: trans.__('Stacks for speedscope (.speedscope.json)'),
      ending: '.speedscope.json',
      content: () => JSON.stringify(speedscopeFile(document))
    },
    // That format has one weight for a stack: a file for each section.
    ...stacks.slice(0, MOST).map((section, index) => ({
      label:
        stacks.length > 1
          ? trans.__(
              'Stacks (%1) for flamegraph.pl and inferno (.collapsed.txt)',
              cut(section.name ?? String(index + 1), 40)
            )
          : trans.__('Stacks for flamegraph.pl and inferno (.collapsed.txt)'),
      // Files of several kinds of weights must not have one name.
      ending:
        stacks.length > 1
          ? `-${(section.name ?? '').replace(/[^a-z]/g, '') || index + 1}.collapsed.txt`
          : '.collapsed.txt',
      content: () => collapsedStacks(section, document.files)
    }))
  ];
}

function memoryFiles(
  document: ProfileDocument,
  trans: TranslationBundle
): IFile[] {
  return hasMemory(document)
    ? MEMORY_EXPORTS.map(({ label, ending, text, mimeType }) => ({
        label: label(trans),
        ending,
        content: () => text(document),
        mimeType
      }))
    : [];
}

function objectFiles(
  document: ProfileDocument,
  trans: TranslationBundle
): IFile[] {
  return hasObjects(document)
    ? [
        {
          label: trans.__('Objects as a table (.csv)'),
          ending: '.objects.csv',
          content: () => objectsCsv(document),
          mimeType: 'text/csv'
        }
      ]
    : [];
}
