import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ILayoutRestorer } from '@jupyterlab/application';
import { WidgetTracker } from '@jupyterlab/apputils';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Widget } from '@lumino/widgets';
import { activateTab, addTab } from '../showtab';
import type { IHistory, INavigator } from '../tokens';
import { CommandIDs } from '../tokens';
import type { IViewOptionsSource } from '../views/options';
import type { CompareTab } from './comparetab';
import { HistoryCommandIDs } from './ids';
import type { RunTab } from './runtab';

/** What the tabs work with. */
export interface ITabsOptions {
  readonly app: JupyterFrontEnd;
  readonly history: IHistory;
  readonly navigator: INavigator;
  readonly rendermime: IRenderMimeRegistry;
  readonly view: IViewOptionsSource;
  readonly trans: TranslationBundle;
}

/** The tabs of runs and of comparisons in the main area; loaded with the first one. */
export class HistoryTabs {
  constructor(private readonly _options: ITabsOptions) {}

  /** Have the tabs come back when the page is loaded again. */
  restore(restorer: ILayoutRestorer): void {
    void restorer.restore(this._runs, {
      command: HistoryCommandIDs.open,
      args: ({ run }) => ({ ids: [run] }),
      name: ({ run }) => run
    });
    void restorer.restore(this._comparisons, {
      command: CommandIDs.compare,
      args: ({ runs }) => ({ ids: [...runs] }),
      name: ({ runs }) => runs.join(' ')
    });
  }

  /**
   * Show a run.
   *
   * @param beside - id of the widget to show it beside, with the source first
   */
  async open(id: string, beside?: string): Promise<void> {
    const { app, history, rendermime, trans } = this._options;
    const { RunTab } = await import('./runtab');
    const shown = this._runs.find(({ run }) => run === id);
    if (shown && beside === undefined) {
      activateTab(app.shell, shown);
      return;
    }
    // It may stand where it cannot be seen together with the notebook.
    shown?.dispose();
    const tab = new RunTab({
      id,
      history,
      rendermime,
      commands: app.commands,
      ...(beside === undefined ? {} : { tab: 'lines' }),
      trans
    });
    await this._add(
      tab,
      this._runs,
      beside === undefined ? {} : { mode: 'split-right', ref: beside }
    );
  }

  /** Compare runs, the oldest with the later ones. */
  async compare(ids: readonly string[]): Promise<void> {
    const { app, history, navigator, trans, view } = this._options;
    const { CompareTab } = await import('./comparetab');
    const key = [...ids].sort().join(' ');
    const shown = this._comparisons.find(
      ({ runs }) => [...runs].sort().join(' ') === key
    );
    if (shown) {
      activateTab(app.shell, shown);
      return;
    }
    await this._add(
      new CompareTab({ ids, history, navigator, view, trans }),
      this._comparisons
    );
  }

  private async _add<T extends Widget>(
    tab: T,
    tracker: WidgetTracker<T>,
    options: DocumentRegistry.IOpenOptions = {}
  ): Promise<void> {
    const { shell } = this._options.app;
    // Before the shell has it: what is restored goes to where it was.
    await tracker.add(tab);
    addTab(shell, tab, options);
  }

  private readonly _runs = new WidgetTracker<RunTab>({
    namespace: 'cell-profiler-run'
  });
  private readonly _comparisons = new WidgetTracker<CompareTab>({
    namespace: 'cell-profiler-compare'
  });
}
