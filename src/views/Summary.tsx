import * as React from 'react';
import type { ProfileDocument, TotalsItem } from '../document';
import { callModel, hottestCalls } from '../lib/calls';
import { causes } from '../lib/causes';
import {
  hasCounters,
  isCounted,
  isOfEach,
  isOnlyCounted
} from '../lib/counters';
import type { ILineModel } from '../lib/lines';
import { totalOf } from '../lib/lines';
import { objectModel } from '../lib/objects';
import { hotSpot, hottestLines, shareOfLines } from '../lib/hottest';
import { hasMemory } from '../lib/memoryexports';
import { isRepeat } from '../lib/repeats';
import { isScalene, scaleneMeaning } from '../lib/scalene';
import { lineSamples } from '../lib/stacks';
import { breakdown, meaning, parts, totalsItems } from '../lib/totals';
import { formatShare, formatValue } from '../lib/units';
import { FlameSketch } from './FlameSketch';
import { HottestCalls } from './HottestCalls';
import { Functions } from './HottestFunctions';
import { HottestLines } from './HottestLines';
import { LargestObjects } from './LargestObjects';
import { concentrationLabel, totalLabel } from './labels';
import { Meaning } from './Meaning';
import { MemoryLinesMeaning } from './MemoryLinesMeaning';
import { MemoryMeaning } from './MemoryMeaning';
import { MemorySketch } from './MemorySketch';
import type { IMetric } from './Metric';
import { Metrics } from './Metric';
import { NextSteps } from './NextSteps';
import { Leaks, ScaleneMeaning } from './ScaleneMeaning';
import { kindLabel, scaleneTotal } from './scalenelabels';
import { TimeBar } from './TimeBar';
import type { IView, IViewProps } from './view';

/** Of the operating system: for those who ask. */
const COUNTS = [
  'memory_limit',
  'memory_available',
  'run_delay',
  'minor_faults',
  'major_faults',
  'voluntary_switches',
  'involuntary_switches'
];

/** What the bar of Scalene's kinds of time says already. */
const IN_BAR = [
  'scalene_python',
  'scalene_native',
  'scalene_system',
  'native_percent',
  'samples'
];

/** What a run under `memory` is about: first, in this order. */
const MEMORY = [
  'peak_rss',
  'increment',
  'baseline_rss',
  'peak_spread',
  'repeat'
];

/** "Ten hottest lines", or functions, as everybody asks for them. */
const TEN = 10;

function Summary(props: IViewProps): JSX.Element {
  const { document, lines, options, trans, onState } = props;
  const divided = React.useMemo(() => breakdown(document), [document]);
  const meant = React.useMemo(
    () => meaning(divided, causes(document)),
    [divided, document]
  );
  const hottest = React.useMemo(() => hottestLines(lines, TEN), [lines]);
  // Lines say more than functions do: those are shown where there are no lines.
  const hasLines = lines.blocks.length > 0;
  const calls = React.useMemo(
    () => (hasLines ? [] : hottestCalls(callModel(document), TEN)),
    [document, hasLines]
  );
  const objects = React.useMemo(() => objectModel(document), [document]);
  const spot = React.useMemo(() => hotSpot(lines), [lines]);
  const samples = React.useMemo(() => lineSamples(document), [document]);
  const concentration = shareOfLines(hottest);

  const memoryOnly = document.profilers.every(({ name }) => name === 'memory');
  // Times that are not known are not worth a sentence where memory is.
  const aboutMemory =
    hasMemory(document) && (memoryOnly || meant.verdict === 'unknown');

  const scalene = React.useMemo(
    () => (isScalene(document) ? scaleneMeaning(document, lines) : null),
    [document, lines]
  );

  const counted = isCounted(document);
  const all = totalsItems(document);
  const items = all.filter(
    ({ name }) =>
      !isRepeat(name) &&
      !(scalene && IN_BAR.includes(name)) &&
      // They have a tab of their own.
      !(counted && (isOnlyCounted(name) || isOfEach(name, all)))
  );
  const metrics: IMetric[] = (memoryOnly ? memoryFirst(items) : items).map(
    item => {
      const known =
        (scalene ? scaleneTotal(item.name, trans) : null) ??
        totalLabel(item.name, trans);
      return {
        name: item.name,
        label: known?.label ?? item.label,
        text: item.supported
          ? formatValue(item.value, item.unit, options.decimals)
          : null,
        // Only the document knows why a number is missing.
        help: item.supported ? (known?.help ?? item.help) : item.help
      };
    }
  );
  if (concentration !== null) {
    metrics.push({
      name: 'hottest_lines',
      text: formatShare(concentration, 1, options.decimals),
      ...concentrationLabel(hottest.length, trans, lines.measure)
    });
  }
  const counts = metrics.filter(({ name }) => COUNTS.includes(name));
  return (
    <>
      <Metrics
        metrics={metrics.filter(({ name }) => !COUNTS.includes(name))}
        trans={trans}
      />
      <TimeBar
        parts={
          scalene?.kinds.length ? scalene.kinds : parts(divided, meant.native)
        }
        labelOf={scalene?.kinds.length ? kindLabel : undefined}
        decimals={options.decimals}
        trans={trans}
      />
      <div className="jp-CellProfiler-next">
        {lines.measure === 'memory' && hasLines ? (
          <MemoryLinesMeaning {...props} spot={spot} />
        ) : aboutMemory ? (
          <MemoryMeaning {...props} />
        ) : (
          <Meanings together={scalene !== null}>
            <Meaning
              meaning={meant}
              spot={spot}
              samples={samples}
              concentration={concentration}
              trans={trans}
            />
            {scalene && <ScaleneMeaning {...props} meant={scalene} />}
          </Meanings>
        )}
        <div className="jp-CellProfiler-nextSteps">
          {hasLines && (
            <button
              type="button"
              className="jp-CellProfiler-action jp-mod-primary"
              onClick={() => onState({ tab: 'lines' })}
            >
              {trans.__('Show all lines →')}
            </button>
          )}
          {calls.length > 0 && (
            <button
              type="button"
              className="jp-CellProfiler-action jp-mod-primary"
              onClick={() => onState({ tab: 'functions' })}
            >
              {trans.__('Show all functions →')}
            </button>
          )}
          {objects.roots.length > 0 && (
            <button
              type="button"
              className="jp-CellProfiler-action"
              onClick={() => onState({ tab: 'objects' })}
            >
              {trans.__('Show all objects →')}
            </button>
          )}
          {counted && hasCounters(document) && (
            <button
              type="button"
              className="jp-CellProfiler-action jp-mod-primary"
              onClick={() => onState({ tab: 'counters' })}
            >
              {trans.__('Show all counters →')}
            </button>
          )}
          <NextSteps {...props} meaning={meant} />
        </div>
      </div>
      {hottest.length > 0 && (
        <div className="jp-CellProfiler-columns">
          <HottestLines {...props} hottest={hottest} samples={samples} />
          <div className="jp-CellProfiler-part">
            <MemorySketch {...props} />
            <Functions {...props} />
          </div>
        </div>
      )}
      {hottest.length === 0 && <MemorySketch {...props} />}
      {scalene && <Leaks {...props} leaks={scalene.leaks} />}
      <FlameSketch {...props} />
      {calls.length > 0 && <HottestCalls {...props} hottest={calls} />}
      {objects.roots.length > 0 && (
        <LargestObjects
          {...props}
          model={objects}
          whole={totalOf(document, 'total_size')}
        />
      )}
      {counts.length > 0 && (
        <details className="jp-CellProfiler-counts">
          <summary>{trans.__('What the operating system counted')}</summary>
          <Metrics metrics={counts} trans={trans} />
        </details>
      )}
    </>
  );
}

/** Two paragraphs in one column; one by itself takes the room that it needs. */
function Meanings({
  children,
  together
}: {
  readonly children: React.ReactNode;
  readonly together: boolean;
}): JSX.Element {
  return together ? (
    <div className="jp-CellProfiler-meanings">{children}</div>
  ) : (
    <>{children}</>
  );
}

/** What was asked for before the rest. */
function memoryFirst(items: readonly TotalsItem[]): TotalsItem[] {
  const rank = ({ name }: TotalsItem): number =>
    MEMORY.includes(name) ? MEMORY.indexOf(name) : MEMORY.length;
  return [...items].sort((a, b) => rank(a) - rank(b));
}

/** The first tab: what the run means. */
export const summaryView: IView = {
  id: 'summary',
  label: trans => trans.__('Summary'),
  kinds: ['totals'],
  applies: (document: ProfileDocument, lines: ILineModel) =>
    lines.blocks.length > 0 ||
    document.sections.some(section => section.kind === 'totals'),
  component: Summary
};
