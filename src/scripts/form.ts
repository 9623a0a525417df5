import type { Contents } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import { profilerChoice } from '../choices';
import { PROFILERS } from '../lib/profilers';
import type { IScriptAnswers } from '../lib/scripts';
import {
  argumentsProblem,
  folderOf,
  LONGEST_INPUT,
  readFolder
} from '../lib/scripts';
import type { IEnvironment } from './kernels';

/** Profilers that look into a running kernel: a script leaves nothing to look into. */
const ONLY_CELLS: readonly string[] = ['objects'];

/** Profilers that a script can run under, in the order of menus. */
export const SCRIPT_PROFILERS: readonly string[] = PROFILERS.filter(
  name => !ONLY_CELLS.includes(name)
);

/** What is wrong with answers, by the question; a sentence for a person. */
export type FormProblems = {
  readonly [question in keyof IScriptAnswers]?: string;
};

/** What can be chosen. */
export interface IFormChoices {
  readonly environments: readonly IEnvironment[];
  /** Name of the profiler that is the usual one. */
  readonly profiler: string;
}

/**
 * The answers to begin with: what a command says, else what was answered the last time,
 * else what is usual.
 */
export function firstAnswers(
  path: string,
  told: Partial<IScriptAnswers>,
  { environments, profiler }: IFormChoices
): IScriptAnswers {
  const usual = SCRIPT_PROFILERS.includes(profiler) ? profiler : 'overview';
  // A kernelspec may be gone since.
  const kernel = environments.find(({ name }) => name === told.kernel);
  return {
    profilers: told.profilers ?? [usual],
    arguments: told.arguments ?? '',
    directory: told.directory ?? folderOf(path),
    kernel: kernel?.name ?? environments[0]?.name ?? '',
    stdin: told.stdin ?? null,
    ...(told.options ? { options: told.options } : {})
  };
}

/**
 * The answers in their usual form, and what is wrong with them.
 *
 * @param contents - to look whether the working directory is there
 */
export async function checkAnswers(
  answers: IScriptAnswers,
  environments: readonly IEnvironment[],
  contents: Pick<Contents.IManager, 'get'>,
  trans: TranslationBundle
): Promise<{ answers: IScriptAnswers; problems: FormProblems }> {
  const problems: { -readonly [question in keyof IScriptAnswers]?: string } =
    {};
  const cellsOnly = answers.profilers.find(name => ONLY_CELLS.includes(name));
  if (cellsOnly !== undefined) {
    problems.profilers = trans.__(
      '“%1” measures cells only: nothing is left of a script that has ended.',
      profilerChoice(cellsOnly, trans).label
    );
  }
  switch (argumentsProblem(answers.arguments)) {
    case 'quote':
      problems.arguments = trans.__(
        'A quote is not closed: close it, or put a backslash before it.'
      );
      break;
    case 'escape':
      problems.arguments = trans.__(
        'A backslash at the end stands for nothing: take it away, or write it twice.'
      );
      break;
    case 'long':
      problems.arguments = trans.__(
        'These are more characters than a command line takes: have the script read a file.'
      );
      break;
  }
  if ((answers.stdin?.length ?? 0) > LONGEST_INPUT) {
    problems.stdin = trans.__(
      'This is more than a million characters: have the script read a file.'
    );
  }
  if (environments.length === 0) {
    problems.kernel = trans.__(
      'Jupyter has no kernel for Python: install one with “pip install ipykernel”, and “python -m ipykernel install --user”.'
    );
  } else if (!environments.some(({ name }) => name === answers.kernel)) {
    problems.kernel = trans.__(
      'Jupyter has no kernel “%1” for Python: choose another environment.',
      answers.kernel
    );
  }
  const directory = readFolder(answers.directory);
  if (directory === null) {
    problems.directory = trans.__(
      'This leaves the folder that Jupyter serves: name a folder below it.'
    );
  } else if (!(await isFolder(directory, contents))) {
    problems.directory = trans.__(
      'Jupyter has no folder “%1”: name one that the file browser shows.',
      directory
    );
  }
  return {
    answers: { ...answers, directory: directory ?? answers.directory },
    problems
  };
}

async function isFolder(
  path: string,
  contents: Pick<Contents.IManager, 'get'>
): Promise<boolean> {
  try {
    const { type } = await contents.get(path, { content: false });
    return type === 'directory';
  } catch {
    return false;
  }
}
