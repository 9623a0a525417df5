import type * as React from 'react';
import type { TargetRow } from '../lib/processes/rows';
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
  const go = (index: number): void =>
    model.activate(rows[Math.max(0, Math.min(index, rows.length - 1))]);
  const isOpen = !model.isCollapsed(row.section);
  switch (event.key) {
    case 'ArrowDown':
      go(activeIndex + 1);
      break;
    case 'ArrowUp':
      go(activeIndex - 1);
      break;
    case 'PageDown':
      go(activeIndex + PAGE);
      break;
    case 'PageUp':
      go(activeIndex - PAGE);
      break;
    case 'Home':
      go(0);
      break;
    case 'End':
      go(rows.length - 1);
      break;
    case 'ArrowLeft':
      if (row.kind === 'section') {
        model.collapse(row.section, true);
      } else {
        go(
          rows.findIndex(
            each => each.kind === 'section' && each.section === row.section
          )
        );
      }
      break;
    case 'ArrowRight':
      if (row.kind === 'section') {
        if (isOpen) {
          go(activeIndex + 1);
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
