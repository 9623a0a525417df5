import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { IDocumentManager } from '@jupyterlab/docmanager';
import { DocumentRegistry } from '@jupyterlab/docregistry';
import { RenderMimeRegistry } from '@jupyterlab/rendermime';
import { ServerConnection } from '@jupyterlab/services';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { Signal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';
import { waitFor } from '@testing-library/dom';
import { openForeign } from '../opening/client';
import { addOpenCommand, FACTORY } from '../opening/commands';
import { ForeignModelFactory } from '../opening/factory';
import { defaultTypes, fileTypes, GENERIC } from '../opening/filetypes';
import { ForeignProfile } from '../opening/widget';
import { createRendererFactory } from '../renderer';
import { ProfilerSettings } from '../settings';
import type { IHistory } from '../tokens';
import { CommandIDs } from '../tokens';

jest.setTimeout(30000);

// Browsers have it, jsdom has not.
Object.assign(performance, { mark: jest.fn() });

const trans = nullTranslator.load('jupyterlab_cell_profiler');

/** Documents that the server makes of files of each tool. */
const FOLDER = join(
  __dirname,
  '../../jupyterlab_cell_profiler/tests/data/documents/opening'
);
const NAMES = readdirSync(FOLDER).map(name =>
  name.replace('.cellprofile.json', '')
);
const opened = (name: string): unknown =>
  JSON.parse(readFileSync(join(FOLDER, `${name}.cellprofile.json`), 'utf8'));

/** A context of a file, as far as the widget uses it. */
class FakeContext {
  constructor(readonly path: string) {}
  readonly fileChanged = new Signal<this, unknown>(this);
  readonly ready = Promise.resolve();
  get localPath(): string {
    return this.path;
  }
}

function setUp(
  read: (path: string, signal: AbortSignal) => Promise<unknown>,
  path = 'folder/work.prof'
) {
  const context = new FakeContext(path);
  const rendermime = new RenderMimeRegistry();
  rendermime.addFactory(
    createRendererFactory({ view: new ProfilerSettings(null) })
  );
  const add = jest.fn();
  const widget = new ForeignProfile({
    context: context as unknown as DocumentRegistry.Context,
    rendermime,
    read,
    history: { add } as unknown as IHistory,
    trans
  });
  Widget.attach(widget, document.body);
  return { add, context, widget };
}

describe('ForeignProfile', () => {
  it('says that it reads, then shows the profile and tells the history', async () => {
    let answer: (value: unknown) => void = () => undefined;
    const read = jest.fn(
      (path: string, signal: AbortSignal) =>
        new Promise<unknown>(resolve => {
          answer = resolve;
        })
    );
    const { add, widget } = setUp(read);
    await waitFor(() =>
      expect(widget.node.textContent).toBe('Reading work.prof …')
    );
    expect(read.mock.calls[0][0]).toBe('folder/work.prof');
    answer(opened('work.prof'));
    await widget.ready;
    expect(widget.node.textContent).toContain('work.prof (cProfile)');
    expect(widget.node.textContent).not.toContain('Reading');
    expect(add).toHaveBeenCalledTimes(1);
    widget.dispose();
  });

  it.each(NAMES)('shows %s', async name => {
    const { add, widget } = setUp(async () => opened(name), name);
    await widget.ready;
    const tabs = [...widget.node.querySelectorAll('[role="tab"]')];
    const { sections } = opened(name) as { sections: { kind: string }[] };
    const has = (kind: string) => sections.some(one => one.kind === kind);
    const labels = tabs.map(tab => tab.textContent);
    expect(labels.includes('Flame')).toBe(has('stacks'));
    expect(labels.includes('Lines')).toBe(has('lines'));
    expect(labels.includes('Functions')).toBe(has('calls'));
    expect(widget.node.querySelector('[role="alert"]')).toBeNull();
    expect(add).toHaveBeenCalledTimes(1);
    widget.dispose();
  });

  it('says why a file cannot be opened, as text', async () => {
    const { add, widget } = setUp(() =>
      Promise.reject(new Error('<img src=x> is no whole profile.'))
    );
    await widget.ready;
    const problem = widget.node.querySelector('[role="alert"]')!;
    expect(problem.textContent).toBe('<img src=x> is no whole profile.');
    expect(widget.node.querySelector('img')).toBeNull();
    expect(add).not.toHaveBeenCalled();
    widget.dispose();
  });

  it('does not trust what the server says', async () => {
    const { add, widget } = setUp(async () => ({ version: 1 }));
    await widget.ready;
    expect(widget.node.textContent).toMatch(/^This .*\.$/);
    expect(add).not.toHaveBeenCalled();
    widget.dispose();
  });

  it('reads again when the file changed, also after a sentence', async () => {
    const answers = [
      () => Promise.reject(new Error('Broken.')),
      async () => opened('work.prof'),
      async () => opened('work.collapsed')
    ];
    const { context, widget } = setUp(() => answers.shift()!());
    await widget.ready;
    expect(widget.node.textContent).toBe('Broken.');
    context.fileChanged.emit({});
    await widget.ready;
    expect(widget.node.textContent).toContain('work.prof (cProfile)');
    context.fileChanged.emit({});
    await widget.ready;
    expect(widget.node.textContent).toContain('work.collapsed');
    expect(widget.node.textContent).not.toContain('work.prof (cProfile)');
    widget.dispose();
  });

  it('wants no answer any more when its tab is closed', async () => {
    const signals: AbortSignal[] = [];
    const { add, widget } = setUp((_, signal) => {
      signals.push(signal);
      return new Promise((_, reject) =>
        signal.addEventListener('abort', () => reject(new Error('aborted')))
      );
    });
    await waitFor(() => expect(signals).toHaveLength(1));
    widget.dispose();
    expect(signals[0].aborted).toBe(true);
    await widget.ready;
    expect(add).not.toHaveBeenCalled();
  });
});

describe('openForeign', () => {
  const asked: Request[] = [];
  const ask = (answer: () => Promise<Response>): Promise<unknown> =>
    openForeign(
      'a/b.prof',
      ServerConnection.makeSettings({
        baseUrl: 'http://server/user/a/',
        fetch: async (input, init) => {
          asked.push(new Request(input, init));
          return answer();
        }
      }),
      new AbortController().signal,
      trans
    );

  it('asks for a path', async () => {
    expect(await ask(async () => new Response('{"version": 1}'))).toEqual({
      version: 1
    });
    const [request] = asked;
    expect(request.method).toBe('POST');
    // JupyterLab adds the time, so that nothing comes from a cache.
    expect(request.url.replace(/\?\d+$/, '')).toBe(
      'http://server/user/a/cell-profiler/api/open'
    );
    expect(await request.json()).toEqual({ path: 'a/b.prof' });
  });

  it.each([
    [422, '{"message": "x is no profile."}', /^x is no profile\.$/],
    [404, '{"message": "No such file."}', /^No such file\.$/],
    [404, '<html>', /Install jupyterlab-cell-profiler/],
    [502, '<html>', /^The server answered 502 Odd\.$/],
    [200, '<html>', /^The server answered 200 Odd\.$/]
  ])('turns %d %s into a sentence', async (status, body, sentence) => {
    const response = () =>
      Promise.resolve(new Response(body, { status, statusText: 'Odd' }));
    await expect(ask(response)).rejects.toThrow(sentence);
  });

  it('has a sentence when there is no server', async () => {
    await expect(
      ask(() => Promise.reject(new TypeError('no')))
    ).rejects.toThrow(/cannot be reached/);
  });
});

describe('file types', () => {
  const registry = new DocumentRegistry();
  fileTypes(trans).forEach(type => registry.addFileType(type));
  const typeOf = (path: string): string | undefined =>
    registry.getFileTypesForPath(path)[0]?.name;

  it.each([
    ['x/work.prof', 'cell-profiler-pstats'],
    ['work.pstats', 'cell-profiler-pstats'],
    ['work.prof.gz', 'cell-profiler-pstats'],
    ['a.lprof', 'cell-profiler-lprof'],
    ['mprofile_20260101.dat', 'cell-profiler-mprof'],
    ['memray-work.py.123.bin', 'cell-profiler-memray'],
    ['a.b.speedscope.json', 'cell-profiler-stacks'],
    ['CPU.20260101.cpuprofile', 'cell-profiler-stacks'],
    ['x.collapsed', 'cell-profiler-stacks'],
    ['x.folded', 'cell-profiler-stacks'],
    ['x.pyisession', 'cell-profiler-stacks'],
    ['other.dat', GENERIC],
    ['other.bin', GENERIC]
  ])('%s is a %s', (path, name) => {
    expect(typeOf(path)).toBe(name);
  });

  it.each(['x.json', 'notebook.ipynb', 'x.cellprofile.json', 'x.txt', 'x.py'])(
    '%s stays what it is',
    path => {
      expect(typeOf(path) ?? '').not.toMatch(/^cell-profiler/);
    }
  );

  it('opens generic endings on request only', () => {
    expect(defaultTypes(trans)).not.toContain(GENERIC);
  });

  it('never asks for the content of a file', () => {
    const factory = new ForeignModelFactory();
    expect(factory.fileFormat).toBeNull();
    expect(factory.contentType).toBe('file');
  });
});

describe(CommandIDs.open, () => {
  const openOrReveal = jest.fn();
  const choose = jest.fn(async () => ['a.prof', 'b.lprof']);
  const commands = new CommandRegistry();
  addOpenCommand({
    commands,
    docManager: { openOrReveal } as unknown as IDocumentManager,
    choose,
    trans
  });
  beforeEach(() => {
    openOrReveal.mockClear();
    choose.mockClear();
  });

  it('opens a path', async () => {
    await commands.execute(CommandIDs.open, { path: 'x/y.json' });
    expect(openOrReveal.mock.calls).toEqual([['x/y.json', FACTORY]]);
    expect(choose).not.toHaveBeenCalled();
  });

  it('asks without one', async () => {
    await commands.execute(CommandIDs.open);
    expect(openOrReveal.mock.calls).toEqual([
      ['a.prof', FACTORY],
      ['b.lprof', FACTORY]
    ]);
  });

  it('describes its arguments', async () => {
    const { args } = await commands.describedBy(CommandIDs.open);
    expect(args).toHaveProperty('properties.path.type', 'string');
  });
});
