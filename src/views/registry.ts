import { countersView } from './Counters';
import { flameView } from './Flame';
import { functionsView } from './Functions';
import { linesView } from './Lines';
import { memoryView } from './Memory';
import { objectsView } from './Objects';
import { summaryView } from './Summary';
import type { IView } from './view';

/** The tabs, in order: a new one is a file and a line here. */
export const VIEWS: readonly IView[] = [
  summaryView,
  linesView,
  functionsView,
  flameView,
  memoryView,
  objectsView,
  countersView
];
