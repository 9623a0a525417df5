import type { TranslationBundle } from '@jupyterlab/translation';
import type { Data } from 'plotly.js';
import type { IMark, IMemoryModel } from '../lib/series';
import { markAt, thin } from '../lib/series';
import { formatValue } from '../lib/units';
import type { IFigure } from './Plot';
import { plotText } from './plotly';
import type { IPlotTheme } from './plottheme';
import { mix } from './plottheme';
import { cut } from './text';

/** Slices of time; wider pages are rare, and few pixels of a curve are its shape. */
const SLICES = 1200;

/** What the timeline is made of. */
export interface IMemoryFigure {
  readonly model: IMemoryModel;
  /** The source of a line of the cell; null when the document has none. */
  readonly source: (line: number) => string | null;
  readonly decimals: number;
  readonly trans: TranslationBundle;
}

/** The traces and the layout of plotly for a theme. */
export function memoryFigure(
  { decimals, model, source, trans }: IMemoryFigure,
  theme: IPlotTheme
): IFigure {
  const colours = [theme.second, theme.brand, theme.warn, theme.soft];
  const bytes = (value: number | null): string =>
    formatValue(value, 'bytes', decimals);
  const running = (t: number): string[] => {
    const mark = markAt(model.marks, t);
    return mark ? [cut(whatRan(mark, source), 90)] : [];
  };
  const several = model.series.length > 1;
  const data: Data[] = model.series.map((full, index) => {
    const { name, t, values } = thin(full, SLICES);
    const colour = colours[index % colours.length];
    return {
      type: 'scatter',
      mode: t.length > 1 ? 'lines' : 'markers',
      name: plotText(cut(seriesLabel(name, trans), 40)),
      x: [...t],
      y: [...values],
      // Each trace says its own value, the first one also what ran.
      hoverinfo: 'text',
      hovertext: t.map((time, at) =>
        [
          ...(several ? [cut(seriesLabel(name, trans), 40)] : []),
          trans.__(
            '%1 at %2',
            bytes(values[at]),
            formatValue(time, 'seconds', decimals)
          ),
          ...(index === 0 ? running(time) : [])
        ]
          .map(plotText)
          .join('<br>')
      ),
      line: {
        color: colour,
        width: 2,
        dash: index < colours.length ? 'solid' : 'dot'
      },
      ...(index === 0
        ? { fill: 'tozeroy', fillcolor: fill(colour, theme) }
        : {})
    } as Data;
  });
  const { exactPeak, peak } = model;
  const top = peak && Math.max(peak.value, exactPeak ?? 0);
  if (peak && top !== null) {
    data.push({
      type: 'scatter',
      mode: 'markers',
      name: plotText(trans.__('peak')),
      x: [peak.t],
      y: [top],
      hoverinfo: 'skip',
      showlegend: false,
      marker: {
        size: 9,
        color: theme.second,
        line: { width: 2, color: theme.background }
      }
    } as Data);
  }
  const { duration, high, low, start } = extent(model);
  return {
    data,
    layout: {
      margin: { l: 62, r: 14, b: 34, t: 26 },
      showlegend: several,
      legend: { orientation: 'h', x: 0, y: 1.02, yanchor: 'bottom' },
      hovermode: 'x',
      dragmode: 'zoom',
      xaxis: {
        range: [start, start + duration],
        ticksuffix: '\u202fs',
        // Room between the curve and its numbers.
        ticks: 'outside',
        ticklen: 5,
        tickcolor: theme.background,
        gridcolor: theme.line,
        zeroline: false,
        fixedrange: false
      },
      yaxis: {
        range: [low, high],
        tickformat: '~s',
        ticksuffix: 'B',
        // Room between the curve and its numbers.
        ticks: 'outside',
        ticklen: 5,
        tickcolor: theme.background,
        nticks: 6,
        gridcolor: theme.line,
        zeroline: false,
        fixedrange: true
      },
      shapes:
        model.baseline === null
          ? []
          : [
              {
                type: 'line',
                xref: 'paper',
                x0: 0,
                x1: 1,
                y0: model.baseline,
                y1: model.baseline,
                line: { color: theme.soft, width: 1, dash: 'dash' }
              }
            ],
      annotations: [
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

/** What a person calls a series. */
export function seriesLabel(name: string, trans: TranslationBundle): string {
  switch (name) {
    case 'rss':
      return trans.__('this process');
    case 'children':
      return trans.__('child processes');
    case 'heap':
      return trans.__('heap');
    case 'gpu':
      return trans.__('GPU');
    default:
      return name;
  }
}

/** `line 12: x = f()`. */
export function whatRan(
  mark: IMark,
  source: (line: number) => string | null
): string {
  const text = mark.line === null ? null : source(mark.line);
  return text ? `${mark.label}: ${text.trim()}` : mark.label;
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
function side(
  t: number,
  start: number,
  duration: number
): 'left' | 'center' | 'right' {
  const share = duration > 0 ? (t - start) / duration : 0.5;
  return share < 0.3 ? 'left' : share > 0.7 ? 'right' : 'center';
}

function extent(model: IMemoryModel): {
  readonly start: number;
  readonly duration: number;
  readonly low: number;
  readonly high: number;
} {
  let start = Infinity;
  let end = -Infinity;
  let low = model.baseline ?? Infinity;
  let high = Math.max(model.exactPeak ?? 0, model.baseline ?? 0);
  for (const { t, values } of model.series) {
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

function fill(colour: string, theme: IPlotTheme): string {
  return mix(colour, theme.background, 0.16);
}
