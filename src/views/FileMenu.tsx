import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { IExport } from './exports';

/** What can be saved as files, as a button with a menu. */
export function FileMenu({
  entries,
  trans
}: {
  /** Asked when the menu is opened. */
  readonly entries: () => readonly IExport[];
  readonly trans: TranslationBundle;
}): JSX.Element {
  const [open, setOpen] = React.useState(false);
  const [problem, setProblem] = React.useState<string | null>(null);
  const id = React.useId();
  const root = React.useRef<HTMLDivElement>(null);
  const button = React.useRef<HTMLButtonElement>(null);
  const menu = React.useRef<HTMLDivElement>(null);
  const items = (): HTMLElement[] => [
    ...(menu.current?.querySelectorAll<HTMLElement>('[role="menuitem"]') ?? [])
  ];
  const focusItem = (index: number): void => {
    const all = items();
    all[(index + all.length) % all.length]?.focus();
  };
  const close = (): void => {
    setOpen(false);
    button.current?.focus();
  };

  React.useEffect(() => {
    if (open) {
      focusItem(0);
    }
  }, [open]);

  const onMenuKey = (event: React.KeyboardEvent): void => {
    const now = items().indexOf(event.target as HTMLElement);
    const moves: { readonly [key: string]: number } = {
      ArrowDown: now + 1,
      ArrowUp: now - 1,
      Home: 0,
      End: -1
    };
    if (event.key in moves) {
      focusItem(moves[event.key]);
    } else if (event.key === 'Escape') {
      close();
    } else {
      // Tab leaves, and the focus with it; Enter and space press the item.
      return;
    }
    event.preventDefault();
    // The notebook would select another cell.
    event.stopPropagation();
  };

  return (
    <div
      ref={root}
      className="jp-CellProfiler-export"
      // The focus stays, in every browser, until the menu takes or gives it.
      onMouseDown={event => event.preventDefault()}
      onBlur={event => {
        if (!root.current?.contains(event.relatedTarget)) {
          setOpen(false);
          setProblem(null);
        }
      }}
    >
      <button
        ref={button}
        type="button"
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
        onKeyDown={event => {
          if (event.key === 'ArrowDown') {
            event.preventDefault();
            event.stopPropagation();
            setOpen(true);
          }
        }}
      >
        {trans.__('Export')} <span aria-hidden="true">▾</span>
      </button>
      {open && (
        <div
          ref={menu}
          id={id}
          role="menu"
          aria-label={trans.__('Export')}
          onKeyDown={onMenuKey}
        >
          {entries().map(({ label, save }, index) => (
            <button
              // Labels may be a stranger's, and the same.
              key={index}
              type="button"
              role="menuitem"
              tabIndex={-1}
              onClick={() => {
                setProblem(save());
                close();
              }}
            >
              {label}
            </button>
          ))}
        </div>
      )}
      {problem !== null && !open && (
        <p className="jp-CellProfiler-exportProblem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
