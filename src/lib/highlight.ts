import { highlightTree, tagHighlighter, tags } from '@lezer/highlight';
import { parser } from '@lezer/python';

/** A piece of a line of source. */
export interface IToken {
  readonly text: string;
  /** CSS class, empty for plain text. */
  readonly className: string;
}

/** Characters of a file that are coloured; a longer one stays plain. */
export const HIGHLIGHT_LIMIT = 200000;

/** Characters of one line that are shown. */
export const LINE_LIMIT = 2000;

const PREFIX = 'jp-CellProfiler-token-';

/**
 * The distinctions that JupyterLab's own editor theme makes, so that code looks the
 * same here and in the cell; the style sheet gives each class its `--jp-mirror-editor-…`.
 * Of two rules that fit, the more specific tag wins.
 */
const highlighter = tagHighlighter(
  (
    [
      ['keyword', tags.keyword],
      ['keyword', tags.bool],
      ['atom', tags.atom],
      ['number', tags.number],
      ['def', tags.definition(tags.variableName)],
      ['def', tags.function(tags.definition(tags.variableName))],
      ['def', tags.definition(tags.className)],
      ['builtin', tags.standard(tags.variableName)],
      ['builtin', tags.typeName],
      ['variable', tags.self],
      ['meta', tags.meta],
      ['property', tags.propertyName],
      ['operator', tags.operator],
      ['punctuation', tags.punctuation],
      ['comment', tags.comment],
      ['string', tags.string],
      ['string2', tags.special(tags.string)],
      ['bracket', tags.bracket],
      // Not coloured by the editor, although they are punctuation and brackets.
      ['plain', tags.separator],
      ['plain', tags.derefOperator],
      ['plain', tags.paren]
    ] as const
  ).map(([name, tag]) => ({ tag, class: PREFIX + name }))
);

/**
 * Python source in pieces with classes, line by line.
 *
 * Excerpts and magics are no valid Python; the parser recovers, at worst some
 * tokens stay plain.
 *
 * @param source - lines without line ends
 * @returns parallel to `source`; joined again, the pieces are the line, as far as
 *   it is shown
 */
export function highlight(source: readonly string[]): IToken[][] {
  const shown = source.map(shorten);
  const length = shown.reduce((total, line) => total + line.length + 1, 0);
  if (length > HIGHLIGHT_LIMIT) {
    return shown.map(line => pieces(line, 0, []));
  }
  const spans: ISpan[] = [];
  highlightTree(
    parser.parse(shown.join('\n')),
    highlighter,
    (from, to, className) => {
      if (className) {
        spans.push({ from, to, className });
      }
    }
  );
  let start = 0;
  let first = 0;
  return shown.map(line => {
    const end = start + line.length;
    while (first < spans.length && spans[first].to <= start) {
      first++;
    }
    const own: ISpan[] = [];
    for (let i = first; i < spans.length && spans[i].from < end; i++) {
      own.push(spans[i]);
    }
    const result = pieces(line, start, own);
    start = end + 1;
    return result;
  });
}

interface ISpan {
  readonly from: number;
  readonly to: number;
  readonly className: string;
}

/** Line ends where there should be none. */
const LINE_ENDS = /[\r\n\u2028\u2029]/g;

/** Characters that make code read in another order than it runs. */
const BIDI = /[\u202a-\u202e\u2066-\u2069]/g;

/** A line as it is shown: one line, of bounded length, in its own order. */
function shorten(line: string): string {
  const shown = line
    .slice(0, LINE_LIMIT)
    .replace(LINE_ENDS, ' ')
    .replace(BIDI, '\ufffd');
  return line.length > LINE_LIMIT ? `${shown}…` : shown;
}

function pieces(
  line: string,
  start: number,
  spans: readonly ISpan[]
): IToken[] {
  const result: IToken[] = [];
  let at = 0;
  const add = (to: number, className: string): void => {
    if (to > at) {
      result.push({ text: line.slice(at, to), className });
      at = to;
    }
  };
  for (const { from, to, className } of spans) {
    add(Math.min(from - start, line.length), '');
    add(Math.min(to - start, line.length), className);
  }
  add(line.length, '');
  return result;
}
