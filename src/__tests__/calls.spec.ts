import type { CallsSection, ProfileDocument } from '../document';
import {
  CUMULATIVE,
  filterCalls,
  nextCallSort,
  nextLimit,
  sortCalls
} from '../lib/callrows';
import type { ICallFunction } from '../lib/calls';
import {
  callModel,
  filePlace,
  hasLinesToProfile,
  hottestCalls,
  placeOf,
  relations
} from '../lib/calls';
import { pattern } from '../lib/pattern';
import { golden } from './golden';

const profile = golden('functions-cell');
const model = callModel(profile);
const find = (name: string): ICallFunction => {
  const row = model.functions.find(row => row.name === name);
  if (!row) {
    throw new Error(name);
  }
  return row;
};
const sum = (values: readonly (number | null)[]): number =>
  values.reduce<number>((total, value) => total + (value ?? 0), 0);

describe('the golden document', () => {
  const { functions, edges } = profile.sections.find(
    (section): section is CallsSection => section.kind === 'calls'
  )!;

  it('counts as cProfile does', () => {
    functions.name.forEach((name, index) => {
      const into = edges.callee
        .map((callee, edge) => (callee === index ? edges.calls[edge] : 0))
        .reduce((a, b) => a + b, 0);
      expect([name, into]).toEqual([
        name,
        // Nobody called the cell.
        name === '<module>' ? 0 : functions.calls[index]
      ]);
      const own = edges.self_time.filter((_, e) => edges.callee[e] === index);
      if (name !== '<module>') {
        expect(sum(own)).toBeCloseTo(functions.self_time[index] ?? 0, 6);
      }
    });
  });

  it('spends all the time below the cell', () => {
    const [top] = functions.total_time;
    expect(sum(functions.self_time)).toBeCloseTo(top ?? 0, 6);
  });
});

describe('callModel', () => {
  it('has nothing to say of a document without calls', () => {
    const none = callModel(golden('lines-cell'));
    expect(none.functions).toEqual([]);
    expect(none.whole).toBeNull();
    expect(relations(none, 0)).toEqual({ callers: [], callees: [] });
  });

  it('gives shares of the run', () => {
    expect(sum(model.functions.map(row => row.selfShare))).toBeLessThanOrEqual(
      1 + 1e-9
    );
    for (const row of model.functions) {
      expect(row.share ?? 0).toBeLessThanOrEqual(1);
    }
    expect(find('<module>').share).toBeGreaterThan(0.99);
  });

  it('takes self time by calls and cumulative time by primitive calls', () => {
    const row = find('fibonacci');
    expect(row.calls).toBe(35421);
    expect(row.primitive).toBe(1);
    expect(row.selfPerCall).toBeCloseTo((row.self ?? 0) / 35421, 12);
    expect(row.totalPerCall).toBe(row.total);
  });

  it('tells whose code it is', () => {
    const origins = ['calculate_z', 'Model.fit', 'JSONEncoder.encode'].map(
      name => find(name).origin
    );
    expect(origins).toEqual(['own', 'own', 'library']);
    expect(find('<built-in method builtins.abs>').origin).toBe('builtin');
    const last = model.functions[model.functions.length - 1];
    expect(last.origin).toBe('folded');
    expect(last.total).toBeNull();
  });

  it.each([
    ['helpers.py', 'own'],
    ['src/model/fit.py', 'own'],
    ['.venv/lib/python3.11/site-packages/numpy/core.py', 'library'],
    ['/usr/lib/python3.11/json/encoder.py', 'library'],
    ['C:\\Python311\\Lib\\json\\encoder.py', 'library'],
    ['\\\\server\\share\\a.py', 'library'],
    ['~/lib/a.py', 'library'],
    ['<frozen importlib._bootstrap>', 'library']
  ])('%s is %s', (path, origin) => {
    const moved: ProfileDocument = {
      ...profile,
      files: profile.files.map(file =>
        file.path === 'grid.py' ? { path } : file
      )
    };
    const row = callModel(moved).functions[find('spread').index];
    expect(row.origin).toBe(origin);
  });
});

describe('relations', () => {
  it('are the edges to and from a function, most time first', () => {
    const { callers, callees } = relations(model, find('calculate_z').index);
    expect(callers.map(({ other }) => other.name)).toEqual(['<module>']);
    expect(callees.map(({ other }) => other.name)).toEqual([
      '<built-in method builtins.abs>',
      "<method 'append' of 'list' objects>"
    ]);
    // The rest is of others.
    expect(callees[0].calls).toBe(594490);
    expect(callees[0].other.calls).toBe(600890);
  });

  it('has recursion on both sides', () => {
    const { callers, callees } = relations(model, find('fibonacci').index);
    expect(callees.map(({ other }) => other.name)).toEqual(['fibonacci']);
    expect(callers.map(({ other }) => other.name).sort()).toEqual([
      '<module>',
      'fibonacci'
    ]);
  });
});

describe('a function', () => {
  it('is hot by self time', () => {
    const hottest = hottestCalls(model, 3);
    expect(hottest.map(({ name }) => name)).toEqual([
      'calculate_z',
      '<built-in method builtins.abs>',
      'fibonacci'
    ]);
  });

  it('has lines to profile when code can say its name', () => {
    const can = model.functions.filter(hasLinesToProfile);
    const names = can.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(['calculate_z', 'Model.fit', 'fibonacci'])
    );
    expect(names.join()).not.toMatch(/[<({]/);
    const named = (name: string): boolean =>
      hasLinesToProfile({ ...find('fibonacci'), name });
    expect(named('größe')).toBe(true);
    expect(named('f; import os')).toBe(false);
    expect(named('f -o x')).toBe(false);
    expect(named('Model.fit.<locals>.inner')).toBe(false);
  });

  it('is found by its file where it is in no cell', () => {
    expect(filePlace(find('JSONEncoder.encode'))).toEqual({
      path: '/usr/lib/python3.11/json/encoder.py',
      line: 183
    });
    expect(filePlace(find('calculate_z'))).toBeNull();
    expect(filePlace(find('<built-in method builtins.abs>'))).toBeNull();
  });

  it('stands in a file, with or without its folders', () => {
    const row = find('JSONEncoder.encode');
    expect(placeOf(row, false)).toBe('/usr/lib/python3.11/json/encoder.py:183');
    expect(placeOf(row, true)).toBe('encoder.py:183');
    expect(placeOf(find('calculate_z'), true)).toBe('In [7]:7');
    expect(placeOf({ ...row, path: 'C:\\a\\b.py' }, true)).toBe('b.py:183');
    expect(placeOf({ ...row, path: 'folder/' }, true)).toBe('folder/:183');
    expect(placeOf(find('<built-in method builtins.abs>'), true)).toBeNull();
  });
});

describe('rows', () => {
  it('are sorted, those without a value last either way', () => {
    for (const descending of [true, false]) {
      const rows = sortCalls(model.functions, { ...CUMULATIVE, descending });
      expect(rows[rows.length - 1].origin).toBe('folded');
      expect(rows).toHaveLength(model.functions.length);
      const totals = rows.slice(0, -1).map(({ total }) => total ?? 0);
      const expected = [...totals].sort((a, b) => (descending ? b - a : a - b));
      expect(totals).toEqual(expected);
    }
    const names = sortCalls(model.functions, {
      column: 'name',
      descending: false
    }).map(({ name }) => name);
    expect(names).toEqual([...names].sort());
  });

  it('are turned round by a second click', () => {
    expect(nextCallSort(CUMULATIVE, 'total').descending).toBe(false);
    expect(nextCallSort(CUMULATIVE, 'calls').descending).toBe(true);
    expect(nextCallSort(CUMULATIVE, 'name').descending).toBe(false);
  });

  it('are shown ten, fifty and then hundreds at a time', () => {
    expect([10, 50, 500].map(nextLimit)).toEqual([50, 500, 950]);
  });

  it('are filtered by name, place and whose they are', () => {
    const names = (search: string, strip = true, ownOnly = false): string[] =>
      filterCalls(model.functions, {
        pattern: pattern(search),
        strip,
        ownOnly
      }).map(({ name }) => name);
    expect(names('')).toHaveLength(model.functions.length);
    expect(names('^model\\.')).toEqual(
      expect.arrayContaining(['Model.fit', 'Model.step'])
    );
    expect(names('encoder.py:183')).toEqual(['JSONEncoder.encode']);
    expect(names('/usr/lib')).toEqual([]);
    expect(names('/usr/lib', false).length).toBeGreaterThan(0);
    const own = names('', true, true);
    expect(own).toContain('calculate_z');
    expect(own.join()).not.toMatch(/JSONEncoder|built-in|other functions/);
  });
});

describe('pattern', () => {
  it.each(['(', '[a', '*', 'a{2,1}'])('%s is plain text', text => {
    const { matches, problem } = pattern(text);
    expect(problem).toBe('invalid');
    expect(matches(`x${text.toUpperCase()}x`)).toBe(true);
    expect(matches('other')).toBe(false);
  });

  it.each([
    `${'a?'.repeat(60)}b`,
    `${'(a|a)'.repeat(30)}b`,
    '(a+)+$',
    '[]|(a+)+$[]',
    '(a?){50}b',
    '(a|a)*$',
    '(?:a*)*b',
    '(a{1,9}){1,99}$',
    '.*.*.*.*x'
  ])('%s cannot freeze the page', text => {
    const before = performance.now();
    const { matches, problem } = pattern(text);
    expect(problem).toBe('slow');
    for (let i = 0; i < 1000; i++) {
      expect(matches('a'.repeat(5000))).toBe(false);
    }
    expect(performance.now() - before).toBeLessThan(2000);
  });

  it.each(['fit|step', '^Model\\..*fit$', '[*+]+x', '(get|set)_', '\\(\\d+ '])(
    '%s is a regular expression',
    text => expect(pattern(text).problem).toBeNull()
  );

  it('searches a bounded part of a text', () => {
    const { matches } = pattern('end$');
    expect(matches('the end')).toBe(true);
    expect(matches(`${'x'.repeat(100000)}end`)).toBe(false);
  });
});
