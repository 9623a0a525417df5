import { highlight, HIGHLIGHT_LIMIT, LINE_LIMIT } from '../lib/highlight';
import { GOLDEN, golden } from './golden';

/** `text/class` for each coloured piece of each line. */
function coloured(...source: string[]): string[][] {
  return highlight(source).map(line =>
    line
      .filter(({ className }) => className && !className.endsWith('plain'))
      .map(({ text, className }) =>
        [text, className.replace('jp-CellProfiler-token-', '')].join('/')
      )
  );
}

describe('highlight', () => {
  it('colours as the editor does', () => {
    expect(coloured('def f(self, n):  # why', '    return n + 1.5')).toEqual([
      ['def/keyword', 'f/def', '# why/comment'],
      ['return/keyword', '+/operator', '1.5/number']
    ]);
  });

  it('colours a string over several lines, also when it has blank ones', () => {
    expect(coloured('x = """a', '', 'while b', '"""', 'y')).toEqual([
      ['=/operator', '"""a/string'],
      [],
      ['while b/string'],
      ['"""/string'],
      []
    ]);
  });

  it('colours an indented excerpt', () => {
    const lines = coloured('    def fit(self):', '        return self.x');
    expect(lines[0]).toContain('def/keyword');
    expect(lines[1]).toContain('return/keyword');
  });

  it('goes on after a magic or broken syntax', () => {
    const lines = coloured('%time f(', '!ls *.py', 'for n in (1, 2):', '  x');
    expect(lines[2]).toEqual(expect.arrayContaining(['for/keyword']));
  });

  it.each(GOLDEN)('loses no text of %s', name => {
    for (const { source = [] } of golden(name).files) {
      const lines = highlight(source);
      expect(lines).toHaveLength(source.length);
      lines.forEach((line, index) => {
        const text = line.map(({ text }) => text).join('');
        expect(text.length).toBeLessThanOrEqual(LINE_LIMIT + 1);
        if (/^[\x20-\x7e]*$/.test(source[index])) {
          expect(text.replace('…', '')).toBe(
            source[index].slice(0, LINE_LIMIT)
          );
        }
      });
    }
  });

  it('keeps a line one line, and in its order', () => {
    const [[{ text }]] = highlight(['a\u2028b\u202e']);
    expect(text).toBe('a b\ufffd');
  });

  it('leaves a very long file plain', () => {
    const source = Array<string>(HIGHLIGHT_LIMIT / 10).fill('return 1234');
    expect(highlight(source)[0]).toEqual([
      { text: 'return 1234', className: '' }
    ]);
  });
});
