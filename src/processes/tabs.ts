import type { JupyterFrontEnd } from '@jupyterlab/application';
import { WidgetTracker } from '@jupyterlab/apputils';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { ProfileDocument } from '../document';
import type { ITarget, IWhere } from '../lib/processes/types';
import { activateTab, addTab } from '../showtab';
import type { Action } from './ids';
import { RecordModel } from './recording';
import type { ILookModel, ILookTabOptions, LookTab, Views } from './tab';
import type { ILookContext } from './watch';
import { WatchModel } from './watch';
import { WhereModel } from './where';

/** What the tabs work with. */
export interface IProcessTabsOptions extends Omit<ILookTabOptions, 'target'> {
  readonly shell: JupyterFrontEnd.IShell;
  readonly asker: IWhere;
  readonly context: ILookContext;
  readonly rendermime: IRenderMimeRegistry;
  /** Keep a profile that was recorded. */
  readonly onRecorded: (document: ProfileDocument) => void;
}

/** The tabs about processes in the main area; loaded with the first one. */
export class ProcessTabs {
  constructor(private readonly _options: IProcessTabsOptions) {}

  /** Show where it is now, in the tab that is there for it. */
  async where(target: ITarget): Promise<void> {
    const { asker } = this._options;
    const shown = this._find('where', target);
    const model = shown?.model ?? new WhereModel(target, asker);
    if (model instanceof WhereModel) {
      void model.ask();
      await this._show(shown, async () => {
        const { whereTab } = await import('./opentabs');
        return whereTab(model, await views(), this._tabOptions(target));
      });
    }
  }

  /** Show it live. */
  async watch(target: ITarget): Promise<void> {
    const { context } = this._options;
    const shown = this._find('watch', target);
    const model = shown?.model ?? new WatchModel(target, context);
    if (model instanceof WatchModel) {
      if (model.isOver) {
        model.start();
      }
      await this._show(shown, async () => {
        const { watchTab } = await import('./opentabs');
        return watchTab(model, await views(), this._tabOptions(target));
      });
    }
  }

  /**
   * Ask how to record it, or begin at once.
   *
   * @param seconds - to record; without them a person is asked
   */
  async record(target: ITarget, seconds?: number): Promise<void> {
    const { context, onRecorded, rendermime } = this._options;
    const shown = this._find('record', target);
    const model = shown?.model ?? new RecordModel(target, context);
    if (model instanceof RecordModel) {
      if (!shown) {
        model.recorded.connect((_, document) => onRecorded(document));
      }
      await this._show(shown, async () => {
        const { recordTab } = await import('./opentabs');
        return recordTab(
          model,
          await views(),
          rendermime,
          this._tabOptions(target)
        );
      });
      if (seconds !== undefined && !model.isRunning) {
        model.answers = { ...model.answers, seconds };
        model.start();
      }
    }
  }

  private async _show(
    shown: LookTab<ILookModel> | undefined,
    create: () => Promise<LookTab<ILookModel>>
  ): Promise<void> {
    const { shell } = this._options;
    if (shown) {
      activateTab(shell, shown);
      return;
    }
    const tab = await create();
    await this._tabs.add(tab);
    addTab(shell, tab);
  }

  private _find(
    action: Action,
    target: ITarget
  ): LookTab<ILookModel> | undefined {
    const key = keyOf(target);
    return this._tabs.find(
      tab => tab.action === action && keyOf(tab.model.target) === key
    );
  }

  private _tabOptions(target: ITarget): ILookTabOptions {
    return { ...this._options, target };
  }

  private readonly _tabs = new WidgetTracker<LookTab<ILookModel>>({
    namespace: 'cell-profiler-process'
  });
}

/** Same key, same process. */
function keyOf(target: ITarget): string {
  return target.kind === 'kernel'
    ? `kernel ${target.kernelId}`
    : `process ${target.pid}`;
}

function views(): Promise<Views> {
  return import('../views/processes');
}
