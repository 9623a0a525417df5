import Ajv from 'ajv';
import schema from '../../jupyterlab_cell_profiler/document.schema.json';
import { LIMITS } from '../lib/checks';
import type { IProblem } from '../lib/validate';
import { readDocument } from '../lib/validate';
import { BROKEN, brokenText, GOLDEN, golden, goldenText } from './golden';

/* eslint-disable @typescript-eslint/no-explicit-any */

const ajv = new Ajv({ strict: false, validateFormats: false });
const fits = ajv.compile(schema);

function problemOf(value: unknown): IProblem | null {
  const result = readDocument(value);
  return 'problem' in result ? result.problem : null;
}

/** A fresh copy, so that a test may break it. */
function copy(name = 'lines-cell'): any {
  return JSON.parse(goldenText(name));
}

describe('golden documents', () => {
  it('are there', () => {
    expect(GOLDEN).toEqual(
      expect.arrayContaining(['lines-cell', 'hostile', 'syntax-error'])
    );
  });

  it.each(GOLDEN)('%s fits the schema', name => {
    fits(copy(name));
    expect(fits.errors).toBeNull();
  });

  it.each(GOLDEN)('%s is read, as text and as data', name => {
    expect(problemOf(goldenText(name))).toBeNull();
    const data = copy(name);
    const result = readDocument(data);
    expect('document' in result && result.document).toBe(data);
    expect(data).toEqual(copy(name));
  });
});

describe('broken documents', () => {
  const codes: { [name: string]: IProblem['code'] } = {
    'newer-version.cellprofile.json': 'newer',
    'not-json.txt': 'not-json',
    'not-a-profile.json': 'not-a-profile'
  };

  it.each(BROKEN)('%s gets its problem', name => {
    expect(problemOf(brokenText(name))?.code).toBe(codes[name] ?? 'broken');
  });

  it('says where', () => {
    expect(problemOf(brokenText('wrong-type.cellprofile.json'))?.detail).toBe(
      'sections[0].items[0].value'
    );
    expect(
      problemOf(brokenText('index-out-of-range.cellprofile.json'))?.detail
    ).toBe('sections[1].file');
  });

  it.each([
    [undefined, 'empty'],
    [null, 'empty'],
    ['', 'empty'],
    ['  \n', 'empty'],
    ['"a string"', 'not-a-profile'],
    [42, 'not-a-profile'],
    [[], 'not-a-profile'],
    [{}, 'not-a-profile'],
    [{ version: '1', producer: '', sections: [] }, 'not-a-profile'],
    [{ version: 0, producer: '', sections: [] }, 'broken'],
    [{ version: 1, producer: '', sections: [] }, 'broken']
  ])('%j is %s', (value, code) => {
    expect(problemOf(value)?.code).toBe(code);
  });

  const breakings: [string, (document: any) => void][] = [
    ['no id', d => delete d.id],
    ['an inherited field', d => Object.setPrototypeOf(d, { truncated: 1 })],
    ['an unknown status', d => (d.status = 'fine')],
    ['an unknown unit', d => (d.sections[0].items[0].unit = 'parsecs')],
    ['an infinite number', d => (d.sections[0].items[0].value = Infinity)],
    ['a NaN', d => (d.sections[1].columns[0].values[0] = NaN)],
    ['a fractional line', d => (d.sections[1].lines[0] = 1.5)],
    ['descending lines', d => d.sections[1].lines.reverse()],
    ['a line twice', d => (d.sections[1].lines[1] = d.sections[1].lines[0])],
    ['a line zero', d => (d.sections[2].lines[0] = 0)],
    ['a negative file', d => (d.sections[1].file = -1)],
    ['source as text', d => (d.files[0].source = 'x = 1')],
    ['a section without a kind', d => delete d.sections[0].kind],
    ['a section that is null', d => (d.sections[0] = null)],
    ['an inherited kind', d => (d.files = { length: 1 })],
    ['an error without a name', d => (d.error = { value: '' })],
    ['truncated, but not', d => (d.truncated = false)]
  ];
  it.each(breakings)('%s never throws', (name, breaks) => {
    const document = copy();
    breaks(document);
    const problem = problemOf(document);
    expect(problem?.code ?? null).toBe(
      name === 'an inherited field' ? null : 'broken'
    );
  });

  const indices: [string, (document: any) => void][] = [
    ['function of an edge', d => (d.sections[3].edges.callee[0] = 3)],
    ['file of a function', d => (d.sections[3].functions.file[0] = 9)],
    ['parent after its child', d => (d.sections[4].nodes.parent[0] = 1)],
    ['frame of a node', d => (d.sections[4].nodes.frame[0] = 2)],
    ['node of a sample', d => (d.sections[4].timeline.node[0] = 2)],
    ['thread of a sample', d => (d.sections[4].timeline.thread[0] = 1)],
    ['parent of an object', d => (d.sections[6].parent[0] = 0)],
    ['value of a series', d => d.sections[5].values.pop()],
    ['time of a series', d => (d.sections[5].t[0] = null)]
  ];
  it.each(indices)('%s out of range', (name, breaks) => {
    const document = copy('all-sections');
    breaks(document);
    expect(problemOf(document)?.code).toBe('broken');
  });
});

describe('sizes', () => {
  it('does not parse more than the limit', () => {
    const parse = jest.spyOn(JSON, 'parse');
    expect(problemOf(' '.repeat(LIMITS.json + 1))?.code).toBe('too-large');
    expect(parse).not.toHaveBeenCalled();
    parse.mockRestore();
  });

  const large: [string, (document: any) => void][] = [
    ['many lines', d => (d.files[0].source = Array(LIMITS.rows + 1).fill(''))],
    ['a long title', d => (d.title = 'x'.repeat(LIMITS.text + 1))],
    ['a long line', d => (d.files[0].source[0] = 'x'.repeat(LIMITS.line + 1))],
    [
      'much text in many places',
      d => (d.files[0].source = Array(100).fill('x'.repeat(100000)))
    ],
    ['many sections', d => (d.sections = Array(9999).fill(d.sections[1]))],
    [
      'deep options',
      d => {
        for (let i = 0; i < 100000; i++) {
          d.profilers[0].options = { deeper: d.profilers[0].options };
        }
      }
    ],
    ['a circle', d => (d.profilers[0].options.self = d)]
  ];
  it.each(large)('%s is too large', (name, enlarge) => {
    const document = copy();
    enlarge(document);
    expect(problemOf(document)?.code).toBe('too-large');
  });
});

describe('sections of a later version', () => {
  it('are left out and named, the rest is shown', () => {
    const document = copy();
    document.sections.push({ kind: 'threads', anything: [1] });
    document.sections.push({ kind: 'constructor' });
    const result = readDocument(document);
    if ('problem' in result) {
      throw new Error(result.problem.code);
    }
    expect(result.unknownKinds).toEqual(['threads', 'constructor']);
    expect(result.document.sections).toEqual(golden('lines-cell').sections);
  });

  it('do not hide that a known one is broken', () => {
    const document = copy();
    document.sections.push({ kind: 'threads' });
    document.sections[1].columns[0].values.pop();
    expect(problemOf(document)?.code).toBe('broken');
  });
});
