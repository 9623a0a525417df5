import { Dialog, ReactWidget } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { IScriptAnswers } from '../lib/scripts';
import { nameOf } from '../lib/scripts';
import type { FormProblems } from './form';
import type { IEnvironment } from './kernels';
import { ScriptForm } from './ScriptForm';

/** What is asked. */
export interface IAskOptions {
  readonly path: string;
  /** The answers to begin with. */
  readonly answers: IScriptAnswers;
  readonly environments: readonly IEnvironment[];
  readonly isUnsaved: boolean;
  /** The answers in their usual form, and what is wrong with them. */
  readonly check: (
    answers: IScriptAnswers
  ) => Promise<{ answers: IScriptAnswers; problems: FormProblems }>;
  readonly trans: TranslationBundle;
}

/**
 * Ask how a script shall run.
 *
 * @returns null when the person thinks better of it
 */
export async function askScript(
  options: IAskOptions
): Promise<IScriptAnswers | null> {
  const body = new FormBody(options);
  const { button, value } = await new ScriptDialog(body, options).launch();
  return button.accept ? value : null;
}

/** A dialog that does not close before its answers are right. */
class ScriptDialog extends Dialog<IScriptAnswers> {
  constructor(
    private readonly _form: FormBody,
    { isUnsaved, path, trans }: IAskOptions
  ) {
    super({
      title: trans.__('Profile “%1”', nameOf(path)),
      body: _form,
      buttons: [
        Dialog.cancelButton(),
        Dialog.okButton({
          label: isUnsaved ? trans.__('Save and Profile') : trans.__('Profile')
        })
      ],
      focusNodeSelector: '[name="arguments"]'
    });
    this.addClass('jp-CellProfiler-scriptDialog');
    this._accept = 1;
  }

  resolve(index = this._accept): void {
    if (index !== this._accept) {
      super.resolve(index);
    } else if (!this._isChecking) {
      this._isChecking = true;
      void this._form.check().then(isRight => {
        this._isChecking = false;
        if (isRight && !this.isDisposed) {
          super.resolve(index);
        }
      });
    }
  }

  protected _evtKeydown(event: KeyboardEvent): void {
    // Older versions of JupyterLab take each Enter for that of the button.
    if (
      event.key !== 'Enter' ||
      !(event.target instanceof HTMLTextAreaElement)
    ) {
      super._evtKeydown(event);
    }
  }

  private readonly _accept: number;
  private _isChecking = false;
}

/** The form, in the dialog. */
class FormBody
  extends ReactWidget
  implements Dialog.IBodyWidget<IScriptAnswers>
{
  constructor(private readonly _options: IAskOptions) {
    super();
    this._answers = _options.answers;
  }

  getValue(): IScriptAnswers {
    return this._answers;
  }

  /** Whether the answers are right; otherwise the form says what is wrong. */
  async check(): Promise<boolean> {
    const { answers, problems } = await this._options.check(this._answers);
    const [wrong] = Object.keys(problems);
    if (this.isDisposed) {
      return false;
    }
    if (wrong === undefined) {
      this._answers = answers;
    } else {
      this._problems = problems;
      this.update();
      const name = wrong === 'profilers' ? 'profiler' : wrong;
      this.node.querySelector<HTMLElement>(`[name="${name}"]`)?.focus();
    }
    return wrong === undefined;
  }

  protected render(): JSX.Element {
    const { environments, isUnsaved, path, trans } = this._options;
    return (
      <ScriptForm
        path={path}
        answers={this._answers}
        problems={this._problems}
        environments={environments}
        isUnsaved={isUnsaved}
        onChange={changed => {
          this._answers = { ...this._answers, ...changed };
          this._forgive(Object.keys(changed));
        }}
        trans={trans}
      />
    );
  }

  /** What is wrong is said until it is changed. */
  private _forgive(questions: readonly string[]): void {
    const kept = Object.entries(this._problems).filter(
      ([question]) => !questions.includes(question)
    );
    this._problems = kept.reduce<FormProblems>(
      (all, [question, problem]) => ({ ...all, [question]: problem }),
      {}
    );
    this.update();
  }

  private _answers: IScriptAnswers;
  private _problems: FormProblems = {};
}
