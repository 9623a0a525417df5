import type { ProfileDocument, ProfilerRun, Section } from '../../document';

/** How much a remark takes from what a comparison says. */
export type Weight =
  /** The difference says little about the code. */
  | 'doubt'
  /** The difference may come from this and not from the code. */
  | 'care'
  /** Good to know. */
  | 'note';

/** Something that is not the same in both runs, or not as it should be. */
export type Remark = {
  readonly weight: Weight;
} & (
  | {
      readonly kind:
        | 'profilers'
        | 'machine'
        | 'processors'
        | 'python'
        | 'packages'
        | 'target';
      /** Of the baseline, and of the other run. */
      readonly before: string;
      readonly after: string;
    }
  | {
      readonly kind: 'tool' | 'options';
      /** The profiler that both ran under. */
      readonly profiler: string;
      readonly before: string;
      readonly after: string;
    }
  | {
      readonly kind: 'error' | 'interrupted' | 'live' | 'truncated';
      readonly before: boolean;
      readonly after: boolean;
    }
  | { readonly kind: 'source' }
);

/**
 * Which profilers make which sections. One that is not known here may make any.
 */
const MAKERS: { readonly [kind in Section['kind']]?: readonly string[] } = {
  lines: ['lines', 'stacks', 'overview', 'memory_lines', 'scalene'],
  calls: ['functions'],
  stacks: ['stacks', 'overview', 'memory_lines', 'scalene', 'functions'],
  objects: ['objects']
};

/** Packages whose change is told, at most. */
const MOST_PACKAGES = 5;

/** What a reader has to know before the numbers of two runs. */
export function remarksOn(
  before: ProfileDocument,
  after: ProfileDocument
): Remark[] {
  const remarks: Remark[] = [];
  const add = (remark: Remark): void => void remarks.push(remark);
  const both = (
    kind: 'error' | 'interrupted' | 'live' | 'truncated',
    weight: Weight,
    holds: (document: ProfileDocument) => boolean
  ): void => {
    const found = { before: holds(before), after: holds(after) };
    if (found.before || found.after) {
      add({ kind, weight, ...found });
    }
  };
  const texts = (
    kind: 'machine' | 'processors' | 'python' | 'packages' | 'target',
    weight: Weight,
    one: string,
    other: string
  ): void => {
    if (one !== other) {
      add({ kind, weight, before: one, after: other });
    }
  };
  both('live', 'doubt', ({ live }) => live === true);
  both('error', 'doubt', ({ status }) => status === 'error');
  both(
    'interrupted',
    'doubt',
    ({ live, status }) => status === 'interrupted' && !live
  );
  if (!haveSameProfilers(before, after)) {
    add({
      kind: 'profilers',
      weight: 'doubt',
      before: namesOf(before).join(' + '),
      after: namesOf(after).join(' + ')
    });
  }
  remarks.push(...profilerRemarks(before, after));
  const { environment: here } = before;
  const { environment: there } = after;
  texts('machine', 'care', here.platform, there.platform);
  texts('processors', 'care', String(here.cpuCount), String(there.cpuCount));
  texts('python', 'care', here.python, there.python);
  texts('packages', 'care', ...otherPackages(here.packages, there.packages));
  texts('target', 'care', before.target.kind, after.target.kind);
  if (!isSameSource(before, after)) {
    add({ kind: 'source', weight: 'note' });
  }
  both('truncated', 'note', ({ truncated }) => truncated === true);
  return remarks;
}

/** Whether a difference of the runs says something about the code. */
export function isTelling(remarks: readonly Remark[]): boolean {
  return remarks.every(({ weight }) => weight !== 'doubt');
}

/** Whether both runs measured what a kind of section says in the same way. */
export function isComparable(
  before: ProfileDocument,
  after: ProfileDocument,
  kind: Section['kind']
): boolean {
  const makers = MAKERS[kind];
  const known = new Set<string>();
  Object.keys(MAKERS).forEach(kind =>
    MAKERS[kind as Section['kind']]?.forEach(name => known.add(name))
  );
  // `memory` makes series only; what both do not know is taken for a maker.
  known.add('memory').add('counters');
  const of = (document: ProfileDocument): string =>
    namesOf(document)
      .filter(name => !makers || makers.includes(name) || !known.has(name))
      .join('\n');
  return makers === undefined || of(before) === of(after);
}

/** Whether the text that ran is the same; true where neither run tells. */
export function isSameSource(
  before: ProfileDocument,
  after: ProfileDocument
): boolean {
  const [one, other] = [before, after].map(
    ({ files, target }) =>
      target.sourceHash ?? target.source ?? files[0]?.source?.join('\n')
  );
  return one === other;
}

function namesOf({ profilers }: ProfileDocument): string[] {
  return [...new Set(profilers.map(({ name }) => name))].sort();
}

function haveSameProfilers(
  before: ProfileDocument,
  after: ProfileDocument
): boolean {
  return namesOf(before).join('\n') === namesOf(after).join('\n');
}

/** Of each profiler that both ran under: another tool, version or option. */
function profilerRemarks(
  before: ProfileDocument,
  after: ProfileDocument
): Remark[] {
  const remarks: Remark[] = [];
  before.profilers.forEach(one => {
    const other = after.profilers.find(({ name }) => name === one.name);
    if (!other) {
      return;
    }
    const tools = [one, other].map(toolOf);
    if (tools[0] !== tools[1]) {
      remarks.push({
        kind: 'tool',
        // One tool may slow a run down more than another one.
        weight: one.tool === other.tool ? 'care' : 'doubt',
        profiler: one.name,
        before: tools[0],
        after: tools[1]
      });
    }
    const options = otherOptions(one.options, other.options);
    if (options) {
      remarks.push({
        kind: 'options',
        weight: 'care',
        profiler: one.name,
        before: options[0],
        after: options[1]
      });
    }
  });
  return remarks;
}

function toolOf({ tool, toolVersion }: ProfilerRun): string {
  return toolVersion === '' ? tool : `${tool} ${toolVersion}`;
}

/** The options that differ, as `rate=40, native=true`; null when none does. */
function otherOptions(
  before: ProfilerRun['options'],
  after: ProfilerRun['options']
): [string, string] | null {
  const text = (options: ProfilerRun['options'], name: string): string =>
    Object.prototype.hasOwnProperty.call(options, name)
      ? JSON.stringify(options[name])
      : '–';
  const other = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter(name => text(before, name) !== text(after, name))
    .sort();
  const line = (options: ProfilerRun['options']): string =>
    other.map(name => `${name}=${text(options, name)}`).join(', ');
  return other.length === 0 ? null : [line(before), line(after)];
}

/** The packages that both have in other versions, as `numpy 2.1.0, scipy 1.14`. */
function otherPackages(
  before: { readonly [name: string]: string },
  after: { readonly [name: string]: string }
): [string, string] {
  const other = Object.keys(before)
    .filter(
      name =>
        Object.prototype.hasOwnProperty.call(after, name) &&
        before[name] !== after[name]
    )
    .sort();
  const line = (versions: { readonly [name: string]: string }): string =>
    other
      .slice(0, MOST_PACKAGES)
      .map(name => `${name} ${versions[name]}`)
      .join(', ') + (other.length > MOST_PACKAGES ? ' …' : '');
  return [line(before), line(after)];
}
