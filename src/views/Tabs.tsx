import * as React from 'react';

/** A tab and its panel. */
export interface ITab {
  readonly id: string;
  readonly label: string;
}

/** Where an arrow key leads, in a row of `count` tabs. */
function target(key: string, index: number, count: number): number | null {
  switch (key) {
    case 'ArrowRight':
      return (index + 1) % count;
    case 'ArrowLeft':
      return (index + count - 1) % count;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}

/** Tabs as the WAI-ARIA practices describe them: one stop for Tab, arrows between them. */
export function Tabs({
  tabs,
  selected,
  onSelect,
  label,
  children
}: {
  readonly tabs: readonly ITab[];
  /** Id of a tab. */
  readonly selected: string;
  readonly onSelect: (id: string) => void;
  /** Name of the row of tabs. */
  readonly label: string;
  /** The panel of the selected tab. */
  readonly children: React.ReactNode;
}): JSX.Element {
  const id = React.useId();
  const list = React.useRef<HTMLDivElement>(null);
  const onKeyDown = (event: React.KeyboardEvent, index: number): void => {
    const next = target(event.key, index, tabs.length);
    if (next === null || event.altKey || event.ctrlKey || event.metaKey) {
      return;
    }
    event.preventDefault();
    onSelect(tabs[next].id);
    list.current?.querySelectorAll<HTMLElement>('[role="tab"]')[next].focus();
  };
  return (
    <>
      <div
        ref={list}
        className="jp-CellProfiler-tabs"
        role="tablist"
        aria-label={label}
      >
        {tabs.map((tab, index) => {
          const active = tab.id === selected;
          return (
            <button
              key={tab.id}
              type="button"
              role="tab"
              id={`${id}${tab.id}`}
              aria-selected={active}
              aria-controls={active ? `${id}panel` : undefined}
              tabIndex={active ? 0 : -1}
              onClick={() => onSelect(tab.id)}
              onKeyDown={event => onKeyDown(event, index)}
            >
              {tab.label}
            </button>
          );
        })}
      </div>
      <div
        className="jp-CellProfiler-panel"
        role="tabpanel"
        id={`${id}panel`}
        aria-labelledby={`${id}${selected}`}
        tabIndex={0}
      >
        {children}
      </div>
    </>
  );
}
