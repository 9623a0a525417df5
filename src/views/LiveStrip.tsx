import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { isRunningOut, limitNear, usedShare } from '../lib/limit';
import type { ILiveState } from '../lib/live';
import { axisEnd } from '../lib/live';
import { formatShare, formatValue } from '../lib/units';
import { keepOwnKeys } from './keys';
import { MemoryCurve } from './MemoryCurve';
import { cut } from './text';

/** Seconds between two sentences for those who listen to the page. */
const ANNOUNCE = 5;

/** What the strip is drawn from. */
export interface ILiveStripProps {
  readonly live: ILiveState;
  /** The source of a line of the cell; null when there is no such line. */
  readonly source: (line: number) => string | null;
  readonly decimals: number;
  /** Percent of the memory in use from which on it warns; 0: never. */
  readonly warning: number;
  readonly onStop: () => void;
  /** Shows a line of the cell; null where that cannot be done. */
  readonly onLine: ((line: number) => void) | null;
  readonly trans: TranslationBundle;
}

/** A run that goes on: how long, where, how much memory, and a way to end it. */
export function LiveStrip(props: ILiveStripProps): JSX.Element {
  const { decimals, live, onStop, trans } = props;
  const [stopping, setStopping] = React.useState(false);
  const warns = isRunningOut(live.limit, props.warning);
  const state = stateText(props);
  const warning = warns ? warningText(props) : null;
  const announced = useAnnouncement(warning ?? state, live.wall ?? 0, warns);
  const limit = limitNear(live.limit, live.peak);
  return (
    <div
      className="jp-CellProfiler-liveBox"
      data-warning={warns}
      onKeyDown={keepOwnKeys}
    >
      <div className="jp-CellProfiler-liveHead">
        <div className="jp-CellProfiler-liveText">
          {warning !== null && (
            <p className="jp-CellProfiler-liveWarning">
              <WarningIcon />
              {warning}
            </p>
          )}
          <p>
            {trans.__('Running: %1', seconds(live.wall))}
            <Place {...props} />
            {memoryText(props) && ` · ${memoryText(props)}`}
          </p>
        </div>
        <button
          type="button"
          className="jp-CellProfiler-action"
          title={trans.__(
            'Interrupt the kernel. What was measured until then is kept.'
          )}
          onClick={() => {
            setStopping(true);
            onStop();
          }}
        >
          {stopping ? trans.__('Stopping…') : trans.__('Stop')}
        </button>
      </div>
      <div
        className="jp-CellProfiler-liveCurve"
        role="img"
        aria-label={trans.__('Memory so far: %1', state)}
      >
        <MemoryCurve
          model={live.memory}
          decimals={decimals}
          end={axisEnd(live.wall ?? 0)}
          limit={limit}
          trans={trans}
        />
      </div>
      <div role="status" className="jp-CellProfiler-hidden">
        {announced}
      </div>
    </div>
  );
}

/** The line that runs, as a way to it. */
function Place({
  live: { mark },
  onLine,
  source,
  trans
}: ILiveStripProps): JSX.Element | null {
  if (!mark) {
    return null;
  }
  const { line } = mark;
  if (line === null) {
    return <> · {cut(mark.label, 60)}</>;
  }
  const text = cut(source(line)?.trim() ?? '', 120);
  const code = text && <code className="jp-CellProfiler-code">{text}</code>;
  return (
    <>
      {' · '}
      {onLine ? (
        <button
          type="button"
          className="jp-CellProfiler-lineLink"
          title={trans.__('Go to this line')}
          onClick={() => onLine(line)}
        >
          {trans.__('line %1', line)}
        </button>
      ) : (
        trans.__('line %1', line)
      )}
      {code && <>: {code}</>}
    </>
  );
}

/** Beside the words, not instead of them. */
function WarningIcon(): JSX.Element {
  return (
    <svg
      className="jp-CellProfiler-liveIcon"
      viewBox="0 0 16 16"
      aria-hidden="true"
    >
      <path d="M8 1 15.5 14.5H.5Z" />
      <path
        className="jp-mod-mark"
        d="M7.2 6h1.6l-.2 4.6H7.4ZM7.2 11.6h1.6v1.5H7.2Z"
      />
    </svg>
  );
}

function seconds(wall: number | null): string {
  return formatValue(wall, 'seconds', 1);
}

function memoryText({
  decimals,
  live: { increment, now, peak },
  trans
}: ILiveStripProps): string | null {
  const bytes = (value: number | null): string =>
    formatValue(value, 'bytes', decimals);
  if (now === null || peak === null) {
    return null;
  }
  return increment === null
    ? trans.__('memory %1, peak %2', bytes(now), bytes(peak))
    : trans.__(
        'memory %1, peak %2 (+%3)',
        bytes(now),
        bytes(peak),
        bytes(increment)
      );
}

/** All of the strip in one sentence. */
function stateText(props: ILiveStripProps): string {
  const { live, trans } = props;
  return [
    trans.__('Running: %1', seconds(live.wall)),
    live.mark && cut(live.mark.label, 60),
    memoryText(props)
  ]
    .filter(Boolean)
    .join(', ');
}

function warningText({ decimals, live, trans }: ILiveStripProps): string {
  const { limit, mark } = live;
  const share = formatShare(usedShare(limit), 1, 1);
  const total = formatValue(limit && limit.total, 'bytes', decimals);
  const whose = limit?.container
    ? trans.__('the container')
    : trans.__('the machine');
  return mark
    ? trans.__(
        'Memory is running out: %1 of %2 (%3) are in use, %4 runs.',
        share,
        total,
        whose,
        cut(mark.label, 60)
      )
    : trans.__(
        'Memory is running out: %1 of %2 (%3) are in use.',
        share,
        total,
        whose
      );
}

/**
 * What is read out: not each change, but now and then, and at once when it gets urgent.
 *
 * @param wall - seconds of the run, the clock for this
 */
function useAnnouncement(text: string, wall: number, urgent: boolean): string {
  const said = React.useRef({ text, wall, urgent });
  const last = said.current;
  if (
    wall - last.wall >= ANNOUNCE ||
    wall < last.wall ||
    (urgent && !last.urgent)
  ) {
    said.current = { text, wall, urgent };
  } else if (!urgent) {
    said.current = { ...last, urgent };
  }
  return said.current.text;
}
