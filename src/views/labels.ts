import type { TranslationBundle } from '@jupyterlab/translation';
import { BESIDE_MEMORY, BESIDE_TIME } from '../lib/beside';
import {
  PERCENT_OF_BLOCK,
  PERCENT_OF_PEAK,
  PERCENT_OF_TOTAL
} from '../lib/lines';

/** How a number is called, and what it means. */
export interface ILabel {
  readonly label: string;
  readonly help?: string;
}

/** One of the totals; those that are not known here keep the document's words. */
export function totalLabel(
  name: string,
  trans: TranslationBundle
): ILabel | null {
  switch (name) {
    case 'wall':
      return {
        label: trans.__('wall'),
        help: trans.__(
          'Wall time: what the clock on the wall shows between start and end. Measuring every line makes the run slower than it is without a profiler.'
        )
      };
    case 'user':
      return {
        label: trans.__('user'),
        help: trans.__(
          'User time: processor time in Python and in the libraries that it calls, of all threads together.'
        )
      };
    case 'python':
      return {
        label: trans.__('Python'),
        help: trans.__(
          'The part of the user time in Python itself and what is built into it, estimated from samples.'
        )
      };
    case 'native':
      return {
        label: trans.__('native code'),
        help: trans.__(
          'The part of the user time in compiled libraries such as numpy, estimated from samples.'
        )
      };
    case 'delay':
    case 'run_delay':
      return {
        label: trans.__('busy machine'),
        help: trans.__(
          'The run was ready to go on, and no processor was free: other programs had them. On a quiet machine it would have been that much faster.'
        )
      };
    case 'sys':
      return {
        label: trans.__('system'),
        help: trans.__(
          'System time: processor time that the operating system spent for this run, as for reading, writing and getting memory.'
        )
      };
    case 'wait':
      return {
        label: trans.__('waiting'),
        help: trans.__(
          'Wall time less user and system time: sleeping, network, disk, locks, other processes, or a machine too busy to go on with it.'
        )
      };
    case 'cpu_percent':
      return {
        label: trans.__('processor'),
        help: trans.__(
          'User and system time as a share of wall time. More than 100 % means that more than one core was busy.'
        )
      };
    case 'peak_rss':
      // Whether it is exact or sampled, the document knows.
      return { label: trans.__('peak memory') };
    case 'baseline_rss':
      return {
        label: trans.__('memory before'),
        help: trans.__('Resident memory of the process when the run began.')
      };
    case 'increment':
      return {
        label: trans.__('above the start'),
        help: trans.__(
          'Peak less the memory before: what the run needed on top at once.'
        )
      };
    case 'memory_limit':
      // Whose memory it is, the document knows.
      return { label: trans.__('memory limit') };
    case 'memory_available':
      return { label: trans.__('memory left') };
    case 'repeat':
      return {
        label: trans.__('runs'),
        help: trans.__('How often the statement ran.')
      };
    case 'peak_spread':
      return {
        label: trans.__('spread of the peaks'),
        help: trans.__(
          'Highest less lowest peak of the runs. Small: the runs need the same memory. Large: one number alone does not describe them.'
        )
      };
    case 'heap_peak':
      return {
        label: trans.__('at the peak'),
        help: trans.__(
          'What the run had allocated and not freed at the moment when that was most. Exact, also for a moment of a microsecond; without the memory that was there before.'
        )
      };
    case 'heap_held':
      return {
        label: trans.__('still held'),
        help: trans.__(
          'What the run allocated and had not freed when it ended: its results, what it keeps for later, and leaks.'
        )
      };
    case 'heap_allocated':
      return {
        label: trans.__('allocated in all'),
        help: trans.__(
          'All allocations together, also of memory that was freed again. Much more than the peak: the run allocates and frees again and again.'
        )
      };
    case 'heap_allocations':
      return {
        label: trans.__('allocations'),
        help: trans.__('How often the run asked for memory.')
      };
    case 'native_percent':
      return { label: trans.__('in native code') };
    case 'total_size':
      // Whether of an expression or of all variables, the document knows.
      return null;
    case 'added_size':
      return { label: trans.__('added by the run') };
    case 'minor_faults':
      return {
        label: trans.__('minor faults'),
        help: trans.__(
          'Pages of memory that were touched for the first time: the system gives memory when it is used, not when it is asked for.'
        )
      };
    case 'major_faults':
      return {
        label: trans.__('major faults'),
        help: trans.__(
          'Pages that had to be read from disk: a file opened for the first time, or memory that had been swapped out.'
        )
      };
    case 'voluntary_switches':
      return {
        label: trans.__('voluntary switches'),
        help: trans.__(
          'How often a thread gave its processor up, because it had to wait.'
        )
      };
    case 'involuntary_switches':
      return {
        label: trans.__('involuntary switches'),
        help: trans.__(
          'How often a thread was put aside for another one: many say that the machine is busy.'
        )
      };
    default:
      return null;
  }
}

/** The share of the ten hottest lines. */
export function concentrationLabel(
  count: number,
  trans: TranslationBundle,
  measure: 'time' | 'memory' = 'time'
): ILabel {
  if (measure === 'memory') {
    return {
      label: trans._n('of it in one line', 'of it in %1 lines', count),
      help: trans.__(
        'Share of the peak that these lines had allocated. Near 100 %: a few lines decide.'
      )
    };
  }
  return {
    label: trans._n('in its line', 'in its %1 hottest lines', count),
    help: trans.__(
      'Share of the run that these lines took themselves, without the profiled functions that they call. Near 100 %: a few lines decide. Small: no single line is worth a change.'
    )
  };
}

/** A column of the Lines view; those that are not known here keep the document's words. */
export function columnLabel(
  name: string,
  trans: TranslationBundle
): ILabel | null {
  switch (name) {
    case 'hits':
      return {
        label: trans.__('Hits'),
        help: trans.__('How often the line ran.')
      };
    case 'time':
      return {
        label: trans.__('Time'),
        help: trans.__(
          'Time of the line with everything that it calls, for all hits together.'
        )
      };
    case 'time_per_hit':
      return {
        label: trans.__('Per hit'),
        help: trans.__('Time divided by hits.')
      };
    case 'self_time':
      return {
        label: trans.__('Own time'),
        help: trans.__(
          'Time without the profiled functions that the line calls. “≤” where it cannot be told apart: at most that much.'
        )
      };
    case 'native_time':
      return {
        label: trans.__('Native'),
        help: trans.__(
          'The part of the own time in compiled libraries that the line called, such as numpy. Estimated from few samples; empty where there are too few.'
        )
      };
    case 'memory_peak':
      return {
        label: trans.__('Peak'),
        help: trans.__(
          'What the line had allocated, itself or by libraries that it called, and not freed at the peak of the run. All lines together are the peak.'
        )
      };
    case 'memory_peak_total':
      return {
        label: trans.__('With calls'),
        help: trans.__(
          'As Peak, with the lines of your own functions that the line calls.'
        )
      };
    case 'memory_held':
      return {
        label: trans.__('Still held'),
        help: trans.__(
          'What the line allocated and nobody had freed when the run ended. In a loop: what grows.'
        )
      };
    case 'memory_allocated':
      return {
        label: trans.__('Allocated'),
        help: trans.__(
          'All that the line allocated, also what was freed again.'
        )
      };
    case 'allocations':
      return {
        label: trans.__('Allocations'),
        help: trans.__('How often the line asked for memory.')
      };
    case 'memory_increment':
      return {
        label: trans.__('Increment'),
        help: trans.__(
          'What the memory of the process grew by while the line ran, all hits together.'
        )
      };
    case 'memory_usage':
      return {
        label: trans.__('Usage'),
        help: trans.__(
          'The memory of the process after the line, the highest of all hits.'
        )
      };
    case PERCENT_OF_PEAK:
      return {
        label: trans.__('% of peak'),
        help: trans.__(
          'Peak of the line as a share of that of the run. All lines together have at most 100 %.'
        )
      };
    case BESIDE_MEMORY:
      return {
        label: trans.__('Memory of another run'),
        help: trans.__(
          'What the line had allocated at the peak of another run of the same source.'
        )
      };
    case BESIDE_TIME:
      return {
        label: trans.__('Time of another run'),
        help: trans.__(
          'Own time of the line in another run of the same source.'
        )
      };
    case PERCENT_OF_BLOCK:
      return {
        label: trans.__('% of function'),
        help: trans.__(
          'Time as a share of the time of all lines of the function or block.'
        )
      };
    case PERCENT_OF_TOTAL:
      return {
        label: trans.__('% of total'),
        help: trans.__(
          'Own time as a share of the whole run. All lines together have at most 100 %.'
        )
      };
    default:
      return null;
  }
}
