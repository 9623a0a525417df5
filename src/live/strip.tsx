import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { ILiveStripProps } from '../views/LiveStrip';
import { LiveStrip } from '../views/LiveStrip';

/** The strip below a cell that runs. */
export class StripWidget extends ReactWidget {
  constructor(private _props: ILiveStripProps) {
    super();
    this.addClass('jp-CellProfiler-live');
  }

  /** Draw something newer. */
  draw(props: ILiveStripProps): void {
    this._props = props;
    // A cell that is scrolled away is drawn when it comes back.
    if (this.isAttached) {
      this.update();
    }
  }

  protected render(): JSX.Element {
    return <LiveStrip {...this._props} />;
  }
}
