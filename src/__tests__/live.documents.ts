import type { ProfileDocument } from '../document';
import { golden } from './golden';

/** What a made-up run says. */
export interface ILive {
  readonly id?: string;
  readonly cellId?: string;
  readonly wall?: number;
  readonly now?: number;
  readonly peak?: number;
  readonly line?: number;
  /** In place of `line N`. */
  readonly label?: string;
  /** Share of the limit in use. */
  readonly used?: number;
  readonly total?: number;
  readonly container?: boolean;
  /** Points of the curve. */
  readonly samples?: number;
}

/** A document of a run that goes on, as the kernel side sends it. */
export function liveDocument({
  id = 'run',
  cellId = 'cell-1',
  wall = 1,
  now = 15e7,
  peak = 2e8,
  line = 2,
  label = `line ${line}`,
  used = 0.2,
  total = 8e9,
  container = false,
  samples = 4
}: ILive = {}): ProfileDocument {
  const item = (
    name: string,
    value: number,
    unit: 'bytes' | 'seconds',
    help?: string
  ) => ({ name, label: name, value, unit, supported: true, help: help ?? '' });
  const t = Array.from({ length: samples }, (_, i) => (wall * i) / samples);
  return {
    ...golden('memory-timeline'),
    id,
    live: true,
    status: 'interrupted',
    target: { kind: 'cell', cellId },
    files: [{ path: 'cell', cellId }],
    profilers: [
      {
        name: 'memory',
        tool: 'psutil',
        toolVersion: '',
        options: {},
        notes: []
      }
    ],
    sections: [
      {
        kind: 'totals',
        items: [
          item('wall', wall, 'seconds'),
          item('peak_rss', peak, 'bytes'),
          item('baseline_rss', 1e8, 'bytes'),
          item('increment', peak - 1e8, 'bytes'),
          item(
            'memory_limit',
            total,
            'bytes',
            `All the memory of ${container ? 'its container (cgroup)' : 'the machine'}.`
          ),
          item('memory_available', total * (1 - used), 'bytes')
        ]
      },
      {
        kind: 'series',
        name: 'rss',
        unit: 'bytes',
        t,
        values: t.map((_, i) => (i === samples - 1 ? now : 1e8)),
        marks: [
          { t: 0, label: 'line 1' },
          { t: wall / 2, label }
        ]
      }
    ]
  };
}

/** The document that comes at the end of it. */
export function finished(id = 'run'): ProfileDocument {
  const document = { ...liveDocument({ id }), status: 'ok' as const };
  delete document.live;
  return document;
}
