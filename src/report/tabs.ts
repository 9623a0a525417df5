import type { ILayoutRestorer, JupyterFrontEnd } from '@jupyterlab/application';
import { WidgetTracker } from '@jupyterlab/apputils';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import { activateTab, addTab } from '../showtab';
import { CommandIDs } from '../tokens';
import type { IReportTabOptions, ReportTab } from './tab';

/** The reports in the main area, one for a notebook; loaded with the first one. */
export class ReportTabs {
  constructor(
    private readonly _shell: JupyterFrontEnd.IShell,
    private readonly _options: Omit<IReportTabOptions, 'path'>
  ) {}

  /** Emitted when a report was opened or closed, or is of another path. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  isOpen(path: string): boolean {
    return this._tabs.find(tab => tab.path === path) !== undefined;
  }

  /** Have the tabs come back when the page is loaded again. */
  restore(restorer: ILayoutRestorer): void {
    void restorer.restore(this._tabs, {
      command: CommandIDs.report,
      args: ({ path }) => ({ path }),
      name: ({ path }) => path
    });
  }

  /** Show the report of a notebook. */
  async open(path: string): Promise<void> {
    const { ReportTab } = await import('./tab');
    const shown = this._tabs.find(tab => tab.path === path);
    if (shown) {
      activateTab(this._shell, shown);
      return;
    }
    const tab = new ReportTab({ ...this._options, path });
    const update = (): void => this._changed.emit();
    let known = path;
    tab.model.changed.connect(() => {
      if (tab.path !== known) {
        known = tab.path;
        void this._tabs.save(tab);
        update();
      }
    });
    // Before the shell has it: what is restored goes to where it was.
    await this._tabs.add(tab);
    // Only now: by then the tracker has forgotten it.
    tab.disposed.connect(update);
    addTab(this._shell, tab);
    update();
  }

  private readonly _tabs = new WidgetTracker<ReportTab>({
    namespace: 'cell-profiler-report'
  });
  private readonly _changed = new Signal<this, void>(this);
}
