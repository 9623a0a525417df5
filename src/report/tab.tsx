import { MainAreaWidget, ReactWidget } from '@jupyterlab/apputils';
import type { Message } from '@lumino/messaging';
import * as React from 'react';
import { useChanges } from '../history/usechanges';
import { profileIcon } from '../icons';
import type { IReportCell } from '../lib/report';
import type { IViewOptionsSource } from '../views/options';
import type * as views from '../views/report';
import type { IReportModelOptions } from './model';
import { ReportModel } from './model';
import type { RecordSwitch } from './switch';

/** What a tab works with. */
export interface IReportTabOptions extends IReportModelOptions {
  readonly path: string;
  readonly recordSwitch: RecordSwitch;
  readonly view: IViewOptionsSource;
  /** Show a cell in its notebook. */
  readonly onGo: (path: string, cellId: string) => void;
  /** Run a cell under the default profiler. */
  readonly onProfile: (path: string, cellId: string) => void;
  /** Switch the recording of a notebook. */
  readonly onRecord: (path: string, on: boolean) => void;
}

/** The report of a notebook in a tab. */
export class ReportTab extends MainAreaWidget<ReportContent> {
  constructor(options: IReportTabOptions) {
    super({ content: new ReportContent(options) });
    this.addClass('jp-CellProfiler-reportTab');
    this.toolbar.hide();
  }

  get model(): ReportModel {
    return this.content.model;
  }

  get path(): string {
    return this.model.path;
  }
}

/** Draws the report, and follows the notebook. */
export class ReportContent extends ReactWidget {
  constructor(private readonly _options: IReportTabOptions) {
    super();
    this.addClass('jp-CellProfiler-report');
    this.model = new ReportModel(_options.path, _options);
    this.title.icon = profileIcon;
    this.model.changed.connect(this._name, this);
    this._name();
    this.ready = this._load();
  }

  readonly model: ReportModel;

  /** Resolved when the report can be drawn. */
  readonly ready: Promise<void>;

  dispose(): void {
    this.model.dispose();
    super.dispose();
  }

  protected render(): JSX.Element | null {
    return this._views && <Drawn {...this._options} {...this._drawn()} />;
  }

  protected onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    // Other pages may have run cells meanwhile.
    void this.model.refresh();
  }

  /** The keys go to the table at once. */
  protected onActivateRequest(msg: Message): void {
    super.onActivateRequest(msg);
    const row = this.node.querySelector<HTMLElement>('tr[tabindex="0"]');
    (row ?? this.node).focus();
  }

  private _drawn(): { model: ReportModel; Report: typeof views.Report } {
    return { model: this.model, Report: this._views!.Report };
  }

  private async _load(): Promise<void> {
    this._views = await import('../views/report');
    this.update();
  }

  private _name(): void {
    const { trans } = this._options;
    const { path } = this.model;
    this.title.label = trans.__('Report: %1', path.split('/').pop() ?? path);
    this.title.caption = trans.__('What the cells of %1 cost', path);
  }

  private _views: typeof views | null = null;
}

function Drawn({
  Report,
  model,
  onGo,
  onProfile,
  onRecord,
  recordSwitch,
  trans,
  view
}: IReportTabOptions & {
  readonly model: ReportModel;
  readonly Report: typeof views.Report;
}): JSX.Element {
  useChanges(model.changed);
  useChanges(recordSwitch.changed);
  useChanges(view.changed);
  const { path } = model;
  const go = ({ id }: IReportCell): void => onGo(path, id);
  return (
    <Report
      report={model.report}
      isRecording={model.panel ? recordSwitch.isOn(path) : null}
      problem={model.problem}
      decimals={view.values.decimals}
      onGo={go}
      onProfile={({ id }) => onProfile(path, id)}
      onRecord={on => onRecord(path, on)}
      trans={trans}
    />
  );
}
