import type { TranslationBundle } from '@jupyterlab/translation';
import type { Data } from 'plotly.js';
import type { IMemoryComparison, IMemoryOfRun } from '../../lib/compare/memory';
import type { ISeries } from '../../lib/series';
import { formatValue } from '../../lib/units';
import type { IExtent } from '../memoryfigure';
import { extentOf, peakMark, side, timeLayout } from '../memoryfigure';
import type { ILineStyle } from '../memorytraces';
import { curve } from '../memorytraces';
import type { IFigure } from '../Plot';
import { plotText } from '../plotly';
import type { IPlotTheme } from '../plottheme';
import { mix } from '../plottheme';
import { cut } from '../text';
import type { IShownRun } from './props';

/** Share of the theme's soft text: as dark as the mark of the baseline. */
const GREY = 0.55;

/** Pixels from a peak to its label, and from a label to the next one. */
const FIRST = 14;
const LABEL = 16;

/** Part of the picture that a label takes. */
const NEAR = 0.2;

/** Dashes in words of plotly. */
const DASHES = ['dash', 'solid', 'dot', 'dashdot', 'longdash', 'longdashdot'];

/** Memory of several runs over time, in one picture. */
export function overlayFigure(
  shown: {
    readonly memory: IMemoryComparison;
    readonly runs: readonly IShownRun[];
    /** Above what was there when a run began. */
    readonly above: boolean;
    readonly decimals: number;
    readonly trans: TranslationBundle;
  },
  theme: IPlotTheme
): IFigure {
  const { above, decimals, memory, runs, trans } = shown;
  const curves = memory.runs.map(one => ({
    one: lifted(one, above),
    run: runs[one.run],
    style: lineStyle(one.run, theme)
  }));
  const peaks = curves.map(({ one }) => one.peak);
  const shownExtent = extentOf(
    curves.map(({ one }) => one.series),
    above ? 0 : Infinity,
    Math.max(...peaks.map(({ value }) => value))
  );
  const { duration, start } = shownExtent;
  const data: Data[] = curves.map(({ one, run, style }) =>
    curve(
      one.series,
      `${run.letter}: ${cut(run.name, 40)}`,
      style,
      (time, value) => [
        trans.__(
          '%1: %2 at %3',
          run.letter,
          formatValue(value, 'bytes', decimals),
          formatValue(time, 'seconds', decimals)
        )
      ]
    )
  );
  curves.forEach(({ one, run, style }) =>
    data.push(
      peakMark(
        one.peak.t,
        one.peak.value,
        plotText(trans.__('peak of %1', run.letter)),
        style.color,
        theme
      )
    )
  );
  return {
    data,
    layout: {
      margin: { l: 62, r: 14, b: 34, t: 26 },
      showlegend: true,
      ...timeLayout(shownExtent, theme),
      annotations: curves.map(({ one, run }, index) => ({
        x: one.peak.t,
        y: one.peak.value,
        text: plotText(
          trans.__(
            '%1: peak %2',
            run.letter,
            formatValue(one.peak.value, 'bytes', decimals)
          )
        ),
        showarrow: false,
        yshift: FIRST + LABEL * labelsBelow(peaks, index, shownExtent),
        xanchor: side(one.peak.t, start, duration),
        bgcolor: theme.background,
        opacity: 0.9,
        font: { color: theme.text }
      }))
    }
  };
}

/**
 * How many labels of earlier peaks are so near that this one has to stand above them.
 */
function labelsBelow(
  peaks: readonly IMemoryOfRun['peak'][],
  index: number,
  { duration, high, low }: IExtent
): number {
  const { t, value } = peaks[index];
  return peaks
    .slice(0, index)
    .filter(
      other =>
        Math.abs(other.t - t) < NEAR * duration &&
        Math.abs(other.value - value) < NEAR * (high - low)
    ).length;
}

/** A run as it is, or less what was there when it began. */
function lifted(one: IMemoryOfRun, above: boolean): IMemoryOfRun {
  const { peak, series, start } = one;
  if (!above || start === null) {
    return one;
  }
  const less: ISeries = {
    ...series,
    values: series.values.map(value => value && value - start)
  };
  return { ...one, series: less, peak: { ...peak, value: peak.value - start } };
}

/** Each run has a colour and a dash of its own; the baseline is grey. */
function lineStyle(run: number, theme: IPlotTheme): ILineStyle {
  const grey = mix(theme.soft, theme.background, GREY);
  const colours = [grey, theme.brand, theme.second, theme.warn];
  return {
    color: colours[run % colours.length],
    width: 2,
    dash: DASHES[run % DASHES.length]
  };
}
