import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { isOpenAtFirst, orderedThreads } from '../../lib/processes/threads';
import type { IDump, IDumpOptions, ITarget } from '../../lib/processes/types';
import { Check } from './Check';
import { Head } from './Head';
import type { IPlaces } from './Place';
import { Remedy } from './Remedy';
import { dumpText, processName } from './texts';
import { Thread } from './Thread';

/** What the view of a dump needs. */
export interface IWhereProps {
  readonly target: ITarget;
  readonly dump: IDump | null;
  readonly problem: string | null;
  readonly isAsking: boolean;
  readonly options: IDumpOptions;
  readonly places: IPlaces;
  readonly onAsk: (options?: Partial<IDumpOptions>) => void;
  readonly onCopy: (text: string) => void;
  readonly trans: TranslationBundle;
}

/** Where each thread of a process is now. */
export function Where(props: IWhereProps): JSX.Element {
  const { dump, isAsking, onAsk, onCopy, places, problem, target, trans } =
    props;
  return (
    <div className="jp-CellProfiler-look" aria-busy={isAsking}>
      <Head
        target={target}
        pid={dump?.pid ?? null}
        title={trans.__('Where is it now?')}
        facts={dump ? facts(dump, trans) : []}
        trans={trans}
      >
        <button
          type="button"
          className="jp-CellProfiler-action jp-mod-primary"
          aria-disabled={isAsking}
          onClick={() => !isAsking && onAsk()}
        >
          {trans.__('Ask again')}
        </button>
        <button
          type="button"
          className="jp-CellProfiler-action"
          disabled={dump === null}
          onClick={() => dump && onCopy(dumpText(dump, places, trans))}
        >
          {trans.__('Copy as text')}
        </button>
      </Head>
      <Options {...props} />
      <span className="jp-CellProfiler-hidden" role="status">
        {spoken(props)}
      </span>
      {problem !== null && (
        <div className="jp-CellProfiler-problem" role="alert">
          <Remedy sentence={problem} onCopy={onCopy} trans={trans} />
        </div>
      )}
      {dump === null && problem === null && (
        <p className="jp-CellProfiler-lookWait">{trans.__('Looking…')}</p>
      )}
      {dump && <Dump {...props} dump={dump} />}
    </div>
  );
}

function Dump({
  dump,
  places,
  trans
}: IWhereProps & { readonly dump: IDump }): JSX.Element {
  const { notes, processes } = dump;
  return (
    <>
      {notes.length > 0 && (
        <div className="jp-CellProfiler-lookNotes" role="note">
          {notes.map((note, index) => (
            <p key={index}>{note}</p>
          ))}
        </div>
      )}
      {processes.map(process => (
        <section
          key={process.pid}
          className="jp-CellProfiler-dumpProcess"
          aria-label={processName(process, trans)}
        >
          {processes.length > 1 && (
            <h3>
              <span>{processName(process, trans)}</span>
              <span className="jp-CellProfiler-where">
                {trans._n('%1 thread', '%1 threads', process.threads.length)}
              </span>
            </h3>
          )}
          {process.threads.length === 0 && (
            <p className="jp-CellProfiler-threadIdle">
              {trans.__('No thread of it runs Python code.')}
            </p>
          )}
          {orderedThreads(process.threads).map((thread, index) => (
            <Thread
              key={thread.id || `at ${index}`}
              thread={thread}
              isOpenAtFirst={isOpenAtFirst(thread, process)}
              places={places}
              trans={trans}
            />
          ))}
        </section>
      ))}
    </>
  );
}

function Options({ onAsk, options, trans }: IWhereProps): JSX.Element {
  return (
    <div
      className="jp-CellProfiler-lookBar"
      role="group"
      aria-label={trans.__('What is shown')}
    >
      <Check
        label={trans.__('Child processes')}
        help={trans.__(
          'Also the processes that it started, as those of multiprocessing'
        )}
        checked={options.subprocesses}
        onChange={subprocesses => onAsk({ subprocesses })}
      />
      <Check
        label={trans.__('Compiled code')}
        help={trans.__(
          'Also calls in C, C++ and the like; it takes longer, and not all of them have names'
        )}
        checked={options.native}
        onChange={native => onAsk({ native })}
      />
      <Check
        label={trans.__('Variables')}
        help={trans.__('The values of the variables of each call')}
        checked={options.locals}
        onChange={locals => onAsk({ locals })}
      />
      <span className="jp-CellProfiler-lookHint">
        {options.locals
          ? trans.__(
              'Values of variables may hold secrets: think before you share them.'
            )
          : ''}
      </span>
    </div>
  );
}

function facts(
  { processes, python, taken }: IDump,
  trans: TranslationBundle
): string[] {
  const time = new Date(taken);
  return [
    python === null ? '' : trans.__('Python %1', python),
    processes.length > 1
      ? trans._n('%1 process', '%1 processes', processes.length)
      : '',
    isNaN(time.getTime())
      ? ''
      : trans.__('seen at %1', time.toLocaleTimeString())
  ].filter(fact => fact !== '');
}

/** For those who listen: what came of a question. */
function spoken({ dump, isAsking, problem, trans }: IWhereProps): string {
  if (isAsking || problem !== null || dump === null) {
    return '';
  }
  const count = dump.processes.reduce(
    (sum, { threads }) => sum + threads.length,
    0
  );
  return [
    trans._n('%1 thread seen.', '%1 threads seen.', count),
    ...dump.notes
  ].join(' ');
}
