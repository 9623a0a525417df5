/**
 * A profile such as a sampler makes it: stacks walk through a graph of calls, likely
 * ones much more often than others, until the merged tree has so many nodes. The same
 * for the same number each time.
 */

const FUNCTIONS = 2000;
const FILES = 150;
const DEEPEST = 60;

/** Mulberry32: numbers from 0 to 1, always the same ones. */
function randomNumbers(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Columns of a `stacks` section, with `count` nodes; weights are seconds. */
export function tree(count) {
  const random = randomNumbers(42);
  const calls = Array.from({ length: FUNCTIONS }, () =>
    Array.from({ length: 1 + Math.floor(random() ** 2 * 12) }, () =>
      Math.floor(random() ** 1.5 * FUNCTIONS)
    )
  );
  const parent = [-1];
  const frame = [0];
  const samples = [0];
  const known = new Map();
  while (parent.length < count) {
    let node = 0;
    for (let depth = 1; depth < DEEPEST; depth++) {
      if (depth > 3 && random() < 0.07) {
        break;
      }
      const callees = calls[frame[node]];
      const callee = callees[Math.floor(random() ** 8 * callees.length)];
      const key = node * FUNCTIONS + callee;
      let child = known.get(key);
      if (child === undefined) {
        if (parent.length === count) {
          break;
        }
        child = parent.push(node) - 1;
        frame.push(callee);
        samples.push(0);
        known.set(key, child);
      }
      node = child;
    }
    samples[node]++;
  }
  const self = samples.map(number => number / 100);
  const total = [...self];
  for (let node = count - 1; node > 0; node--) {
    total[parent[node]] += total[node];
  }
  return {
    samples: samples.reduce((all, one) => all + one, 0),
    parent,
    frame,
    self,
    total: total.map(time => Math.round(time * 100) / 100)
  };
}

/** Its name, as it may stand in a library. */
const nameOf = index =>
  index === 0 ? '<module>' : `module_${index % FILES}.function_${index}`;

/** A profile document with this tree. */
export function documentOf({ frame, parent, samples, self, total }) {
  const index = Array.from({ length: FUNCTIONS }, (_, index) => index);
  return {
    version: 1,
    producer: 'jupyterlab-cell-profiler@bench',
    id: `bench-${parent.length}`,
    title: `${parent.length} nodes`,
    started: '2026-01-01T00:00:00.000Z',
    target: { kind: 'cell', cellId: 'bench', executionCount: 1 },
    status: 'ok',
    environment: { python: '', platform: '', cpuCount: 2, packages: {} },
    profilers: [
      {
        name: 'stacks',
        tool: 'py-spy',
        toolVersion: '0',
        options: {},
        notes: []
      }
    ],
    files: Array.from({ length: FILES }, (_, file) =>
      file === 0
        ? { path: 'In [1]', cellId: 'bench' }
        : {
            path: `/env/lib/python3.11/site-packages/package_${file % 12}/module_${file}.py`
          }
    ),
    sections: [
      {
        kind: 'stacks',
        name: 'time',
        unit: 'seconds',
        samples,
        frames: {
          name: index.map(nameOf),
          file: index.map(index => index % FILES),
          line: index.map(index => 1 + (index % 300))
        },
        nodes: { parent, frame, self, total, thread: parent.map(() => 0) },
        threads: ['the cell']
      }
    ]
  };
}

/** The root, with `children`, of nodes made by `make(name, start, total, index)`. */
export function nested({ frame, parent, total }, make) {
  const end = [];
  const nodes = [];
  parent.forEach((above, node) => {
    const start = above < 0 ? 0 : end[above];
    end.push(start);
    nodes.push(make(nameOf(frame[node]), start, total[node], frame[node]));
    if (above >= 0) {
      end[above] += total[node];
      nodes[above].children.push(nodes[node]);
    }
  });
  return nodes[0];
}

/** Columns of plotly's icicle. */
export function columns({ frame, parent, total }) {
  return {
    ids: parent.map((_, node) => String(node)),
    parents: parent.map(above => (above < 0 ? '' : String(above))),
    labels: frame.map(nameOf),
    values: total
  };
}
