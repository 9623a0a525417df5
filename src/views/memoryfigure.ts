import type { TranslationBundle } from '@jupyterlab/translation';
import type { Data, Layout, Shape } from 'plotly.js';
import type { IMemoryModel, ISeries } from '../lib/series';
import { markAt } from '../lib/series';
import { formatValue } from '../lib/units';
import type { IMemoryFigure } from './memorytraces';
import { memoryTrace, percentTrace } from './memorytraces';
import type { IFigure } from './Plot';
import { plotText } from './plotly';
import type { IPlotTheme } from './plottheme';
import { cut } from './text';

/** The traces and the layout of plotly for a theme. */
export function memoryFigure(shown: IMemoryFigure, theme: IPlotTheme): IFigure {
  const { decimals, limit, model, trans } = shown;
  const bytes = (value: number | null): string =>
    formatValue(value, 'bytes', decimals);
  const several = model.series.length + model.percents.length > 1;
  const data: Data[] = model.series.map((one, index) =>
    memoryTrace(one, index, several, shown, theme)
  );
  const { exactPeak, peak } = model;
  const top = peak && Math.max(peak.value, exactPeak ?? 0);
  if (peak && top !== null) {
    data.push(
      peakMark(peak.t, top, plotText(trans.__('peak')), theme.second, theme)
    );
  }
  data.push(...model.percents.map(one => percentTrace(one, shown, theme)));
  const shownExtent = extent(model, limit);
  const { duration, start } = shownExtent;
  return {
    data,
    layout: {
      margin: { l: 62, r: model.percents.length ? 52 : 14, b: 34, t: 26 },
      showlegend: several,
      ...timeLayout(shownExtent, theme),
      ...(model.percents.length > 0
        ? {
            yaxis2: {
              overlaying: 'y' as const,
              side: 'right' as const,
              range: [0, 105],
              ticksuffix: '\u202f%',
              nticks: 6,
              showgrid: false,
              zeroline: false,
              fixedrange: true
            }
          }
        : {}),
      shapes: [
        ...(model.baseline === null
          ? []
          : [across(model.baseline, theme.soft, 'dash')]),
        ...(limit === null ? [] : [across(limit, theme.warn, 'solid')])
      ],
      annotations: [
        ...(limit === null
          ? []
          : [
              {
                xref: 'paper' as const,
                x: 0,
                y: limit,
                text: plotText(trans.__('limit: %1', bytes(limit))),
                showarrow: false,
                xanchor: 'left' as const,
                yanchor: 'bottom' as const,
                font: { color: theme.text, size: 11 }
              }
            ]),
        ...(peak && top !== null
          ? [
              {
                x: peak.t,
                y: top,
                text: plotText(peakLabel(model, top, decimals, trans)),
                showarrow: false,
                yshift: 14,
                xanchor: side(peak.t, start, duration),
                font: { color: theme.text }
              }
            ]
          : []),
        ...(model.baseline === null
          ? []
          : [
              {
                xref: 'paper' as const,
                x: 1,
                y: model.baseline,
                text: plotText(trans.__('before: %1', bytes(model.baseline))),
                showarrow: false,
                xanchor: 'right' as const,
                yanchor: 'top' as const,
                font: { color: theme.text, size: 11 },
                bgcolor: theme.background,
                opacity: 0.9
              }
            ])
      ]
    }
  };
}

/** What is shown: seconds and bytes. */
export interface IExtent {
  readonly start: number;
  readonly duration: number;
  readonly low: number;
  readonly high: number;
}

/** Axes and legend of memory by time. */
export function timeLayout(
  { duration, high, low, start }: IExtent,
  theme: IPlotTheme
): Partial<Layout> {
  // Room between the curve and its numbers.
  const room = {
    ticks: 'outside',
    ticklen: 5,
    tickcolor: theme.background
  } as const;
  return {
    legend: { orientation: 'h', x: 0, y: 1.02, yanchor: 'bottom' },
    hovermode: 'x',
    dragmode: 'zoom',
    xaxis: {
      range: [start, start + duration],
      ticksuffix: '\u202fs',
      ...room,
      gridcolor: theme.line,
      zeroline: false,
      fixedrange: false
    },
    yaxis: {
      range: [low, high],
      tickformat: '~s',
      ticksuffix: 'B',
      ...room,
      nticks: 6,
      gridcolor: theme.line,
      zeroline: false,
      fixedrange: true
    }
  };
}

/** A dot where a curve is highest. */
export function peakMark(
  t: number,
  value: number,
  name: string,
  color: string,
  theme: IPlotTheme
): Data {
  return {
    type: 'scatter',
    mode: 'markers',
    name,
    x: [t],
    y: [value],
    hoverinfo: 'skip',
    showlegend: false,
    marker: { size: 9, color, line: { width: 2, color: theme.background } }
  } as Data;
}

/** A line over the whole width. */
function across(
  y: number,
  color: string,
  dash: 'dash' | 'solid'
): Partial<Shape> {
  return {
    type: 'line',
    xref: 'paper',
    x0: 0,
    x1: 1,
    y0: y,
    y1: y,
    line: { color, width: 1, dash }
  };
}

function peakLabel(
  model: IMemoryModel,
  top: number,
  decimals: number,
  trans: TranslationBundle
): string {
  const value = formatValue(top, 'bytes', decimals);
  const mark = model.peak && markAt(model.marks, model.peak.t);
  return mark
    ? trans.__('peak %1, %2', value, cut(mark.label, 30))
    : trans.__('peak %1', value);
}

/** Towards the middle, so that the text stays inside. */
export function side(
  t: number,
  start: number,
  duration: number
): 'left' | 'center' | 'right' {
  const share = duration > 0 ? (t - start) / duration : 0.5;
  return share < 0.3 ? 'left' : share > 0.7 ? 'right' : 'center';
}

function extent(model: IMemoryModel, limit: number | null): IExtent {
  return extentOf(
    model.series,
    model.baseline ?? Infinity,
    Math.max(model.exactPeak ?? 0, model.baseline ?? 0, limit ?? 0)
  );
}

/**
 * What shows several series, with room above them.
 *
 * @param lowest, highest - values that have to be seen, too
 */
export function extentOf(
  series: readonly ISeries[],
  lowest: number,
  highest: number
): IExtent {
  let start = Infinity;
  let end = -Infinity;
  let low = lowest;
  let high = highest;
  for (const { t, values } of series) {
    start = Math.min(start, t[0]);
    end = Math.max(end, t[t.length - 1]);
    for (const value of values) {
      if (value !== null) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
  }
  const room = 0.12 * (high - low) || 0.1 * Math.abs(high) || 1;
  return {
    start,
    duration: end - start || 1,
    low: low - room < 0 ? Math.min(0, low) : low - room,
    high: high + 1.6 * room
  };
}
