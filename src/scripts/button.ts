import type { IDocumentWidget } from '@jupyterlab/docregistry';
import type { FileEditor } from '@jupyterlab/fileeditor';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ToolbarButton } from '@jupyterlab/ui-components';
import { profileIcon } from '../icons';
import { isScript, nameOf } from '../lib/scripts';

/** The Profile button in the toolbar of a file editor; hidden where the file is no script. */
export function scriptButton(
  editor: IDocumentWidget<FileEditor>,
  onClick: (path: string) => void,
  trans: TranslationBundle
): ToolbarButton {
  const { context } = editor;
  const button = new ToolbarButton({
    icon: profileIcon,
    label: trans.__('Profile'),
    tooltip: trans.__(
      'Run “%1” in a process of its own and measure it',
      nameOf(context.localPath)
    ),
    onClick: () => onClick(context.localPath)
  });
  button.addClass('jp-CellProfiler-scriptButton');
  const update = (): void => button.setHidden(!isScript(context.localPath));
  context.pathChanged.connect(update);
  button.disposed.connect(() => {
    context.pathChanged.disconnect(update);
  });
  update();
  return button;
}
