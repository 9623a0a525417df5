import * as React from 'react';
import { readingOf } from '../lib/counterreadings';
import type { ICounter, ICounterCard } from '../lib/counters';
import { formatValue } from '../lib/units';
import { Bar } from './Bar';
import { readingSentence } from './counterreadings';
import { counterLabel, groupLabel } from './countertexts';
import { cut } from './text';
import type { IViewProps } from './view';

/** One card: its figures, what each says of this run, and what it is. */
export function CounterCard(
  props: IViewProps & {
    readonly card: ICounterCard;
    /** Whether all explanations are open. */
    readonly explained: boolean;
  }
): JSX.Element {
  const { card, explained, trans } = props;
  const id = React.useId();
  // A machine has one reason for many figures: it is told once in a card.
  const told = new Set<string>();
  const rows = card.counters.map(counter => {
    const reason = counter.value === null ? (counter.help ?? '') : '';
    const again = reason !== '' && told.has(reason);
    told.add(reason);
    return (
      <CounterRow
        {...props}
        // Opened and closed by themselves until all are.
        key={`${counter.name}${explained}`}
        counter={counter}
        reason={again ? trans.__('For the same reason as above.') : cut(reason)}
      />
    );
  });
  return (
    <section
      className="jp-CellProfiler-card"
      data-group={card.group}
      aria-labelledby={id}
    >
      <h3 id={id}>{groupLabel(card.group, trans)}</h3>
      <ul>{rows}</ul>
    </section>
  );
}

function CounterRow({
  counter,
  document,
  explained,
  options: { decimals },
  reason,
  trans
}: IViewProps & {
  readonly counter: ICounter;
  readonly explained: boolean;
  /** Why there is no number. */
  readonly reason: string;
}): JSX.Element {
  const { deviation, estimated, mean, name, share, unit, value } = counter;
  const { label, help } = counterLabel(counter, trans);
  const reading = React.useMemo(
    () => readingOf(name, document),
    [name, document]
  );
  const text =
    value === null
      ? trans.__('not available')
      : `${estimated ? '≈ ' : ''}${formatValue(value, unit, decimals)}`;
  return (
    <li
      className={value === null ? 'jp-mod-unsupported' : undefined}
      data-name={name}
    >
      <details open={explained}>
        <summary>
          <span className="jp-CellProfiler-counterName">{label}</span>{' '}
          <span className="jp-CellProfiler-counterValue">{text}</span>
          {share !== null && <Bar share={share} heat={0.5} />}
        </summary>
        {help && <p>{help}</p>}
        {estimated && counter.help && <p>{cut(counter.help)}</p>}
      </details>
      {mean !== null && deviation !== null && (
        <p className="jp-CellProfiler-counterEach">
          {trans.__(
            'each run %1 ± %2',
            formatValue(mean, unit, decimals),
            formatValue(deviation, unit, decimals)
          )}
        </p>
      )}
      {reason && <p className="jp-CellProfiler-reason">{reason}</p>}
      {reading && (
        <p className="jp-CellProfiler-reading">
          {readingSentence(reading, decimals, trans)}
        </p>
      )}
    </li>
  );
}
