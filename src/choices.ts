import type { TranslationBundle } from '@jupyterlab/translation';

/** What a person reads when choosing a profiler. */
export interface IProfilerChoice {
  readonly label: string;
  /** The question that the profiler answers. */
  readonly question: string;
}

/** The texts for a profiler; an unknown one goes by its name. */
export function profilerChoice(
  name: string,
  trans: TranslationBundle
): IProfilerChoice {
  switch (name) {
    case 'overview':
      return {
        label: trans.__('Overview'),
        question: trans.__('Where do time and memory go?')
      };
    case 'functions':
      return {
        label: trans.__('Functions'),
        question: trans.__('Which functions? Who called them?')
      };
    case 'lines':
      return {
        label: trans.__('Lines'),
        question: trans.__('Which lines? Exact counts and times')
      };
    case 'stacks':
      return {
        label: trans.__('Stacks'),
        question: trans.__('Which call stacks? Sampled from outside')
      };
    case 'memory':
      return {
        label: trans.__('Memory'),
        question: trans.__('How much memory, and when?')
      };
    case 'memory_lines':
      return {
        label: trans.__('Memory by line'),
        question: trans.__('Which lines hold the memory?')
      };
    case 'objects':
      return {
        label: trans.__('Objects'),
        question: trans.__('Which objects are big? What did the cell add?')
      };
    case 'counters':
      return {
        label: trans.__('Counters'),
        question: trans.__('What did the machine do?')
      };
    case 'scalene':
      return {
        label: trans.__('Scalene'),
        question: trans.__(
          'CPU (Python, native, system), memory, copies and GPU per line, all at once'
        )
      };
    default:
      return { label: name, question: '' };
  }
}
