import type { ProfileDocument, StacksSection } from '../document';
import { golden } from './golden';

/** Name, parent and own weight of each node. */
export type Nodes = readonly (readonly [string, number, number | null])[];

/** A section in which each node has a frame of its own, of no file. */
export function sectionOf(
  nodes: Nodes,
  more: Partial<StacksSection> = {}
): StacksSection {
  const self = nodes.map(([, , own]) => own);
  const total = self.map(own => own ?? 0);
  for (let node = nodes.length - 1; node >= 0; node--) {
    if (nodes[node][1] >= 0) {
      total[nodes[node][1]] += total[node];
    }
  }
  return {
    kind: 'stacks',
    unit: 'seconds',
    frames: {
      name: nodes.map(([name]) => name),
      file: nodes.map(() => -1),
      line: nodes.map(() => 0)
    },
    nodes: {
      parent: nodes.map(([, parent]) => parent),
      frame: nodes.map((_, node) => node),
      self,
      total
    },
    ...more
  };
}

/** One stack, whose leaf has a second. */
export function chain(depth: number): StacksSection {
  return sectionOf(
    Array.from(
      { length: depth },
      (_, at) => [`f${at}`, at - 1, at === depth - 1 ? 1 : 0] as const
    )
  );
}

/** The first `stacks` section of a document. */
export function stacksIn(document: ProfileDocument): StacksSection {
  return document.sections.find(
    (section): section is StacksSection => section.kind === 'stacks'
  )!;
}

/** The first `stacks` section of a golden document. */
export function stacksOf(name: string): StacksSection {
  return stacksIn(golden(name));
}

/** A document with these sections only. */
export function documentOf(...sections: StacksSection[]): ProfileDocument {
  return { ...golden('stacks-cell'), sections };
}
