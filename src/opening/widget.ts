import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { IRenderMime, IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { MimeModel } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { PartialJSONObject } from '@lumino/coreutils';
import { PanelLayout, Widget } from '@lumino/widgets';
import { readDocument } from '../lib/validate';
import type { IHistory } from '../tokens';
import { MIME_TYPE } from '../tokens';

/** What a widget works with. */
export interface IForeignProfileOptions {
  readonly context: DocumentRegistry.Context;
  readonly rendermime: IRenderMimeRegistry;
  /** Reads a file on the server; rejected with a sentence. */
  readonly read: (path: string, signal: AbortSignal) => Promise<unknown>;
  readonly history: IHistory | null;
  readonly trans: TranslationBundle;
}

/** A profile of another tool: that it is read, then what stands in it or why not. */
export class ForeignProfile extends Widget {
  constructor(private readonly _options: IForeignProfileOptions) {
    super();
    this.addClass('jp-CellProfiler-foreign');
    this.layout = new PanelLayout();
    const { context } = _options;
    this.ready = context.ready.then(() => this._draw());
    void context.ready.then(() => {
      if (!this.isDisposed) {
        context.fileChanged.connect(this._onFile, this);
      }
    });
  }

  /** Resolved when the profile, or why there is none, is in the page. */
  ready: Promise<void>;

  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._options.context.fileChanged.disconnect(this._onFile, this);
    this._reading?.abort();
    super.dispose();
  }

  private _onFile(): void {
    this.ready = this._draw();
  }

  private async _draw(): Promise<void> {
    const { context, history, read, trans } = this._options;
    if (this.isDisposed) {
      return;
    }
    this._reading?.abort();
    const reading = (this._reading = new AbortController());
    const name = context.localPath.split('/').pop() ?? '';
    // A file that changes on the disk keeps its old picture until the new one is there.
    if (!this._shown) {
      this._show(
        text('jp-CellProfiler-reading', trans.__('Reading %1 …', name))
      );
    }
    try {
      const value = await read(context.path, reading.signal);
      if (reading.signal.aborted) {
        return;
      }
      const result = readDocument(value);
      if ('document' in result) {
        history?.add(result.document);
      }
      await this._render(value);
    } catch (error) {
      if (!reading.signal.aborted) {
        this._shown = null;
        const sentence = error instanceof Error ? error.message : String(error);
        const problem = text('jp-CellProfiler-problem', sentence);
        problem.node.setAttribute('role', 'alert');
        this._show(problem);
      }
    }
  }

  private async _render(value: unknown): Promise<void> {
    const { rendermime } = this._options;
    if (!this._shown) {
      const shown = rendermime.createRenderer(MIME_TYPE);
      this._shown = shown;
      this._show(shown);
    }
    await this._shown.renderModel(
      new MimeModel({ data: { [MIME_TYPE]: value as PartialJSONObject } })
    );
  }

  /** Put a widget in the place of the one before. */
  private _show(widget: Widget): void {
    const layout = this.layout as PanelLayout;
    [...layout.widgets].forEach(old => old.dispose());
    layout.addWidget(widget);
  }

  private _shown: IRenderMime.IRenderer | null = null;
  private _reading: AbortController | null = null;
}

function text(className: string, content: string): Widget {
  const node = document.createElement('p');
  node.className = className;
  node.textContent = content;
  return new Widget({ node });
}
