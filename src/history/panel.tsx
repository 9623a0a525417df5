import type { Contents } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { IDisposable } from '@lumino/disposable';
import type { Message } from '@lumino/messaging';
import type { ISignal } from '@lumino/signaling';
import * as React from 'react';
import { profileIcon } from '../icons';
import type { IProfilerSettings } from '../settings';
import { acceptFiles } from './files';
import type { PanelModel } from './panelmodel';
import type * as view from './PanelView';

/** What the panel works with. */
export interface IHistoryPanelOptions {
  readonly model: PanelModel;
  readonly commands: CommandRegistry;
  readonly contents: Contents.IManager;
  /** Tells when a context menu goes. */
  readonly menuClosed: ISignal<unknown, void>;
  readonly settings: IProfilerSettings;
  readonly onRename: (id: string, name: string) => void;
  readonly onFiles: (files: readonly File[]) => void;
  readonly trans: TranslationBundle;
}

/** The history in the sidebar. It is loaded and asked for when it is first shown. */
export class HistoryPanel extends ReactWidget {
  constructor(private readonly _options: IHistoryPanelOptions) {
    super();
    const { trans } = _options;
    this.id = 'jp-CellProfiler-history';
    this.addClass('jp-CellProfiler-history');
    this.title.icon = profileIcon;
    this.title.caption = trans.__('Profile History');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', trans.__('Profile history'));
    document.addEventListener('visibilitychange', this._onPageVisible);
    this._drops = acceptFiles(
      this.node,
      _options.contents,
      isOver => this.toggleClass('jp-mod-dropTarget', isOver),
      _options.onFiles
    );
  }

  dispose(): void {
    document.removeEventListener('visibilitychange', this._onPageVisible);
    this._drops.dispose();
    super.dispose();
  }

  protected onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    this._show();
  }

  protected onAfterAttach(msg: Message): void {
    super.onAfterAttach(msg);
    if (this.isVisible) {
      this._show();
    }
  }

  protected onAfterHide(msg: Message): void {
    super.onAfterHide(msg);
    this._options.model.isShown = false;
  }

  protected onActivateRequest(msg: Message): void {
    super.onActivateRequest(msg);
    const find = (selector: string): HTMLElement | null =>
      this.node.querySelector<HTMLElement>(selector);
    const target =
      find('[role="tree"] [tabindex="0"]') ?? find('[type="search"]');
    target?.focus();
  }

  protected render(): JSX.Element | null {
    return this._view && <this._view.PanelView {...this._options} />;
  }

  private _show(): void {
    this._options.model.isShown = true;
    void this._options.model.history.refresh();
    if (!this._view) {
      void import('./PanelView').then(loaded => {
        this._view = loaded;
        this.update();
      });
    }
  }

  /** Other pages may have added runs while this one was not looked at. */
  private _onPageVisible = (): void => {
    if (document.visibilityState === 'visible' && this.isVisible) {
      void this._options.model.history.refresh();
    }
  };

  private readonly _drops: IDisposable;
  private _view: typeof view | null = null;
}
