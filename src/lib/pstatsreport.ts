import type { CallsSection, SourceFile } from '../document';
import type { IEntry, ISums } from './pstats';
import { mergedEntries } from './pstats';

/**
 * The text of `print_stats`, `print_callers` and `print_callees` of Python's `pstats`,
 * sorted by cumulative time, one after the other. Times in seconds.
 *
 * Source of the form: CPython, `Lib/pstats.py`.
 */
export function pstatsReport(
  section: CallsSection,
  files: readonly SourceFile[]
): string {
  const entries = [...mergedEntries(section, files)];
  entries.sort((a, b) => b.total - a.total);
  return [
    printStats(entries),
    printCalls(entries, 'was called by...', '<-', callersOf),
    printCalls(entries, 'called...', '->', calleesOf(entries))
  ].join('\n');
}

type Others = (entry: IEntry) => readonly (readonly [IEntry, ISums])[];

function printStats(entries: readonly IEntry[]): string {
  const add = (what: keyof ISums): number =>
    entries.reduce((sum, entry) => sum + entry[what], 0);
  const calls = add('calls');
  const primitive = add('primitive');
  const recursive =
    calls === primitive ? '' : ` (${primitive} primitive calls)`;
  const heads = 'ncalls  tottime  percall  cumtime  percall';
  return [
    `         ${calls} function calls${recursive} in ${add('self').toFixed(3)} seconds`,
    '',
    '   Ordered by: cumulative time',
    '',
    `   ${heads} filename:lineno(function)`,
    ...entries.map(entry =>
      [
        counted(entry).padStart(9),
        seconds(entry.self),
        entry.calls ? seconds(entry.self / entry.calls) : ' '.repeat(8),
        seconds(entry.total),
        entry.primitive
          ? seconds(entry.total / entry.primitive)
          : ' '.repeat(8),
        printedName(entry)
      ].join(' ')
    ),
    '',
    ''
  ].join('\n');
}

function printCalls(
  entries: readonly IEntry[],
  title: string,
  arrow: string,
  others: Others
): string {
  const width = 2 + Math.max(0, ...entries.map(e => printedName(e).length));
  const lines = [
    '   Ordered by: cumulative time',
    '',
    `${'Function '.padEnd(width)}${title}`,
    `${' '.repeat(width)}    ncalls  tottime  cumtime`
  ];
  for (const entry of entries) {
    const head = `${printedName(entry).padEnd(width)}${arrow} `;
    const rows = [...others(entry)]
      .sort(([a], [b]) => byKey(a, b))
      .map(
        ([other, sums]) =>
          `${counted(sums).padStart(7)} ${seconds(sums.self)} ${seconds(sums.total)}  ${printedName(other)}`
      );
    const indent = ' '.repeat(head.length);
    lines.push(head + rows.join(`\n${indent}`));
  }
  return [...lines, '', ''].join('\n');
}

function callersOf(entry: IEntry): readonly (readonly [IEntry, ISums])[] {
  return [...entry.callers];
}

function calleesOf(entries: readonly IEntry[]): Others {
  const callees = new Map<IEntry, [IEntry, ISums][]>();
  for (const callee of entries) {
    for (const [caller, sums] of callee.callers) {
      callees.set(caller, [...(callees.get(caller) ?? []), [callee, sums]]);
    }
  }
  return entry => callees.get(entry) ?? [];
}

/** Calls, with those that were not recursive behind a slash. */
function counted({ calls, primitive }: ISums): string {
  return calls === primitive ? `${calls}` : `${calls}/${primitive}`;
}

function seconds(value: number): string {
  return value.toFixed(3).padStart(8);
}

/** `func_std_string` of pstats: braces for what has no file. */
function printedName({ file, line, name }: IEntry): string {
  if (file !== '~') {
    return `${file}:${line}(${name})`;
  }
  return /^<.*>$/s.test(name) ? `{${name.slice(1, -1)}}` : name;
}

/** The order of Python's tuples `(file, line, name)`. */
function byKey(a: IEntry, b: IEntry): number {
  const compare = (one: string, other: string): number =>
    one < other ? -1 : one > other ? 1 : 0;
  return (
    compare(a.file, b.file) || a.line - b.line || compare(a.name, b.name)
  );
}
