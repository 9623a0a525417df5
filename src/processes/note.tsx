import { ReactWidget } from '@jupyterlab/ui-components';
import { MessageLoop, type Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import * as React from 'react';
import type { IWhereNoteProps } from '../views/processes/WhereNote';
import { WhereNote } from '../views/processes/WhereNote';

/** The note between the toolbar and the cells of a notebook. */
export class NoteWidget extends ReactWidget {
  constructor(private _props: IWhereNoteProps) {
    super();
    this.addClass('jp-CellProfiler-whereNote');
    this._observer = new ResizeObserver(() => this._fit());
  }

  dispose(): void {
    this._observer.disconnect();
    super.dispose();
  }

  /** Draw something newer. */
  draw(props: IWhereNoteProps): void {
    this._props = props;
    this.update();
  }

  protected onUpdateRequest(msg: Message): void {
    super.onUpdateRequest(msg);
    void this.renderPromise?.then(() => {
      const box = this.node.firstElementChild;
      if (box && !this.isDisposed) {
        this._observer.observe(box);
      }
    });
  }

  protected render(): JSX.Element {
    return <WhereNote {...this._props} />;
  }

  /** The layout around it gives a widget the height that it asks for in its style. */
  private _fit(): void {
    const height = `${(this.node.firstElementChild as HTMLElement | null)?.offsetHeight ?? 0}px`;
    if (this.parent && this.node.style.minHeight !== height) {
      this.node.style.minHeight = height;
      MessageLoop.postMessage(this.parent, Widget.Msg.FitRequest);
    }
  }

  private readonly _observer: ResizeObserver;
}
