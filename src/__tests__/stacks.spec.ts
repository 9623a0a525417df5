import type { ProfileDocument, StacksSection } from '../document';
import type { IFlameBoxes } from '../lib/flameboxes';
import {
  boxAt,
  childrenOf,
  firstAfter,
  matchBoxes,
  rowOf,
  visitVisible
} from '../lib/flameboxes';
import { timeBoxes, treeBoxes } from '../lib/flamelayout';
import { invertedTree, mergedTree, sandwich } from '../lib/flametree';
import type { IStackModel, MergeBy } from '../lib/stacks';
import {
  framePlace,
  frameWeights,
  libraryGroups,
  outermostNodes,
  stackModel,
  stackSections,
  subtreeSums,
  uncertainty,
  wholeOf
} from '../lib/stacks';
import { GOLDEN, golden } from './golden';

const FILES = [
  { path: 'In [1]', cellId: 'a' },
  { path: '~/x/site-packages/numpy/core.py' },
  { path: 'libz.so.1' },
  { path: 'helpers/mine.py' },
  { path: '/usr/lib/python3.11/json/encoder.py' }
];

/**
 * A section from a drawing: each word is a stack, a letter a frame at line 1, an
 * upper-case one the same frame at line 2. Every stack has weight 1.
 */
function drawn(
  words: string,
  more: Partial<StacksSection> = {}
): StacksSection {
  const frames: string[] = [];
  const parent: number[] = [];
  const frame: number[] = [];
  const self: number[] = [];
  const index = new Map<string, number>();
  const ends: number[] = [];
  for (const word of words.split(' ')) {
    let at = -1;
    for (let i = 0; i < word.length; i++) {
      const path = word.slice(0, i + 1);
      if (!index.has(path)) {
        if (!frames.includes(word[i])) {
          frames.push(word[i]);
        }
        index.set(path, parent.length);
        parent.push(at);
        frame.push(frames.indexOf(word[i]));
        self.push(0);
      }
      at = index.get(path)!;
    }
    self[at]++;
    ends.push(at);
  }
  const total = [...self];
  for (let node = parent.length - 1; node >= 0; node--) {
    if (parent[node] >= 0) {
      total[parent[node]] += total[node];
    }
  }
  return {
    kind: 'stacks',
    unit: 'seconds',
    frames: {
      name: frames.map(name => name.toLowerCase()),
      file: frames.map(() => 0),
      line: frames.map(name => (name === name.toLowerCase() ? 1 : 2))
    },
    nodes: { parent, frame, self, total },
    threads: ['the cell'],
    timeline: {
      t: ends.map((_, at) => at),
      node: ends,
      thread: ends.map(() => 0),
      duration: ends.map(() => 1)
    },
    ...more
  };
}

function documentOf(section: StacksSection): ProfileDocument {
  return { ...golden('short'), files: FILES, sections: [section] };
}

function modelOf(words: string, by: MergeBy = 'function'): IStackModel {
  const section = drawn(words);
  return stackModel(documentOf(section), section, by);
}

/** The boxes as a drawing: a line for each row, a letter for each unit of width. */
function picture(model: IStackModel, boxes: IFlameBoxes): string[] {
  const lines: string[] = [];
  for (let row = 0; row < boxes.rows.length - 1; row++) {
    let line = '';
    for (let box = boxes.rows[row]; box < boxes.rows[row + 1]; box++) {
      line = line.padEnd(boxes.left[box], '.');
      const { name } = model.frames[boxes.key[box]];
      line += name.repeat(boxes.right[box] - boxes.left[box]);
    }
    lines.push(line);
  }
  return lines;
}

describe('orders', () => {
  it('merges, the heaviest first', () => {
    const model = modelOf('abc abd abd ae f');
    expect(picture(model, treeBoxes(mergedTree(model, -1)))).toEqual([
      'aaaaf',
      'bbbe',
      'ddc'
    ]);
  });

  it('keeps lines apart when they are asked for', () => {
    const merged = modelOf('ab Ab ac');
    expect(picture(merged, treeBoxes(mergedTree(merged, -1)))).toEqual([
      'aaa',
      'bbc'
    ]);
    const lines = modelOf('ab Ab ac', 'line');
    expect(picture(lines, treeBoxes(mergedTree(lines, -1)))).toEqual([
      'aaa',
      'bcb'
    ]);
    expect(lines.frames.map(({ line }) => line)).toEqual([1, 1, 2, 1]);
  });

  it('inverts', () => {
    const model = modelOf('abc adc ae');
    expect(picture(model, treeBoxes(invertedTree(model, -1)))).toEqual([
      'cce',
      'bda',
      'aa'
    ]);
  });

  it('keeps the order of time, and joins neighbours', () => {
    const model = modelOf('abc abd ae abd ab');
    expect(picture(model, timeBoxes(model, 0))).toEqual([
      'aaaaa',
      'bbebb',
      'cd.d'
    ]);
  });

  it('leaves gaps where nothing was seen', () => {
    const section = drawn('ab ab');
    section.timeline!.t = [0, 3];
    const model = stackModel(documentOf(section), section, 'function');
    expect(picture(model, timeBoxes(model, 0))).toEqual(['a..a', 'b..b']);
    expect(timeBoxes(model, 1).count).toBe(0);
  });

  it('makes a sandwich, and counts recursion once', () => {
    const model = modelOf('abc dbc dbe abb xy');
    const b = model.frames.findIndex(({ name }) => name === 'b');
    const { callers, callees } = sandwich(model, -1, b);
    expect(picture(model, treeBoxes(callers))).toEqual(['bbbb', 'aadd']);
    expect(picture(model, treeBoxes(callees))).toEqual(['bbbb', 'cceb']);
  });

  it('shows one thread or all', () => {
    const section = drawn('ab cd', { threads: ['the cell', 'worker'] });
    section.nodes.thread = [0, 0, 1, 1];
    const model = stackModel(documentOf(section), section, 'function');
    expect(picture(model, treeBoxes(mergedTree(model, 1)))).toEqual(['c', 'd']);
    expect(wholeOf(model, -1)).toBe(2);
    expect(wholeOf(model, 0)).toBe(1);
  });
});

describe('frames', () => {
  it('knows whose they are', () => {
    const section = drawn('a b c d e f g');
    section.frames.name = ['a', 'b', 'c', 'd', 'e', '(other)', '0x1234'];
    section.frames.file = [0, 1, 2, 3, 4, -1, -1];
    const model = stackModel(documentOf(section), section, 'function');
    expect(model.frames.map(({ group, origin }) => [origin, group])).toEqual([
      ['own', 'In [1]'],
      ['library', 'numpy'],
      ['native', 'libz.so.1'],
      ['own', 'helpers/mine.py'],
      ['library', 'json'],
      ['other', 'other'],
      ['native', 'native']
    ]);
    expect(framePlace(model.frames[1])).toBe('core.py:1');
    expect(framePlace(model.frames[5])).toBeNull();
    expect(libraryGroups(model)).toEqual(['numpy', 'json']);
  });

  it('takes the line with most weight for the function', () => {
    const model = modelOf('a A A');
    expect(model.frames[0].line).toBe(2);
  });

  it('are weighed, recursion once', () => {
    const model = modelOf('aaab ab c');
    const weights = frameWeights(model, -1).map(({ key, self, total }) => [
      model.frames[key].name,
      self,
      total
    ]);
    expect(weights).toEqual([
      ['b', 2, 2],
      ['c', 1, 1],
      ['a', 0, 2]
    ]);
    expect([...outermostNodes(model)]).toEqual([1, 0, 0, 1, 1, 1]);
  });
});

describe('boxes', () => {
  const model = modelOf('abc abd abd ae f');
  const boxes = treeBoxes(mergedTree(model, -1));

  it('are found where they are', () => {
    expect(boxAt(boxes, 0, 0.5)).toBe(0);
    expect(boxAt(boxes, 0, 4.5)).toBe(1);
    expect(boxAt(boxes, 1, 4.5)).toBeNull();
    expect(boxAt(boxes, 2, 5)).toBeNull();
    expect(boxAt(boxes, -1, 0)).toBeNull();
    expect(boxAt(boxes, 9, 0)).toBeNull();
    expect(firstAfter(boxes, 2, 2)).toBe(boxes.rows[2] + 1);
    expect([0, 1, 2, 3, 4, 5].map(box => rowOf(boxes, box))).toEqual([
      0, 0, 1, 1, 2, 2
    ]);
  });

  it('know their children and what is left for themselves', () => {
    expect(childrenOf(boxes, 0)).toEqual([2, 4]);
    expect(childrenOf(boxes, 1)).toEqual([4, 4]);
    expect(childrenOf(boxes, 5)).toEqual([0, 0]);
    expect([...boxes.self]).toEqual([0, 1, 0, 1, 2, 1]);
  });

  it('are searched, and none within another is counted', () => {
    const frames = model.frames.map(({ name }) => 'bd'.includes(name));
    expect(matchBoxes(boxes, frames)).toMatchObject({ count: 2, width: 3 });
  });

  it('that are too narrow are told once for all of them', () => {
    const many = modelOf(
      Array.from({ length: 500 }, (_, i) =>
        String.fromCharCode(0x4e00 + i)
      ).join(' ')
    );
    const narrow = treeBoxes(mergedTree(many, -1));
    let visited = 0;
    visitVisible(narrow, 0, 0, 500, 10, () => visited++);
    expect(visited).toBeLessThanOrEqual(51);
    visited = 0;
    visitVisible(narrow, 0, 100, 110, 0.1, () => visited++);
    expect(visited).toBe(10);
  });
});

describe('large ones', () => {
  it('does not overflow on deep stacks', () => {
    const deep = 10_000;
    const section = drawn('a');
    section.nodes = {
      parent: Array.from({ length: deep }, (_, i) => i - 1),
      frame: Array.from({ length: deep }, () => 0),
      self: Array.from({ length: deep }, (_, i) => (i === deep - 1 ? 1 : 0)),
      total: Array.from({ length: deep }, () => 1)
    };
    section.timeline = {
      t: [0],
      node: [deep - 1],
      thread: [0],
      duration: [1]
    };
    const model = stackModel(documentOf(section), section, 'function');
    expect(frameWeights(model, -1)[0]).toMatchObject({ self: 1, total: 1 });
    for (const boxes of [
      treeBoxes(mergedTree(model, -1)),
      treeBoxes(invertedTree(model, -1)),
      timeBoxes(model, 0)
    ]) {
      expect(boxes.rows.length).toBe(deep + 1);
    }
    expect(sandwich(model, -1, 0).callees.count).toBe(deep);
  });

  it('finds each of many nodes again', () => {
    const section = drawn('ab');
    const [wide, each] = [3000, 7];
    const names = ['root', ...Array.from({ length: wide }, (_, i) => `f${i}`)];
    section.frames = {
      name: names,
      file: names.map(() => 0),
      line: names.map(() => 1)
    };
    // Each function often, below the same caller.
    const order = Array.from({ length: wide * each }, (_, i) => 1 + (i % wide));
    section.nodes = {
      parent: [-1, ...order.map(() => 0)],
      frame: [0, ...order],
      self: [0, ...order.map(() => 1)],
      total: [order.length, ...order.map(() => 1)]
    };
    const model = stackModel(documentOf(section), section, 'function');
    const inverted = invertedTree(model, -1);
    for (const tree of [
      mergedTree(model, -1),
      sandwich(model, -1, 0).callees
    ]) {
      expect(tree.count).toBe(1 + wide);
      expect(tree.total[0]).toBe(order.length);
      expect(new Set(tree.total.subarray(1))).toEqual(new Set([each]));
      expect(new Set(tree.key).size).toBe(1 + wide);
    }
    expect(inverted.count).toBe(2 * wide);
    expect(new Set(inverted.total)).toEqual(new Set([each]));
  });
});

describe.each(GOLDEN)('stacks of %s', name => {
  const document = golden(name);

  it('keep their sums in every order', () => {
    for (const section of stackSections(document)) {
      for (const by of ['function', 'line'] as const) {
        const model = stackModel(document, section, by);
        const whole = wholeOf(model, -1);
        const own = [...model.self].reduce((a, b) => a + b, 0);
        expect(whole).toBeCloseTo(own, 9);
        for (const tree of [mergedTree(model, -1), invertedTree(model, -1)]) {
          const boxes = treeBoxes(tree);
          expect(boxes.span).toBeCloseTo(whole, 6);
          expect([...boxes.self].reduce((a, b) => a + b, 0)).toBeCloseTo(
            whole,
            6
          );
        }
        const sums = subtreeSums(model, -1);
        section.nodes.total.forEach((total, node) =>
          expect(sums[node]).toBeCloseTo(total ?? 0, 4)
        );
        for (const { self, total } of frameWeights(model, -1)) {
          expect(total).toBeGreaterThanOrEqual(self - 1e-9);
          expect(total).toBeLessThanOrEqual(whole + 1e-9);
        }
      }
    }
  });
});

describe('uncertainty', () => {
  it('is the 95 % interval of the binomial distribution', () => {
    expect(uncertainty(0.5, 100)).toBeCloseTo(0.098);
    // All of a few samples may well be less than all of the time.
    expect(uncertainty(1, 6)).toBeCloseTo(0.24, 1);
    expect(uncertainty(0, 6)).toBeCloseTo(uncertainty(1, 6), 9);
    expect(uncertainty(0, 1e6)).toBeLessThan(1e-5);
    expect(uncertainty(0.5, 0)).toBe(1);
  });
});
