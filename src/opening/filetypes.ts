import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { TranslationBundle } from '@jupyterlab/translation';
import { profilerIcon } from '../icons';

/** Endings that are no profile's alone: opened on request, never by a double click. */
export const GENERIC = 'cell-profiler-data';

/** Of JupyterLab's own types those that profiles may have. */
export const SHARED: readonly string[] = ['json', 'text'];

/** Files of one tool. */
interface IForeign {
  readonly name: string;
  readonly label: string;
  readonly extensions: readonly string[];
  /** A regular expression of whole names, where an ending says too little. */
  readonly pattern?: string;
  /** Whose icon it gets. */
  readonly profiler: string;
}

/**
 * The files that open on a double click; what they are is decided by their content,
 * on the server.
 */
function foreign(trans: TranslationBundle): readonly IForeign[] {
  return [
    {
      name: 'cell-profiler-pstats',
      label: trans.__('cProfile Statistics'),
      extensions: ['.prof', '.pstats'],
      profiler: 'functions'
    },
    {
      name: 'cell-profiler-lprof',
      label: trans.__('line_profiler Statistics'),
      extensions: ['.lprof'],
      profiler: 'lines'
    },
    {
      name: 'cell-profiler-mprof',
      label: trans.__('mprof Recording'),
      extensions: [],
      pattern: '^mprofile_.*\\.dat(\\.gz)?$',
      profiler: 'memory'
    },
    {
      name: 'cell-profiler-memray',
      label: trans.__('memray Recording'),
      extensions: [],
      pattern: '^memray-.*\\.bin(\\.gz)?$',
      profiler: 'memory_lines'
    },
    {
      name: 'cell-profiler-stacks',
      label: trans.__('Recorded Stacks'),
      extensions: [
        '.speedscope.json',
        '.collapsed',
        '.folded',
        '.pyisession',
        '.cpuprofile'
      ],
      profiler: 'stacks'
    }
  ];
}

/** The types, for the registry of documents. */
export function fileTypes(
  trans: TranslationBundle
): readonly Partial<DocumentRegistry.IFileType>[] {
  const types = foreign(trans).map(
    ({ extensions, label, name, pattern, profiler }) => ({
      name,
      displayName: label,
      extensions: [...extensions, ...extensions.map(ending => `${ending}.gz`)],
      ...(pattern === undefined ? {} : { pattern }),
      contentType: 'file' as const,
      fileFormat: 'base64' as const,
      icon: profilerIcon(profiler)
    })
  );
  return [
    ...types,
    {
      name: GENERIC,
      displayName: trans.__('Data'),
      extensions: ['.dat', '.bin'],
      contentType: 'file',
      fileFormat: 'base64'
    }
  ];
}

/** Names of the types that open on a double click. */
export function defaultTypes(trans: TranslationBundle): readonly string[] {
  return foreign(trans).map(({ name }) => name);
}
