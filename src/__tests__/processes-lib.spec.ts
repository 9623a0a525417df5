import { Broken } from '../lib/checks';
import {
  BOUNDS,
  clean,
  readCommand,
  readDump,
  readListing,
  readLook
} from '../lib/processes/checks';
import { filePath, shortFile } from '../lib/processes/openplace';
import { remedyParts } from '../lib/processes/remedy';
import type { SectionName } from '../lib/processes/rows';
import { LISTED, processRows, rowKey, targetOf } from '../lib/processes/rows';
import { isOpenAtFirst, orderedThreads } from '../lib/processes/threads';
import {
  nextWatchSort,
  NOW_FIRST,
  sortedRows
} from '../lib/processes/watchrows';
import { makeDocument } from './heat.documents';
import { DUMP, KERNEL, LISTING, LOOK, PROCESS } from './processes.fakes';

const none = new Set<SectionName>();

describe('answers of the server', () => {
  it('are taken as they are when they are right', () => {
    expect(readListing(LISTING)).toEqual(LISTING);
    expect(readDump(DUMP)).toEqual(DUMP);
    expect(readLook(LOOK)).toEqual({ ...LOOK, document: null });
    expect(readCommand({ command: ['python', '-c', 'x'] })).toHaveLength(3);
  });

  it.each([
    ['nothing', () => readListing(null)],
    ['no list', () => readListing({ kernels: {}, processes: [] })],
    ['no name', () => readListing({ kernels: [], processes: [{ pid: 1 }] })],
    ['no number', () => readDump({ ...DUMP, pid: 'x' })],
    ['no threads', () => readDump({ ...DUMP, processes: [{ pid: 1 }] })],
    ['another kind', () => readLook({ ...LOOK, kind: 'eat' })],
    ['another status', () => readLook({ ...LOOK, status: 'x' })],
    ['no profile', () => readLook({ ...LOOK, document: { version: 1 } })],
    ['no words', () => readCommand([])]
  ])('are refused with the place: %s', (_, read) => {
    expect(read).toThrow(Broken);
  });

  it('have a profile when they are done', () => {
    const document = makeDocument({ id: 'r' });
    expect(readLook({ ...LOOK, rows: null, document }).document?.id).toBe('r');
  });

  it('are bounded', () => {
    const many = [...Array(BOUNDS.processes + 5)].map((_, pid) => ({
      ...PROCESS,
      pid
    }));
    const listing = readListing({ ...LISTING, processes: many });
    expect(listing.processes).toHaveLength(BOUNDS.processes);
    const long = readListing({
      ...LISTING,
      processes: [{ ...PROCESS, name: 'x'.repeat(1e6) }]
    });
    expect(long.processes[0].name).toHaveLength(BOUNDS.text + 1);
  });

  it('have no characters that are not seen, and no numbers that cannot be', () => {
    expect(clean('a\u202eb\nc\u0000')).toBe('a b c');
    const [process] = readListing({
      ...LISTING,
      processes: [{ ...PROCESS, rss: -1, cpu: Infinity }]
    }).processes;
    expect([process.rss, process.cpu]).toEqual([null, null]);
    const { rows } = readLook({
      ...LOOK,
      rows: { functions: [{ name: 'f', file: 'x', own: 7 }], lines: [] }
    });
    expect(rows?.functions[0]).toMatchObject({ own: 1, total: 0, line: 0 });
  });
});

describe('rows of the panel', () => {
  const keys = (query: string, collapsed: ReadonlySet<SectionName> = none) =>
    processRows(LISTING, query, collapsed).map(rowKey);

  it('are sections, kernels by notebook, processes the newest first', () => {
    expect(keys('')).toEqual([
      'kernels',
      'kernel k1',
      'kernel k2',
      'processes',
      'process 78',
      'process 77'
    ]);
  });

  it('have all words that are looked for', () => {
    expect(keys('busy julia')).toEqual(['kernels', 'kernel k1', 'processes']);
    expect(keys('77')).toEqual(['kernels', 'processes', 'process 77']);
  });

  it('are folded', () => {
    expect(keys('', new Set<SectionName>(['kernels']))[1]).toBe('processes');
  });

  it('are not more than can be drawn, and say how many there are', () => {
    const processes = [...Array(LISTED + 9)].map((_, pid) => ({
      ...PROCESS,
      pid
    }));
    const rows = processRows({ ...LISTING, processes }, '', none);
    expect(rows).toHaveLength(4 + LISTED);
    expect(rows[3]).toMatchObject({ count: LISTED + 9 });
  });

  it('are about a notebook, a kernel or a process', () => {
    const targets = processRows(LISTING, '', none).flatMap(row =>
      row.kind === 'section' ? [] : [targetOf(row)]
    );
    expect(targets.slice(0, 3)).toEqual([
      {
        kind: 'kernel',
        kernelId: 'k1',
        name: 'julia.ipynb',
        path: KERNEL.paths[0]
      },
      { kind: 'kernel', kernelId: 'k2', name: 'Remote' },
      { kind: 'process', pid: 78, name: 'python serve.py' }
    ]);
  });
});

describe('threads', () => {
  const [process] = readDump(DUMP).processes;

  it('have the main thread first', () => {
    expect(orderedThreads(process.threads).map(({ name }) => name)).toEqual([
      'MainThread',
      'to-giro'
    ]);
  });

  it('that only wait are folded where there are many', () => {
    const [stuck] = process.threads;
    const idle = { ...stuck, waits: 'io' as const };
    expect(isOpenAtFirst(idle, { threads: [idle] })).toBe(true);
    const many = { threads: [...Array(20)].map(() => idle) };
    expect(isOpenAtFirst(idle, many)).toBe(false);
    expect(isOpenAtFirst(stuck, many)).toBe(true);
  });
});

describe('rows of a live table', () => {
  const { functions } = readLook(LOOK).rows!;
  const names = (column: string, descending: boolean): string[] =>
    sortedRows(functions, { column, descending }).map(({ name }) => name);

  it('are in the order of a column', () => {
    expect(names('ownNow', true)).toEqual(['hot', 'cool']);
    expect(names('totalNow', true)).toEqual(['cool', 'hot']);
    expect(names('name', false)).toEqual(['cool', 'hot']);
    // Equal ones stay where they are.
    expect(names('own', true)).toEqual(names('own', false));
  });

  it('turn round with a second click', () => {
    expect(nextWatchSort(NOW_FIRST, 'ownNow').descending).toBe(false);
    expect(nextWatchSort(NOW_FIRST, 'own').descending).toBe(true);
    expect(nextWatchSort(NOW_FIRST, 'name').descending).toBe(false);
  });
});

describe('remedies', () => {
  it('have the commands apart', () => {
    expect(
      remedyParts(
        'Not permitted. Or in a terminal: sudo env "PATH=$PATH" py-spy dump --pid 41'
      )
    ).toEqual([
      'Not permitted. Or in a terminal: ',
      'sudo env "PATH=$PATH" py-spy dump --pid 41',
      ''
    ]);
    expect(
      remedyParts(
        'Run: "/a b/python" -m pip install --upgrade py-spy. Then ask.'
      )[1]
    ).toBe('"/a b/python" -m pip install --upgrade py-spy');
  });

  it('take nothing for one that goes on with another command', () => {
    const parts = remedyParts('sudo env "PATH=$PATH" py-spy dump; rm -rf /');
    expect(parts[1]).toBe('sudo env "PATH=$PATH" py-spy dump');
    expect(remedyParts('rm -rf /')).toEqual(['rm -rf /']);
  });
});

describe('places', () => {
  it('are below the root of the server, or absolute', () => {
    expect(filePath('~/work/a.py', '~/work')).toBe('a.py');
    expect(filePath('~/work/a.py', '~')).toBe('work/a.py');
    expect(filePath('~/other/a.py', '~/work')).toBeNull();
    expect(filePath('~/a.py', '/srv')).toBeNull();
    expect(filePath('/srv/a.py', '/srv')).toBe('/srv/a.py');
    expect(filePath('C:\\a.py', 'C:\\')).toBe('C:\\a.py');
    expect(filePath('a.py', '/srv')).toBeNull();
    expect(filePath('<string>', '/srv')).toBeNull();
  });

  it('have short names', () => {
    expect(shortFile('C:\\x\\a.py')).toBe('a.py');
    expect(shortFile('In [7]')).toBe('In [7]');
  });
});
