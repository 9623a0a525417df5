import { LabIcon } from '@jupyterlab/ui-components';
import compareSvg from '../style/icons/compare.svg';
import countersSvg from '../style/icons/counters.svg';
import functionsSvg from '../style/icons/functions.svg';
import linesSvg from '../style/icons/lines.svg';
import memorySvg from '../style/icons/memory.svg';
import memoryLinesSvg from '../style/icons/memory_lines.svg';
import objectsSvg from '../style/icons/objects.svg';
import processesSvg from '../style/icons/processes.svg';
import profileSvg from '../style/icons/profile.svg';
import recordSvg from '../style/icons/record.svg';
import scaleneSvg from '../style/icons/scalene.svg';
import stacksSvg from '../style/icons/stacks.svg';
import watchSvg from '../style/icons/watch.svg';
import whereSvg from '../style/icons/where.svg';

/** A stopwatch: the button, the file type, an overview. */
export const profileIcon = new LabIcon({
  name: 'cell-profiler:profile',
  svgstr: profileSvg
});

/** Two bars, of which one became smaller. */
export const compareIcon = new LabIcon({
  name: 'cell-profiler:compare',
  svgstr: compareSvg
});

/** A screen with a curve: what runs on the machine. */
export const processesIcon = new LabIcon({
  name: 'cell-profiler:processes',
  svgstr: processesSvg
});

/** An arrow to one of some lines: where is it now? */
export const whereIcon = new LabIcon({
  name: 'cell-profiler:where',
  svgstr: whereSvg
});

/** An eye. */
export const watchIcon = new LabIcon({
  name: 'cell-profiler:watch',
  svgstr: watchSvg
});

/** The button of a recorder. */
export const recordIcon = new LabIcon({
  name: 'cell-profiler:record',
  svgstr: recordSvg
});

const PROFILER_ICONS: readonly (readonly [string, LabIcon])[] = Object.entries({
  counters: countersSvg,
  functions: functionsSvg,
  lines: linesSvg,
  memory: memorySvg,
  memory_lines: memoryLinesSvg,
  objects: objectsSvg,
  scalene: scaleneSvg,
  stacks: stacksSvg
}).map(([profiler, svgstr]) => [
  profiler,
  new LabIcon({ name: `cell-profiler:${profiler}`, svgstr })
]);

/** What stands for a profiler in a list; a stopwatch for one without a picture. */
export function profilerIcon(profiler: string | undefined): LabIcon {
  const found = PROFILER_ICONS.find(([name]) => name === profiler);
  return found?.[1] ?? profileIcon;
}
