import type { TranslationBundle } from '@jupyterlab/translation';
import type { CounterGroup, ICounter } from '../lib/counters';
import type { ILabel } from './labels';
import { totalLabel } from './labels';
import { cut } from './text';

/** The name of a card. */
export function groupLabel(
  group: CounterGroup,
  trans: TranslationBundle
): string {
  switch (group) {
    case 'time':
      return trans.__('Time');
    case 'processor':
      return trans.__('Processor');
    case 'memory':
      return trans.__('Memory');
    case 'switches':
      return trans.__('Switches');
    case 'disk':
      return trans.__('Disk');
    case 'other':
      return trans.__('Other events');
  }
}

/** What a counter is called and what it is, in two sentences. */
export function counterLabel(
  counter: ICounter,
  trans: TranslationBundle
): ILabel {
  const known = ofPerf(counter.name, trans) ?? ofDisk(counter.name, trans);
  const usual = known ?? totalLabel(counter.name, trans);
  const help = longer(counter.name, trans) ?? usual?.help;
  return {
    label: usual?.label ?? cut(counter.label, 60),
    // Of one that is missing the document says why, which is another thing.
    help:
      help ??
      (counter.value !== null && counter.help ? cut(counter.help) : undefined)
  };
}

/** Of figures that the Summary explains in fewer words. */
function longer(name: string, trans: TranslationBundle): string | null {
  switch (name) {
    case 'wall':
      return trans.__(
        'What the clock on the wall shows between start and end. Far more than user and system together means that the run waited.'
      );
    case 'user':
      return trans.__(
        'Time that processors worked in Python and in the libraries that it calls. All threads count, so it may be more than the wall time.'
      );
    case 'sys':
      return trans.__(
        'Time that processors worked in the operating system for this run. Reading, writing, starting processes and getting memory take it.'
      );
    case 'wait':
      return trans.__(
        'Wall time less user and system. It slept, or waited for network, disk, locks, other processes, or for a processor.'
      );
    case 'baseline_rss':
      return trans.__(
        'Resident memory of the process when the run began. Earlier cells and the libraries hold it.'
      );
    case 'increment':
      return trans.__(
        'Peak less the memory before. That is what the run needed on top at once.'
      );
    case 'peak_rss':
      return trans.__(
        'The most memory of the machine that the process held while the run went on. The system keeps this mark itself, so short peaks are in it where it can be set back.'
      );
    case 'minor_faults':
      return trans.__(
        'Pages of memory that were touched for the first time, of 4 kB on most machines. The system gives memory when it is used, not when it is asked for.'
      );
    case 'major_faults':
      return trans.__(
        'Pages that had to be read from the disk. A file was opened for the first time, or memory had been swapped out.'
      );
    case 'voluntary_switches':
      return trans.__(
        'How often a thread gave its processor up by itself. It had to wait for something: data, a lock, the end of a sleep.'
      );
    case 'involuntary_switches':
      return trans.__(
        'How often a thread was put aside for another one. Many of them say that the machine is busy.'
      );
    default:
      return null;
  }
}

function ofPerf(name: string, trans: TranslationBundle): ILabel | null {
  switch (name) {
    case 'task_clock':
      return {
        label: trans.__('task clock'),
        help: trans.__(
          'Time that processors worked for this run, of all threads and of the processes that it began. More than the wall time means that several worked at once.'
        )
      };
    case 'cpus_utilised':
      return {
        label: trans.__('processors in use'),
        help: trans.__(
          'Task clock by wall time: how many processors were busy on average. The bar is as long as all processors of the machine.'
        )
      };
    case 'kernel_threads':
      return {
        label: trans.__('the kernel’s own threads'),
        help: trans.__(
          'Processor time of the threads in which the kernel sends output and keeps the history. It is part of the times above, and not the cell’s own.'
        )
      };
    case 'cycles':
      return {
        label: trans.__('cycles'),
        help: trans.__(
          'Ticks of the processors while they worked for this run. More ticks for the same work mean that they waited inside, mostly for memory.'
        )
      };
    case 'instructions':
      return {
        label: trans.__('instructions'),
        help: trans.__(
          'Steps that the processors carried out. The same program needs about as many each time, however busy the machine is, so this is a good number to compare.'
        )
      };
    case 'instructions_per_cycle':
      return {
        label: trans.__('instructions per cycle'),
        help: trans.__(
          'How much a processor got done in a tick. Below 1 it mostly waited for memory, 2 and more is good; the bar is as long as 4.'
        )
      };
    case 'cache_references':
      return {
        label: trans.__('cache references'),
        help: trans.__(
          'How often data was asked of the last cache before the memory. What smaller caches had already does not count.'
        )
      };
    case 'cache_misses':
      return {
        label: trans.__('cache misses'),
        help: trans.__(
          'How often that cache did not have it, and the memory was asked. That takes some hundred cycles each time.'
        )
      };
    case 'cache_miss_percent':
      return {
        label: trans.__('cache miss rate'),
        help: trans.__(
          'Share of the questions to the last cache that went on to the memory. Where there are few questions a high rate does no harm.'
        )
      };
    case 'branches':
      return {
        label: trans.__('branches'),
        help: trans.__(
          'How often the program came to a fork: an if, the end of a loop, a call. Processors guess which way it will go and work ahead.'
        )
      };
    case 'branch_misses':
      return {
        label: trans.__('branch misses'),
        help: trans.__(
          'How often the processor guessed the way wrongly. Then it throws away what it worked ahead, some fifteen cycles each time.'
        )
      };
    case 'branch_miss_percent':
      return {
        label: trans.__('branch miss rate'),
        help: trans.__(
          'Share of the forks that were guessed wrongly. Sorted and regular data make it low, random data high.'
        )
      };
    case 'faults':
      return {
        label: trans.__('page faults'),
        help: trans.__(
          'Pages of memory that were not there when they were touched, minor and major ones. Those of processes that the run began are in it, too.'
        )
      };
    case 'faults_per_second':
      return {
        label: trans.__('page faults a second'),
        help: trans.__(
          'Minor and major faults in a second of wall time. Some hundred thousand keep a processor busy with nothing but giving memory.'
        )
      };
    case 'cs':
      return {
        label: trans.__('context switches'),
        help: trans.__(
          'How often a processor went from a thread of this run to another one. Those of processes that the run began are in it, too.'
        )
      };
    case 'migrations':
      return {
        label: trans.__('migrations'),
        help: trans.__(
          'How often a thread went on with another processor. What the caches of the old one held is lost to it.'
        )
      };
    case 'switches_per_second':
      return {
        label: trans.__('switches a second'),
        help: trans.__(
          'How often in a second of wall time threads of this process were taken off a processor. Ten thousands say that they hardly get to work.'
        )
      };
    default:
      return null;
  }
}

function ofDisk(name: string, trans: TranslationBundle): ILabel | null {
  switch (name) {
    case 'read_bytes':
      return {
        label: trans.__('read from disk'),
        help: trans.__(
          'What the disk had to give. What was read a short while ago is still in memory and does not count.'
        )
      };
    case 'write_bytes':
      return {
        label: trans.__('written to disk'),
        help: trans.__(
          'What goes to the disk, now or later. The system collects it in memory first, so that writing rarely waits.'
        )
      };
    case 'read_chars':
      return {
        label: trans.__('read in all'),
        help: trans.__(
          'All bytes that the run read. Those from memory, from pipes and from the network are in it, too.'
        )
      };
    case 'write_chars':
      return {
        label: trans.__('written in all'),
        help: trans.__(
          'All bytes that the run wrote. Those for pipes and the network are in it, too.'
        )
      };
    case 'blocks_in':
      return {
        label: trans.__('blocks read'),
        help: trans.__(
          'Blocks of 512 bytes that came from the disk, as getrusage counts them. /usr/bin/time calls them file system inputs.'
        )
      };
    case 'blocks_out':
      return {
        label: trans.__('blocks written'),
        help: trans.__(
          'Blocks of 512 bytes that go to the disk, as getrusage counts them. /usr/bin/time calls them file system outputs.'
        )
      };
    default:
      return null;
  }
}
