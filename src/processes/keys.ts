import type * as React from 'react';
import type { TargetRow } from '../lib/processes/rows';
import { rowAfter } from '../lib/rowkeys';
import type { ProcessModel } from './panelmodel';

/** Rows of a page, roughly. */
const PAGE = 10;

/** The keys of the tree; Enter asks where the row is now. */
export function onListKey(
  event: React.KeyboardEvent,
  model: ProcessModel,
  onEnter: (row: TargetRow) => void
): void {
  const { activeIndex, rows } = model;
  const row = rows[activeIndex];
  // The keys of a button in a row are its own.
  const isOnRow =
    event.target instanceof Element &&
    event.target.matches('[role="treeitem"]');
  if (!row || !isOnRow || event.altKey || event.ctrlKey || event.metaKey) {
    return;
  }
  const next = rowAfter(event.key, activeIndex, rows.length, PAGE);
  if (next !== null) {
    model.activate(rows[next]);
    event.preventDefault();
    event.stopPropagation();
    return;
  }
  const isOpen = !model.isCollapsed(row.section);
  switch (event.key) {
    case 'ArrowLeft':
      if (row.kind === 'section') {
        model.collapse(row.section, true);
      } else {
        const section = rows.findIndex(
          each => each.kind === 'section' && each.section === row.section
        );
        model.activate(rows[Math.max(0, section)]);
      }
      break;
    case 'ArrowRight':
      if (row.kind === 'section') {
        if (isOpen) {
          model.activate(rows[Math.min(activeIndex + 1, rows.length - 1)]);
        } else {
          model.collapse(row.section, false);
        }
      }
      break;
    case 'Enter':
    case ' ':
      if (row.kind === 'section') {
        model.collapse(row.section, isOpen);
      } else {
        onEnter(row);
      }
      break;
    default:
      return;
  }
  event.preventDefault();
  event.stopPropagation();
}
