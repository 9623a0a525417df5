import * as React from 'react';

/** A box to tick, with a word on what it does. */
export function Check({
  label,
  help,
  checked,
  disabled = false,
  onChange
}: {
  readonly label: string;
  readonly help: string;
  readonly checked: boolean;
  readonly disabled?: boolean;
  readonly onChange: (checked: boolean) => void;
}): JSX.Element {
  return (
    <label className="jp-CellProfiler-check" title={help}>
      <input
        type="checkbox"
        checked={checked}
        disabled={disabled}
        onChange={event => onChange(event.currentTarget.checked)}
      />
      <span>{label}</span>
    </label>
  );
}
