/*
 * What a run of a script is asked for: paths are those of Jupyter, relative to the
 * folder that the server serves, the empty one is that folder.
 */

/** What a person answers before a script runs. */
export interface IScriptAnswers {
  readonly profilers: readonly string[];
  /** One line, as a person types it in a shell. */
  readonly arguments: string;
  /** Working directory, a path in Jupyter. */
  readonly directory: string;
  /** Name of a kernelspec; empty for the server's default. */
  readonly kernel: string;
  /** Null to have it closed. */
  readonly stdin: string | null;
  /** Options of this run, by profiler; those of the settings count, too. */
  readonly options?: IOptions;
}

/** Options by the name of the profiler. */
interface IOptions {
  readonly [profiler: string]: unknown;
}

/** The request that the kernel side takes, see `scriptCode` in `kernel.ts`. */
export interface IScriptRequest {
  /** Relative to the working directory. */
  readonly path: string;
  /** The same file, as the server has it. */
  readonly serverPath: string;
  readonly argumentLine: string;
  readonly profilers: readonly string[];
  readonly options: IOptions;
  readonly stdin?: string;
}

/** What is wrong with a line of arguments. */
export type ArgumentsProblem = 'quote' | 'escape' | 'long';

/** Characters of a line of arguments, at most. */
const LONGEST_LINE = 32_000;

/** Characters of standard input that a person may give, at most. */
export const LONGEST_INPUT = 1_000_000;

/** Whether a file is a Python script, by its name. */
export function isScript(path: string): boolean {
  return /\.pyw?$/i.test(path);
}

/** The folder of a file, without a slash at its end. */
export function folderOf(path: string): string {
  return path.split('/').slice(0, -1).join('/');
}

/** The last part of a path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/**
 * A folder as a person types it, as a path in Jupyter.
 *
 * @returns null when it leaves the folder that the server serves
 */
export function readFolder(text: string): string | null {
  const parts: string[] = [];
  for (const part of text.trim().split('/')) {
    if (part === '..') {
      if (parts.pop() === undefined) {
        return null;
      }
    } else if (part !== '' && part !== '.') {
      parts.push(part);
    }
  }
  return parts.join('/');
}

/** The way from a folder to a file. */
export function relativePath(path: string, folder: string): string {
  const to = path.split('/');
  const from = folder === '' ? [] : folder.split('/');
  let same = 0;
  while (
    same < from.length &&
    same < to.length - 1 &&
    from[same] === to[same]
  ) {
    same++;
  }
  return [...from.slice(same).map(() => '..'), ...to.slice(same)].join('/');
}

/**
 * Whether a line can be split into arguments as a POSIX shell does: an open quote or
 * a backslash at the end would be refused by the kernel side.
 */
export function argumentsProblem(line: string): ArgumentsProblem | null {
  if (line.length > LONGEST_LINE) {
    return 'long';
  }
  let quote = '';
  for (let i = 0; i < line.length; i++) {
    const letter = line[i];
    if (letter === '\\' && quote !== "'") {
      i++;
      if (i === line.length) {
        return quote === '' ? 'escape' : 'quote';
      }
    } else if (quote === '') {
      quote = letter === '"' || letter === "'" ? letter : '';
    } else if (letter === quote) {
      quote = '';
    }
  }
  return quote === '' ? null : 'quote';
}

/**
 * The request of the kernel side for these answers.
 *
 * @param settings - options that count where the answers have none
 */
export function scriptRequest(
  path: string,
  answers: IScriptAnswers,
  settings: IOptions
): IScriptRequest {
  const { arguments: argumentLine, directory, profilers, stdin } = answers;
  const options: { [profiler: string]: unknown } = {};
  for (const name of profilers) {
    const chosen = { ...asObject(settings[name]), ...asObject(answers.options?.[name]) };
    if (Object.keys(chosen).length > 0) {
      options[name] = chosen;
    }
  }
  return {
    path: relativePath(path, directory),
    serverPath: path,
    argumentLine,
    profilers,
    options,
    ...(stdin === null ? {} : { stdin })
  };
}

/**
 * The path of the session in which a script runs: in its working directory, since that
 * is where the server starts the kernel, and no other session's.
 */
export function sessionPath(
  path: string,
  directory: string,
  unique: string
): string {
  const name = `${nameOf(path)}-profile-${unique}`;
  return directory === '' ? name : `${directory}/${name}`;
}

/** What was answered before, or what a command is told; what makes no sense is left out. */
export function readAnswers(value: unknown): Partial<IScriptAnswers> {
  if (typeof value !== 'object' || value === null) {
    return {};
  }
  const { arguments: line, directory, kernel, options, profilers, stdin } =
    value as Record<string, unknown>;
  const names = (Array.isArray(profilers) ? profilers : [profilers]).filter(
    (name): name is string => typeof name === 'string' && name !== ''
  );
  const given = Array.isArray(line) ? line.map(quoted).join(' ') : line;
  return {
    ...(names.length > 0 ? { profilers: names } : {}),
    ...(typeof given === 'string' ? { arguments: given } : {}),
    ...(typeof directory === 'string' ? { directory } : {}),
    ...(typeof kernel === 'string' ? { kernel } : {}),
    ...(typeof stdin === 'string' || stdin === null ? { stdin } : {}),
    ...(Object.keys(asObject(options)).length > 0
      ? { options: asObject(options) }
      : {})
  };
}

function asObject(value: unknown): IOptions {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as IOptions)
    : {};
}

/** An argument as a person would type it in a shell. */
export function quoted(argument: unknown): string {
  const text = String(argument);
  return text !== '' && /^[\w@%+=:,./-]*$/.test(text)
    ? text
    : `'${text.replace(/'/g, `'"'"'`)}'`;
}
