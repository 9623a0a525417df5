import type {
  CallsSection,
  LinesSection,
  ProfileDocument,
  StacksSection
} from '../document';
import { golden } from './golden';

/** Numbers 0…1 that are the same each time. */
export function numbers(seed: number): () => number {
  let state = (seed * 2654435761) % 0x7fffffff || 1;
  return () => {
    state = (state * 48271) % 0x7fffffff;
    return state / 0x7fffffff;
  };
}

/** What a line of a made-up source is; few, so that many are equal. */
const STATEMENTS = [
  'x += 1',
  'y = f(x)',
  'pass',
  '',
  'return x',
  'for i in y:'
];

/**
 * A document that nobody recorded: a source that was edited from one seed to the next,
 * an excerpt of a library, lines, calls and stacks, some values of which are not known.
 */
export function madeUp(seed: number): ProfileDocument {
  const random = numbers(seed);
  const below = (end: number): number => Math.floor(random() * end);
  const source = Array.from({ length: 5 + below(20) }, (_, line) =>
    random() < 0.4
      ? STATEMENTS[below(STATEMENTS.length)]
      : `value_${line + below(2)} = step_${below(9)}(${line})`
  );
  const excerpt = `def helper_${below(2)}(a):`;
  const document: ProfileDocument = {
    ...golden('stacks-cell'),
    id: `made-up-${seed}`,
    title: `Made up ${seed}`,
    target: { kind: 'cell', cellId: 'the cell', sourceHash: `hash ${seed}` },
    files: [
      { path: `In [${seed}]`, cellId: 'the cell', source },
      {
        path: '/usr/lib/python3.11/site-packages/helpers/one.py',
        firstLine: 10 + below(5),
        source: [excerpt, '    return a']
      },
      { path: `/home/${below(2)}/other.py` }
    ],
    profilers: [
      {
        name: 'scalene',
        tool: 'scalene',
        toolVersion: '1',
        options: {},
        notes: []
      }
    ],
    sections: []
  };
  document.sections = [
    linesOf(
      0,
      source.map((_, index) => index + 1),
      random
    ),
    linesOf(1, [document.files[1].firstLine!], random),
    linesOf(2, [3, 5, 7], random),
    callsOf(random),
    stacksOf(random),
    {
      kind: 'totals',
      items: [
        {
          name: 'wall',
          label: 'Wall',
          value: random(),
          unit: 'seconds',
          supported: true
        },
        {
          name: 'user',
          label: 'User',
          value: random(),
          unit: 'seconds',
          supported: true
        },
        {
          name: 'sys',
          label: 'System',
          value: random(),
          unit: 'seconds',
          supported: true
        },
        {
          name: 'cycles',
          label: 'Cycles',
          value: null,
          unit: 'count',
          supported: random() < 0.5,
          help: 'The machine does not tell.'
        }
      ]
    }
  ];
  return document;
}

/** The same under profilers that count calls, so that functions come from them. */
export function withCalls(document: ProfileDocument): ProfileDocument {
  const [run] = document.profilers;
  return { ...document, profilers: [{ ...run, name: 'functions' }] };
}

function linesOf(
  file: number,
  all: readonly number[],
  random: () => number
): LinesSection {
  const lines = all.filter(() => random() < 0.7);
  return {
    kind: 'lines',
    file,
    lines,
    columns: [
      {
        name: 'time',
        label: 'Time',
        unit: 'seconds',
        values: lines.map(() => random())
      },
      {
        name: 'self_time',
        label: 'Own',
        unit: 'seconds',
        values: lines.map(() => (random() < 0.2 ? null : random()))
      },
      {
        name: 'share',
        label: 'Share',
        unit: 'percent',
        values: lines.map(() => 1)
      }
    ]
  };
}

function callsOf(random: () => number): CallsSection {
  const name = [
    '<module>',
    'f',
    '<lambda>',
    '<lambda>',
    'len',
    '(3 other functions)'
  ].filter(() => random() < 0.8);
  const file = name.map(name => (/^[(l]/.test(name) ? -1 : 0));
  return {
    kind: 'calls',
    functions: {
      name,
      file,
      line: file.map((file, index) => (file < 0 ? 0 : index + 1)),
      calls: name.map(() => 1 + Math.floor(9 * random())),
      primitive_calls: name.map(() => 1),
      self_time: name.map(() => random()),
      total_time: name.map(() => random())
    },
    edges: { caller: [], callee: [], calls: [], self_time: [], total_time: [] }
  };
}

function stacksOf(random: () => number): StacksSection {
  const count = 3 + Math.floor(20 * random());
  const name = ['<module>', 'f', 'g', 'h', 'native'];
  const parent: number[] = [];
  for (let node = 0; node < count; node++) {
    parent.push(random() < 0.2 ? -1 : Math.floor(random() * node));
  }
  parent[0] = -1;
  const self = parent.map(() => (random() < 0.3 ? 0 : random()));
  const total = [...self];
  for (let node = count - 1; node >= 0; node--) {
    if (parent[node] >= 0) {
      total[parent[node]] += total[node];
    }
  }
  return {
    kind: 'stacks',
    name: 'time',
    unit: 'seconds',
    samples: 100,
    frames: { name, file: [0, 0, 0, 1, -1], line: [1, 2, 3, 10, 0] },
    nodes: {
      parent,
      frame: parent.map(() => Math.floor(random() * name.length)),
      self,
      total
    }
  };
}
