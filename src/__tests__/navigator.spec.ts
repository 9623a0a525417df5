import { PageConfig } from '@jupyterlab/coreutils';
import { NotebookActions } from '@jupyterlab/notebook';
import { contentsPath } from '../lib/paths';
import { Navigator } from '../navigator';

jest.mock('@jupyterlab/apputils', () => ({
  showErrorMessage: jest.fn().mockResolvedValue(undefined)
}));
jest.mock('@jupyterlab/notebook', () => ({
  NotebookActions: { expandParent: jest.fn() }
}));

// eslint-disable-next-line @typescript-eslint/no-require-imports
const { showErrorMessage } = require('@jupyterlab/apputils');

describe('contentsPath', () => {
  const from = 'work/sub/notebook.ipynb';
  const root = '/home/me/files';

  it.each([
    ['module.py', 'work/sub/module.py'],
    ['./pkg/module.py', 'work/sub/pkg/module.py'],
    ['../module.py', 'work/module.py'],
    ['../../module.py', 'module.py'],
    ['/home/me/files/a.py', 'a.py'],
    ['/home/me/files//b/../a.py', 'a.py']
  ])('resolves %s', (path, expected) => {
    expect(contentsPath(path, from, root)).toBe(expected);
    expect(contentsPath(path, from, `${root}/`)).toBe(expected);
  });

  it.each([
    '../../../module.py',
    '/home/me/files/../secret.py',
    '/home/me/files-of-another/a.py',
    '/etc/passwd.py',
    '/home/me/files',
    'javascript:alert(1)//x.py',
    'JavaScript:alert(1).py',
    'https://example.org/x.py',
    'file:///home/me/files/a.py',
    'data:text/html,x.py',
    'drive:module.py',
    'C:\\other\\a.py',
    '\\\\host\\share\\a.py',
    'a\n.py',
    'a\u0000.py',
    '',
    '.',
    '..',
    'In [3]',
    'statement',
    '<string>',
    '<frozen importlib._bootstrap>.py',
    `${'x/'.repeat(3000)}a.py`
  ])('refuses %j', path => {
    expect(contentsPath(path, from, root)).toBeNull();
  });

  it('resolves a root below the home folder, which a browser is told as ~', () => {
    expect(contentsPath('/home/me/files/a.py', from, '~/files')).toBe('a.py');
    expect(contentsPath('/root/files/a.py', from, '~/files')).toBe('a.py');
    expect(contentsPath('/Users/me/a.py', from, '~')).toBe('a.py');
    expect(contentsPath('/opt/me/files/a.py', from, '~/files')).toBeNull();
    expect(contentsPath('/home/me/other/a.py', from, '~/files')).toBeNull();
  });

  it('resolves paths of Windows', () => {
    const windows = 'C:/Users/me/files';
    expect(contentsPath('C:\\Users\\me\\files\\a.py', from, windows)).toBe(
      'a.py'
    );
    expect(contentsPath('c:\\users\\Me\\files\\A.py', from, windows)).toBe(
      'A.py'
    );
    expect(contentsPath('C:\\Users\\me\\files\\a.py', from, '~/files')).toBe(
      'a.py'
    );
  });

  it('refuses absolute paths where the root is not known', () => {
    expect(contentsPath('/a.py', from, '')).toBeNull();
    expect(contentsPath('/a.py', from, '/')).toBe('a.py');
  });

  it('stays in the drive of the notebook', () => {
    expect(contentsPath('a.py', 'RTC:nb.ipynb', root)).toBe('RTC:a.py');
    expect(contentsPath('a.py', 'RTC:sub/nb.ipynb', root)).toBe('RTC:sub/a.py');
    expect(contentsPath('../a.py', 'RTC:nb.ipynb', root)).toBeNull();
  });

  it('starts at the root where the profile has no place', () => {
    expect(contentsPath('a.py', '', root)).toBe('a.py');
  });
});

describe('Navigator', () => {
  /** An editor that notes where the cursor was put. */
  const makeEditor = () => ({
    lineCount: 10,
    setCursorPosition: jest.fn(),
    revealPosition: jest.fn(),
    focus: jest.fn()
  });

  const makePanel = (id: string, cells: string[]) => {
    const node = document.createElement('div');
    node.append(document.createElement('p'));
    const widgets = cells.map(cellId => ({
      model: { id: cellId, type: 'code' },
      ready: Promise.resolve(),
      isDisposed: false,
      inputHidden: true,
      editor: makeEditor()
    }));
    return {
      id,
      node,
      context: {
        path: `folder/${id}.ipynb`,
        localPath: `folder/${id}.ipynb`
      },
      content: {
        widgets,
        mode: 'command',
        activeCellIndex: 0,
        deselectAll: jest.fn(),
        scrollToItem: jest.fn().mockResolvedValue(undefined)
      }
    };
  };

  let panels: ReturnType<typeof makePanel>[];
  let current: ReturnType<typeof makePanel> | null;
  let files: { [path: string]: { content: unknown } };
  const shell = { activateById: jest.fn(), widgets: jest.fn() };
  const openOrReveal = jest.fn();
  let navigator: Navigator;

  beforeEach(() => {
    jest.clearAllMocks();
    PageConfig.setOption('serverRoot', '/srv');
    panels = [makePanel('one', ['a', 'b']), makePanel('two', ['b', 'c'])];
    current = null;
    files = {};
    shell.widgets.mockImplementation(() => []);
    openOrReveal.mockImplementation(path => files[path]);
    navigator = new Navigator({
      tracker: {
        find: (test: (panel: unknown) => boolean) => panels.find(test),
        get currentWidget() {
          return current;
        }
      } as never,
      shell: shell as never,
      docManager: {
        services: {
          contents: {
            get: (path: string) =>
              path in files ? Promise.resolve({}) : Promise.reject('404')
          }
        },
        openOrReveal,
        contextForWidget: (widget: { path: string }) => ({ path: widget.path })
      } as never
    });
  });

  const inside = (index: number): Element => panels[index].node.children[0];
  const elsewhere = document.createElement('p');

  it('opens the cell in the notebook that holds the profile', async () => {
    const location = { cellId: 'b', path: 'In [1]', line: 3 };
    expect(navigator.canOpen(location, inside(1))).toBe(true);
    await navigator.open(location, inside(1));
    const { content } = panels[1];
    const { editor } = content.widgets[0];
    expect(shell.activateById).toHaveBeenCalledWith('two');
    expect(content.activeCellIndex).toBe(0);
    expect(content.scrollToItem).toHaveBeenCalledWith(0, 'smart');
    expect(NotebookActions.expandParent).toHaveBeenCalledTimes(1);
    expect(content.widgets[0].inputHidden).toBe(false);
    expect(content.mode).toBe('edit');
    expect(editor.setCursorPosition).toHaveBeenCalledWith({
      line: 2,
      column: 0
    });
    expect(editor.revealPosition).toHaveBeenCalledTimes(1);
    expect(editor.focus).toHaveBeenCalledTimes(1);
  });

  it('does not look into other notebooks from within one', async () => {
    const location = { cellId: 'c', path: 'In [1]', line: 1 };
    expect(navigator.canOpen(location, inside(0))).toBe(false);
    await navigator.open(location, inside(0));
    expect(shell.activateById).not.toHaveBeenCalled();
  });

  it('finds the cell in an open notebook from a file', async () => {
    const location = { cellId: 'b', path: 'In [1]', line: 1 };
    expect(navigator.canOpen(location, elsewhere)).toBe(true);
    await navigator.open(location, elsewhere);
    expect(shell.activateById).toHaveBeenLastCalledWith('one');
    current = panels[1];
    await navigator.open(location, elsewhere);
    expect(shell.activateById).toHaveBeenLastCalledWith('two');
    expect(navigator.canOpen({ ...location, cellId: 'x' }, elsewhere)).toBe(
      false
    );
  });

  it('goes to the last line of a cell that has become shorter', async () => {
    await navigator.open({ cellId: 'a', path: '', line: 99 }, inside(0));
    const { editor } = panels[0].content.widgets[0];
    expect(editor.setCursorPosition).toHaveBeenCalledWith({
      line: 9,
      column: 0
    });
  });

  it('survives a scroll that is interrupted', async () => {
    panels[0].content.scrollToItem.mockRejectedValue('another scroll');
    await navigator.open({ cellId: 'a', path: '', line: 1 }, inside(0));
    expect(panels[0].content.mode).toBe('edit');
  });

  it('shows a cell of an open notebook, selected or at a line', async () => {
    expect(await navigator.showCell('folder/two.ipynb', 'c')).toBe(true);
    const { content } = panels[1];
    expect(shell.activateById).toHaveBeenCalledWith('two');
    expect([content.activeCellIndex, content.mode]).toEqual([1, 'command']);
    expect(content.widgets[1].editor.focus).not.toHaveBeenCalled();
    expect(await navigator.showCell('folder/two.ipynb', 'c', 4)).toBe(true);
    expect(content.mode).toBe('edit');
    expect(content.widgets[1].editor.setCursorPosition).toHaveBeenCalledWith({
      line: 3,
      column: 0
    });
    expect(openOrReveal).not.toHaveBeenCalled();
  });

  it('opens the notebook of a cell', async () => {
    const opened = makePanel('three', ['d']);
    files['folder/three.ipynb'] = {
      context: { ready: Promise.resolve() }
    } as never;
    openOrReveal.mockImplementation(path => {
      panels.push(opened);
      return files[path];
    });
    expect(await navigator.showCell('folder/three.ipynb', 'd')).toBe(true);
    expect(shell.activateById).toHaveBeenLastCalledWith('three');
  });

  it('says when the cell, or its notebook, is no longer there', async () => {
    expect(await navigator.showCell('folder/one.ipynb', 'gone')).toBe(false);
    expect(showErrorMessage).toHaveBeenLastCalledWith(
      'Cannot show the cell',
      expect.stringContaining('folder/one.ipynb')
    );
    expect(await navigator.showCell('gone.ipynb', 'a')).toBe(false);
    expect(showErrorMessage).toHaveBeenLastCalledWith(
      'Cannot open the file',
      expect.stringContaining('gone.ipynb')
    );
    expect(openOrReveal).not.toHaveBeenCalled();
    // Notebook 7 opens it in a tab of the browser: nothing to be sorry for.
    files['tab.ipynb'] = undefined as never;
    expect(await navigator.showCell('tab.ipynb', 'a')).toBe(false);
    expect(showErrorMessage).toHaveBeenCalledTimes(2);
  });

  it('opens a file next to the notebook at its line', async () => {
    const editor = makeEditor();
    files['folder/module.py'] = {
      context: { ready: Promise.resolve() },
      content: { editor }
    } as never;
    const location = { path: 'module.py', line: 4 };
    expect(navigator.canOpen(location, inside(0))).toBe(true);
    await navigator.open(location, inside(0));
    expect(openOrReveal).toHaveBeenCalledWith('folder/module.py');
    expect(editor.revealPosition).toHaveBeenCalledWith({ line: 3, column: 0 });
  });

  it('resolves from the folder of a profile that is a file', async () => {
    const node = document.createElement('div');
    node.append(elsewhere);
    shell.widgets.mockImplementation(() => [{ node, path: 'p/x.json' }]);
    files['p/module.py'] = undefined as never;
    await navigator.open({ path: 'module.py', line: 1 }, elsewhere);
    expect(openOrReveal).toHaveBeenCalledWith('p/module.py');
  });

  it('resolves from the folder of the script that a profile is of', async () => {
    const target = { kind: 'script', path: 'project/train.py' };
    files['project/model.py'] = undefined as never;
    const location = { path: 'model.py', line: 1, target };
    expect(navigator.canOpen(location, elsewhere)).toBe(true);
    await navigator.open(location, elsewhere);
    expect(openOrReveal).toHaveBeenLastCalledWith('project/model.py');
    // In a notebook, from where a magic ran it.
    files['folder/project/model.py'] = undefined as never;
    await navigator.open(location, inside(0));
    expect(openOrReveal).toHaveBeenLastCalledWith('folder/project/model.py');
  });

  it('shows a file', async () => {
    files['project/train.py'] = {
      context: { ready: Promise.resolve() }
    } as never;
    expect(await navigator.showFile('project/train.py')).toBe(true);
    expect(await navigator.showFile('gone.py')).toBe(false);
    expect(showErrorMessage).toHaveBeenCalledTimes(1);
  });

  it('says when a file is not there', async () => {
    await navigator.open({ path: '/srv/gone.py', line: 1 }, inside(0));
    expect(openOrReveal).not.toHaveBeenCalled();
    expect(showErrorMessage).toHaveBeenCalledWith(
      'Cannot open the file',
      expect.stringContaining('gone.py')
    );
  });

  it('never opens what is outside', async () => {
    for (const path of ['/etc/x.py', 'javascript:alert(1)', '../../x.py']) {
      expect(navigator.canOpen({ path, line: 1 }, inside(0))).toBe(false);
      await navigator.open({ path, line: 1 }, inside(0));
    }
    expect(openOrReveal).not.toHaveBeenCalled();
    expect(showErrorMessage).not.toHaveBeenCalled();
  });
});
