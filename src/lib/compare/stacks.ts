import type { ProfileDocument, StacksSection, Unit } from '../../document';
import { totalOf } from '../lines';
import type { IFrame, IStackModel } from '../stacks';
import { stackModel, stackSections, wholeOf } from '../stacks';
import type { IComparedFiles, Side } from './files';
import { isComparable } from './remarks';

/** Stacks of both runs that say the same of them. */
export interface IStackPair {
  /** As in the documents: time, peak, leaked… */
  readonly name: string;
  readonly unit: Unit;
  readonly before: StacksSection;
  readonly after: StacksSection;
}

/** A frame of the baseline, of the other run, or of both. */
export interface IComparedFrame {
  /** Of the other run where it has the frame. */
  readonly frame: IFrame;
  readonly before: IFrame | null;
  readonly after: IFrame | null;
}

/** The stacks of two runs in one model: each run is a thread of it. */
export interface IStackComparison {
  readonly pair: IStackPair;
  /** Thread `BEFORE` and thread `AFTER`. */
  readonly model: IStackModel;
  /** Parallel to the frames of the model. */
  readonly frames: readonly IComparedFrame[];
  readonly whole: { readonly [side in Side]: number };
  /** How many samples the weights come from; null where they are not sampled. */
  readonly samples: { readonly [side in Side]: number | null };
}

/**
 * How much of its wall time the samples of a run stand for, 0…1; null where they are no
 * times, or no samples. Of short runs they may miss a good part.
 */
export function coverageOf(
  { pair, samples, whole }: IStackComparison,
  side: Side,
  document: ProfileDocument
): number | null {
  const wall = totalOf(document, 'wall');
  return pair.unit !== 'seconds' || samples[side] === null || !wall
    ? null
    : Math.min(1, whole[side] / wall);
}

/** Threads of the model. */
export const BEFORE = 0;
export const AFTER = 1;

/** What stacks of two runs can be compared by. */
export function stackPairs(
  before: ProfileDocument,
  after: ProfileDocument
): IStackPair[] {
  if (!isComparable(before, after, 'stacks')) {
    return [];
  }
  const others = stackSections(after);
  const pairs: IStackPair[] = [];
  for (const section of stackSections(before)) {
    const name = section.name ?? section.unit;
    const { unit } = section;
    const other = others.find(
      other => (other.name ?? other.unit) === name && other.unit === unit
    );
    if (other && pairs.every(pair => pair.name !== name)) {
      pairs.push({ name, unit, before: section, after: other });
    }
  }
  return pairs;
}

/** Puts the stacks of two runs together; functions are told by their name and file. */
export function compareStacks(
  before: ProfileDocument,
  after: ProfileDocument,
  pair: IStackPair,
  files: IComparedFiles
): IStackComparison {
  const models = [
    stackModel(before, pair.before, 'function'),
    stackModel(after, pair.after, 'function')
  ];
  const known = new Map<string, number>();
  const frames: { before: IFrame | null; after: IFrame | null }[] = [];
  const keys = models.map((model, at) => {
    const side: Side = at === 0 ? 'before' : 'after';
    return Int32Array.from(model.frames, frame => {
      const { cellId, name, origin, path } = frame;
      const file = path === null ? -1 : files.idOf(side, { path, cellId });
      const text = `${file} ${file < 0 ? origin : ''} ${name}`;
      const key = known.get(text) ?? frames.length;
      known.set(text, key);
      frames[key] = frames[key] ?? { before: null, after: null };
      frames[key][side] = frames[key][side] ?? frame;
      return key;
    });
  });
  const compared = frames.map(frame => ({
    ...frame,
    frame: (frame.after ?? frame.before)!
  }));
  const counts = models.map(({ parent }) => parent.length);
  const all = counts[0] + counts[1];
  const parent = new Int32Array(all);
  const key = new Int32Array(all);
  const thread = new Int32Array(all);
  const self = new Float64Array(all);
  models.forEach((model, side) => {
    const offset = side === 0 ? 0 : counts[0];
    self.set(model.self, offset);
    for (let node = 0; node < counts[side]; node++) {
      const above = model.parent[node];
      parent[offset + node] = above < 0 ? -1 : above + offset;
      key[offset + node] = keys[side][model.key[node]];
      thread[offset + node] = side === 0 ? BEFORE : AFTER;
    }
  });
  return {
    pair,
    model: {
      section: pair.after,
      unit: pair.unit,
      threads: ['before', 'after'],
      by: 'function',
      frames: compared.map(({ frame }) => frame),
      key,
      parent,
      thread,
      self
    },
    frames: compared,
    whole: { before: wholeOf(models[0], -1), after: wholeOf(models[1], -1) },
    samples: {
      before: pair.before.samples ?? null,
      after: pair.after.samples ?? null
    }
  };
}
