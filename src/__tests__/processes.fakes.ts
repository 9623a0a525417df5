import { ServerConnection } from '@jupyterlab/services';
import { nullTranslator } from '@jupyterlab/translation';
import { ProcessClient } from '../processes/client';

export const trans = nullTranslator.load('jupyterlab_cell_profiler');

/** What would run if it were taken for markup. */
export const MARKUP = '<img src=x onerror="window.wasHere = true">';

export const KERNEL = {
  pid: 41,
  name: 'python -m ipykernel_launcher',
  rss: 212e6,
  cpu: 98.5,
  started: '2026-11-28T15:00:00Z',
  parent: 7,
  kernelId: 'k1',
  kernelName: 'python3',
  displayName: 'Python 3',
  state: 'busy',
  paths: ['work/julia.ipynb']
};

export const PROCESS = {
  pid: 77,
  name: 'python train.py',
  rss: 3e9,
  cpu: null,
  started: '2026-11-28T14:00:00Z',
  parent: 1
};

export const LISTING = {
  kernels: [
    KERNEL,
    { ...KERNEL, pid: null, kernelId: 'k2', paths: [], displayName: 'Remote' }
  ],
  processes: [
    PROCESS,
    {
      ...PROCESS,
      pid: 78,
      name: 'python serve.py',
      started: '2026-11-28T15:30:00Z'
    }
  ],
  refusal: null
};

export const DUMP = {
  pid: 41,
  taken: '2026-11-28T15:01:02Z',
  python: '3.11.7',
  processes: [
    {
      pid: 41,
      name: 'python -m ipykernel_launcher',
      parent: 7,
      threads: [
        {
          id: 2,
          name: 'to-giro',
          gil: false,
          active: false,
          waits: 'lock',
          frames: [{ name: 'transfer', file: '~/work/bank.py', line: 6 }]
        },
        {
          id: 1,
          name: 'MainThread',
          gil: true,
          active: true,
          waits: null,
          frames: [
            {
              name: 'inner',
              file: 'a cell',
              line: 6,
              cellId: 'c1',
              locals: [{ name: 'n', value: '10', argument: true }]
            },
            { name: '<module>', file: 'In [7]', line: 1, cellId: 'c2' },
            { name: 'dgemm', file: 'libblas.so', line: 0, native: true }
          ]
        }
      ]
    }
  ],
  notes: ['to-giro and to-savings both wait for a lock.']
};

const ROW = { file: 'a cell', cellId: 'c1', own: 0.1, total: 0.2 };

export const LOOK = {
  id: 'l1',
  kind: 'watch',
  pid: 41,
  status: 'running',
  problem: null,
  seconds: 2.5,
  wanted: null,
  samples: 1250,
  paused: false,
  rate: 100,
  notes: [],
  gil: 0.87,
  rows: {
    functions: [
      { ...ROW, name: 'cool', line: 1, ownNow: 0.1, totalNow: 0.9 },
      { ...ROW, name: 'hot', line: 5, ownNow: 0.7, totalNow: 0.8 }
    ],
    lines: [{ ...ROW, name: 'hot', line: 6, ownNow: 0.5, totalNow: 0.5 }]
  }
};

/** What a server answers: to be set by a test, by method and place below the API. */
export type Answers = {
  [question: string]: { status?: number; body?: unknown; text?: string };
};

/** A server behind a `fetch`. */
export class FakeServer {
  constructor(readonly answers: Answers) {}

  /** Method and place of each question. */
  readonly log: string[] = [];
  /** Bodies of what was posted. */
  readonly bodies: unknown[] = [];
  /** Questions that were to outlive the page. */
  readonly kept: string[] = [];

  readonly client = new ProcessClient(
    ServerConnection.makeSettings({
      baseUrl: 'http://server/user/a/',
      fetch: async (input, init) => this._fetch(new Request(input, init))
    }),
    trans
  );

  private async _fetch(request: Request): Promise<Response> {
    const place = new URL(request.url).pathname.replace(
      '/user/a/cell-profiler/api/',
      ''
    );
    const question = `${request.method} ${place}`;
    this.log.push(question);
    if (request.method === 'POST') {
      this.bodies.push(await request.json());
    }
    const answer = this.answers[question];
    if (answer === undefined) {
      throw new TypeError('Failed to fetch');
    }
    const { body, status = 200, text } = answer;
    return new Response(
      status === 204 ? null : (text ?? JSON.stringify(body)),
      { status, statusText: status === 404 ? 'Not Found' : 'Not good' }
    );
  }
}
