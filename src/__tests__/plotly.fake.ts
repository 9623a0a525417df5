import type { IFigure, IPlotPoint } from '../views/Plot';

/** What a picture was last told to draw. */
export interface IDrawn {
  readonly element: HTMLElement;
  readonly data: IFigure['data'];
  readonly layout: IFigure['layout'];
}

type Handler = (event: { readonly points: readonly IPlotPoint[] }) => unknown;

/** In place of plotly, which takes seconds to load and needs a browser. */
export class FakePlotly {
  readonly drawn: IDrawn[] = [];
  purged = 0;
  /** Set to be refused. */
  broken = false;

  readonly load = async (): Promise<unknown> => {
    if (this.broken) {
      throw new Error('offline');
    }
    return {
      react: async (
        element: HTMLElement,
        data: IFigure['data'],
        layout: IFigure['layout']
      ): Promise<void> => {
        Object.assign(element, {
          on: (event: string, handler: Handler) =>
            this._handlers.set(event, handler)
        });
        this.drawn.push({ element, data, layout });
      },
      purge: () => {
        this.purged += 1;
      },
      Plots: { resize: () => undefined }
    };
  };

  /** The first trace that was drawn last, as plain values. */
  get trace(): { readonly [name: string]: unknown } {
    const { data } = this.drawn[this.drawn.length - 1];
    return data[0] as unknown as { [name: string]: unknown };
  }

  /** Press a point, as plotly tells it. */
  click(event: string, point: IPlotPoint): unknown {
    return this._handlers.get(event)?.({ points: [point] });
  }

  reset(): void {
    this.drawn.length = 0;
    this.purged = 0;
    this.broken = false;
    this._handlers.clear();
  }

  private readonly _handlers = new Map<string, Handler>();
}

/** jsdom lays nothing out. */
export class FakeResizeObserver {
  observe(): void {
    // Nothing changes its size.
  }
  unobserve(): void {
    // Nothing changes its size.
  }
  disconnect(): void {
    // Nothing changes its size.
  }
}
