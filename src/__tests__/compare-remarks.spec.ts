import type { ProfileDocument } from '../document';
import { pairFiles } from '../lib/compare/files';
import { compareFunctions } from '../lib/compare/functions';
import { isTelling, remarksOn } from '../lib/compare/remarks';
import { golden } from './golden';

describe('files', () => {
  const paths = (...files: ProfileDocument['files']): ProfileDocument => ({
    ...golden('short'),
    files
  });
  const pair = (one: ProfileDocument, other: ProfileDocument) =>
    pairFiles(one, other).files.map(({ after, before }) => [before, after]);

  it('are told by their cell, or by what is installed where', () => {
    expect(
      pair(
        paths(
          { path: 'In [1]', cellId: 'a' },
          { path: '/usr/lib/python3.11/json/decoder.py' },
          { path: 'C:\\env\\Lib\\site-packages\\numpy\\x.py' },
          { path: 'own.py' }
        ),
        paths(
          { path: 'In [7]', cellId: 'a' },
          { path: 'own.py' },
          { path: 'D:\\Lib\\site-packages\\numpy\\x.py' },
          { path: '/opt/python3.12/json/decoder.py' }
        )
      )
    ).toEqual([
      [[0], [0]],
      [[3], [1]],
      [[2], [2]],
      [[1], [3]]
    ]);
  });

  it('are the same when they were profiled, even in other cells', () => {
    const before = paths({ path: 'In [1]', cellId: 'a' });
    const after = paths({ path: 'In [2]', cellId: 'b' });
    expect(pair(before, after)).toEqual([[[0], [0]]]);
    // Here the other cell is there as well.
    const both = paths(
      { path: 'In [2]', cellId: 'b' },
      { path: 'In [1]', cellId: 'a' }
    );
    expect(pair(before, both)).toEqual([
      [[], [0]],
      [[0], [1]]
    ]);
  });

  it('are one when they are excerpts', () => {
    const cell = { path: 'In [1]', cellId: 'a' };
    expect(pair(paths(cell, cell), paths(cell))).toEqual([[[0, 1], [0]]]);
  });

  it('are not what a stranger names like a property', () => {
    const odd = paths({ path: '__proto__' }, { path: 'constructor' });
    expect(pair(odd, odd)).toEqual([
      [[0], [0]],
      [[1], [1]]
    ]);
  });
});

describe('remarks', () => {
  const kinds = (one: ProfileDocument, other: ProfileDocument): string[] =>
    remarksOn(one, other).map(({ kind }) => kind);
  const short = golden('short');

  it('name what is not the same', () => {
    expect(
      kinds(short, {
        ...short,
        environment: {
          ...short.environment,
          python: '3.13.1',
          platform: 'Windows AMD64',
          cpuCount: 64,
          packages: { ...short.environment.packages, ipython: '1.0' }
        },
        profilers: [
          { ...short.profilers[0], toolVersion: '4.2', options: { rate: 10 } }
        ],
        target: { ...short.target, sourceHash: 'another' }
      })
    ).toEqual([
      'tool',
      'options',
      'machine',
      'processors',
      'python',
      'packages',
      'source'
    ]);
  });

  it('doubt where the difference is not that of the code', () => {
    const telling = (other: ProfileDocument): boolean =>
      isTelling(remarksOn(short, other));
    expect(telling(short)).toBe(true);
    expect(telling(golden('error'))).toBe(false);
    expect(telling(golden('interrupted'))).toBe(false);
    expect(telling({ ...short, live: true })).toBe(false);
    expect(
      telling({ ...short, profilers: golden('stacks-cell').profilers })
    ).toBe(false);
    expect(
      telling({
        ...short,
        profilers: [{ ...short.profilers[0], tool: 'another tool' }]
      })
    ).toBe(false);
  });

  it('let nothing be compared that other profilers measured', () => {
    const stacks = golden('stacks-cell');
    const other = {
      ...stacks,
      profilers: [{ ...stacks.profilers[0], name: 'overview' }]
    };
    expect(compareFunctions(stacks, stacks)).not.toBeNull();
    expect(compareFunctions(stacks, other)).toBeNull();
    // Memory has no say in stacks.
    const more = {
      ...stacks,
      profilers: [
        ...stacks.profilers,
        { ...stacks.profilers[0], name: 'memory', tool: 'psutil' }
      ]
    };
    expect(compareFunctions(stacks, more)).not.toBeNull();
  });
});
