import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';
import { whereIcon } from '../icons';
import { CommandIDs } from '../tokens';
import type { RunClock } from './runclock';

/** Pixels of a notebook's width below which the button is its icon only. */
const NARROW = 600;

/** What the button works with. */
export interface IWhereButtonOptions {
  readonly panel: NotebookPanel;
  readonly clock: Pick<RunClock, 'changed' | 'isLong'>;
  readonly onClick: () => void;
  readonly trans: TranslationBundle;
}

/** The button in the toolbar of a notebook; hidden unless a cell has run for long. */
export class WhereButton extends ReactWidget {
  constructor(private readonly _options: IWhereButtonOptions) {
    super();
    this.addClass('jp-CellProfiler-toolbarItem');
    const { clock, panel } = _options;
    clock.changed.connect(this._update, this);
    this._update();
    // At the notebook, because the toolbar moves what does not fit into a popup.
    this._observer = new ResizeObserver(() => {
      const width = panel.node.clientWidth;
      this.toggleClass('jp-mod-narrow', width > 0 && width < NARROW);
    });
    this._observer.observe(panel.node);
  }

  dispose(): void {
    this._observer.disconnect();
    super.dispose();
  }

  protected render(): JSX.Element {
    const { onClick, panel, trans } = this._options;
    const title = trans.__(
      'Show the line that runs now. The kernel goes on meanwhile.'
    );
    return (
      <div className="jp-CellProfiler-button">
        <button
          type="button"
          data-command={CommandIDs.where}
          title={title}
          aria-label={trans.__('Where is it?')}
          aria-description={title}
          onMouseDown={event => {
            // Who works in a cell stays there.
            event.preventDefault();
            if (!panel.node.contains(document.activeElement)) {
              event.currentTarget.focus();
            }
          }}
          onClick={onClick}
        >
          <whereIcon.react tag="span" width="16px" height="16px" />
          <span className="jp-CellProfiler-buttonLabel">
            {trans.__('Where is it?')}
          </span>
        </button>
      </div>
    );
  }

  private _update(): void {
    const { clock, panel } = this._options;
    if (!clock.isLong && this.node.contains(document.activeElement)) {
      // A hidden button would leave the focus nowhere.
      panel.content.activate();
    }
    this.setHidden(!clock.isLong);
  }

  private readonly _observer: ResizeObserver;
}
