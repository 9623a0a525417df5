import type { SourceFile, StacksSection, Unit } from '../document';

/** Characters of one frame; longer ones are cut. */
const LONGEST_FRAME = 500;

/** Characters of the whole text, beyond which deep ends are cut. */
const LARGEST = 32 * 1024 * 1024;

/** What weights are multiplied with: readers of the format want whole numbers. */
const SCALE: { readonly [unit in Unit]: number } = {
  seconds: 1e6,
  bytes: 1,
  count: 1,
  percent: 1e6,
  ratio: 1e6
};

/**
 * Collapsed stacks, as `flamegraph.pl`, inferno and speedscope read them: one line for
 * each stack, `frame;frame;frame weight`, from the root to the leaf.
 *
 * A frame is `name (file:line)`, as py-spy writes it. The first one is the thread where
 * there are several. Weights are whole numbers: samples for seconds, where the section
 * says how many there were, else microseconds; bytes and counts as they are; millionths
 * of what has another unit. What rounds to nothing is left out.
 *
 * A stack stands there in full on its line, so that a deep tree makes a text of the
 * square of its depth. Where that would be larger than `largest`, the deep ends are cut
 * off, and their weight counts for the deepest frame that is left: sums stay true.
 *
 * @param largest - characters of the text, beyond which ends are cut
 */
export function collapsedStacks(
  section: StacksSection,
  files: readonly SourceFile[],
  largest = LARGEST
): string {
  const { nodes, frames, threads } = section;
  const labels = frames.name.map((name, frame) =>
    label(name, files[frames.file[frame]]?.path, frames.line[frame])
  );
  const several = (threads ?? []).length > 1 && nodes.thread !== undefined;
  const root = (node: number): string =>
    several ? `${safe(threads![nodes.thread![node]])};` : '';
  const own = ownWeights(section);
  const lengths: number[] = [];
  nodes.parent.forEach((parent, node) => {
    const above = parent < 0 ? root(node).length : lengths[parent] + 1;
    lengths.push(above + labels[nodes.frame[node]].length);
  });

  const shown = fitted(nodes.parent, lengths, own, largest);
  const weights = new Map<number, number>();
  own.forEach((value, node) => {
    if (value > 0) {
      weights.set(shown[node], (weights.get(shown[node]) ?? 0) + value);
    }
  });
  const lines: string[] = [];
  for (const [node, weight] of weights) {
    if (Math.round(weight) > 0) {
      const path = [leaf(labels[nodes.frame[node]])];
      let at = node;
      while (nodes.parent[at] >= 0) {
        at = nodes.parent[at];
        path.push(labels[nodes.frame[at]]);
      }
      path[path.length - 1] = root(at) + path[path.length - 1];
      lines.push(`${path.reverse().join(';')} ${Math.round(weight)}\n`);
    }
  }
  return lines.join('');
}

/** What each node has itself, in the unit of the text. */
function ownWeights({ nodes, samples, unit }: StacksSection): number[] {
  const own = nodes.self.map(value => Math.max(0, value ?? 0));
  if (unit === 'seconds' && samples) {
    const each = own.reduce((sum, value) => sum + value, 0) / samples;
    const counts = own.map(value => (each > 0 ? value / each : 0));
    // Each stands for as much time as the others, unless somebody else wrote it.
    if (counts.every(count => Math.abs(count - Math.round(count)) < 0.05)) {
      return counts.map(Math.round);
    }
  }
  return own.map(value => value * SCALE[unit]);
}

/** For each node the one that stands for it: itself, or the deepest that is not cut. */
function fitted(
  parents: readonly number[],
  lengths: readonly number[],
  own: readonly number[],
  largest: number
): number[] {
  for (let longest = largest; ; longest /= 2) {
    const shown: number[] = [];
    const used = new Set<number>();
    parents.forEach((parent, node) => {
      const fits = parent < 0 || lengths[node] <= longest;
      shown.push(fits ? node : shown[parent]);
      if (own[node] > 0) {
        used.add(shown[node]);
      }
    });
    let size = 0;
    used.forEach(node => {
      // With the weight.
      size += lengths[node] + 20;
    });
    // Roots stay: with the limits of a document, they are not that many.
    if (size <= largest || longest < 1) {
      return shown;
    }
  }
}

/** A frame as a line of collapsed stacks has it. */
function label(name: string, path: string | undefined, line: number): string {
  if (path === undefined) {
    return safe(name);
  }
  const place = line > 0 ? `${path}:${line}` : path;
  return safe(`${name || '(unknown)'} (${place})`);
}

/** A stranger's text that ends no frame and no line, and is no comment. */
function safe(text: string): string {
  const short =
    text.length > LONGEST_FRAME ? `${text.slice(0, LONGEST_FRAME)}…` : text;
  return (
    short
      .replace(/[\s\p{Cc}\p{Cs}]+/gu, ' ')
      .trim()
      .replace(/;/g, ':')
      .replace(/^#/, '_') || '(unknown)'
  );
}

/** A last frame that is not taken for a number: two are a comparison of profiles. */
function leaf(text: string): string {
  return text.replace(/ (?=[\d.]+$)/, '_');
}
