import * as React from 'react';

/** One of several values, under a name. */
export function Choice<Value extends number | string>({
  label,
  onChange,
  value,
  values
}: {
  readonly label: string;
  readonly value: Value;
  readonly values: readonly (readonly [Value, string])[];
  readonly onChange: (value: Value) => void;
}): JSX.Element {
  return (
    <label>
      {label}
      <select
        value={value}
        onChange={event => onChange(values[event.target.selectedIndex][0])}
      >
        {values.map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
    </label>
  );
}
