import type { TranslationBundle } from '@jupyterlab/translation';
import type { Data } from 'plotly.js';
import type { IMark, IMemoryModel, ISeries } from '../lib/series';
import { isChild, markAt, thin } from '../lib/series';
import { formatValue } from '../lib/units';
import { plotText } from './plotly';
import type { IPlotTheme } from './plottheme';
import { mix } from './plottheme';
import { cut } from './text';

/** Slices of time; wider pages are rare, and few pixels of a curve are its shape. */
const SLICES = 1200;

/** How a line is drawn, in words of plotly. */
export interface ILineStyle {
  readonly color: string;
  readonly width: number;
  readonly dash: string;
}

/** What the timeline is made of. */
export interface IMemoryFigure {
  readonly model: IMemoryModel;
  /** Bytes that there are at most, where the peak comes near enough; else null. */
  readonly limit: number | null;
  /** The source of a line of the cell; null when the document has none. */
  readonly source: (line: number) => string | null;
  readonly decimals: number;
  readonly trans: TranslationBundle;
}

/** One series: the process itself is filled, and says what ran. */
export function memoryTrace(
  full: ISeries,
  index: number,
  several: boolean,
  { decimals, model, source, trans }: IMemoryFigure,
  theme: IPlotTheme
): Data {
  const label = cut(seriesLabel(full.name, trans), 40);
  const style = lineStyle(full.name, index, theme);
  const running = (time: number): string[] => {
    const mark = index === 0 ? markAt(model.marks, time) : null;
    return mark ? [cut(whatRan(mark, source), 90)] : [];
  };
  return {
    // Each trace says its own value, the first one also what ran.
    ...curve(full, label, style, (time, value) => [
      ...(several ? [label] : []),
      trans.__(
        '%1 at %2',
        formatValue(value, 'bytes', decimals),
        formatValue(time, 'seconds', decimals)
      ),
      ...running(time)
    ]),
    ...(index === 0
      ? {
          fill: 'tozeroy',
          fillcolor: mix(style.color, theme.background, 0.16)
        }
      : {})
  } as Data;
}

/**
 * A series as a line.
 *
 * @param hover - what stands beside the pointer, line by line
 */
export function curve(
  full: ISeries,
  label: string,
  line: ILineStyle,
  hover: (t: number, value: number | null) => readonly string[]
): Data {
  const { t, values } = thin(full, SLICES);
  return {
    type: 'scatter',
    mode: t.length > 1 ? 'lines' : 'markers',
    name: plotText(label),
    x: [...t],
    y: [...values],
    hoverinfo: 'text',
    hovertext: t.map((time, at) =>
      hover(time, values[at]).map(plotText).join('<br>')
    ),
    line
  } as Data;
}

/** What a person calls a series. */
export function seriesLabel(name: string, trans: TranslationBundle): string {
  const gpu = /^gpu(_utilization)?(?: (\d{1,4}))?$/.exec(name);
  if (gpu) {
    const device = gpu[2] ? trans.__('GPU %1', gpu[2]) : trans.__('GPU');
    return gpu[1]
      ? trans.__('%1, how busy', device)
      : trans.__('%1 memory', device);
  }
  switch (name) {
    case 'rss':
      return trans.__('this process');
    case 'children':
      return trans.__('child processes');
    case 'heap':
      return trans.__('heap');
    case 'uss':
      return trans.__('unique memory (USS)');
    case 'pss':
      return trans.__('proportional memory (PSS)');
    default:
      return isChild(name) ? trans.__('child %1', name.slice(6)) : name;
  }
}

/** Children are thin and dotted; what there are more of than colours is dashed. */
function lineStyle(name: string, index: number, theme: IPlotTheme): ILineStyle {
  const colours = [theme.second, theme.brand, theme.warn, theme.soft];
  const color = colours[index % colours.length];
  return isChild(name)
    ? { color, width: 1.25, dash: 'dot' }
    : { color, width: 2, dash: index < colours.length ? 'solid' : 'dash' };
}

/** How busy a GPU was: on the axis at the right. */
export function percentTrace(
  full: ISeries,
  { decimals, trans }: IMemoryFigure,
  theme: IPlotTheme
): Data {
  const { name, t, values } = thin(full, SLICES);
  const label = cut(seriesLabel(name, trans), 40);
  return {
    type: 'scatter',
    mode: t.length > 1 ? 'lines' : 'markers',
    name: plotText(label),
    x: [...t],
    y: [...values],
    yaxis: 'y2',
    hoverinfo: 'text',
    hovertext: values.map(value =>
      plotText(
        trans.__('%1: %2', label, formatValue(value, 'percent', decimals))
      )
    ),
    line: { color: theme.soft, width: 1.25, dash: 'dashdot' }
  } as Data;
}

/** `line 12: x = f()`. */
export function whatRan(
  mark: IMark,
  source: (line: number) => string | null
): string {
  const text = mark.line === null ? null : source(mark.line);
  return text ? `${mark.label}: ${text.trim()}` : mark.label;
}
