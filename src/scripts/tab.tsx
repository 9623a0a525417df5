import {
  MainAreaWidget,
  ReactWidget,
  ToolbarButtonComponent,
  UseSignal
} from '@jupyterlab/apputils';
import { OutputAreaModel, SimplifiedOutputArea } from '@jupyterlab/outputarea';
import type { IRenderMime, IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { MimeModel } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import { refreshIcon, settingsIcon, stopIcon } from '@jupyterlab/ui-components';
import type { PartialJSONObject } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import { Panel } from '@lumino/widgets';
import * as React from 'react';
import type { ProfileDocument } from '../document';
import { profilerIcon } from '../icons';
import type { IScriptAnswers } from '../lib/scripts';
import { nameOf } from '../lib/scripts';
import { MIME_TYPE } from '../tokens';
import { ScriptOutput } from './output';
import type { ScriptRun } from './run';
import { ScriptHead } from './ScriptHead';
import { commandLine } from './words';

/** What a tab works with. */
export interface IScriptTabOptions {
  /** Of the script, in Jupyter. */
  readonly path: string;
  readonly rendermime: IRenderMimeRegistry;
  /** Start a run that prints into an output. */
  readonly start: (
    path: string,
    answers: IScriptAnswers,
    output: ScriptOutput
  ) => ScriptRun;
  /** Run it again, after what has to be done before. */
  readonly again: (path: string, answers: IScriptAnswers) => void;
  /** Ask how to run it the next time. */
  readonly change: (path: string, answers: IScriptAnswers) => void;
  readonly trans: TranslationBundle;
}

/** A script that runs: what it prints, and then its profile. */
export class ScriptTab extends MainAreaWidget<Panel> {
  constructor(private readonly _scriptOptions: IScriptTabOptions) {
    super({ content: new Panel() });
    const { path, trans } = _scriptOptions;
    this.content.addClass('jp-CellProfiler-scriptTab');
    this.content.node.tabIndex = -1;
    this.title.label = trans.__('Profile of %1', nameOf(path));
    this.title.caption = path;
    this.title.icon = profilerIcon(undefined);
    this._addTools(trans);
  }

  /** Emitted when the run, its state or its result is another one. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get path(): string {
    return this._scriptOptions.path;
  }

  /** What it was run with; null before the first run. */
  get answers(): IScriptAnswers | null {
    return this._answers;
  }

  /** Id of the finished run; null while there is none. */
  get result(): string | null {
    return this._result;
  }

  get isRunning(): boolean {
    return this._run !== null && this._run.state !== 'over';
  }

  dispose(): void {
    if (!this.isDisposed) {
      this._run?.dispose();
      this._output?.dispose();
      super.dispose();
      Signal.clearData(this);
    }
  }

  /** Run the script; what was there before is taken away. */
  run(answers: IScriptAnswers): void {
    const { path, rendermime, start, trans } = this._scriptOptions;
    this._clear();
    this._answers = answers;
    this.title.caption = `${path}\n${commandLine(path, answers)}`;
    const model = new OutputAreaModel();
    const output = new ScriptOutput(model);
    const run = start(path, answers, output);
    this._output = output;
    this._run = run;
    const head = ReactWidget.create(
      <UseSignal signal={run.changed}>
        {() => (
          <UseSignal signal={output.changed}>
            {() => <ScriptHead run={run} output={output} trans={trans} />}
          </UseSignal>
        )}
      </UseSignal>
    );
    head.addClass('jp-CellProfiler-scriptHead');
    const area = new SimplifiedOutputArea({
      model,
      rendermime,
      contentFactory: SimplifiedOutputArea.defaultContentFactory
    });
    area.addClass('jp-CellProfiler-scriptOutput');
    area.node.tabIndex = 0;
    area.node.setAttribute('role', 'log');
    // Nobody wants all of it read out.
    area.node.setAttribute('aria-live', 'off');
    area.node.setAttribute('aria-label', trans.__('Output of the script'));
    area.hide();
    const onMore = follow(area.node);
    output.changed.connect(() => {
      area.show();
      onMore();
    });
    this.content.addWidget(head);
    this.content.addWidget(area);
    run.changed.connect(() => this._changed.emit());
    void run.done.then(() => {
      if (run === this._run && run.document) {
        area.addClass('jp-mod-over');
        onMore();
        void this.display(run.document);
      }
    });
    this._changed.emit();
  }

  /**
   * Show a finished run.
   *
   * @param answers - what it was run with, where this tab did not run it
   */
  async display(
    document: ProfileDocument,
    answers: IScriptAnswers | null = this._answers
  ): Promise<void> {
    this._answers = answers;
    this._result = document.id;
    this._changed.emit();
    const profile = this._scriptOptions.rendermime.createRenderer(MIME_TYPE);
    this._profile?.dispose();
    this._profile = profile;
    this.content.addWidget(profile);
    await profile.renderModel(
      new MimeModel({
        data: { [MIME_TYPE]: document as unknown as PartialJSONObject }
      })
    );
  }

  private _clear(): void {
    this._run?.dispose();
    this._output?.dispose();
    this._run = null;
    this._output = null;
    this._profile = null;
    this._result = null;
    [...this.content.widgets].forEach(widget => widget.dispose());
  }

  private _addTools(trans: TranslationBundle): void {
    const { again, change, path } = this._scriptOptions;
    const add = (
      name: string,
      props: () => React.ComponentProps<typeof ToolbarButtonComponent>
    ): void => {
      const button = ReactWidget.create(
        <UseSignal signal={this._changed}>
          {() => <ToolbarButtonComponent {...props()} />}
        </UseSignal>
      );
      button.addClass('jp-ToolbarButton');
      button.addClass('jp-CellProfiler-scriptTool');
      this.toolbar.addItem(name, button);
    };
    const ready = (): boolean => this._answers !== null && !this.isRunning;
    add('stop', () => {
      const isStopping = this._run?.state === 'stopping';
      return {
        icon: stopIcon,
        label: trans.__('Stop'),
        tooltip: isStopping
          ? trans.__('End the kernel: nothing more is measured')
          : trans.__('End the script, and show what was measured'),
        enabled: this.isRunning && this._run?.state !== 'killing',
        onClick: () => void this._run?.stop()
      };
    });
    add('again', () => ({
      icon: refreshIcon,
      label: trans.__('Run Again'),
      tooltip: trans.__('Run the script again in the same way'),
      enabled: ready(),
      onClick: () => {
        if (this._answers !== null && ready()) {
          again(path, this._answers);
        }
      }
    }));
    add('change', () => ({
      icon: settingsIcon,
      label: trans.__('Change…'),
      tooltip: trans.__('Run the script again in another way'),
      enabled: ready(),
      onClick: () => {
        if (this._answers !== null && ready()) {
          change(path, this._answers);
        }
      }
    }));
  }

  private _answers: IScriptAnswers | null = null;
  private _output: ScriptOutput | null = null;
  private _profile: IRenderMime.IRenderer | null = null;
  private _result: string | null = null;
  private _run: ScriptRun | null = null;
  private readonly _changed = new Signal<this, void>(this);
}

/** Pixels from the end within which a person is taken to read along. */
const NEAR = 40;

/**
 * Keep the end of an output in sight, unless a person scrolls away from it.
 *
 * @returns is to be called when there is more
 */
function follow(node: HTMLElement): () => void {
  let isAtEnd = true;
  node.addEventListener('scroll', () => {
    isAtEnd = node.scrollHeight - node.scrollTop - node.clientHeight < NEAR;
  });
  return () => {
    // The output is in the page with the next frame.
    requestAnimationFrame(() => {
      if (isAtEnd) {
        node.scrollTop = node.scrollHeight;
      }
    });
  };
}
