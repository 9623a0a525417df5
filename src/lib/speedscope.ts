import type { ProfileDocument, StacksSection } from '../document';

/** Entries of all samples, beyond which the merged tree takes their place. */
const LARGEST = 4_000_000;

/** Seconds between two runs of a thread that are no more than rounding. */
const ROUNDING = 5e-6;

type SpeedscopeUnit = 'seconds' | 'bytes' | 'none';

/** A function at a line. */
export interface ISpeedscopeFrame {
  readonly name: string;
  readonly file?: string;
  readonly line?: number;
}

/** Stacks in time order; an empty one is a gap. */
export interface ISampledProfile {
  readonly type: 'sampled';
  readonly name: string;
  readonly unit: SpeedscopeUnit;
  readonly startValue: number;
  readonly endValue: number;
  /** Indices of frames, from the root to the leaf. */
  readonly samples: readonly (readonly number[])[];
  readonly weights: readonly number[];
}

/** Frames that open and close; here, a merged tree. */
export interface IEventedProfile {
  readonly type: 'evented';
  readonly name: string;
  readonly unit: SpeedscopeUnit;
  readonly startValue: number;
  readonly endValue: number;
  readonly events: readonly IFrameEvent[];
}

/** A frame opens or closes. */
export interface IFrameEvent {
  readonly type: 'O' | 'C';
  readonly at: number;
  /** Index of the frame. */
  readonly frame: number;
}

type AnyProfile = ISampledProfile | IEventedProfile;

/** A file of speedscope, as far as it is written here. */
export interface ISpeedscopeFile {
  readonly $schema: 'https://www.speedscope.app/file-format-schema.json';
  readonly exporter: string;
  readonly name: string;
  readonly activeProfileIndex: number;
  readonly shared: { readonly frames: readonly ISpeedscopeFrame[] };
  readonly profiles: readonly AnyProfile[];
}

/**
 * All stacks of a document for https://www.speedscope.app: a profile for each thread of
 * each section. In time order where the section has a timeline; else the merged tree, as
 * frames that open and close. Frames are functions at the line that ran, as py-spy's.
 *
 * @param largest - entries of all samples of a section, at most
 */
export function speedscopeFile(
  document: ProfileDocument,
  largest = LARGEST
): ISpeedscopeFile {
  const sections = document.sections.filter(
    (section): section is StacksSection => section.kind === 'stacks'
  );
  const frames: ISpeedscopeFrame[] = [];
  const profiles: AnyProfile[] = [];
  for (const section of sections) {
    const prefix =
      sections.length > 1 && section.name ? `${section.name}: ` : '';
    const nameOf = (thread: number): string =>
      prefix + (section.threads?.[thread] ?? document.title);
    profilesOf(section, frames.length, nameOf, largest).forEach(profile =>
      profiles.push(profile)
    );
    const { name, file, line } = section.frames;
    name.forEach((text, frame) => {
      const path = document.files[file[frame]]?.path;
      frames.push({
        name: text || '(unknown)',
        ...(path !== undefined && { file: path }),
        ...(line[frame] > 0 && { line: line[frame] })
      });
    });
  }
  return {
    $schema: 'https://www.speedscope.app/file-format-schema.json',
    exporter: document.producer,
    name: document.title,
    activeProfileIndex: 0,
    shared: { frames },
    profiles
  };
}

/** A profile for each thread; `first` is the index of the section's first frame. */
function profilesOf(
  section: StacksSection,
  first: number,
  nameOf: (thread: number) => string,
  largest: number
): AnyProfile[] {
  const { nodes, timeline, unit } = section;
  if (timeline && unit === 'seconds') {
    const entries = entriesOf(section);
    if (entries > 0 && entries <= largest) {
      return grouped(timeline.thread).map(([thread, indices]) =>
        sampledProfile(section, indices, nameOf(thread), first)
      );
    }
  }
  const children = nodes.parent.map((): number[] => []);
  const roots: number[] = [];
  nodes.parent.forEach((parent, node) =>
    (parent < 0 ? roots : children[parent]).push(node)
  );
  const owners = roots.map(node => nodes.thread?.[node] ?? 0);
  return grouped(owners).map(([thread, indices]) =>
    eventedProfile(
      section,
      indices.map(index => roots[index]),
      children,
      nameOf(thread),
      first
    )
  );
}

/** For each value, in order, the indices at which it stands. */
function grouped(values: readonly number[]): [number, number[]][] {
  const found = new Map<number, number[]>();
  values.forEach((value, index) => {
    const indices = found.get(value);
    if (indices) {
      indices.push(index);
    } else {
      found.set(value, [index]);
    }
  });
  return [...found].sort(([a], [b]) => a - b);
}

/** Frames in the stacks of all entries of a timeline together. */
function entriesOf({ nodes, timeline }: StacksSection): number {
  const depths: number[] = [];
  nodes.parent.forEach(parent =>
    depths.push(parent < 0 ? 1 : depths[parent] + 1)
  );
  return timeline!.node.reduce((sum, node) => sum + depths[node], 0);
}

function sampledProfile(
  section: StacksSection,
  indices: readonly number[],
  name: string,
  first: number
): ISampledProfile {
  const { nodes } = section;
  const samples: number[][] = [];
  const weights: number[] = [];
  let end = 0;
  for (const { node, start, duration } of runsOf(section, indices)) {
    if (start - end > ROUNDING) {
      samples.push([]);
      weights.push(rounded(start - end));
      end = start;
    }
    const stack: number[] = [];
    for (let at = node; at >= 0; at = nodes.parent[at]) {
      stack.push(first + nodes.frame[at]);
    }
    samples.push(stack.reverse());
    weights.push(rounded(duration));
    end += duration;
  }
  return {
    type: 'sampled',
    name,
    unit: 'seconds',
    startValue: 0,
    endValue: rounded(weights.reduce((sum, weight) => sum + weight, 0)),
    samples,
    weights
  };
}

/** What a thread did: entries of the timeline, with the times that they say or imply. */
function runsOf(
  { nodes, timeline }: StacksSection,
  indices: readonly number[]
): { node: number; start: number; duration: number }[] {
  const { t, node, duration } = timeline!;
  let end = 0;
  const runs = indices.map((index, position) => {
    const start = Math.max(end, t[index] ?? end);
    const next = t[indices[position + 1]] ?? start;
    const said = duration ? duration[index] : next - start;
    const run = { node: node[index], start, duration: Math.max(0, said ?? 0) };
    end = start + run.duration;
    return run;
  });
  if (!duration && runs.length > 0) {
    // Nothing says until when the last one lasts; it is not without weight, at least.
    const last = runs[runs.length - 1];
    const own = nodes.self[last.node] ?? 0;
    const spent = runs.reduce(
      (sum, run) => (run.node === last.node ? sum + run.duration : sum),
      0
    );
    last.duration = Math.max(0, own - spent);
  }
  return runs;
}

function eventedProfile(
  { nodes, unit }: StacksSection,
  roots: readonly number[],
  children: readonly (readonly number[])[],
  name: string,
  first: number
): IEventedProfile {
  const events: IFrameEvent[] = [];
  // A node comes twice: as itself, to be opened, and as its complement, to be closed
  // when all below it is done.
  const todo = [...roots].reverse();
  let end = 0;
  while (todo.length > 0) {
    const next = todo.pop()!;
    const node = next < 0 ? ~next : next;
    const frame = first + nodes.frame[node];
    if (next < 0) {
      end += Math.max(0, nodes.self[node] ?? 0);
      events.push({ type: 'C', at: rounded(end), frame });
    } else {
      events.push({ type: 'O', at: rounded(end), frame });
      todo.push(~node);
      const below = children[node];
      for (let at = below.length - 1; at >= 0; at--) {
        todo.push(below[at]);
      }
    }
  }
  return {
    type: 'evented',
    name,
    unit: unit === 'seconds' || unit === 'bytes' ? unit : 'none',
    startValue: 0,
    endValue: rounded(end),
    events
  };
}

/** To the nanosecond, without the dust of sums. */
function rounded(value: number): number {
  return Math.round(value * 1e9) / 1e9;
}
