import type { SourceFile, StacksSection } from '../document';
import { collapsedStacks } from '../lib/collapsed';
import { golden } from './golden';
import { chain, sectionOf, stacksOf } from './stacks.documents';

/** The lines of the text, read as `flamegraph.pl` does. */
function read(text: string): { stack: string[]; weight: number }[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map(line => {
      const [, stack, weight] = /^(.*)\s+?(\d+(?:\.\d*)?)$/.exec(line)!;
      // A second number would be that of another profile.
      expect(stack).not.toMatch(/\s\d+(\.\d*)?$/);
      return { stack: stack.split(';'), weight: Number(weight) };
    });
}

const sum = (values: readonly (number | null)[]): number =>
  values.reduce<number>((all, value) => all + (value ?? 0), 0);

describe('collapsedStacks', () => {
  it('writes what was recorded', () => {
    const { files } = golden('stacks-cell');
    expect(collapsedStacks(stacksOf('stacks-cell'), files)).toBe(
      '<module> (In [9]:3);outer (In [1]:8);' +
        'outer.<locals>.<listcomp> (In [1]:8);inner (In [1]:4) 8\n' +
        '<module> (In [9]:4) 26\n'
    );
  });

  it('writes microseconds where samples are not known or not alike', () => {
    const section = sectionOf([
      ['a', -1, 0.25],
      ['b', 0, 0.01]
    ]);
    const expected = 'a 250000\na;b 10000\n';
    for (const samples of [undefined, 0, 2]) {
      expect(collapsedStacks({ ...section, samples }, [])).toBe(expected);
    }
    expect(collapsedStacks({ ...section, samples: 26 }, [])).toBe(
      'a 25\na;b 1\n'
    );
    const nothing = sectionOf([['a', -1, 0]]);
    expect(collapsedStacks({ ...nothing, samples: 5 }, [])).toBe('');
  });

  it('has as many samples as there were', () => {
    const section = stacksOf('stacks-threads');
    const { files } = golden('stacks-threads');
    const lines = read(collapsedStacks(section, files));
    expect(section.samples).toBe(76);
    expect(sum(lines.map(({ weight }) => weight))).toBe(76);
  });

  it('begins with the thread where there are several, with its sum', () => {
    const { files } = golden('stacks-threads');
    const section = { ...stacksOf('stacks-threads'), samples: undefined };
    const lines = read(collapsedStacks(section, files));
    section.threads!.forEach((name, thread) => {
      const mine = section.nodes.self.filter(
        (_, node) => section.nodes.thread![node] === thread
      );
      const found = lines.filter(({ stack }) => stack[0] === name);
      expect(found.length).toBeGreaterThan(0);
      expect(sum(found.map(({ weight }) => weight))).toBe(
        Math.round(sum(mine) * 1e6)
      );
    });
    expect(new Set(lines.map(({ stack }) => stack[0])).size).toBe(3);
  });

  it.each([
    ['seconds', 0.25, '250000'],
    ['bytes', 4096, '4096'],
    ['count', 7, '7'],
    ['percent', 0.5, '500000']
  ] as const)('writes %s as whole numbers', (unit, value, expected) => {
    const section = sectionOf([['f', -1, value]], { unit });
    expect(collapsedStacks(section, [])).toBe(`f ${expected}\n`);
  });

  it('leaves out what has no weight', () => {
    const section = sectionOf([
      ['none', -1, null],
      ['below', 0, -1],
      ['little', 0, 1e-8],
      ['some', 0, 1]
    ]);
    expect(collapsedStacks(section, [])).toBe('none;some 1000000\n');
    expect(collapsedStacks(sectionOf([]), [])).toBe('');
  });

  it.each([
    ['a;b', 'a:b'],
    ['a\nb 5\r\n', 'a b_5'],
    ['a\u2028b\u0000\u0085c', 'a b c'],
    ['worker 0', 'worker_0'],
    ['f 1.5', 'f_1.5'],
    ['worker 0 (x)', 'worker 0 (x)'],
    ['12', '12'],
    ['# original', '_ original'],
    ['', '(unknown)'],
    [' \n', '(unknown)'],
    ['\ud800', '(unknown)'],
    ['größe 数', 'größe 数'],
    ['<b>&"', '<b>&"'],
    ['x'.repeat(10_000), `${'x'.repeat(500)}…`]
  ])('makes the name %j safe', (name, expected) => {
    const [line, ...more] = read(
      collapsedStacks(sectionOf([[name, -1, 1]]), [])
    );
    expect(more).toEqual([]);
    expect(line).toEqual({ stack: [expected], weight: 1e6 });
  });

  it('makes paths and names of threads safe', () => {
    const files: SourceFile[] = [{ path: 'a;b\n 3' }];
    const section: StacksSection = {
      ...sectionOf([['f', -1, 1]]),
      frames: { name: ['f'], file: [0], line: [0] },
      threads: ['x;y 1', 'other']
    };
    section.nodes.thread = [0];
    expect(collapsedStacks(section, files)).toBe('x:y 1;f (a:b 3) 1000000\n');
  });

  it('writes a deep stack', () => {
    const [line] = read(collapsedStacks(chain(10_000), []));
    expect(line.stack).toHaveLength(10_000);
    expect(line.stack[9_999]).toBe('f9999');
    expect(line.weight).toBe(1e6);
  });

  it('stays small, with the sum that it is to have', () => {
    const section = chain(3000);
    section.nodes.self = section.nodes.self.map(() => 0.001);
    const whole = collapsedStacks(section, []);
    expect(whole.length).toBeGreaterThan(10_000_000);
    const small = collapsedStacks(section, [], 100_000);
    expect(small.length).toBeLessThan(100_000);
    expect(small.length).toBeGreaterThan(10_000);
    const lines = read(small);
    expect(sum(lines.map(({ weight }) => weight))).toBe(3_000_000);
    const deepest = lines[lines.length - 1];
    expect(deepest.weight).toBe(1000 * (3000 - deepest.stack.length + 1));
    expect(read(collapsedStacks(section, [], 1))).toEqual([
      { stack: ['f0'], weight: 3_000_000 }
    ]);
  });
});
