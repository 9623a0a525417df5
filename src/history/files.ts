import type { Contents } from '@jupyterlab/services';
import type { MimeData } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import { DisposableDelegate } from '@lumino/disposable';
import type { Drag } from '@lumino/dragdrop';

/** What JupyterLab's file browser drags. */
const CONTENTS = 'application/x-jupyter-icontents';

/** Ask for files with the browser's dialog; none when it is cancelled. */
export function chooseFiles(accept: string): Promise<readonly File[]> {
  const input = document.createElement('input');
  input.type = 'file';
  input.multiple = true;
  input.accept = accept;
  return new Promise(resolve => {
    input.addEventListener('change', () => resolve([...(input.files ?? [])]));
    input.addEventListener('cancel', () => resolve([]));
    input.click();
  });
}

/**
 * Take files that are dropped onto a node, from the desktop or from JupyterLab's
 * file browser.
 *
 * @param onOver - whether files are held over the node now
 */
export function acceptFiles(
  node: HTMLElement,
  contents: Contents.IManager,
  onOver: (isOver: boolean) => void,
  onFiles: (files: readonly File[]) => void
): IDisposable {
  const leave = (event: Event): void => {
    const to = (event as DragEvent).relatedTarget;
    if (!(to instanceof Node) || !node.contains(to)) {
      onOver(false);
    }
  };
  const listeners: { readonly [name: string]: (event: Event) => void } = {
    dragover: event => {
      const { dataTransfer } = event as DragEvent;
      if (dataTransfer?.types.includes('Files')) {
        event.preventDefault();
        dataTransfer.dropEffect = 'copy';
        onOver(true);
      }
    },
    dragleave: leave,
    drop: event => {
      const files = (event as DragEvent).dataTransfer?.files ?? [];
      onOver(false);
      // The browser would show the file in place of JupyterLab.
      event.preventDefault();
      if (files.length > 0) {
        onFiles([...files]);
      }
    },
    'lm-dragenter': event => {
      if (pathsOf((event as Drag.Event).mimeData).length > 0) {
        event.preventDefault();
        event.stopPropagation();
        onOver(true);
      }
    },
    'lm-dragleave': leave,
    'lm-dragover': event => {
      const drag = event as Drag.Event;
      event.preventDefault();
      event.stopPropagation();
      drag.dropAction = drag.proposedAction;
    },
    'lm-drop': event => {
      const drag = event as Drag.Event;
      event.preventDefault();
      event.stopPropagation();
      onOver(false);
      drag.dropAction = 'copy';
      void Promise.all(
        pathsOf(drag.mimeData).map(path => fileAt(path, contents))
      ).then(onFiles);
    }
  };
  Object.entries(listeners).forEach(([name, listener]) =>
    node.addEventListener(name, listener)
  );
  return new DisposableDelegate(() =>
    Object.entries(listeners).forEach(([name, listener]) =>
      node.removeEventListener(name, listener)
    )
  );
}

function pathsOf(data: MimeData): readonly string[] {
  const paths: unknown = data.getData(CONTENTS);
  return Array.isArray(paths)
    ? paths.filter((path): path is string => typeof path === 'string')
    : [];
}

/** A file that Jupyter serves; what cannot be read is an empty one. */
async function fileAt(
  path: string,
  contents: Contents.IManager
): Promise<File> {
  let content: unknown = '';
  try {
    const model = await contents.get(path, { type: 'file', format: 'text' });
    content = model.content;
  } catch {
    // A folder, or no text: the same as what is no profile.
  }
  const name = path.split('/').pop() ?? path;
  return new File([typeof content === 'string' ? content : ''], name);
}
