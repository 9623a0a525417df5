import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import * as React from 'react';
import { processesIcon } from '../icons';
import type { TargetRow } from '../lib/processes/rows';
import type { Action } from './ids';
import { PANEL_ID } from './ids';
import type { ProcessModel } from './panelmodel';
import type * as view from './PanelView';

/** What the panel works with. */
export interface IProcessPanelOptions {
  readonly model: ProcessModel;
  readonly onAction: (action: Action, row: TargetRow) => void;
  readonly onCopy: (text: string) => void;
  readonly trans: TranslationBundle;
}

/** What runs, in the sidebar. It is loaded and asked for when it is first shown. */
export class ProcessPanel extends ReactWidget {
  constructor(private readonly _options: IProcessPanelOptions) {
    super();
    const { trans } = _options;
    this.id = PANEL_ID;
    this.addClass(PANEL_ID);
    this.title.icon = processesIcon;
    this.title.caption = trans.__('Processes');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', trans.__('Processes'));
    document.addEventListener('visibilitychange', this._look);
  }

  dispose(): void {
    if (!this.isDisposed) {
      document.removeEventListener('visibilitychange', this._look);
      this._options.model.dispose();
      super.dispose();
    }
  }

  protected onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    this._look();
  }

  protected onAfterAttach(msg: Message): void {
    super.onAfterAttach(msg);
    this._look();
  }

  protected onAfterHide(msg: Message): void {
    super.onAfterHide(msg);
    this._look();
  }

  protected onBeforeDetach(msg: Message): void {
    super.onBeforeDetach(msg);
    this._options.model.isShown = false;
  }

  protected onActivateRequest(msg: Message): void {
    super.onActivateRequest(msg);
    const find = (selector: string): HTMLElement | null =>
      this.node.querySelector<HTMLElement>(selector);
    const target =
      find('[role="treeitem"][tabindex="0"]') ?? find('[type="search"]');
    target?.focus();
  }

  protected render(): JSX.Element | null {
    return this._view && <this._view.PanelView {...this._options} />;
  }

  /** The server is asked while the panel and the page are in sight, and not else. */
  private _look = (): void => {
    const isShown = this.isVisible && document.visibilityState !== 'hidden';
    this._options.model.isShown = isShown;
    if (isShown && !this._view) {
      void import('./PanelView').then(loaded => {
        this._view = loaded;
        this.update();
      });
    }
  };

  private _view: typeof view | null = null;
}
