import { MainAreaWidget } from '@jupyterlab/apputils';
import type { IRenderMime, IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { MimeModel } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import { CommandToolbarButton } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { PartialJSONObject } from '@lumino/coreutils';
import { PanelLayout, Widget } from '@lumino/widgets';
import { profilerIcon } from '../icons';
import type { IHistory } from '../tokens';
import { MIME_TYPE } from '../tokens';
import { HistoryCommandIDs } from './ids';
import { dateText, runTitle } from './texts';

/** What a tab works with. */
export interface IRunTabOptions {
  readonly id: string;
  readonly history: IHistory;
  readonly rendermime: IRenderMimeRegistry;
  readonly commands: CommandRegistry;
  /** Which of the profile's views is shown first. */
  readonly tab?: string;
  readonly trans: TranslationBundle;
}

/** A run in a tab of its own, drawn as in an output. */
export class RunTab extends MainAreaWidget<Widget> {
  constructor(private readonly _runOptions: IRunTabOptions) {
    super({ content: new Widget() });
    const { commands, history, id, trans } = _runOptions;
    this.content.addClass('jp-CellProfiler-runTab');
    this.content.layout = new PanelLayout();
    for (const command of [
      HistoryCommandIDs.showCell,
      HistoryCommandIDs.putBack
    ]) {
      this.toolbar.addItem(
        command,
        new CommandToolbarButton({ commands, id: command, args: { ids: [id] } })
      );
    }
    this.title.label = trans.__('Run');
    // Set once: the tab of a widget does not show another icon well.
    this.title.icon = profilerIcon(history.find(id)?.profilers[0]);
    history.changed.connect(this._name, this);
    this._name();
    this.ready = this._draw();
  }

  /** Resolved when the run, or why it is not there, is in the page. */
  readonly ready: Promise<void>;

  /** Id of the run. */
  get run(): string {
    return this._runOptions.id;
  }

  private async _draw(): Promise<void> {
    const { history, id, rendermime, tab } = this._runOptions;
    const layout = this.content.layout as PanelLayout;
    try {
      const document = await history.get(id);
      if (this.isDisposed) {
        return;
      }
      this.title.label = document.title;
      this._name();
      this._shown = rendermime.createRenderer(MIME_TYPE);
      layout.addWidget(this._shown);
      await this._shown.renderModel(
        new MimeModel({
          data: { [MIME_TYPE]: document as unknown as PartialJSONObject },
          metadata: tab === undefined ? {} : { [MIME_TYPE]: { tab } }
        })
      );
    } catch (error) {
      if (!this.isDisposed) {
        this._shown?.dispose();
        layout.addWidget(sentence(error));
      }
    }
  }

  /** Call the tab as the history calls the run, and say that cells can be shown. */
  private _name(): void {
    const { commands, history, id, trans } = this._runOptions;
    const run = history.find(id);
    if (run && !this.isDisposed) {
      this.title.label = runTitle(run, trans);
      this.title.caption = [
        runTitle(run, trans),
        run.path,
        dateText(run.started)
      ]
        .filter(line => line)
        .join('\n');
      commands.notifyCommandChanged(HistoryCommandIDs.showCell);
      commands.notifyCommandChanged(HistoryCommandIDs.putBack);
    }
  }

  private _shown: IRenderMime.IRenderer | null = null;
}

/** Why a run cannot be shown, in its place. */
function sentence(error: unknown): Widget {
  const node = document.createElement('p');
  node.className = 'jp-CellProfiler-problem';
  node.setAttribute('role', 'alert');
  node.textContent = error instanceof Error ? error.message : String(error);
  return new Widget({ node });
}
