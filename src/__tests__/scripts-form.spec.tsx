import { Dialog } from '@jupyterlab/apputils';
import type { KernelSpec } from '@jupyterlab/services';
import { nullTranslator } from '@jupyterlab/translation';
import { fireEvent, screen, waitFor, within } from '@testing-library/dom';
import type { IScriptAnswers } from '../lib/scripts';
import { askScript } from '../scripts/dialog';
import { checkAnswers, firstAnswers, SCRIPT_PROFILERS } from '../scripts/form';
import { environments } from '../scripts/kernels';
import { ScriptMemory } from '../scripts/memory';

const trans = nullTranslator.load('jupyterlab_cell_profiler');

const SPECS = {
  default: 'py',
  kernelspecs: {
    old: { language: 'Python', display_name: 'Old Python' },
    r: { language: 'R', display_name: 'R' },
    py: { language: 'python', display_name: 'Python 3' }
  }
} as unknown as KernelSpec.ISpecModels;

const CHOICES = { environments: environments(SPECS), profiler: 'lines' };

const contents = {
  get: jest.fn(async (path: string) => {
    if (!['', 'project', 'project/train.py'].includes(path)) {
      throw new Error('404');
    }
    return { type: path.endsWith('.py') ? 'file' : 'directory' } as never;
  })
};

const check = (parts: Partial<IScriptAnswers>) =>
  checkAnswers(
    firstAnswers('project/train.py', parts, CHOICES),
    CHOICES.environments,
    contents,
    trans
  );

describe('environments', () => {
  it('are the kernels that run Python, the default first', () => {
    expect(CHOICES.environments.map(({ label }) => label)).toEqual([
      'Python 3',
      'Old Python'
    ]);
    expect(environments(null)).toEqual([]);
  });
});

describe('the answers', () => {
  it('begin with what is usual', () => {
    expect(firstAnswers('project/train.py', {}, CHOICES)).toEqual({
      profilers: ['lines'],
      arguments: '',
      directory: 'project',
      kernel: 'py',
      stdin: null
    });
  });

  it('begin with what was said before, where that is still there', () => {
    const told = { kernel: 'gone', directory: '', stdin: '' };
    expect(firstAnswers('project/train.py', told, CHOICES)).toMatchObject({
      directory: '',
      kernel: 'py',
      stdin: ''
    });
  });

  it('do not begin with a profiler that looks into a kernel', () => {
    expect(SCRIPT_PROFILERS).not.toContain('objects');
    const choices = { ...CHOICES, profiler: 'objects' };
    expect(firstAnswers('a.py', {}, choices).profilers).toEqual(['overview']);
  });

  it('are brought into their usual form', async () => {
    const { answers, problems } = await check({ directory: '/project/.' });
    expect(answers.directory).toBe('project');
    expect(problems).toEqual({});
  });

  it.each<[Partial<IScriptAnswers>, keyof IScriptAnswers, RegExp]>([
    [{ profilers: ['objects'] }, 'profilers', /measures cells only/],
    [{ arguments: '"a' }, 'arguments', /quote is not closed/],
    [{ arguments: 'a\\' }, 'arguments', /backslash at the end/],
    [{ directory: '../..' }, 'directory', /leaves the folder/],
    [{ directory: 'gone' }, 'directory', /no folder “gone”/],
    [{ directory: 'project/train.py' }, 'directory', /no folder/],
    [{ stdin: 'x'.repeat(1_000_001) }, 'stdin', /more than a million/]
  ])('%j are refused with a sentence', async (parts, question, sentence) => {
    const { problems } = await check(parts);
    expect(Object.keys(problems)).toEqual([question]);
    expect(problems[question]).toMatch(sentence);
  });

  it('need a kernel for Python', async () => {
    const answers = firstAnswers(
      'a.py',
      {},
      { environments: [], profiler: '' }
    );
    const { problems } = await checkAnswers(answers, [], contents, trans);
    expect(problems.kernel).toMatch(/pip install ipykernel/);
  });
});

describe('the memory', () => {
  const state = () => {
    const kept: { [key: string]: unknown } = {};
    return {
      kept,
      fetch: jest.fn(async (key: string) => kept[key]),
      save: jest.fn(async (key: string, value: unknown) => {
        kept[key] = JSON.parse(JSON.stringify(value));
      })
    };
  };
  const answers = firstAnswers('a.py', { arguments: '-v' }, CHOICES);

  it('knows the last answers of each file, over a reload too', async () => {
    const db = state();
    const memory = new ScriptMemory(db as never);
    await memory.ready;
    memory.set('a.py', { ...answers, options: { lines: {} } });
    expect(memory.get('b.py')).toEqual({});
    const again = new ScriptMemory(db as never);
    await again.ready;
    expect(again.get('a.py')).toEqual(answers);
  });

  it('keeps a hundred files, and no long input', async () => {
    const db = state();
    const memory = new ScriptMemory(db as never);
    await memory.ready;
    for (let i = 0; i <= 100; i++) {
      memory.set(`${i}.py`, { ...answers, stdin: 'x'.repeat(20_000) });
    }
    expect(memory.get('0.py')).toEqual({});
    expect(memory.get('100.py').stdin).toBe('');
  });

  it('does without what is broken', async () => {
    const broken = { fetch: async () => ({ files: [null, { file: 3 }, 4] }) };
    const memory = new ScriptMemory(broken as never);
    await memory.ready;
    expect(memory.get('a.py')).toEqual({});
    const failing = { fetch: () => Promise.reject(new Error('no')) };
    await expect(
      new ScriptMemory(failing as never).ready
    ).resolves.toBeUndefined();
  });
});

describe('the dialog', () => {
  const ask = (isUnsaved = false) =>
    askScript({
      path: 'project/train.py',
      answers: firstAnswers('project/train.py', {}, CHOICES),
      environments: CHOICES.environments,
      isUnsaved,
      check: answers =>
        checkAnswers(answers, CHOICES.environments, contents, trans),
      trans
    });

  afterEach(() => Dialog.flush());

  const type = (label: string, value: string): void => {
    fireEvent.change(screen.getByLabelText(label), { target: { value } });
  };

  it('gives the answers', async () => {
    const answered = ask();
    await screen.findByLabelText('Arguments');
    expect(screen.queryByLabelText('Standard input')).toBeNull();
    type('Profiler', 'stacks');
    type('Arguments', '--epochs 3');
    type('Environment', 'old');
    fireEvent.click(screen.getByLabelText('Give it standard input'));
    await waitFor(() => type('Standard input', 'yes\n'));
    fireEvent.click(screen.getByText('Profile'));
    expect(await answered).toEqual({
      profilers: ['stacks'],
      arguments: '--epochs 3',
      directory: 'project',
      kernel: 'old',
      stdin: 'yes\n'
    });
  });

  it('stays while an answer is wrong, and ties the sentence to it', async () => {
    const answered = ask();
    await screen.findByLabelText('Arguments');
    type('Arguments', '"open');
    fireEvent.click(screen.getByText('Profile'));
    const alert = await screen.findByRole('alert', { hidden: true });
    expect(alert.textContent).toMatch(/not closed/);
    const field = screen.getByLabelText('Arguments');
    expect(field.getAttribute('aria-invalid')).toBe('true');
    expect(field.getAttribute('aria-describedby')).toBe(alert.id);
    expect(document.activeElement).toBe(field);
    type('Arguments', 'closed');
    await waitFor(() =>
      expect(screen.queryByRole('alert', { hidden: true })).toBeNull()
    );
    fireEvent.click(screen.getByText('Profile'));
    expect((await answered)?.arguments).toBe('closed');
  });

  it('says that the file is saved first, and can be cancelled', async () => {
    const answered = ask(true);
    await screen.findByText(/unsaved changes/);
    const dialog = document.querySelector<HTMLElement>('.jp-Dialog')!;
    expect(within(dialog).getByText('Save and Profile')).toBeTruthy();
    fireEvent.click(within(dialog).getByText('Cancel'));
    expect(await answered).toBeNull();
  });
});
