import type { TranslationBundle } from '@jupyterlab/translation';
import type { Config, Data, Layout, PlotlyHTMLElement } from 'plotly.js';
import * as React from 'react';
import type { Plotly } from './plotly';
import { loadPlotly } from './plotly';
import type { IPlotTheme } from './plottheme';
import { onThemeChange, plotTheme } from './plottheme';

/** What is drawn. */
export interface IFigure {
  readonly data: Data[];
  readonly layout: Partial<Layout>;
}

/** A point or sector that was pressed. */
export interface IPlotPoint {
  readonly id?: string;
  /** Of the trace that it belongs to. */
  readonly curveNumber?: number;
  readonly x?: unknown;
}

/** The events of the library, as far as they are used; its types lack some. */
interface IPlotEvents {
  on(
    event: string,
    handler: (data: { readonly points: readonly IPlotPoint[] }) => boolean
  ): void;
}

/** Kinds of clicks; a handler that returns false keeps the library from zooming itself. */
const CLICKS = [
  'plotly_click',
  'plotly_icicleclick',
  'plotly_sunburstclick',
  'plotly_treemapclick'
];

/**
 * A picture of plotly's in the colours and fonts of the theme, as wide as its place.
 */
export function Plot({
  figure,
  fileName,
  height,
  label,
  onClick,
  trans
}: {
  /** Makes the picture for a theme; another function means another picture. */
  readonly figure: (theme: IPlotTheme) => IFigure;
  /** Of an image that a person saves, without its ending. */
  readonly fileName: string;
  /** Pixels. */
  readonly height: number;
  /** What the picture shows, for those who do not see it. */
  readonly label: string;
  readonly onClick?: (point: IPlotPoint) => void;
  readonly trans: TranslationBundle;
}): JSX.Element {
  const place = React.useRef<HTMLDivElement>(null);
  const click = React.useRef(onClick);
  const [plotly, setPlotly] = React.useState<Plotly | null>(null);
  const [failed, setFailed] = React.useState(false);
  const [theme, setTheme] = React.useState(0);
  click.current = onClick;

  React.useEffect(() => {
    let wanted = true;
    loadPlotly().then(
      plotly => wanted && setPlotly(plotly),
      () => wanted && setFailed(true)
    );
    return () => {
      wanted = false;
    };
  }, []);

  React.useEffect(() => onThemeChange(() => setTheme(last => last + 1)), []);

  React.useEffect(() => {
    const element = place.current;
    if (!plotly || !element) {
      return;
    }
    let drawn = true;
    const { data, layout } = themed(figure, plotTheme(element), height);
    plotly
      .react(element, data, layout, config(fileName))
      .then(() => {
        if (drawn && !element.dataset.listens) {
          element.dataset.listens = 'true';
          listen(element as unknown as IPlotEvents, click);
        }
      })
      .catch(() => drawn && setFailed(true));
    return () => {
      drawn = false;
    };
  }, [plotly, figure, height, theme]);

  React.useEffect(() => {
    const element = place.current;
    if (!plotly || !element) {
      return;
    }
    let width = element.clientWidth;
    const observer = new ResizeObserver(() => {
      // Not while it is hidden: a picture without a width cannot be drawn.
      if (element.clientWidth > 0 && element.clientWidth !== width) {
        width = element.clientWidth;
        void plotly.Plots.resize(element as unknown as PlotlyHTMLElement);
      }
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      plotly.purge(element);
    };
  }, [plotly]);

  return (
    <>
      {failed && (
        <p role="alert">
          {trans.__(
            'The picture could not be drawn: its program could not be loaded. Reload the page, and look whether the server still runs.'
          )}
        </p>
      )}
      {!failed && !plotly && (
        <p className="jp-CellProfiler-where" style={{ height }}>
          {trans.__('Drawing…')}
        </p>
      )}
      <div
        ref={place}
        className="jp-CellProfiler-plot"
        role="img"
        aria-label={label}
        hidden={failed || !plotly}
      />
    </>
  );
}

function listen(
  element: IPlotEvents,
  click: React.MutableRefObject<((point: IPlotPoint) => void) | undefined>
): void {
  for (const event of CLICKS) {
    element.on(event, ({ points: [point] }) => {
      if (point) {
        click.current?.(point);
      }
      return false;
    });
  }
}

function themed(
  figure: (theme: IPlotTheme) => IFigure,
  theme: IPlotTheme,
  height: number
): IFigure {
  const { data, layout } = figure(theme);
  const font = { family: theme.font, size: theme.size, color: theme.text };
  return {
    data,
    layout: {
      height,
      autosize: true,
      font,
      paper_bgcolor: theme.background,
      plot_bgcolor: theme.background,
      modebar: {
        bgcolor: theme.background,
        color: theme.soft,
        activecolor: theme.brand
      },
      hoverlabel: {
        bgcolor: theme.background,
        bordercolor: theme.soft,
        align: 'left',
        font
      },
      ...layout
    }
  };
}

function config(fileName: string): Partial<Config> {
  return {
    displaylogo: false,
    // A stranger's `$` is no formula.
    typesetMath: false,
    showTips: false,
    modeBarButtonsToRemove: ['select2d', 'lasso2d', 'autoScale2d'],
    toImageButtonOptions: { filename: fileName, format: 'png', scale: 2 }
  };
}
