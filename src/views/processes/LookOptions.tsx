import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { ILookOptions } from '../../lib/processes/types';
import { Check } from './Check';

/** Samples in a second that can be chosen. */
const RATES = [1, 5, 10, 25, 50, 100, 200, 500, 1000];

/** How to watch or record. */
export function LookOptions({
  options,
  disabled = false,
  onChange,
  trans
}: {
  readonly options: ILookOptions;
  readonly disabled?: boolean;
  readonly onChange: (options: Partial<ILookOptions>) => void;
  readonly trans: TranslationBundle;
}): JSX.Element {
  const rates = RATES.includes(options.rate)
    ? RATES
    : [...RATES, options.rate].sort((one, other) => one - other);
  const check = (
    name: 'idle' | 'native' | 'gil' | 'subprocesses',
    label: string,
    help: string
  ): JSX.Element => (
    <Check
      label={label}
      help={help}
      checked={options[name]}
      disabled={disabled}
      onChange={value => onChange({ [name]: value })}
    />
  );
  return (
    <div
      className="jp-CellProfiler-lookBar"
      role="group"
      aria-label={trans.__('How to look')}
    >
      <label className="jp-CellProfiler-check">
        <span>{trans.__('Samples a second')}</span>
        <select
          value={options.rate}
          disabled={disabled}
          onChange={event => onChange({ rate: Number(event.target.value) })}
        >
          {rates.map(rate => (
            <option key={rate} value={rate}>
              {rate}
            </option>
          ))}
        </select>
      </label>
      {check(
        'idle',
        trans.__('Waiting threads'),
        trans.__('Also threads that wait')
      )}
      {check(
        'native',
        trans.__('Compiled code'),
        trans.__('Also calls in C, C++ and the like')
      )}
      {check(
        'gil',
        trans.__('Only with the GIL'),
        trans.__('Only threads that hold the lock of the interpreter')
      )}
      {check(
        'subprocesses',
        trans.__('Child processes'),
        trans.__('Also the processes that it started')
      )}
    </div>
  );
}
