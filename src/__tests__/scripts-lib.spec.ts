import { basePath } from '../lib/paths';
import {
  argumentsProblem,
  isScript,
  quoted,
  readAnswers,
  readFolder,
  relativePath,
  scriptRequest,
  sessionPath
} from '../lib/scripts';
import { scriptCode } from '../kernel';

const ANSWERS = {
  profilers: ['stacks'],
  arguments: '--epochs 3',
  directory: 'project',
  kernel: 'python3',
  stdin: null
};

describe('what a script is asked for', () => {
  it('knows scripts by their names', () => {
    expect(['a.py', 'b/c.PY', 'gui.pyw'].every(isScript)).toBe(true);
    expect(['a.pyc', 'py', 'a.py.txt', ''].some(isScript)).toBe(false);
  });

  it.each([
    ['project/train.py', 'project', 'train.py'],
    ['project/sub/train.py', 'project', 'sub/train.py'],
    ['project/train.py', 'project/data', '../train.py'],
    ['train.py', 'data/raw', '../../train.py'],
    ['train.py', '', 'train.py'],
    ['project/train.py', '', 'project/train.py'],
    ['project/project', 'project/project', '../project']
  ])('finds the way to %s from “%s”', (path, folder, way) => {
    expect(relativePath(path, folder)).toBe(way);
  });

  it.each([
    ['', ''],
    ['/', ''],
    [' data/raw/ ', 'data/raw'],
    ['./data//raw/../x', 'data/x'],
    ['../data', null],
    ['data/../..', null]
  ])('reads the folder “%s”', (text, folder) => {
    expect(readFolder(text)).toBe(folder);
  });

  it.each([
    ['', null],
    ['--x 1 "two words" \'it\\\'', null],
    ['a\\ b "quote \\" inside"', null],
    ['"open', 'quote'],
    ["it's", 'quote'],
    ['"open \\', 'quote'],
    ['end \\', 'escape'],
    ['end \\\\', null],
    ['x'.repeat(40_000), 'long']
  ])('looks through the arguments %j', (line, problem) => {
    expect(argumentsProblem(line)).toBe(problem);
  });

  it('asks the kernel side with paths from the working directory', () => {
    expect(
      scriptRequest(
        'project/train.py',
        { ...ANSWERS, directory: '', stdin: 'a\n' },
        { stacks: { rate: 50 }, memory: { interval: 1 } }
      )
    ).toEqual({
      path: 'project/train.py',
      serverPath: 'project/train.py',
      argumentLine: '--epochs 3',
      profilers: ['stacks'],
      options: { stacks: { rate: 50 } },
      stdin: 'a\n'
    });
  });

  it('has options of the run count more than those of the settings', () => {
    const { options, stdin } = scriptRequest(
      'a.py',
      { ...ANSWERS, options: { stacks: { native: true }, lines: { x: 1 } } },
      { stacks: { rate: 50, native: false } }
    );
    expect(options).toEqual({ stacks: { rate: 50, native: true } });
    expect(stdin).toBeUndefined();
  });

  it('is a call with one Python string', () => {
    const code = scriptCode({ argumentLine: `it's "here"\\\n` });
    const [, literal] = /profile_script\((.*)\)$/.exec(code)!;
    expect(code).not.toContain('\n');
    expect(JSON.parse(JSON.parse(literal))).toEqual({
      argumentLine: `it's "here"\\\n`
    });
  });

  it('gives the session a place of its own in the working directory', () => {
    expect(sessionPath('a/b.py', 'c/d', '1')).toBe('c/d/b.py-profile-1');
    expect(sessionPath('a/b.py', '', '1')).toBe('b.py-profile-1');
  });

  it('reads what a command is told, and drops what makes no sense', () => {
    expect(
      readAnswers({
        profilers: ['lines', 3, ''],
        arguments: ['--name', "it's", 'a b', '', 'x=1'],
        directory: 'd',
        kernel: 7,
        stdin: null,
        options: []
      })
    ).toEqual({
      profilers: ['lines'],
      arguments: `--name 'it'"'"'s' 'a b' '' x=1`,
      directory: 'd',
      stdin: null
    });
    expect(readAnswers(null)).toEqual({});
    expect(readAnswers({ arguments: 7, profilers: [] })).toEqual({});
  });

  it('quotes what a shell would split', () => {
    expect(quoted('--x=a/b.c')).toBe('--x=a/b.c');
    expect(quoted('a b')).toBe("'a b'");
    expect(quoted('')).toBe("''");
  });
});

describe('basePath', () => {
  const script = { kind: 'script', path: 'project/train.py' };

  it('is the script, as the server has it', () => {
    expect(basePath(script, '', '/root')).toBe('project/train.py');
  });

  it('is the script beside a notebook that ran it by a magic', () => {
    const target = { kind: 'script', path: '../train.py' };
    expect(basePath(target, 'work/nb.ipynb', '/root')).toBe('train.py');
  });

  it('is the notebook where a script lies elsewhere', () => {
    const target = { kind: 'script', path: '/elsewhere/x.py' };
    expect(basePath(target, 'work/nb.ipynb', '/srv')).toBe('work/nb.ipynb');
  });

  it('is the notebook that holds a profile, else the one that made it', () => {
    const target = { kind: 'cell', path: 'made/nb.ipynb' };
    expect(basePath(target, 'held/nb.ipynb', '')).toBe('held/nb.ipynb');
    expect(basePath(target, '', '')).toBe('made/nb.ipynb');
    expect(basePath({ kind: 'cell' }, '', '')).toBe('');
  });
});
