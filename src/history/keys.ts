import type * as React from 'react';
import { rowAfter } from '../lib/rowkeys';
import type { PanelModel } from './panelmodel';

/** Rows of a page, roughly; how many are in sight depends on their kind. */
const PAGE = 12;

/** The keys of a tree; what opens, renames and deletes are commands with shortcuts. */
export function onListKey(event: React.KeyboardEvent, model: PanelModel): void {
  const { activeIndex, rows } = model;
  const row = rows[activeIndex];
  if (!row || event.altKey) {
    return;
  }
  const isSpecial = event.ctrlKey || event.metaKey;
  const next = rowAfter(event.key, activeIndex, rows.length, PAGE);
  if (next !== null) {
    model.activate(rows[next]);
    event.preventDefault();
    event.stopPropagation();
    return;
  }
  const group = rows.findIndex(
    each => each.kind === 'group' && each.group === row.group
  );
  const isOpen = !model.isCollapsed(row.group);
  switch (event.key) {
    case 'ArrowLeft':
      if (row.kind === 'group' && isOpen) {
        model.collapse(row.group, true);
      } else {
        model.activate(rows[Math.max(0, group)]);
      }
      break;
    case 'ArrowRight':
      if (!isOpen) {
        model.collapse(row.group, false);
      } else if (row.kind === 'group') {
        model.activate(rows[Math.min(activeIndex + 1, rows.length - 1)]);
      }
      break;
    case 'Enter':
      // Of a run it is a command.
      if (row.kind === 'run') {
        return;
      }
      model.collapse(row.group, isOpen);
      break;
    case ' ':
      if (row.kind === 'run') {
        model.select(row, event.shiftKey ? 'range' : 'toggle');
      } else {
        model.collapse(row.group, isOpen);
      }
      break;
    case 'Escape':
      model.clearSelection();
      break;
    case 'a':
      if (!isSpecial) {
        return;
      }
      model.selectAll();
      break;
    default:
      return;
  }
  event.preventDefault();
  event.stopPropagation();
}
