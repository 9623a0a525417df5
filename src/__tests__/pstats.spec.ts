import { execFileSync, spawnSync } from 'child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { TextEncoder } from 'util';
import type { CallsSection } from '../document';
import { MarshalWriter } from '../lib/marshal';
import { pstatsBytes } from '../lib/pstats';

// Browsers have it, jsdom has not.
Object.assign(globalThis, { TextEncoder });

function marshalled(write: (writer: MarshalWriter) => void): string {
  const writer = new MarshalWriter();
  write(writer);
  return Buffer.from(writer.bytes()).toString('hex');
}

// Each as `marshal.dumps(value, 2).hex()` of Python 3.11 has it.
describe('MarshalWriter', () => {
  it.each([
    [0, '6900000000'],
    [-1, '69ffffffff'],
    [2 ** 31 - 1, '69ffffff7f'],
    [-(2 ** 31), '6900000080'],
    [2 ** 31, '6c03000000000000000200'],
    [-(2 ** 31) - 1, '6cfdffffff010000000200'],
    [2 ** 53 - 1, '6c04000000ff7fff7fff7fff00']
  ])('writes %d', (value, expected) => {
    expect(marshalled(writer => writer.int(value))).toBe(expected);
  });

  it('writes floats, text, tuples and dictionaries', () => {
    expect(marshalled(writer => writer.float(1.5))).toBe('67000000000000f83f');
    expect(marshalled(writer => writer.text('ß'))).toBe('7502000000c39f');
    // {(): ''}
    const dict = marshalled(writer => {
      writer.dict();
      writer.tuple(0);
      writer.text('');
      writer.end();
    });
    expect(dict).toBe('7b2800000000750000000030');
  });

  it('grows', () => {
    const text = 'x'.repeat(10_000);
    const written = marshalled(writer => {
      writer.text(text);
      writer.float(0);
    });
    expect(written).toHaveLength(2 * (1 + 4 + 10_000 + 1 + 8));
  });
});

const FILES = [{ path: 'In [1]', cellId: 'a' }, { path: '/lib/größe.py' }];

/** A cell calls `fit`, which calls itself, `sum` and two lambdas of one line. */
const CALLS: CallsSection = {
  kind: 'calls',
  functions: {
    name: [
      '<module>',
      'Model.fit',
      'sum',
      '<lambda>',
      '<lambda>',
      '(9 other functions)'
    ],
    file: [0, 1, -1, 0, 0, -1],
    line: [1, 7, 0, 3, 3, 0],
    calls: [1, 5, 3e9, 2, 3, 9],
    primitive_calls: [1, 2, 3e9, 2, 3, 9],
    self_time: [0.5, 0.25, 1, 0.125, 0.125, 0.0625],
    total_time: [2, 1.5, 1, 0.125, 0.25, null]
  },
  edges: {
    caller: [0, 1, 1, 1, 1],
    callee: [1, 1, 2, 3, 4],
    calls: [2, 3, 3e9, 2, 3],
    self_time: [0.125, 0.125, 1, 0.125, 0.125],
    total_time: [1.5, 1, 1, 0.125, null]
  }
};

/** What Python reads, as JSON. */
const READ = `
import io, json, marshal, pstats, sys
stats = pstats.Stats(sys.argv[1], stream=io.StringIO())
stats.sort_stats('cumulative').print_stats().print_callers().print_callees()
with open(sys.argv[1], 'rb') as file:
    read = marshal.load(file)
    assert file.read() == b''
print(json.dumps({
    'stats': [[*key, *value[:4], [[*k, *v] for k, v in value[4].items()]]
              for key, value in read.items()],
    'total': stats.total_tt,
    'calls': stats.total_calls,
}))
`;

const hasPython = spawnSync('python3', ['-c', 'import pstats']).status === 0;

describe('pstatsBytes', () => {
  it('is an empty dictionary without functions', () => {
    const functions = {
      name: [],
      file: [],
      line: [],
      calls: [],
      primitive_calls: [],
      self_time: [],
      total_time: []
    };
    const edges = {
      caller: [],
      callee: [],
      calls: [],
      self_time: [],
      total_time: []
    };
    const bytes = pstatsBytes({ kind: 'calls', functions, edges }, []);
    expect(Buffer.from(bytes).toString()).toBe('{0');
  });

  (hasPython ? it : it.skip)('is read by Python as it was', () => {
    const folder = mkdtempSync(join(tmpdir(), 'pstats-'));
    try {
      const path = join(folder, 'a.prof');
      writeFileSync(path, pstatsBytes(CALLS, FILES));
      const read = JSON.parse(
        execFileSync('python3', ['-c', READ, path], { encoding: 'utf-8' })
      );
      const fit = ['/lib/größe.py', 7, 'Model.fit'];
      const module = ['In [1]', 1, '<module>'];
      expect(read.stats).toEqual([
        [...module, 1, 1, 0.5, 2, []],
        [
          ...fit,
          2,
          5,
          0.25,
          1.5,
          [
            [...module, 2, 2, 0.125, 1.5],
            [...fit, 3, 3, 0.125, 1]
          ]
        ],
        ['~', 0, 'sum', 3e9, 3e9, 1, 1, [[...fit, 3e9, 3e9, 1, 1]]],
        // Both lambdas.
        [
          'In [1]',
          3,
          '<lambda>',
          5,
          5,
          0.25,
          0.375,
          [[...fit, 5, 5, 0.25, 0.25]]
        ],
        ['~', 0, '(9 other functions)', 9, 9, 0.0625, 0.0625, []]
      ]);
      expect(read.total).toBe(2.0625);
      expect(read.calls).toBe(3_000_000_020);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
