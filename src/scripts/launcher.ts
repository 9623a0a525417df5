import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IScriptAnswers } from '../lib/scripts';
import { isScript, nameOf } from '../lib/scripts';
import { warn } from '../notices';
import type { IProfilerSettings } from '../settings';
import { checkAnswers, firstAnswers } from './form';
import { environments } from './kernels';
import type { ScriptMemory } from './memory';
import type { ScriptTabs } from './tabs';

/** What launching works with. */
export interface ILauncherOptions {
  readonly docManager: IDocumentManager;
  readonly memory: ScriptMemory;
  readonly settings: IProfilerSettings;
  readonly tabs: Pick<ScriptTabs, 'run'>;
  readonly trans: TranslationBundle;
}

/** What comes before a script runs: the questions, and saving the file. */
export class ScriptLauncher {
  constructor(private readonly _options: ILauncherOptions) {}

  /**
   * Run a script. Where that cannot be done the person is told why.
   *
   * @param told - answers that are known
   * @param mayAsk - whether to ask for the others; otherwise those of the last time, or
   *   the usual ones, count
   * @returns whether it runs
   */
  async launch(
    path: string,
    told: Partial<IScriptAnswers>,
    mayAsk: boolean
  ): Promise<boolean> {
    const { docManager, memory, settings, tabs, trans } = this._options;
    if (!isScript(path)) {
      warn(
        trans.__(
          'Only Python files can be profiled: the name of “%1” does not end in .py.',
          nameOf(path)
        )
      );
      return false;
    }
    const { contents, kernelspecs } = docManager.services;
    await Promise.all([memory.ready, kernelspecs.ready]);
    const choices = environments(kernelspecs.specs);
    const check = (answers: IScriptAnswers) =>
      checkAnswers(answers, choices, contents, trans);
    const first = firstAnswers(
      path,
      { ...memory.get(path), ...told },
      { environments: choices, profiler: settings.values.defaultProfiler }
    );
    const isUnsaved = this._unsaved(path) !== null;
    let answers: IScriptAnswers | null;
    if (mayAsk) {
      const { askScript } = await import('./dialog');
      answers = await askScript({
        path,
        answers: first,
        environments: choices,
        isUnsaved,
        check,
        trans
      });
    } else {
      const checked = await check(first);
      const [problem] = Object.values(checked.problems);
      if (problem !== undefined) {
        warn(problem);
        return false;
      }
      answers =
        isUnsaved && !(await this._maySave(path)) ? null : checked.answers;
    }
    if (answers === null || !(await this._save(path))) {
      return false;
    }
    memory.set(path, answers);
    await tabs.run(path, answers);
    return true;
  }

  /** The open file, if it has changes that are not saved yet. */
  private _unsaved(path: string): DocumentRegistry.Context | null {
    const widget = this._options.docManager.findWidget(path, null);
    return widget?.context.model.dirty ? widget.context : null;
  }

  private async _maySave(path: string): Promise<boolean> {
    const { trans } = this._options;
    const { button } = await showDialog({
      title: trans.__('Save “%1”?', nameOf(path)),
      body: trans.__(
        'The file has unsaved changes. It is saved before it runs.'
      ),
      buttons: [
        Dialog.cancelButton(),
        Dialog.okButton({ label: trans.__('Save and Profile') })
      ]
    });
    return button.accept;
  }

  /** What runs is the file, not the editor. */
  private async _save(path: string): Promise<boolean> {
    const context = this._unsaved(path);
    if (!context) {
      return true;
    }
    try {
      await context.save();
    } catch {
      // JupyterLab has said so.
    }
    if (this._unsaved(path)) {
      warn(
        this._options.trans.__(
          '“%1” does not run: its changes could not be saved.',
          nameOf(path)
        )
      );
      return false;
    }
    return true;
  }
}
