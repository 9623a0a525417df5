import type { TranslationBundle } from '@jupyterlab/translation';
import { PERCENT_OF_BLOCK } from '../lib/lines';
import type { ILabel } from './labels';

/** Columns that are shown only on request: there are too many for a page. */
export const MORE_COLUMNS: readonly string[] = [
  PERCENT_OF_BLOCK,
  'memory_allocated',
  'memory_average',
  'memory_growth',
  'memory_python',
  'allocations',
  'core_percent',
  'await_tasks'
];

/** A part of the time: `python`, `native`, or `sys`. */
export function kindLabel(name: string, trans: TranslationBundle): ILabel {
  switch (name) {
    case 'python':
      return {
        label: trans.__('Python'),
        help: trans.__(
          'Time in the interpreter itself: loops, sums and objects of Python. Compiled code would do the same faster.'
        )
      };
    case 'native':
      return {
        label: trans.__('native'),
        help: trans.__(
          'Time in compiled code that the line called, as of numpy or of built-in functions. It is fast already: only fewer or other calls make it less. Estimated from when Scalene’s looks come late: on a busy machine some of Python’s own time counts here.'
        )
      };
    default:
      return {
        label: trans.__('system and waiting'),
        help: trans.__(
          'Time in which the line had no processor: files, network, sleeping, locks, and the operating system giving memory.'
        )
      };
  }
}

/** A column of Scalene's where it means something of its own; else null. */
export function scaleneColumn(
  name: string,
  trans: TranslationBundle
): ILabel | null {
  switch (name) {
    case 'self_time':
      return {
        label: trans.__('Time'),
        help: trans.__(
          'Time of the line with all libraries that it calls, without your own functions: theirs stands at their lines. Python, native and system together.'
        )
      };
    case 'python_time':
      return kindLabel('python', trans);
    case 'native_time':
      return {
        label: trans.__('Native'),
        help: kindLabel('native', trans).help
      };
    case 'system_time':
      return {
        label: trans.__('System'),
        help: kindLabel('sys', trans).help
      };
    case 'memory_peak':
      return {
        label: trans.__('Peak'),
        help: trans.__(
          'The most that the line held at one moment. Lines have their peaks at different moments, so together they may have more than the run.'
        )
      };
    case 'memory_average':
      return {
        label: trans.__('Average'),
        help: trans.__('What the line held on average each time that it ran.')
      };
    case 'memory_growth':
      return {
        label: trans.__('Growth'),
        help: trans.__('What the memory grew by while the line ran.')
      };
    case 'memory_allocated':
      return {
        label: trans.__('Allocated'),
        help: trans.__(
          'All that the line allocated, also what was freed again, as far as it was sampled.'
        )
      };
    case 'memory_python':
      return {
        label: trans.__('Of it Python'),
        help: trans.__(
          'The part of it in Python’s own objects, such as lists and numbers; the rest are arrays and the like of compiled libraries.'
        )
      };
    case 'allocations':
      return {
        label: trans.__('Allocations'),
        help: trans.__('How often the line allocated, each time that it ran.')
      };
    case 'memory_copied':
      return {
        label: trans.__('Copied'),
        help: trans.__(
          'Bytes that were copied from one place in memory to another: slices of lists, casts, joining arrays, going from Python to a library and back. Views and working in place (out=) copy nothing. Scalene’s own work counts, too: up to some hundred megabytes at the first lines that allocate.'
        )
      };
    case 'gpu_time':
      return {
        label: trans.__('GPU'),
        help: trans.__('Time in which a GPU was busy while the line ran.')
      };
    case 'gpu_memory':
      return {
        label: trans.__('GPU memory'),
        help: trans.__('The most memory of the GPU in use while the line ran.')
      };
    case 'core_percent':
      return {
        label: trans.__('Cores'),
        help: trans.__(
          'How busy all processor cores of the machine were while the line ran.'
        )
      };
    case 'await_percent':
      return {
        label: trans.__('Await'),
        help: trans.__(
          'The share of all waiting of tasks (await) that was at this line.'
        )
      };
    case 'await_tasks':
      return {
        label: trans.__('Tasks'),
        help: trans.__('The most tasks that waited at once.')
      };
    case 'leak_percent':
      return {
        label: trans.__('Leak'),
        help: trans.__(
          'How likely it is that memory allocated here is never freed, from how often it was and was not.'
        )
      };
    case 'leak_speed':
      return {
        label: trans.__('Leak a second'),
        help: trans.__('What the leak would take each second.')
      };
    default:
      return null;
  }
}

/** One of the totals where Scalene means something of its own by it; else null. */
export function scaleneTotal(
  name: string,
  trans: TranslationBundle
): ILabel | null {
  switch (name) {
    case 'heap_peak':
      return {
        label: trans.__('memory at the peak'),
        help: trans.__(
          'What the code held at most, without what was there before it. Sampled: Scalene looks each time that about a megabyte has come or gone.'
        )
      };
    case 'memory_python_percent':
      return {
        label: trans.__('of it Python objects'),
        help: trans.__(
          'Share of Python’s own objects in what made the peak; the rest are arrays and the like of compiled libraries.'
        )
      };
    case 'memory_growth_percent':
      return {
        label: trans.__('growth'),
        help: trans.__(
          'How much of what was allocated was not freed again. Near 100 %: memory only grows. Near 0: what comes goes again.'
        )
      };
    case 'memory_copied':
      return {
        label: trans.__('copied'),
        help: trans.__(
          'Bytes that were copied from one place in memory to another, all lines together.'
        )
      };
    case 'leaks':
      return {
        label: trans.__('likely leaks'),
        help: trans.__('Lines whose memory is very likely never freed.')
      };
    case 'gpu_time':
      return {
        label: trans.__('GPU'),
        help: trans.__('Time in which a GPU was busy while these lines ran.')
      };
    case 'wall':
      return {
        label: trans.__('wall'),
        help: trans.__(
          'What the clock on the wall shows between start and end, with Scalene at work: usually 10 to 30 % more than without.'
        )
      };
    default:
      return null;
  }
}
