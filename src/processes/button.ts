import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ToolbarButton } from '@jupyterlab/ui-components';
import { whereIcon } from '../icons';
import type { RunClock } from './runclock';

/** The button in the toolbar of a notebook; hidden unless a cell has run for long. */
export function whereButton(
  panel: NotebookPanel,
  clock: Pick<RunClock, 'changed' | 'isLong'>,
  onClick: () => void,
  trans: TranslationBundle
): ToolbarButton {
  const button = new ToolbarButton({
    icon: whereIcon,
    label: trans.__('Where is it?'),
    tooltip: trans.__(
      'Show the line that runs now. The kernel goes on meanwhile.'
    ),
    // Who works in a cell stays there.
    noFocusOnClick: true,
    onClick
  });
  button.addClass('jp-CellProfiler-whereButton');
  const update = (): void => {
    if (!clock.isLong && button.node.contains(document.activeElement)) {
      panel.content.activate();
    }
    button.setHidden(!clock.isLong);
  };
  clock.changed.connect(update);
  button.disposed.connect(() => {
    clock.changed.disconnect(update);
  });
  update();
  return button;
}
