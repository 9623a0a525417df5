import type { TranslationBundle } from '@jupyterlab/translation';
import { HTMLSelect } from '@jupyterlab/ui-components';
import * as React from 'react';
import { profilerChoice } from '../choices';
import type { IScriptAnswers } from '../lib/scripts';
import type { FormProblems } from './form';
import { SCRIPT_PROFILERS } from './form';
import type { IEnvironment } from './kernels';

/** What the form shows. */
export interface IScriptFormProps {
  readonly path: string;
  /** The answers to begin with. */
  readonly answers: IScriptAnswers;
  readonly problems: FormProblems;
  readonly environments: readonly IEnvironment[];
  /** Whether the editor of the file has changes that are not in the file yet. */
  readonly isUnsaved: boolean;
  /** Told of each answer that is changed. */
  readonly onChange: (changed: Partial<IScriptAnswers>) => void;
  readonly trans: TranslationBundle;
}

/** Asks how a script shall run. */
export function ScriptForm(props: IScriptFormProps): JSX.Element {
  const { environments, isUnsaved, path, problems, trans } = props;
  // Here, and not with the widget, which draws later: the cursor would jump.
  const [answers, setAnswers] = React.useState(props.answers);
  const change = (part: Partial<IScriptAnswers>): void => {
    setAnswers(now => ({ ...now, ...part }));
    props.onChange(part);
  };
  const chosen = answers.profilers.join('+');
  const choices = SCRIPT_PROFILERS.includes(chosen)
    ? SCRIPT_PROFILERS
    : [...SCRIPT_PROFILERS, chosen];
  const label = (choice: string): string =>
    choice
      .split('+')
      .map(name => profilerChoice(name, trans).label)
      .join(' + ');
  return (
    <div className="jp-CellProfiler-scriptForm">
      <p className="jp-CellProfiler-scriptPath">{path}</p>
      {isUnsaved && (
        <p className="jp-CellProfiler-scriptNote">
          {trans.__(
            'The file has unsaved changes. It is saved before it runs.'
          )}
        </p>
      )}
      <Field
        label={trans.__('Profiler')}
        help={profilerChoice(chosen, trans).question}
        problem={problems.profilers}
      >
        {field => (
          <HTMLSelect
            {...field}
            name="profiler"
            value={chosen}
            onChange={event =>
              change({ profilers: event.target.value.split('+') })
            }
          >
            {choices.map(choice => (
              <option key={choice} value={choice}>
                {label(choice)}
              </option>
            ))}
          </HTMLSelect>
        )}
      </Field>
      <Field
        label={trans.__('Arguments')}
        help={trans.__('Split as in a shell; nothing in them is expanded.')}
        problem={problems.arguments}
      >
        {field => (
          <input
            {...field}
            {...PLAIN}
            type="text"
            name="arguments"
            className="jp-mod-styled jp-CellProfiler-scriptCode"
            placeholder={trans.__("--epochs 3 'my data.csv'")}
            value={answers.arguments}
            onChange={event => change({ arguments: event.target.value })}
          />
        )}
      </Field>
      <Field
        label={trans.__('Working directory')}
        help={trans.__('A folder of the file browser; empty is its top.')}
        problem={problems.directory}
      >
        {field => (
          <input
            {...field}
            {...PLAIN}
            type="text"
            name="directory"
            className="jp-mod-styled jp-CellProfiler-scriptCode"
            placeholder="/"
            value={answers.directory}
            onChange={event => change({ directory: event.target.value })}
          />
        )}
      </Field>
      <Field
        label={trans.__('Environment')}
        help={trans.__('The Python of this kernel runs the script.')}
        problem={problems.kernel}
      >
        {field => (
          <HTMLSelect
            {...field}
            name="kernel"
            value={answers.kernel}
            onChange={event => change({ kernel: event.target.value })}
          >
            {environments.map(({ label, name }) => (
              <option key={name} value={name}>
                {label}
              </option>
            ))}
          </HTMLSelect>
        )}
      </Field>
      <label className="jp-CellProfiler-scriptCheck">
        <input
          type="checkbox"
          name="hasInput"
          checked={answers.stdin !== null}
          onChange={event =>
            change({ stdin: event.target.checked ? '' : null })
          }
        />
        {trans.__('Give it standard input')}
      </label>
      {answers.stdin !== null && (
        <Field
          label={trans.__('Standard input')}
          help={trans.__('The script reads this text, and then the end of it.')}
          problem={problems.stdin}
        >
          {field => (
            <textarea
              {...field}
              {...PLAIN}
              name="stdin"
              className="jp-mod-styled jp-CellProfiler-scriptCode"
              rows={4}
              value={answers.stdin ?? ''}
              onChange={event => change({ stdin: event.target.value })}
            />
          )}
        </Field>
      )}
    </div>
  );
}

/** Nothing of a command line is prose. */
const PLAIN = {
  autoCapitalize: 'off',
  autoComplete: 'off',
  spellCheck: false
} as const;

/** What ties a control to its label, help and problem. */
interface IFieldControl {
  readonly id: string;
  readonly 'aria-describedby': string;
  readonly 'aria-invalid': boolean;
}

/** A control with its label above and, below, what is wrong with it or what it is. */
function Field(props: {
  readonly label: string;
  readonly help: string;
  readonly problem: string | undefined;
  readonly children: (field: IFieldControl) => React.ReactNode;
}): JSX.Element {
  const { children, help, label, problem } = props;
  const id = React.useId();
  return (
    <div className="jp-CellProfiler-scriptField">
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        'aria-describedby': `${id}-help`,
        'aria-invalid': problem !== undefined
      })}
      <p
        id={`${id}-help`}
        className={
          problem === undefined
            ? 'jp-CellProfiler-scriptHelp'
            : 'jp-CellProfiler-scriptProblem'
        }
        role={problem === undefined ? undefined : 'alert'}
      >
        {problem ?? help}
      </p>
    </div>
  );
}
