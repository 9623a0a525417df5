import * as React from 'react';
import { counterCards, hasCounters } from '../lib/counters';
import { CounterCard } from './CounterCard';
import type { IView, IViewProps } from './view';

/** What the machine did: a card for each part of it. */
function Counters(props: IViewProps): JSX.Element {
  const { document, trans } = props;
  const cards = React.useMemo(() => counterCards(document), [document]);
  const [explained, setExplained] = React.useState(false);
  const estimated = cards.some(({ counters }) =>
    counters.some(counter => counter.estimated)
  );
  return (
    <>
      <div className="jp-CellProfiler-counterHead">
        <p>
          {trans.__(
            'What the machine counted during the run. Press a figure to read what it is.'
          )}
          {estimated && (
            <>
              {' '}
              {trans.__(
                '“≈” stands before estimates: the processor has too few counters for all, and they took turns.'
              )}
            </>
          )}
        </p>
        <button
          type="button"
          className="jp-CellProfiler-action"
          aria-pressed={explained}
          onClick={() => setExplained(!explained)}
        >
          {trans.__('Explain all')}
        </button>
      </div>
      <div className="jp-CellProfiler-cards">
        {cards.map(card => (
          <CounterCard
            {...props}
            key={card.group}
            card={card}
            explained={explained}
          />
        ))}
      </div>
    </>
  );
}

export const countersView: IView = {
  id: 'counters',
  label: trans => trans.__('Counters'),
  kinds: ['totals'],
  applies: document => hasCounters(document),
  component: Counters
};
