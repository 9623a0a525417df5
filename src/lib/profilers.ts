/**
 * Names of the profilers of this version, in the order of menus: the word after
 * `%%profile`, in documents and in settings. What people read instead is in
 * `choices.ts`, where it can be translated.
 *
 * The kernel side has the last word on which of them can run: see `attach` in
 * `kernel.ts`. The enumeration of `defaultProfiler` in `schema/plugin.json` has
 * the same names.
 */
export const PROFILERS: readonly string[] = [
  'overview',
  'functions',
  'lines',
  'stacks',
  'memory',
  'memory_lines',
  'objects',
  'counters',
  'scalene'
];
