import type { ProfileDocument } from '../document';
import { cell } from './csv';
import type { ISeries } from './series';
import { isChild, markAt, memoryModel } from './series';

/** What marks a text as translatable; a bundle of JupyterLab is one. */
interface ITranslate {
  __(text: string): string;
}

/** A file that can be made of memory over time. */
export interface IMemoryExport {
  readonly label: (trans: ITranslate) => string;
  /** Of the file's name, with its dot. */
  readonly ending: string;
  readonly mimeType: string;
  /** The text of the file. */
  readonly text: (document: ProfileDocument) => string;
}

/** For the menu; only where `hasMemory`. */
export const MEMORY_EXPORTS: readonly IMemoryExport[] = [
  {
    label: trans => trans.__('Memory over time as a table (.csv)'),
    ending: '.csv',
    mimeType: 'text/csv',
    text: memoryCsv
  },
  {
    label: trans => trans.__('Memory over time for mprof plot (.dat)'),
    ending: '.dat',
    mimeType: 'application/octet-stream',
    text: mprofDat
  }
];

/** Bytes of the unit of mprof. */
const MIB = 1024 * 1024;

/** Whether there is anything to export. */
export function hasMemory(document: ProfileDocument): boolean {
  return memoryModel(document).series.length > 0;
}

/** One row for each moment: seconds, the value of each series, the line that ran. */
export function memoryCsv(document: ProfileDocument): string {
  const { marks, percents, series } = memoryModel(document);
  const columns = [...series, ...percents].map(({ t, values }) => {
    const column = new Map<number, number | null>();
    t.forEach((time, index) => column.set(time, values[index]));
    return column;
  });
  const times = new Set<number>();
  columns.forEach(column => column.forEach((_, time) => times.add(time)));
  const head = [
    'seconds',
    ...series.map(({ name }) => `${name}_bytes`),
    ...percents.map(({ name }) => `${name}_percent`),
    'running'
  ];
  const rows = [...times]
    .sort((a, b) => a - b)
    .map(time => [
      String(time),
      ...columns.map(column => String(column.get(time) ?? '')),
      cell(markAt(marks, time)?.label ?? '')
    ]);
  return [head.map(cell), ...rows].map(row => `${row.join(',')}\r\n`).join('');
}

/**
 * The format of memory_profiler's `mprof run`, as its `mprof plot` reads it: a field
 * and its values, with one space between them; MiB and seconds since 1970. It knows
 * the process (`MEM`) and its children (`CHLD` and a number), nothing else.
 */
export function mprofDat(document: ProfileDocument): string {
  const { series } = memoryModel(document);
  const parsed = Date.parse(document.started) / 1000;
  const start = Number.isFinite(parsed) ? parsed : 0;
  const title = document.title.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
  const lines = [`CMDLINE ${title}`];
  const add = (field: string, { t, values }: ISeries): void =>
    values.forEach((value, index) => {
      if (value !== null) {
        const memory = (value / MIB).toFixed(6);
        lines.push(`${field} ${memory} ${(start + t[index]).toFixed(4)}`);
      }
    });
  // The single processes, as mprof has them; a document may have their sum only.
  const single = series.filter(({ name }) => isChild(name));
  const children =
    single.length > 0
      ? single
      : series.filter(({ name }) => name === 'children');
  series.slice(0, 1).forEach(one => add('MEM', one));
  children.forEach((one, index) => add(`CHLD ${index}`, one));
  return lines.map(line => `${line}\n`).join('');
}
