import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { IFrame, ILocal, IThread } from '../../lib/processes/types';
import { cut } from '../text';
import type { IPlaces } from './Place';
import { Place } from './Place';
import { badges, threadName } from './texts';

/** A thread and its calls, the innermost on top; it can be folded. */
export function Thread({
  thread,
  isOpenAtFirst,
  places,
  trans
}: {
  readonly thread: IThread;
  readonly isOpenAtFirst: boolean;
  readonly places: IPlaces;
  readonly trans: TranslationBundle;
}): JSX.Element {
  // What a person folds stays folded when the same thread is seen again.
  const [isOpen, setOpen] = React.useState(isOpenAtFirst);
  const [now] = thread.frames;
  return (
    <details
      className="jp-CellProfiler-thread"
      open={isOpen}
      onToggle={event => setOpen(event.currentTarget.open)}
    >
      <summary>
        <span className="jp-CellProfiler-threadName">
          {cut(threadName(thread, trans), 100)}
        </span>
        {badges(thread, trans).map(({ kind, text }) => (
          <span key={kind} className="jp-CellProfiler-badge" data-kind={kind}>
            {text}
          </span>
        ))}
        {now && !isOpen && (
          <code className="jp-CellProfiler-threadNow">{cut(now.name, 80)}</code>
        )}
      </summary>
      {thread.frames.length === 0 ? (
        <p className="jp-CellProfiler-threadIdle">
          {trans.__('It runs no Python code of yours.')}
        </p>
      ) : (
        <ol aria-label={trans.__('Calls, the innermost first')}>
          {thread.frames.map((frame, index) => (
            <Frame
              key={index}
              frame={frame}
              isNow={index === 0}
              places={places}
              trans={trans}
            />
          ))}
        </ol>
      )}
    </details>
  );
}

function Frame({
  frame,
  isNow,
  places,
  trans
}: {
  readonly frame: IFrame;
  readonly isNow: boolean;
  readonly places: IPlaces;
  readonly trans: TranslationBundle;
}): JSX.Element {
  const { locals, name, native } = frame;
  return (
    <li className="jp-CellProfiler-frame" data-now={isNow || undefined}>
      <code className="jp-CellProfiler-frameName">
        {cut(name === '<module>' ? trans.__('top level') : name, 200)}
      </code>
      <Place place={frame} places={places} trans={trans} />
      {native && (
        <span className="jp-CellProfiler-badge" data-kind="native">
          {trans.__('compiled code')}
        </span>
      )}
      {locals && locals.length > 0 && <Locals locals={locals} trans={trans} />}
    </li>
  );
}

function Locals({
  locals,
  trans
}: {
  readonly locals: readonly ILocal[];
  readonly trans: TranslationBundle;
}): JSX.Element {
  return (
    <dl className="jp-CellProfiler-locals" aria-label={trans.__('Variables')}>
      {locals.map(({ argument, name, value }, index) => (
        <div key={index}>
          <dt title={argument ? trans.__('Argument') : undefined}>
            {cut(name, 80)}
          </dt>
          <dd>{cut(value)}</dd>
        </div>
      ))}
    </dl>
  );
}
