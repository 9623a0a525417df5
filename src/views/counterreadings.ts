import type { TranslationBundle } from '@jupyterlab/translation';
import type { IReading } from '../lib/counterreadings';
import { formatShare, formatValue } from '../lib/units';

/** What a figure says of this run, as a sentence. */
export function readingSentence(
  { numbers, verdict }: IReading,
  decimals: number,
  trans: TranslationBundle
): string {
  const [first, second, third] = numbers;
  const seconds = (value: number): string =>
    formatValue(value, 'seconds', decimals);
  const bytes = (value: number): string =>
    formatValue(value, 'bytes', decimals);
  const count = (value: number): string =>
    formatValue(Math.round(value), 'count', decimals);
  const ratio = (value: number): string => formatValue(value, 'ratio', 1);
  const share = (value: number): string => formatShare(value, 1, 1);
  switch (verdict) {
    case 'waited':
      return trans.__(
        '%1 on the wall, far above the %2 of computing: for %3 of the time it waited.',
        seconds(first),
        seconds(second),
        share(third)
      );
    case 'parallel':
      return trans.__(
        '%2 of computing in %1 on the wall: %3 processors worked at once.',
        seconds(first),
        seconds(second),
        ratio(third)
      );
    case 'computed':
      return trans.__(
        '%1 on the wall, %2 of computing: it hardly waited.',
        seconds(first),
        seconds(second)
      );
    case 'both':
      return trans.__(
        '%1 on the wall, %2 of computing: it computed, and waited for %3 of the time.',
        seconds(first),
        seconds(second),
        share(third)
      );
    case 'busy':
      return trans.__(
        'Task clock %1 in %2 on the wall: %3 processors were busy.',
        seconds(first),
        seconds(second),
        ratio(third)
      );
    case 'crowded':
      return trans.__(
        'For %1 of the time no processor was free: other programs had them.',
        share(first)
      );
    case 'free':
      return trans.__('There was nearly always a processor for it.');
    case 'ownLittle':
      return trans.__(
        'They had %1 of the computing: next to nothing.',
        share(first)
      );
    case 'ownMuch':
      return trans.__(
        'They had %1 of the computing, as when a cell prints much.',
        share(first)
      );
    case 'system':
      return trans.__(
        '%1 of the computing was done by the operating system: memory, files, processes.',
        share(first)
      );
    case 'oneOfMany':
      return trans.__(
        'One processor of %1 worked: threads, processes or numpy could use the others.',
        count(first)
      );
    case 'stalled':
      return trans.__(
        '%1 instructions a tick: it mostly waited for memory. Smaller data, or data in the order in which it is used, helps.',
        ratio(first)
      );
    case 'middling':
      return trans.__(
        '%1 instructions a tick: as usual for Python, which jumps through memory.',
        ratio(first)
      );
    case 'flowing':
      return trans.__(
        '%1 instructions a tick: the processor was well used.',
        ratio(first)
      );
    case 'missesMuch':
      return trans.__(
        '%1 misses for each thousand instructions: waiting for memory took much of the time.',
        ratio(first)
      );
    case 'missesLittle':
      return trans.__(
        '%1 misses for each thousand instructions: the memory kept it up little.',
        ratio(first)
      );
    case 'guessesWrong':
      return trans.__('Many guesses were wrong: sorting the data may help.');
    case 'guessesRight':
      return trans.__('Nearly all guesses were right.');
    case 'touched':
      return trans.__(
        'About %1 of memory was touched for the first time: it is given lazily, when it is written to.',
        bytes(first)
      );
    case 'touchedNothing':
      return trans.__('It used memory that the kernel already had.');
    case 'pagesFromDisk':
      return trans._n(
        'It waited once for a page from the disk.',
        'It waited %1 times for a page from the disk: files opened for the first time, or swapping.',
        first
      );
    case 'noPagesFromDisk':
      return trans.__('It never waited for a page from the disk.');
    case 'putAside':
      return trans.__(
        '%1 times a second a thread had to make room for another one: the machine was busy, or there were more threads than processors.',
        count(first)
      );
    case 'leftAlone':
      return trans.__('It was rarely put aside for others.');
    case 'handsOver':
      return trans.__(
        '%1 times a second a thread stopped to wait: many small reads, locks, or threads that hand over to each other.',
        count(first)
      );
    case 'moved':
      return trans._n(
        'A thread moved once, and lost its caches.',
        'Threads moved %1 times, and lost their caches each time.',
        first
      );
    case 'stayed':
      return trans.__('Threads stayed where they were, with warm caches.');
    case 'fromCache':
      return trans.__(
        'Of the %1, only %2 came from the disk: the rest was still in memory, or came from elsewhere.',
        bytes(first),
        bytes(second)
      );
    case 'fromDisk':
      return trans.__(
        'Of the %1, %2 came from the disk: the next time it may be faster.',
        bytes(first),
        bytes(second)
      );
    case 'willBeWritten':
      return trans.__('%1 go to the disk.', bytes(first));
  }
}
