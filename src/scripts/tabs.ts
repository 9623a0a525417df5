import type { ILayoutRestorer, JupyterFrontEnd } from '@jupyterlab/application';
import { WidgetTracker } from '@jupyterlab/apputils';
import type { PartialJSONObject } from '@lumino/coreutils';
import type { ProfileDocument } from '../document';
import type { IScriptAnswers } from '../lib/scripts';
import { activateTab, addTab } from '../showtab';
import type { IScriptTabOptions, ScriptTab } from './tab';

/** The command that brings a finished run back after the page was loaded again. */
export const RESTORE = 'cell-profiler:restore-script';

/** The tabs in which scripts run; loaded with the first one. */
export class ScriptTabs {
  constructor(
    private readonly _shell: JupyterFrontEnd.IShell,
    private readonly _options: Omit<IScriptTabOptions, 'path'>
  ) {}

  /** Have finished runs come back when the page is loaded again. */
  restore(restorer: ILayoutRestorer): void {
    void restorer.restore(this._tabs, {
      command: RESTORE,
      args: ({ answers, path, result }) => ({
        path,
        id: result,
        answers: answers as unknown as PartialJSONObject
      }),
      // What still runs ends with the page.
      name: ({ result }) => result ?? ''
    });
  }

  /** Run a script in its tab; one that still runs goes on in its own. */
  async run(path: string, answers: IScriptAnswers): Promise<void> {
    const shown = this._tabs.find(tab => tab.path === path && !tab.isRunning);
    const tab = shown ?? (await this._add(path));
    tab.run(answers);
    activateTab(this._shell, tab);
  }

  /** Show a finished run in a tab from which it can be run again. */
  async show(
    document: ProfileDocument,
    path: string,
    answers: IScriptAnswers
  ): Promise<void> {
    const tab = await this._add(path, tab => tab.display(document, answers));
    activateTab(this._shell, tab);
  }

  private async _add(
    path: string,
    fill?: (tab: ScriptTab) => Promise<void>
  ): Promise<ScriptTab> {
    const { ScriptTab } = await import('./tab');
    const tab = new ScriptTab({ ...this._options, path });
    await fill?.(tab);
    // Before the shell has it: what is restored goes to where it was.
    await this._tabs.add(tab);
    let known = tab.result;
    tab.changed.connect(() => {
      if (tab.result !== known) {
        known = tab.result;
        void this._tabs.save(tab);
      }
    });
    addTab(this._shell, tab);
    return tab;
  }

  private readonly _tabs = new WidgetTracker<ScriptTab>({
    namespace: 'cell-profiler-script'
  });
}
