import type { LinesSection, ProfileDocument, SourceFile } from '../document';

/** The parts of a document that a test is about. */
export interface IParts {
  readonly id?: string;
  readonly started?: string;
  readonly cellId?: string;
  readonly files?: SourceFile[];
  readonly sections?: ProfileDocument['sections'];
}

/** A profile of a cell of three lines, of which the last is the hot one. */
export function makeDocument(parts: IParts = {}): ProfileDocument {
  const cellId = parts.cellId ?? 'cell';
  return {
    version: 1,
    producer: 'test@0',
    id: parts.id ?? 'run-1',
    title: 'Lines',
    started: parts.started ?? '2026-11-22T21:00:00.000Z',
    target: { kind: 'cell', cellId },
    status: 'ok',
    environment: { python: '3', platform: 'test', cpuCount: 1, packages: {} },
    profilers: [],
    files: parts.files ?? [{ path: 'In [1]', cellId, source: SOURCE }],
    sections: parts.sections ?? [
      wall(2),
      lines({ hits: [1, 11, 10], time: [0.02, 0.4, 1] })
    ]
  };
}

/** The source of `makeDocument`. */
export const SOURCE = ['total = 0', 'for i in range(10):', '    total += i'];

/** A block of lines; own times are the times unless given. */
export function lines(parts: {
  file?: number;
  name?: string;
  lines?: number[];
  hits: (number | null)[];
  time: (number | null)[];
  own?: (number | null)[] | null;
}): LinesSection {
  const own = parts.own === undefined ? parts.time : parts.own;
  return {
    kind: 'lines',
    file: parts.file ?? 0,
    ...(parts.name === undefined ? {} : { name: parts.name }),
    lines: parts.lines ?? parts.time.map((_, index) => index + 1),
    columns: [
      { name: 'hits', label: 'Hits', unit: 'count', values: parts.hits },
      { name: 'time', label: 'Time', unit: 'seconds', values: parts.time },
      ...(own === null
        ? []
        : [
            {
              name: 'self_time',
              label: 'Own time',
              unit: 'seconds' as const,
              values: own
            }
          ])
    ]
  };
}

/** The totals of a run that took so many seconds. */
export function wall(value: number | null): ProfileDocument['sections'][0] {
  return {
    kind: 'totals',
    items: [
      {
        name: 'wall',
        label: 'Wall time',
        value,
        unit: 'seconds',
        supported: value !== null
      }
    ]
  };
}
