import { MainAreaWidget, ReactWidget } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { compareIcon } from '../icons';
import { repeatsOf } from '../lib/history';
import type { IHistory, INavigator, ISourceLocation } from '../tokens';
import type { ICompareRun } from '../views/compare';
import type * as views from '../views/compare';
import type { IViewOptionsSource } from '../views/options';
import { dateText, runTitle } from './texts';
import { useChanges } from './usechanges';

/** Other runs of the same source whose numbers say how much is noise, at most. */
const MOST_REPEATS = 50;

/** What a tab works with. */
export interface ICompareTabOptions {
  readonly ids: readonly string[];
  readonly history: IHistory;
  readonly navigator: INavigator;
  readonly view: IViewOptionsSource;
  readonly trans: TranslationBundle;
}

/** A comparison of runs in a tab. */
export class CompareTab extends MainAreaWidget<CompareContent> {
  constructor(options: ICompareTabOptions) {
    super({ content: new CompareContent(options) });
    this.toolbar.hide();
  }

  /** Ids of the runs. */
  get runs(): readonly string[] {
    return this.content.ids;
  }
}

/** Draws the comparison, when the documents are there. */
export class CompareContent extends ReactWidget {
  constructor(private readonly _options: ICompareTabOptions) {
    super();
    const { ids, trans } = _options;
    this.addClass('jp-CellProfiler-compare');
    this.title.icon = compareIcon;
    this.title.label = trans.__('Compare %1 runs', ids.length);
    this.ready = this._load();
  }

  /** Resolved when the comparison, or why there is none, can be drawn. */
  readonly ready: Promise<void>;

  get ids(): readonly string[] {
    return this._options.ids;
  }

  protected render(): JSX.Element | null {
    const { trans, view } = this._options;
    if (this._problem !== null) {
      return (
        <p className="jp-CellProfiler-problem" role="alert">
          {this._problem}
        </p>
      );
    }
    return (
      this._views && (
        <Comparison
          views={this._views}
          runs={this._runs}
          view={view}
          onOpen={(run, location) => void this._open(run, location)}
          trans={trans}
        />
      )
    );
  }

  private async _load(): Promise<void> {
    const { history, ids, trans } = this._options;
    try {
      const [loaded, documents] = await Promise.all([
        import('../views/compare'),
        Promise.all(ids.map(id => history.get(id)))
      ]);
      // The oldest is what the others are compared with.
      documents.sort((one, other) => one.started.localeCompare(other.started));
      this._runs = documents.map(document => {
        const run = history.find(document.id);
        return {
          document,
          name: run ? runTitle(run, trans) : document.title,
          repeats: run ? repeatsOf(run, history.runs, MOST_REPEATS) : []
        };
      });
      this.title.caption = this._runs
        .map(({ document, name }) =>
          trans.__('%1, %2', name, dateText(document.started))
        )
        .join('\n');
      this._views = loaded;
    } catch (error) {
      this._problem = error instanceof Error ? error.message : String(error);
    }
    this.update();
  }

  private async _open(index: number, location: ISourceLocation): Promise<void> {
    const { navigator } = this._options;
    const { target } = this._runs[index].document;
    const { path } = target;
    if (location.cellId !== undefined && path !== undefined) {
      await navigator.showCell(path, location.cellId, location.line);
    } else {
      await navigator.open({ ...location, target }, this.node);
    }
  }

  private _problem: string | null = null;
  private _runs: readonly ICompareRun[] = [];
  private _views: typeof views | null = null;
}

function Comparison({
  view,
  views: { Compare },
  ...rest
}: Omit<views.ICompareProps, 'options'> & {
  readonly views: typeof views;
  readonly view: IViewOptionsSource;
}): JSX.Element {
  useChanges(view.changed);
  return <Compare {...rest} options={view.values} />;
}
