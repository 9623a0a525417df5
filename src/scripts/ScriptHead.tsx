import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { formatValue } from '../lib/units';
import type { ScriptOutput } from './output';
import { KEPT } from './output';
import type { ScriptRun } from './run';
import { circumstances, clock, commandLine, spoken, stateText } from './words';

/** What stands above the output of a script. */
export function ScriptHead(props: {
  readonly run: ScriptRun;
  readonly output: Pick<ScriptOutput, 'isCut'>;
  readonly trans: TranslationBundle;
}): JSX.Element {
  const { output, run, trans } = props;
  const { answers, document, path, problem, state } = run;
  const isOver = state === 'over';
  useTicks(!isOver);
  const kind = !isOver
    ? 'jp-mod-running'
    : document?.status === 'ok'
      ? 'jp-mod-ok'
      : 'jp-mod-failed';
  const time = isOver
    ? formatValue(run.elapsed / 1000, 'seconds')
    : clock(run.elapsed, trans);
  return (
    <>
      <div className="jp-CellProfiler-scriptCommand">
        <code title={path}>{commandLine(path, answers)}</code>
        <span>{circumstances(answers, run.kernelName, trans)}</span>
      </div>
      <div className={`jp-CellProfiler-scriptState ${kind}`} aria-hidden>
        <span>{stateText(run, trans)}</span>
        {run.elapsed > 0 && (
          <span className="jp-CellProfiler-scriptTime">{time}</span>
        )}
      </div>
      <span className="jp-CellProfiler-hidden" role="status">
        {spoken(run, trans)}
      </span>
      {problem !== null && (
        <p className="jp-CellProfiler-problem" role="alert">
          {problem}
        </p>
      )}
      {output.isCut && (
        <p className="jp-CellProfiler-scriptNote">
          {trans.__(
            'The script printed more than a page can hold: only the last %1 characters are shown.',
            KEPT.toLocaleString('en-US')
          )}
        </p>
      )}
    </>
  );
}

/** Draw anew each second. */
function useTicks(isOn: boolean): void {
  const [, tick] = React.useState(0);
  React.useEffect(() => {
    if (!isOn) {
      return;
    }
    const timer = setInterval(() => tick(count => count + 1), 1000);
    return () => clearInterval(timer);
  }, [isOn]);
}
