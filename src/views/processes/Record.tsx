import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { ILook, IRecordAnswers, ITarget } from '../../lib/processes/types';
import { formatValue } from '../../lib/units';
import { Head } from './Head';
import { LookOptions } from './LookOptions';
import { Remedy } from './Remedy';

/** Seconds that a recording may take. */
const LONGEST = 3600;

/** What the form and the progress of a recording need. */
export interface IRecordProps {
  readonly target: ITarget;
  readonly answers: IRecordAnswers;
  /** How it goes on; null before it began. */
  readonly look: ILook | null;
  readonly problem: string | null;
  readonly isRunning: boolean;
  readonly isStopping: boolean;
  /** Milliseconds so far. */
  readonly elapsed: () => number;
  readonly onAnswers: (answers: IRecordAnswers) => void;
  readonly onStart: () => void;
  readonly onStop: () => void;
  readonly onCancel: () => void;
  readonly onCopy: (text: string) => void;
  readonly trans: TranslationBundle;
}

/** How to record, and how it goes on; the profile comes below. */
export function Record(props: IRecordProps): JSX.Element {
  const { answers, isRunning, look, onAnswers, problem, target, trans } = props;
  return (
    <div className="jp-CellProfiler-look">
      <Head
        target={target}
        pid={look?.pid ?? null}
        title={trans.__('Record')}
        facts={[]}
        trans={trans}
      >
        <Buttons {...props} />
      </Head>
      {!isRunning && (
        <>
          <Seconds answers={answers} onAnswers={onAnswers} trans={trans} />
          <LookOptions
            options={answers.options}
            onChange={options =>
              onAnswers({
                ...answers,
                options: { ...answers.options, ...options }
              })
            }
            trans={trans}
          />
        </>
      )}
      {isRunning && <Progress {...props} />}
      {problem !== null && (
        <div className="jp-CellProfiler-problem" role="alert">
          <Remedy sentence={problem} onCopy={props.onCopy} trans={trans} />
        </div>
      )}
    </div>
  );
}

function Buttons({
  answers,
  isRunning,
  isStopping,
  look,
  onCancel,
  onStart,
  onStop,
  trans
}: IRecordProps): JSX.Element {
  return isRunning ? (
    <>
      <button
        type="button"
        className="jp-CellProfiler-action jp-mod-primary"
        disabled={isStopping || !look}
        title={trans.__('End it, and show what was seen')}
        onClick={onStop}
      >
        {trans.__('Stop')}
      </button>
      <button
        type="button"
        className="jp-CellProfiler-action"
        title={trans.__('End it, and forget what was seen')}
        onClick={onCancel}
      >
        {trans.__('Cancel')}
      </button>
    </>
  ) : (
    <button
      type="button"
      className="jp-CellProfiler-action jp-mod-primary"
      disabled={answers.seconds !== null && !isRight(answers.seconds)}
      onClick={onStart}
    >
      {look ? trans.__('Record again') : trans.__('Start')}
    </button>
  );
}

function Seconds({
  answers,
  onAnswers,
  trans
}: Pick<IRecordProps, 'answers' | 'onAnswers' | 'trans'>): JSX.Element {
  const id = React.useId();
  const { seconds } = answers;
  // What a person types may be no number for a while.
  const [text, setText] = React.useState(String(seconds ?? 10));
  const isWrong = seconds !== null && !isRight(seconds);
  const set = (text: string): void => {
    setText(text);
    onAnswers({ ...answers, seconds: text.trim() === '' ? NaN : Number(text) });
  };
  return (
    <fieldset className="jp-CellProfiler-recordSeconds">
      <legend>{trans.__('How long')}</legend>
      <label>
        <input
          type="radio"
          name={id}
          checked={seconds !== null}
          onChange={() => set(text)}
        />
        <span>{trans.__('Seconds')}</span>
      </label>
      <input
        type="number"
        min={1}
        max={LONGEST}
        step="any"
        value={text}
        aria-label={trans.__('Seconds')}
        aria-invalid={isWrong}
        aria-describedby={isWrong ? `${id}wrong` : undefined}
        onFocus={() => seconds === null && set(text)}
        onChange={event => set(event.currentTarget.value)}
      />
      <label>
        <input
          type="radio"
          name={id}
          checked={seconds === null}
          onChange={() => onAnswers({ ...answers, seconds: null })}
        />
        <span>{trans.__('Until I press Stop')}</span>
      </label>
      {isWrong && (
        <span id={`${id}wrong`} className="jp-CellProfiler-scriptProblem">
          {trans.__('A number of seconds, up to an hour.')}
        </span>
      )}
    </fieldset>
  );
}

function Progress({
  answers,
  elapsed,
  isStopping,
  look,
  trans
}: IRecordProps): JSX.Element {
  useTicks();
  const wanted = answers.seconds;
  const seconds = elapsed() / 1000;
  const shown = Math.floor(
    wanted === null ? seconds : Math.min(seconds, wanted)
  );
  const text = !look
    ? trans.__('Starting…')
    : isStopping
      ? trans.__('Making the profile…')
      : trans.__('Recording');
  return (
    <>
      <div
        className="jp-CellProfiler-scriptState jp-mod-running"
        aria-hidden="true"
      >
        <span>{text}</span>
        {look && (
          <span className="jp-CellProfiler-scriptTime">
            {wanted === null
              ? trans.__('%1 s', shown)
              : trans.__('%1 of %2 s', shown, wanted)}
            {look.samples > 0 &&
              ` · ${trans._n(
                '%2 sample',
                '%2 samples',
                look.samples,
                formatValue(look.samples, 'count')
              )}`}
          </span>
        )}
      </div>
      {wanted !== null && (
        <progress
          className="jp-CellProfiler-recordProgress"
          aria-label={trans.__('Recording')}
          max={wanted}
          value={Math.min(seconds, wanted)}
        />
      )}
      <span className="jp-CellProfiler-hidden" role="status">
        {text}
      </span>
    </>
  );
}

function isRight(seconds: number): boolean {
  return seconds > 0 && seconds <= LONGEST;
}

/** Draw anew twice a second. */
function useTicks(): void {
  const [, tick] = React.useReducer((count: number) => count + 1, 0);
  React.useEffect(() => {
    const timer = setInterval(tick, 500);
    return () => clearInterval(timer);
  }, []);
}
