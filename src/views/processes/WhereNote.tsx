import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { IPlaceNow } from '../../lib/processes/place';
import { keepOwnKeys } from '../keys';
import { placeSentence, placeWords } from './wherewords';

/** What is known of where a cell is. */
export type WhereState =
  | { readonly kind: 'asking' }
  | { readonly kind: 'problem'; readonly problem: string }
  | {
      readonly kind: 'place';
      readonly now: IPlaceNow;
      /** When it was looked. */
      readonly time: Date;
      /** What else a person should read. */
      readonly notes: readonly string[];
    };

/** What the note is drawn from. */
export interface IWhereNoteProps {
  readonly state: WhereState;
  /** Whether it is asked once more now. */
  readonly isAsking: boolean;
  /** What a person calls a cell, as `In [3]`. */
  readonly label: (cellId: string) => string;
  readonly onAgain: () => void;
  /** Show all threads; null where nothing can. */
  readonly onAll: (() => void) | null;
  /** Watch it for a while; null where nothing can. */
  readonly onWatch: (() => void) | null;
  /** Scroll to the line. */
  readonly onLine: () => void;
  readonly onClose: () => void;
  readonly trans: TranslationBundle;
}

/** Where the running cell was when a person asked, and what they can ask next. */
export function WhereNote(props: IWhereNoteProps): JSX.Element {
  const { isAsking, onAgain, onAll, onClose, onWatch, trans } = props;
  return (
    <div
      className="jp-CellProfiler-whereBox"
      role="region"
      aria-label={trans.__('Where the cell is')}
      onKeyDown={keepOwnKeys}
    >
      <div className="jp-CellProfiler-whereText" role="status">
        <Said {...props} />
      </div>
      <div className="jp-CellProfiler-whereActions">
        <button
          type="button"
          className="jp-CellProfiler-action"
          title={trans.__('Look once more where the cell is')}
          aria-busy={isAsking}
          onClick={onAgain}
        >
          {trans.__('Ask again')}
        </button>
        {onAll && (
          <button
            type="button"
            className="jp-CellProfiler-action"
            title={trans.__('Show the stacks of all threads of this kernel')}
            onClick={onAll}
          >
            {trans.__('All threads')}
          </button>
        )}
        {onWatch && (
          <button
            type="button"
            className="jp-CellProfiler-action"
            title={trans.__(
              'Watch the functions and lines of this kernel while it runs'
            )}
            onClick={onWatch}
          >
            {trans.__('Watch')}
          </button>
        )}
        <button
          type="button"
          className="jp-CellProfiler-whereClose"
          title={trans.__('Close')}
          aria-label={trans.__('Close')}
          onClick={onClose}
        >
          ×
        </button>
      </div>
    </div>
  );
}

function Said({ label, onLine, state, trans }: IWhereNoteProps): JSX.Element {
  if (state.kind === 'asking') {
    return <p>{trans.__('Looking where the cell is…')}</p>;
  }
  if (state.kind === 'problem') {
    return <p className="jp-CellProfiler-whereProblem">{state.problem}</p>;
  }
  const { notes, now, time } = state;
  const words = placeWords(now, label, trans);
  const rest = placeSentence({ ...words, place: null, calls: '' });
  return (
    <>
      <p>
        {words.place !== null && now.line ? (
          <button
            type="button"
            className="jp-CellProfiler-lineLink"
            title={trans.__('Go to this line')}
            onClick={onLine}
          >
            {words.place}
          </button>
        ) : (
          words.place
        )}
        {words.calls && (
          <>
            {': '}
            <code>{words.calls}</code>
          </>
        )}
        {words.place !== null && rest && '; '}
        {rest}{' '}
        <time className="jp-CellProfiler-whereTime">
          {trans.__('(at %1)', time.toLocaleTimeString())}
        </time>
      </p>
      {notes.map(note => (
        <p key={note}>{note}</p>
      ))}
    </>
  );
}
