import type { ProfileDocument } from '../document';
import { pairFiles } from '../lib/compare/files';
import { compareFunctions } from '../lib/compare/functions';
import type { IDiffTree } from '../lib/compare/flame';
import {
  diffTree,
  nodeChange,
  onlyIn,
  ownWeights,
  sideBoxes
} from '../lib/compare/flame';
import type { IStackComparison } from '../lib/compare/stacks';
import { compareStacks, stackPairs } from '../lib/compare/stacks';
import { stackModel, subtreeSums } from '../lib/stacks';
import { madeUp } from './compare.documents';
import { GOLDEN, golden } from './golden';
import { documentOf, sectionOf } from './stacks.documents';

type Pair = readonly [string, ProfileDocument, ProfileDocument];

const SEEDS = Array.from({ length: 20 }, (_, seed) => seed + 1);
const PAIRS: Pair[] = [
  ['stacks', golden('stacks-cell'), golden('stacks-threads')],
  ['memory', golden('memory-lines-cell'), golden('memory-lines-threads')],
  ...SEEDS.map<Pair>(seed => [
    `made up ${seed}`,
    madeUp(seed),
    madeUp(seed + 1)
  ])
];

const compared = (
  before: ProfileDocument,
  after: ProfileDocument
): IStackComparison =>
  compareStacks(
    before,
    after,
    stackPairs(before, after)[0],
    pairFiles(before, after)
  );
const total = (values: Float64Array): number =>
  values.reduce((sum, value) => sum + value, 0);

describe.each(PAIRS)('stacks of %s', (_, before, after) => {
  const stacks = compared(before, after);
  const trees: [string, IDiffTree][] = [
    ['heavy', diffTree(stacks, 'heavy')],
    ['inverted', diffTree(stacks, 'inverted')]
  ];

  it.each(trees)('lose nothing: %s', (_, tree) => {
    for (const side of ['before', 'after'] as const) {
      const own = ownWeights(tree, side);
      expect(total(own)).toBeCloseTo(stacks.whole[side], 6);
      const boxes = sideBoxes(tree, side);
      expect(boxes.span).toBeCloseTo(stacks.whole[side], 6);
      expect(new Set(boxes.key).size).toBe(boxes.count);
      expect(boxes.count).toBe(tree[side].filter(weight => weight > 0).length);
      for (let box = 0; box < boxes.count; box++) {
        const node = boxes.key[box];
        expect(boxes.right[box] - boxes.left[box]).toBeCloseTo(
          tree[side][node],
          6
        );
        const above = boxes.parent[box];
        expect(above < 0 ? -1 : boxes.key[above]).toBe(tree.parent[node]);
      }
    }
  });

  it('have each stack of each run, with its weight', () => {
    const [[, tree]] = trees;
    const path = (
      node: number,
      parent: Int32Array,
      name: (at: number) => string
    ) => {
      const names: string[] = [];
      for (let at = node; at >= 0; at = parent[at]) {
        names.push(name(at));
      }
      return names.reverse().join(' < ');
    };
    for (const [side, document] of [
      ['before', before],
      ['after', after]
    ] as const) {
      const section = stackPairs(before, after)[0][side];
      const model = stackModel(document, section, 'function');
      const sums = subtreeSums(model, -1);
      const wanted = new Map<string, number>();
      sums.forEach((sum, node) => {
        const text = path(
          node,
          model.parent,
          at =>
            `${model.frames[model.key[at]].path} ${model.frames[model.key[at]].name}`
        );
        wanted.set(text, (wanted.get(text) ?? 0) + sum);
      });
      const found = new Map<string, number>();
      tree[side].forEach((weight, node) => {
        const text = path(node, tree.parent, at => {
          const frame = stacks.frames[tree.key[at]][side];
          return `${frame?.path} ${frame?.name}`;
        });
        found.set(text, (found.get(text) ?? 0) + weight);
      });
      for (const [text, weight] of wanted) {
        expect(found.get(text) ?? 0).toBeCloseTo(weight, 6);
      }
    }
  });

  it('are turned round when the runs are', () => {
    const back = diffTree(compared(after, before), 'heavy');
    const [[, tree]] = trees;
    const pairs = ({ count }: IDiffTree, at: (node: number) => number[]) =>
      Array.from({ length: count }, (_, node) =>
        at(node)
          .map(weight => weight.toFixed(9))
          .join(' ')
      ).sort();
    expect(pairs(back, node => [back.after[node], back.before[node]])).toEqual(
      pairs(tree, node => [tree.before[node], tree.after[node]])
    );
  });

  it('do not differ from themselves', () => {
    for (const one of [before, after]) {
      const same = compared(one, one);
      const tree = diffTree(same, 'heavy');
      expect(onlyIn(tree, 'before')).toEqual([]);
      expect(onlyIn(tree, 'after')).toEqual([]);
      for (let node = 0; node < tree.count; node++) {
        expect(nodeChange(tree, node, same, 'amount').size).toBe(0);
        expect(nodeChange(tree, node, same, 'share').isNoise).toBe(false);
      }
    }
  });
});

describe('a node', () => {
  const one = documentOf(
    sectionOf([
      ['main', -1, 0],
      ['slow', 0, 3],
      ['gone', 0, 1],
      ['inside', 2, 1]
    ])
  );
  const other = documentOf(
    sectionOf([
      ['main', -1, 0],
      ['slow', 0, 6],
      ['new', 0, 4]
    ])
  );
  const stacks = compared(one, other);
  const tree = diffTree(stacks, 'heavy');
  const node = (name: string): number =>
    tree.key.findIndex(key => stacks.frames[key].frame.name === name);

  it('grows, shrinks, is new or gone', () => {
    const size = (name: string): number =>
      nodeChange(tree, node(name), stacks, 'amount').size;
    expect(size('slow')).toBe(0.5);
    expect(size('new')).toBe(1);
    expect(size('gone')).toBe(-1);
    expect(size('main')).toBe(0.5);
  });

  it('has shares of its own run', () => {
    const change = nodeChange(tree, node('slow'), stacks, 'share');
    expect(change.before).toBeCloseTo(3 / 5);
    expect(change.after).toBeCloseTo(6 / 10);
    expect(change.size).toBe(0);
  });

  it('of one run alone is told where that begins', () => {
    expect(onlyIn(tree, 'before')).toEqual([node('gone')]);
    expect(onlyIn(tree, 'after')).toEqual([node('new')]);
  });

  it('does not change where so few samples cannot tell', () => {
    const few = (samples: number) => {
      const [a, b] = [one, other].map(document => ({
        ...document,
        sections: document.sections.map(section => ({ ...section, samples }))
      })) as [ProfileDocument, ProfileDocument];
      const stacks = compared(a, b);
      const tree = diffTree(stacks, 'heavy');
      return nodeChange(tree, node('gone'), stacks, 'share');
    };
    expect(few(4)).toMatchObject({ size: 0, isNoise: true });
    expect(few(10000)).toMatchObject({ size: -1, isNoise: false });
  });
});

it('has pairs of what is measured alike only', () => {
  const memory = golden('memory-lines-cell');
  expect(stackPairs(memory, memory).map(({ name }) => name)).toEqual([
    'peak',
    'leaked',
    'temporary'
  ]);
  expect(stackPairs(golden('stacks-cell'), memory)).toEqual([]);
  for (const name of GOLDEN) {
    expect(() => stackPairs(golden(name), memory)).not.toThrow();
  }
});

it('tells functions of one name by their file', () => {
  const stacks = golden('stacks-cell');
  const section = sectionOf([
    ['run', -1, 1],
    ['run', 0, 2],
    ['run', 1, 4]
  ]);
  const one: ProfileDocument = {
    ...stacks,
    files: [{ path: 'a.py' }, { path: '/lib/python3.11/b.py' }],
    sections: [{ ...section, frames: { ...section.frames, file: [0, 1, -1] } }]
  };
  const other: ProfileDocument = {
    ...one,
    files: [{ path: 'a.py' }, { path: '/opt/python3.12/b.py' }]
  };
  const tree = diffTree(compared(one, other), 'heavy');
  expect([...tree.before]).toEqual([7, 6, 4]);
  expect(tree.after).toEqual(tree.before);
  const { functions } = compareFunctions(one, other)!;
  expect(functions.map(({ self }) => self.before).sort()).toEqual([1, 2, 4]);
});
