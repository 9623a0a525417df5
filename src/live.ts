import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { Kernel, KernelMessage } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import { LIVE_DISPLAY } from './lib/live';
import { readDocument } from './lib/validate';
import type { Ending } from './live/ending';
import type { ILiveOptions } from './live/run';
import { LiveRun } from './live/run';
import { MIME_TYPE } from './tokens';

/**
 * Show the runs of all open notebooks while they go on.
 *
 * The kernel side sends what it knows so far as updates of a display that no output
 * has; nothing of it is in the notebook. Only when the kernel dies before the
 * finished document has come, the last update is put into the cell's outputs.
 *
 * @returns ends the watch when disposed
 */
export function watchRuns(
  tracker: INotebookTracker,
  options: ILiveOptions
): IDisposable {
  const watches = new Set<PanelWatch>();
  const add = (_: unknown, panel: NotebookPanel): void => {
    const watch = new PanelWatch(panel, options);
    watches.add(watch);
    panel.disposed.connect(() => {
      watch.dispose();
      watches.delete(watch);
    }, watch);
  };
  tracker.forEach(panel => add(tracker, panel));
  tracker.widgetAdded.connect(add);
  let isDisposed = false;
  return {
    get isDisposed(): boolean {
      return isDisposed;
    },
    dispose(): void {
      isDisposed = true;
      tracker.widgetAdded.disconnect(add);
      watches.forEach(watch => watch.dispose());
      watches.clear();
    }
  };
}

/** Watches what the kernel of one notebook says. */
class PanelWatch implements IDisposable {
  constructor(
    private readonly _panel: NotebookPanel,
    private readonly _options: ILiveOptions
  ) {
    const context = _panel.sessionContext;
    context.iopubMessage.connect(this._onMessage, this);
    context.statusChanged.connect(this._onStatus, this);
    context.connectionStatusChanged.connect(this._onConnection, this);
    context.kernelChanged.connect(this._onKernel, this);
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      Signal.clearData(this);
      this._runs.forEach(run => run.dispose());
      this._runs.clear();
    }
  }

  private _onMessage(_: unknown, message: KernelMessage.IMessage): void {
    const content = message.content as IContent;
    switch (message.header.msg_type) {
      case 'update_display_data':
        if (content.transient?.display_id?.startsWith?.(LIVE_DISPLAY)) {
          this._update(content.data?.[MIME_TYPE], message.parent_header);
        }
        break;
      case 'display_data': {
        // The finished document stands in the outputs when this signal comes.
        const found = content.data?.[MIME_TYPE] as { id?: unknown } | undefined;
        if (typeof found?.id === 'string') {
          this._finish(found.id);
        }
        break;
      }
      case 'status':
        if (content.execution_state === 'idle') {
          const { msg_id: request } = message.parent_header as IParent;
          this._runs.forEach(
            (run, id) => run.request === request && this._finish(id)
          );
        }
        break;
    }
  }

  /** Take a document of a run that goes on; what is broken is dropped. */
  private _update(value: unknown, parent: unknown): void {
    const read = readDocument(value);
    if (!('document' in read)) {
      return;
    }
    const { document } = read;
    const { id, live, target } = document;
    if (!live || target.cellId === undefined || this._finished.has(id)) {
      return;
    }
    const run = this._runs.get(id);
    if (run) {
      run.update(document);
      return;
    }
    const { msg_id: request = '', session } = parent as IParent;
    const kernel = this._panel.sessionContext.session?.kernel;
    const isOwn = session === kernel?.clientId;
    this._runs.set(
      id,
      new LiveRun(this._panel, document, request, isOwn, this._options)
    );
  }

  private _finish(id: string): void {
    const run = this._runs.get(id);
    if (run) {
      // A last update may still be on its way.
      this._finished.add(id);
      this._runs.delete(id);
      run.dispose();
    }
  }

  /** No finished documents will come: keep what there is. */
  private _end(ending: Ending): void {
    this._runs.forEach((run, id) => {
      if (!this._panel.isDisposed) {
        run.keep(ending);
      }
      this._finish(id);
    });
  }

  private _onStatus(_: unknown, status: Kernel.Status): void {
    switch (status) {
      case 'autorestarting':
      case 'dead':
        this._end('died');
        break;
      case 'restarting':
        // When the server restarts a kernel that died, JupyterLab says
        // 'autorestarting' right after it.
        window.setTimeout(() => this._end('restarted'), 0);
        break;
      case 'terminating':
        this._end('restarted');
        break;
    }
  }

  private _onConnection(_: unknown, status: Kernel.ConnectionStatus): void {
    const kernel = this._panel.sessionContext.session?.kernel;
    // Not when the page itself lets go of the kernel, as with a closed notebook.
    if (status === 'disconnected' && kernel && !kernel.isDisposed) {
      this._end('lost');
    }
  }

  private _onKernel(): void {
    this._end('restarted');
    this._finished.clear();
  }

  private _isDisposed = false;
  /** By id of the document. */
  private readonly _runs = new Map<string, LiveRun>();
  private readonly _finished = new Set<string>();
}

/** What is used of the content of messages; a stranger's, so nothing need be there. */
interface IContent {
  readonly data?: { readonly [mimeType: string]: unknown };
  readonly transient?: { readonly display_id?: string };
  readonly execution_state?: unknown;
}

/** Of the request that a message belongs to. */
interface IParent {
  readonly msg_id?: string;
  readonly session?: string;
}
