import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { callableExpression } from '../lib/callable';
import type { IFlameBoxes } from '../lib/flameboxes';
import type { IFrame, IFrameWeight, IStackModel } from '../lib/stacks';
import { framePlace, uncertainty } from '../lib/stacks';
import { formatShare, formatValue } from '../lib/units';
import { labelOf } from './flamepaint';
import { cut } from './text';
import type { IViewProps } from './view';

/** A share with how rough it is, where it comes from samples. */
export function shareText(
  share: number,
  samples: number | null,
  trans: TranslationBundle
): string {
  const text = formatShare(share, 1, 1);
  if (samples === null || share === 0) {
    return text;
  }
  const error = formatShare(uncertainty(share, samples), 1, 1);
  return trans.__('%1 ± %2', text, error);
}

/** What the selected box is, and where to go from it. */
export function FlameDetails(
  props: IViewProps & {
    readonly model: IStackModel;
    /** Index of the frame; null when none is selected. */
    readonly frame: number | null;
    /** The picture and the box in it, when it is one of a picture. */
    readonly boxes: IFlameBoxes | null;
    readonly box: number | null;
    readonly weights: readonly IFrameWeight[];
    readonly whole: number;
    readonly samples: number | null;
    readonly onSandwich: (frame: number) => void;
  }
): JSX.Element {
  const { boxes, box, model, onOpen, options, samples, trans, whole } = props;
  const key = props.frame;
  const frame = key === null ? undefined : model.frames[key];
  const weights = props.weights.find(found => found.key === key);
  const amount = (value: number): string =>
    formatValue(value, model.unit, options.decimals);
  const location = frame && locationOf(frame);
  const isTime = props.state.flame.order === 'time';
  return (
    <div className="jp-CellProfiler-flameDetails">
      <p aria-live="polite">
        {frame ? (
          <>
            <code className="jp-CellProfiler-code">
              {cut(labelOf(frame), 160)}
            </code>{' '}
            <span className="jp-CellProfiler-where">
              {cut(framePlace(frame) ?? '', 160)}
            </span>
            {boxes && box !== null && !isTime && (
              <span>
                {trans.__(
                  'Here: %1 (%2).',
                  amount(boxes.right[box] - boxes.left[box]),
                  shareText(
                    (boxes.right[box] - boxes.left[box]) / whole,
                    samples,
                    trans
                  )
                )}
              </span>
            )}
            {weights && (
              <span>
                {trans.__(
                  'In all: %1 with what it calls (%2), %3 itself.',
                  amount(weights.total),
                  shareText(weights.total / whole, samples, trans),
                  amount(weights.self)
                )}
              </span>
            )}
          </>
        ) : (
          trans.__('Select a box to see what it is.')
        )}
      </p>
      {frame && key !== null && (
        <div className="jp-CellProfiler-nextSteps">
          {location && onOpen && props.canOpen(location) && (
            <button
              type="button"
              className="jp-CellProfiler-action"
              onClick={() => onOpen(location)}
            >
              {trans.__('Go to line %1', location.line)}
            </button>
          )}
          {props.state.flame.order !== 'sandwich' && (
            <button
              type="button"
              className="jp-CellProfiler-action"
              title={trans.__('Who called it and what it calls, wherever')}
              onClick={() => props.onSandwich(key)}
            >
              {trans.__('Callers and callees')}
            </button>
          )}
          {props.profileLines && hasLines(frame) && (
            <button
              type="button"
              className="jp-CellProfiler-action jp-mod-primary"
              title={trans.__(
                'Run it again and count each line of this function exactly; that costs more time.'
              )}
              onClick={() => props.profileLines!(frame.name, null)}
            >
              {trans.__('Profile its lines')}
            </button>
          )}
        </div>
      )}
    </div>
  );
}

/** Functions of the person's own cells: samples do not know where one of a file begins. */
function hasLines({ cellId, name, origin }: IFrame): boolean {
  return (
    origin === 'own' &&
    cellId !== undefined &&
    callableExpression(name) === name
  );
}

function locationOf({
  cellId,
  line,
  path
}: IFrame): { path: string; cellId?: string; line: number } | null {
  return path === null || line < 1 ? null : { path, cellId, line };
}
