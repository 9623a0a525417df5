import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { CallsSection, ProfileDocument } from '../document';
import { safeFileName } from '../lib/filenames';
import { pstatsBytes } from '../lib/pstats';
import { pstatsReport } from '../lib/pstatsreport';
import { download } from './download';

interface IExport {
  readonly label: string;
  readonly save: () => void;
}

/** What can be saved of a profile, as a button with a menu. */
export function ExportMenu({
  document,
  trans
}: {
  readonly document: ProfileDocument;
  readonly trans: TranslationBundle;
}): JSX.Element {
  const [open, setOpen] = React.useState(false);
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
          {exportsOf(document, trans).map(({ label, save }) => (
            <button
              key={label}
              type="button"
              role="menuitem"
              tabIndex={-1}
              onClick={() => {
                save();
                close();
              }}
            >
              {label}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

function exportsOf(
  document: ProfileDocument,
  trans: TranslationBundle
): IExport[] {
  const name = (ending: string): string =>
    safeFileName(document.title, ending, 'profile');
  const calls = document.sections.find(
    (section): section is CallsSection => section.kind === 'calls'
  );
  const exports: IExport[] = [
    {
      label: trans.__('Profile document (.cellprofile.json)'),
      save: () =>
        download(
          name('.cellprofile.json'),
          JSON.stringify(document),
          'application/octet-stream'
        )
    }
  ];
  if (calls) {
    exports.push({
      label: trans.__('Statistics for pstats and SnakeViz (.prof)'),
      save: () =>
        download(
          name('.prof'),
          pstatsBytes(calls, document.files),
          'application/octet-stream'
        )
    });
    exports.push({
      label: trans.__('Functions, callers and callees as text (.txt)'),
      save: () =>
        download(
          name('.txt'),
          pstatsReport(calls, document.files),
          'application/octet-stream'
        )
    });
  }
  return exports;
}
