import type { IKernel, IListing, IProcess, ITarget } from './types';

export type SectionName = 'kernels' | 'processes';

/** A row of the panel's list. */
export type ProcessRow =
  | {
      readonly kind: 'section';
      readonly section: SectionName;
      /** Of all that match, also those that are not listed. */
      readonly count: number;
    }
  | {
      readonly kind: 'kernel';
      readonly section: 'kernels';
      readonly process: IKernel;
      /** 0-based, in the section. */
      readonly index: number;
    }
  | {
      readonly kind: 'process';
      readonly section: 'processes';
      readonly process: IProcess & { readonly pid: number };
      readonly index: number;
    };

/** Something that can be looked into. */
export type TargetRow = Exclude<ProcessRow, { kind: 'section' }>;

/** Rows of a section that are listed; who has more filters. */
export const LISTED = 300;

/** Same key, same row, from one list to the next. */
export function rowKey(row: ProcessRow): string {
  switch (row.kind) {
    case 'section':
      return row.section;
    case 'kernel':
      return `kernel ${row.process.kernelId}`;
    case 'process':
      return `process ${row.process.pid}`;
  }
}

/**
 * Sections and what is in them, one below the other: kernels by notebook, processes
 * the newest first, so that none moves because it computes.
 *
 * @param query - words that must all occur
 * @param collapsed - sections of which only the head is listed
 */
export function processRows(
  listing: IListing,
  query: string,
  collapsed: ReadonlySet<SectionName>
): ProcessRow[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (texts: readonly (string | number | null)[]): boolean => {
    const text = texts.join(' ').toLowerCase();
    return words.every(word => text.includes(word));
  };
  const kernels = listing.kernels
    .filter(({ displayName, name, paths, pid, state }) =>
      fits([displayName, name, pid, state, ...paths])
    )
    .sort(byPath)
    .map(
      (process, index): TargetRow => ({
        kind: 'kernel',
        section: 'kernels',
        process,
        index
      })
    );
  const processes = listing.processes
    .filter(hasPid)
    .filter(({ name, pid }) => fits([name, pid]))
    .sort(byStart)
    .map(
      (process, index): TargetRow => ({
        kind: 'process',
        section: 'processes',
        process,
        index
      })
    );
  return [
    ...part('kernels', kernels, collapsed),
    ...part('processes', processes, collapsed)
  ];
}

/** What an action on a row is about. */
export function targetOf(row: TargetRow): ITarget {
  const { process } = row;
  if (row.kind === 'process') {
    return { kind: 'process', pid: row.process.pid, name: process.name };
  }
  const { displayName, kernelId, paths } = row.process;
  const [path] = paths;
  return {
    kind: 'kernel',
    kernelId,
    name: path === undefined ? displayName : lastPart(path),
    ...(path === undefined ? {} : { path })
  };
}

/** What a person calls a row. */
export function rowName(row: TargetRow): string {
  return targetOf(row).name;
}

/** The name of a file without its folders. */
export function lastPart(path: string): string {
  return path.split('/').pop() || path;
}

function part(
  section: SectionName,
  rows: readonly TargetRow[],
  collapsed: ReadonlySet<SectionName>
): ProcessRow[] {
  const head: ProcessRow = { kind: 'section', section, count: rows.length };
  return collapsed.has(section) ? [head] : [head, ...rows.slice(0, LISTED)];
}

function hasPid(process: IProcess): process is IProcess & { pid: number } {
  return process.pid !== null;
}

function byPath(one: IKernel, other: IKernel): number {
  const [first, second] = [one, other].map(({ displayName, paths }) =>
    // Those without a notebook come last.
    paths.length > 0 ? `0${paths[0]}` : `1${displayName}`
  );
  return compare(first, second) || compare(one.kernelId, other.kernelId);
}

function byStart(one: IProcess, other: IProcess): number {
  return (
    compare(other.started ?? '', one.started ?? '') ||
    (other.pid ?? 0) - (one.pid ?? 0)
  );
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
