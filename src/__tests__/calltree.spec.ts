import type { CallsSection } from '../document';
import type { ICallNode, ICallTree } from '../lib/calltree';
import { callTree, MOST_NODES, OTHER, WHOLE } from '../lib/calltree';
import { golden } from './golden';

const ALL = { depth: 20, cutoff: 0 };

/** A graph of functions `[self, total]` and edges `[caller, callee, total]`, by name. */
function graph(
  functions: { readonly [name: string]: readonly [number, number | null] },
  edges: readonly (readonly [string, string, number])[]
): CallsSection {
  const name = Object.keys(functions);
  const zeros = name.map(() => 0);
  const ones = edges.map(() => 1);
  const calls = name.map(
    callee => edges.filter(edge => edge[1] === callee).length || 1
  );
  return {
    kind: 'calls',
    functions: {
      name,
      file: zeros,
      line: zeros,
      calls,
      primitive_calls: calls,
      self_time: name.map(key => functions[key][0]),
      total_time: name.map(key => functions[key][1])
    },
    edges: {
      caller: edges.map(edge => name.indexOf(edge[0])),
      callee: edges.map(edge => name.indexOf(edge[1])),
      calls: ones,
      self_time: edges.map(() => 0),
      total_time: edges.map(edge => edge[2])
    }
  };
}

/** One line for each node: `a>b 2` is b as called by a, for two seconds. */
function drawn(section: CallsSection, tree: ICallTree): string[] {
  const { name } = section.functions;
  const called = (index: string): string =>
    name[Number(index)] ?? (Number(index) === OTHER ? '…' : '*');
  return tree.nodes.map(
    ({ id, total }) =>
      `${id.split('/').map(called).join('>')} ${Number(total.toFixed(3))}`
  );
}

/** What has to be true of every tree. */
function check({ nodes, whole }: ICallTree): void {
  expect(nodes.length).toBeLessThanOrEqual(MOST_NODES);
  const byId = new Map(nodes.map(node => [node.id, node]));
  expect(byId.size).toBe(nodes.length);
  const below = new Map<string, number>();
  const seen = new Set<string>();
  let own = 0;
  for (const node of nodes) {
    expect(Number.isFinite(node.total) && node.total >= 0).toBe(true);
    expect(node.parent === null || seen.has(node.parent)).toBe(true);
    seen.add(node.id);
    if (node.parent !== null) {
      below.set(node.parent, (below.get(node.parent) ?? 0) + node.total);
    }
  }
  for (const node of nodes) {
    const children = below.get(node.id) ?? 0;
    expect(children).toBeLessThanOrEqual(node.total + 1e-6 * whole);
    own += below.has(node.id) ? node.total - children : node.total;
    if (below.has(node.id)) {
      // All is there: the body of the function, its calls, and those too small.
      expect(Math.abs(node.self + children - node.total)).toBeLessThan(
        1e-6 * whole
      );
    }
  }
  expect(Math.abs(own - whole)).toBeLessThanOrEqual(1e-5 * whole);
}

const repeats = ({ id }: ICallNode): number => {
  const path = id.split('/');
  return Math.max(...path.map(at => path.filter(other => other === at).length));
};

describe('a tree of calls', () => {
  it('divides the time of a function with two callers', () => {
    const section = graph(
      { main: [0, 10], a: [0, 6], b: [0, 4], c: [2, 10], d: [8, 8] },
      [
        ['main', 'a', 6],
        ['main', 'b', 4],
        ['a', 'c', 6],
        ['b', 'c', 4],
        ['c', 'd', 8]
      ]
    );
    const tree = callTree(section, ALL);
    expect(drawn(section, tree)).toEqual([
      'main 10',
      'main>a 6',
      'main>b 4',
      'main>a>c 6',
      'main>a>c>d 4.8',
      'main>b>c 4',
      'main>b>c>d 3.2'
    ]);
    // What a function took for a caller is known, what its callees took is not.
    expect(tree.nodes.map(({ exact }) => exact)).toEqual([
      ...[true, true, true, true, false, true, false]
    ]);
    check(tree);
  });

  it('shows recursion once, and gives all the time to what it did', () => {
    const section = graph({ main: [0, 10], f: [5, 10], g: [5, 5] }, [
      ['main', 'f', 10],
      ['f', 'f', 9.9],
      ['f', 'g', 5]
    ]);
    const { nodes } = callTree(section, ALL);
    expect(Math.max(...nodes.map(repeats))).toBe(2);
    const g = nodes.filter(({ index }) => index === 2);
    expect(g.reduce((sum, { total }) => sum + total, 0)).toBeCloseTo(5);
    const f = nodes.filter(({ index }) => index === 1);
    expect(f.map(({ recursive }) => recursive)).toEqual([false, true]);
    expect(f.reduce((sum, { self }) => sum + self, 0)).toBeCloseTo(5);
  });

  it('puts what is below the cut-off into one node', () => {
    const section = graph(
      { main: [0, 10], a: [9, 9], b: [0.6, 0.6], c: [0.4, 0.4] },
      [
        ['main', 'a', 9],
        ['main', 'b', 0.6],
        ['main', 'c', 0.4]
      ]
    );
    const tree = callTree(section, { depth: 20, cutoff: 0.1 });
    expect(drawn(section, tree)).toEqual(['main 10', 'main>a 9', 'main>… 1']);
    check(tree);
  });

  it('stops at the depth, and says where', () => {
    const section = graph({ a: [0, 1], b: [0, 1], c: [0, 1], d: [1, 1] }, [
      ['a', 'b', 1],
      ['b', 'c', 1],
      ['c', 'd', 1]
    ]);
    const { nodes } = callTree(section, { depth: 2, cutoff: 0 });
    expect(nodes.map(({ cut }) => cut)).toEqual([false, false, true]);
  });

  it('begins wherever nothing called', () => {
    const section = graph({ a: [1, 1], b: [0, 2], c: [2, 2] }, [['b', 'c', 2]]);
    const tree = callTree(section, ALL);
    expect(drawn(section, tree)).toEqual(
      ['* 3', '*>1 2', '*>0 1', '*>1>2 2'].map(
        // Names in place of the indices.
        text => text.replace(/>(\d)/g, (_, i) => `>${'abc'[Number(i)]}`)
      )
    );
    expect(tree.nodes[0].index).toBe(WHOLE);
    check(tree);
  });

  it('begins a circle at its largest function', () => {
    const section = graph({ a: [1, 3], b: [2, 4] }, [
      ['a', 'b', 3],
      ['b', 'a', 2]
    ]);
    const tree = callTree(section, ALL);
    expect(tree.nodes[0].index).toBe(1);
    expect(tree.whole).toBe(4);
    check(tree);
  });

  it('is that of a measured cell', () => {
    const section = golden('functions-cell').sections.find(
      (section): section is CallsSection => section.kind === 'calls'
    )!;
    for (const depth of [3, 5, 10, 20]) {
      for (const cutoff of [0, 1e-3, 1e-2]) {
        check(callTree(section, { depth, cutoff }));
      }
    }
    const { nodes } = callTree(section, ALL);
    const called = (name: string): ICallNode[] =>
      nodes.filter(
        ({ index }) => index >= 0 && section.functions.name[index] === name
      );
    expect(called('calculate_z')[0].total).toBeCloseTo(0.101179, 5);
    expect(called('calculate_z')[0].exact).toBe(true);
  });

  it('is empty without time', () => {
    expect(callTree(graph({}, []), ALL).nodes).toEqual([]);
    expect(callTree(graph({ a: [0, null] }, []), ALL).nodes).toEqual([]);
    expect(
      callTree(graph({ a: [1, 1e308], b: [1, 1e308] }, []), ALL).nodes
    ).toEqual([]);
  });
});

describe('any graph', () => {
  /** The same numbers each time. */
  function random(seed: number): () => number {
    let state = seed;
    return () => {
      state = (state * 1103515245 + 12345) % 2147483648;
      return state / 2147483648;
    };
  }

  function anything(seed: number, count: number, edges: number): CallsSection {
    const next = random(seed);
    const int = (end: number): number => Math.floor(next() * end);
    const of = <T>(length: number, make: () => T): T[] =>
      Array.from({ length }, make);
    const time = (): number | null =>
      next() < 0.1 ? null : next() < 0.1 ? -1 : Math.pow(10, 6 * next() - 6);
    return {
      kind: 'calls',
      functions: {
        name: of(count, () => 'f'),
        file: of(count, () => -1),
        line: of(count, () => 0),
        calls: of(count, () => int(9)),
        primitive_calls: of(count, () => int(9)),
        self_time: of(count, time),
        total_time: of(count, time)
      },
      edges: {
        caller: of(edges, () => int(count)),
        callee: of(edges, () => int(count)),
        calls: of(edges, () => int(5)),
        self_time: of(edges, time),
        total_time: of(edges, time)
      }
    };
  }

  it('keeps its sums, its bound, and ends', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const section = anything(seed, 1 + (seed % 13), (seed * 7) % 60);
      for (const [depth, cutoff] of [
        [3, 0],
        [20, 0],
        [10, 0.01]
      ]) {
        const tree = callTree(section, { depth, cutoff });
        if (tree.nodes.length > 0) {
          check(tree);
        }
        expect(Math.max(0, ...tree.nodes.map(repeats))).toBeLessThanOrEqual(2);
      }
    }
  });

  it('of a hundred thousand edges is drawn soon', () => {
    const start = Date.now();
    check(callTree(anything(1, 300, 100_000), ALL));
    check(callTree(anything(2, 50_000, 100_000), ALL));
    // One function that called all others, which call it.
    const star = anything(3, 50_001, 100_000);
    star.edges.caller = star.edges.caller.map((_, i) =>
      i % 2 ? 0 : i / 2 + 1
    );
    star.edges.callee = star.edges.callee.map((_, i) =>
      i % 2 ? (i + 1) / 2 : 0
    );
    check(callTree(star, ALL));
    expect(Date.now() - start).toBeLessThan(5000);
  });
});
