import type { IProcessDump, IThread } from './types';

/** As Python calls the thread in which cells and scripts run. */
const MAIN = 'MainThread';

/** Threads of a process that are all unfolded at first. */
const FEW = 6;

/** The main thread first, then the one that holds the GIL, those that run, the rest. */
export function orderedThreads(threads: readonly IThread[]): IThread[] {
  const rank = (thread: IThread): number =>
    thread.name === MAIN ? 0 : thread.gil ? 1 : isRunning(thread) ? 2 : 3;
  return threads
    .map((thread, index) => ({ thread, index }))
    .sort(
      (one, other) =>
        rank(one.thread) - rank(other.thread) || one.index - other.index
    )
    .map(({ thread }) => thread);
}

/** Whether a thread is one that a person wants to see at once. */
export function isOpenAtFirst(
  thread: IThread,
  { threads }: Pick<IProcessDump, 'threads'>
): boolean {
  return (
    threads.length <= FEW ||
    thread.name === MAIN ||
    thread.gil ||
    thread.waits === 'lock' ||
    isRunning(thread)
  );
}

function isRunning({ active, waits }: IThread): boolean {
  return active && waits === null;
}
