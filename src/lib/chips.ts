import type { ProfileDocument } from '../document';

/** One tool of a run, and how it looked. */
export interface IToolUse {
  readonly name: string;
  /** Empty when not known. */
  readonly version: string;
  /** Looks a second; null for a tool that does not sample stacks. */
  readonly rate: number | null;
  /** Seconds between two looks; null for a tool that does not sample memory. */
  readonly interval: number | null;
}

/** Between tools, and between their versions. */
const AND = ' + ';

/** Which of the options of a profiler are a tool's. */
const SAMPLE_STACKS = ['py-spy', 'pyinstrument'];
const SAMPLE_MEMORY = ['psutil'];

/** The tools of a document, in order. */
export function toolsOf({ profilers }: ProfileDocument): IToolUse[] {
  return profilers.reduce<IToolUse[]>((all, { options, tool, toolVersion }) => {
    const names = tool.split(AND);
    const versions = toolVersion.split(AND);
    const matching = names.length === versions.length;
    const uses = names.map((name, index) => ({
      name,
      // Where one has no version, nobody knows whose the others are.
      version: matching ? versions[index] : '',
      rate: SAMPLE_STACKS.includes(name) ? number(options.rate) : null,
      interval: SAMPLE_MEMORY.includes(name) ? number(options.interval) : null
    }));
    return [...all, ...uses];
  }, []);
}

function number(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value > 0
    ? value
    : null;
}
