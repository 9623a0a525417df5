import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { Widget } from '@lumino/widgets';
import { TabPanel } from '@lumino/widgets';

/**
 * Add a widget as a tab of the main area and bring it to the front. Where that area has
 * room for one widget, as in Notebook 7, the tab goes below it.
 */
export function addTab(
  shell: JupyterFrontEnd.IShell,
  tab: Widget,
  options: DocumentRegistry.IOpenOptions = {}
): void {
  shell.add(tab, 'main', options);
  if (!tab.isAttached) {
    tab.addClass('jp-CellProfiler-below');
    shell.add(tab, 'down', options);
  }
  activateTab(shell, tab);
}

/** Bring a tab to the front, wherever it is. */
export function activateTab(shell: JupyterFrontEnd.IShell, tab: Widget): void {
  shell.activateById(tab.id);
  // Notebook 7 does not look for it below.
  const panel = tab.parent?.parent;
  if (panel instanceof TabPanel) {
    panel.currentWidget = tab;
  }
}
