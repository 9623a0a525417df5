import type { ProfileDocument } from '../document';
import { callableExpression } from '../lib/callable';
import { Rerun } from '../rerun';
import { CommandIDs } from '../tokens';
import { golden } from './golden';

jest.mock('@jupyterlab/apputils', () => ({
  showErrorMessage: jest.fn().mockResolvedValue(undefined)
}));

// eslint-disable-next-line @typescript-eslint/no-require-imports
const { showErrorMessage } = require('@jupyterlab/apputils');

describe('callableExpression', () => {
  it.each([
    ['fit', 'fit'],
    ['Model.fit', 'Model.fit'],
    ['größe', 'größe'],
    ['outer.<locals>.inner', 'outer'],
    ['Model.fit.<locals>.<lambda>', 'Model.fit']
  ])('of %s is %s', (name, expected) => {
    expect(callableExpression(name)).toBe(expected);
  });

  it.each([
    '<module>',
    '<lambda>',
    '<built-in method builtins.sum>',
    '(12 other functions)',
    'f()',
    "__import__('os').system('x')",
    'a.b[0]',
    'a b',
    'a;b',
    'a\nb',
    '.a',
    'a.',
    '1a',
    '',
    'x'.repeat(501)
  ])('does not exist for %j', name => {
    expect(callableExpression(name)).toBeNull();
  });
});

describe('Rerun', () => {
  const SOURCE = ['def work():', '    return 1', 'work()'];

  const makeProfile = (
    change: Partial<ProfileDocument> = {}
  ): ProfileDocument => ({
    ...golden('lines-cell'),
    target: { kind: 'cell', cellId: 'b' },
    files: [{ path: 'In [1]', cellId: 'b', source: SOURCE }],
    ...change
  });

  const makePanel = (id: string, cells: { [id: string]: string }) => {
    const node = document.createElement('div');
    node.append(document.createElement('p'));
    return {
      id,
      node,
      content: {
        activeCellIndex: 0,
        deselectAll: jest.fn(),
        widgets: Object.keys(cells).map(cellId => ({
          model: {
            id: cellId,
            type: 'code',
            sharedModel: { getSource: () => cells[cellId] }
          }
        }))
      }
    };
  };

  let cells: { [id: string]: string };
  let panels: ReturnType<typeof makePanel>[];
  const shell = { activateById: jest.fn() };
  const commands = {
    hasCommand: jest.fn(),
    execute: jest.fn()
  };
  let rerun: Rerun;
  const inside = (index: number): Element => panels[index].node.children[0];

  beforeEach(() => {
    jest.clearAllMocks();
    commands.hasCommand.mockImplementation(() => true);
    cells = { a: 'pass', b: SOURCE.join('\n') };
    panels = [
      makePanel('other', { b: SOURCE.join('\n') }),
      makePanel('own', cells),
      makePanel('without', { a: 'pass' })
    ];
    rerun = new Rerun({
      tracker: {
        find: (test: (panel: unknown) => boolean) => panels.find(test)
      } as never,
      shell: shell as never,
      commands: commands as never
    });
  });

  it('runs the cell of the profile in the notebook that holds it', async () => {
    expect(rerun.canRun(makeProfile(), inside(1))).toBe(true);
    await rerun.profileLines(makeProfile(), 'Model.fit', null, inside(1));
    expect(shell.activateById).toHaveBeenCalledWith('own');
    expect(panels[1].content.deselectAll).toHaveBeenCalledTimes(1);
    expect(panels[1].content.activeCellIndex).toBe(1);
    expect(commands.execute).toHaveBeenCalledWith(CommandIDs.run, {
      profilers: ['lines'],
      options: { lines: { functions: ['Model.fit'] } }
    });
    expect(showErrorMessage).not.toHaveBeenCalled();
  });

  describe('of a script', () => {
    const script = golden('script-lines');
    const elsewhere = document.createElement('p');

    it('asks to run it with the same arguments', async () => {
      expect(rerun.canRun(script, elsewhere)).toBe(true);
      await rerun.profileAgain(script, ['functions'], undefined, elsewhere);
      expect(commands.execute).toHaveBeenCalledWith(CommandIDs.runScript, {
        path: 'project/train.py',
        profilers: ['functions'],
        options: {},
        arguments: ['--epochs', '3']
      });
    });

    it('does not offer what only cells can', () => {
      expect(rerun.canRunLines(script, elsewhere)).toBe(false);
      // By a magic, with a path that is the kernel's.
      expect(rerun.canRun(script, inside(1))).toBe(false);
      commands.hasCommand.mockImplementation(id => id === CommandIDs.run);
      expect(rerun.canRun(script, elsewhere)).toBe(false);
      commands.hasCommand.mockImplementation(() => true);
      for (const path of ['/etc/x.py', 'notes.txt', undefined]) {
        const target = { ...script.target, path };
        expect(
          rerun.canRun({ ...script, target } as ProfileDocument, elsewhere)
        ).toBe(false);
      }
    });
  });

  it('runs the cell under another profiler', async () => {
    const options = { stacks: { native: true } };
    await rerun.profileAgain(makeProfile(), ['stacks'], options, inside(1));
    expect(panels[1].content.activeCellIndex).toBe(1);
    expect(commands.execute).toHaveBeenCalledWith(CommandIDs.run, {
      profilers: ['stacks'],
      options
    });
    await rerun.profileAgain(makeProfile(), ['lines'], undefined, inside(1));
    expect(commands.execute).toHaveBeenLastCalledWith(CommandIDs.run, {
      profilers: ['lines'],
      options: {}
    });
  });

  it('lets no expression of a stranger into the kernel', async () => {
    await rerun.profileLines(
      makeProfile(),
      '__import__("os")',
      null,
      inside(1)
    );
    expect(commands.execute).toHaveBeenCalledWith(CommandIDs.run, {
      profilers: ['lines'],
      options: {}
    });
  });

  it('names a function of a file by its place', async () => {
    const place = { path: '~/lib/json/encoder.py', line: 183 };
    const name = 'JSONEncoder.encode';
    await rerun.profileLines(makeProfile(), name, place, inside(1));
    expect(commands.execute).toHaveBeenCalledWith(CommandIDs.run, {
      profilers: ['lines'],
      options: { lines: { places: [{ ...place, name }] } }
    });
  });

  it('overlooks white space at the end', () => {
    cells.b = `${SOURCE.join('\n')}\n\n`;
    expect(rerun.canRun(makeProfile(), inside(1))).toBe(true);
  });

  it('knows a cell whose first line was a magic', () => {
    cells.b = `%%profile functions\n${SOURCE.join('\n')}`;
    expect(rerun.canRun(makeProfile(), inside(1))).toBe(false);
    const files = [{ path: 'In [1]', source: SOURCE, firstLine: 2 }];
    expect(rerun.canRun(makeProfile({ files }), inside(1))).toBe(true);
  });

  it.each<[string, () => [ProfileDocument, Element]]>([
    ['in no notebook', () => [makeProfile(), document.createElement('p')]],
    ['in a notebook without the cell', () => [makeProfile(), inside(2)]],
    [
      'of a script',
      () => [
        makeProfile({ target: { kind: 'script', cellId: 'b' } }),
        inside(1)
      ]
    ],
    [
      'of no known cell',
      () => [makeProfile({ target: { kind: 'cell' } }), inside(1)]
    ],
    ['without files', () => [makeProfile({ files: [] }), inside(1)]],
    [
      'without source',
      () => [makeProfile({ files: [{ path: 'In [1]' }] }), inside(1)]
    ]
  ])('cannot run a profile %s', (_, of) => {
    expect(rerun.canRun(...of())).toBe(false);
  });

  it('needs the command', () => {
    commands.hasCommand.mockImplementation(() => false);
    expect(rerun.canRun(makeProfile(), inside(1))).toBe(false);
  });

  it('does not run a cell that was edited meanwhile, and says so', async () => {
    cells.b = 'something_else()';
    expect(rerun.canRun(makeProfile(), inside(1))).toBe(false);
    await rerun.profileLines(makeProfile(), 'work', null, inside(1));
    expect(commands.execute).not.toHaveBeenCalled();
    expect(showErrorMessage).toHaveBeenCalledWith(
      'Cannot profile the cell again',
      expect.stringContaining('has changed')
    );
  });
});
