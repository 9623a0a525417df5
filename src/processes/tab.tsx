import { MainAreaWidget, ReactWidget } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { LabIcon } from '@jupyterlab/ui-components';
import type { IDisposable } from '@lumino/disposable';
import type { Message } from '@lumino/messaging';
import type { ISignal } from '@lumino/signaling';
import { Panel } from '@lumino/widgets';
import type * as React from 'react';
import { recordIcon, watchIcon, whereIcon } from '../icons';
import type { IPlace } from '../lib/processes/openplace';
import type { ITarget } from '../lib/processes/types';
import type * as views from '../views/processes';
import type { IPlaces } from '../views/processes/Place';
import type { Action } from './ids';

/** What each tab works with. */
export interface ILookTabOptions {
  readonly target: ITarget;
  /** 1-based place of a cell in the notebook of a kernel. */
  readonly positionOf: (cellId: string, target: ITarget) => number | null;
  readonly canOpen: (place: IPlace, from: Element) => boolean;
  readonly onOpen: (place: IPlace, from: Element) => void;
  readonly onCopy: (text: string) => void;
  readonly trans: TranslationBundle;
}

/** What a tab shows. */
export interface ILookModel extends IDisposable {
  readonly changed: ISignal<unknown, unknown>;
  readonly target: ITarget;
  /** Whether a person sees it move. */
  isShown: boolean;
}

/** The views, loaded with the first tab. */
export type Views = typeof views;

/** A tab of the main area about one process. */
export class LookTab<M extends ILookModel> extends MainAreaWidget<LookPanel> {
  /**
   * @param draw - the view, from how the model is now
   */
  constructor(
    readonly action: Action,
    readonly model: M,
    views: Views,
    options: ILookTabOptions,
    draw: (views: Views, places: IPlaces) => JSX.Element
  ) {
    super({ content: new LookPanel(isShown => this._onShown(isShown)) });
    const { trans } = options;
    const { name } = model.target;
    this.addClass('jp-CellProfiler-lookTab');
    this.toolbar.hide();
    const [icon, label, caption] = titleOf(action, name, trans);
    this.title.icon = icon;
    this.title.label = label;
    this.title.caption = caption;
    const places: IPlaces = {
      positionOf: cellId => options.positionOf(cellId, model.target),
      canOpen: place => options.canOpen(place, this.node),
      onOpen: place => options.onOpen(place, this.node)
    };
    this.content.addWidget(
      new LookContent(model.changed, () => draw(views, places))
    );
  }

  dispose(): void {
    if (!this.isDisposed) {
      this.model.dispose();
      super.dispose();
    }
  }

  private _onShown(isShown: boolean): void {
    // The first message may come before the model is known.
    if (this.model) {
      this.model.isShown = isShown;
    }
  }
}

/** What is in a tab, one below the other. */
class LookPanel extends Panel {
  constructor(private readonly _onShown: (isShown: boolean) => void) {
    super();
    this.addClass('jp-CellProfiler-lookPanel');
    this.node.tabIndex = -1;
  }

  protected onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    this._onShown(true);
  }

  protected onAfterHide(msg: Message): void {
    super.onAfterHide(msg);
    this._onShown(false);
  }
}

/** Draws a model whenever it changed. */
class LookContent extends ReactWidget {
  constructor(
    private readonly _modelChanged: ISignal<unknown, unknown>,
    private readonly _draw: () => JSX.Element
  ) {
    super();
    this.addClass('jp-CellProfiler-lookContent');
    _modelChanged.connect(this._onChanged, this);
  }

  dispose(): void {
    this._modelChanged.disconnect(this._onChanged, this);
    super.dispose();
  }

  protected render(): React.ReactElement {
    return this._draw();
  }

  private _onChanged(): void {
    this.update();
  }
}

function titleOf(
  action: Action,
  name: string,
  trans: TranslationBundle
): readonly [LabIcon, string, string] {
  switch (action) {
    case 'where':
      return [
        whereIcon,
        trans.__('Where: %1', name),
        trans.__('Where %1 is now', name)
      ];
    case 'watch':
      return [
        watchIcon,
        trans.__('Watch: %1', name),
        trans.__('What %1 does while it runs', name)
      ];
    case 'record':
      return [
        recordIcon,
        trans.__('Record: %1', name),
        trans.__('A profile of what %1 does', name)
      ];
  }
}
