import type * as React from 'react';

/** Keys that work buttons and tabs; JupyterLab would take them for the notebook. */
const OWN_KEYS = ['Enter', ' ', 'ArrowLeft', 'ArrowRight', 'Home', 'End'];

/** In a notebook, Enter would edit the cell and arrows would fold headings. */
export function keepOwnKeys(event: React.KeyboardEvent): void {
  const plain = !(
    event.altKey ||
    event.ctrlKey ||
    event.metaKey ||
    event.shiftKey
  );
  if (
    plain &&
    OWN_KEYS.includes(event.key) &&
    (event.target as Element).matches('button, input')
  ) {
    event.stopPropagation();
  }
}
