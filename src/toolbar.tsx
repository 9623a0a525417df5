import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import {
  caretDownIcon,
  MenuSvg,
  ReactWidget,
  stopIcon
} from '@jupyterlab/ui-components';
import { CommandRegistry } from '@lumino/commands';
import type { Message } from '@lumino/messaging';
import * as React from 'react';
import { profilerChoice } from './choices';
import { profileIcon } from './icons';
import { PROFILERS } from './lib/profilers';
import type { IRunner } from './runner';
import type { IProfilerSettings } from './settings';
import { CommandIDs } from './tokens';

/** Milliseconds until a run that goes on can be stopped from the same button. */
const STOP_AFTER = 1000;

/** Pixels of a notebook's width below which the button is its icon only. */
const NARROW = 600;

/** What the button works with. */
export interface IProfileButtonOptions {
  readonly panel: NotebookPanel;
  readonly runner: IRunner;
  readonly settings: IProfilerSettings;
  readonly commands: CommandRegistry;
  readonly trans: TranslationBundle;
}

/** The split button in the toolbar of a notebook: profile, or choose how. */
export class ProfileButton extends ReactWidget {
  constructor(options: IProfileButtonOptions) {
    super();
    this.addClass('jp-CellProfiler-toolbarItem');
    this._options = options;
    const { panel, runner, settings } = options;
    runner.changed.connect(this._refresh, this);
    settings.changed.connect(this._refresh, this);
    panel.sessionContext.kernelChanged.connect(this._refresh, this);
    panel.sessionContext.connectionStatusChanged.connect(this._refresh, this);
    // Measured at the notebook, because the toolbar moves what does not fit into
    // a popup that is as narrow as its content.
    this._observer = new ResizeObserver(() => this._fit());
    this._observer.observe(panel.node);
  }

  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._observer.disconnect();
    super.dispose();
  }

  protected onAfterAttach(msg: Message): void {
    super.onAfterAttach(msg);
    this._fit();
  }

  protected render(): JSX.Element {
    return <SplitButton {...this._options} />;
  }

  private _fit(): void {
    const width = this._options.panel.node.clientWidth;
    this.toggleClass('jp-mod-narrow', width > 0 && width < NARROW);
  }

  private _refresh(): void {
    this.update();
  }

  private readonly _options: IProfileButtonOptions;
  private readonly _observer: ResizeObserver;
}

function SplitButton(props: IProfileButtonOptions): JSX.Element {
  const { panel, runner, settings, trans } = props;
  const running = runner.isRunning(panel.content);
  const stoppable = useDelayed(running, STOP_AFTER);
  const [open, setOpen] = React.useState(false);
  const problem = runner.problem(panel.sessionContext);
  const disabled = problem !== null && !running;
  const profiler = profilerChoice(settings.values.defaultProfiler, trans).label;
  const press = () => {
    if (stoppable) {
      void runner.stop(panel);
    } else if (!disabled) {
      void runner.run(panel);
    }
  };
  const choose = (arrow: HTMLElement) => {
    setOpen(true);
    openMenu(arrow, props, () => setOpen(false));
  };
  // What is pressed keeps its tooltip and its place in the tab order when it is
  // disabled: otherwise nobody could read why.
  const title = stoppable
    ? trans.__('Stop the profiled run: interrupt the kernel')
    : running
      ? trans.__('A profiled run is on its way')
      : (problem ??
        withShortcut(
          trans.__(
            'Profile the active cell: run it once and measure it (%1)',
            profiler
          ),
          props.commands
        ));
  const Icon = stoppable ? stopIcon : profileIcon;
  return (
    <div
      className={
        'jp-CellProfiler-button' +
        (running ? ' jp-mod-running' : '') +
        (disabled ? ' jp-mod-disabled' : '')
      }
      role="group"
      aria-label={trans.__('Cell Profiler')}
    >
      <button
        type="button"
        className="jp-CellProfiler-run"
        data-command={CommandIDs.run}
        title={title}
        aria-label={
          stoppable ? trans.__('Stop profiling') : trans.__('Profile')
        }
        aria-description={title}
        aria-busy={running}
        aria-disabled={disabled}
        onMouseDown={event => keepFocus(event, panel)}
        onClick={press}
      >
        <Icon.react
          tag="span"
          className={
            'jp-CellProfiler-buttonIcon' +
            (running && !stoppable ? ' jp-mod-spinning' : '')
          }
          width="16px"
          height="16px"
        />
        <span className="jp-CellProfiler-buttonLabel">
          {stoppable ? trans.__('Stop') : trans.__('Profile')}
        </span>
      </button>
      <button
        type="button"
        className="jp-CellProfiler-choose"
        title={trans.__('Choose a profiler')}
        aria-label={trans.__('Choose a profiler')}
        aria-haspopup="menu"
        aria-expanded={open}
        onMouseDown={event => keepFocus(event, panel)}
        onClick={event => {
          // The toolbar would take the focus from the menu.
          event.stopPropagation();
          choose(event.currentTarget);
        }}
        onKeyDown={event => {
          if (event.key === 'ArrowDown') {
            event.preventDefault();
            choose(event.currentTarget);
          }
        }}
      >
        <caretDownIcon.react tag="span" width="16px" height="16px" />
      </button>
    </div>
  );
}

/** Whether `value` has been true for so many milliseconds. */
function useDelayed(value: boolean, milliseconds: number): boolean {
  const [delayed, setDelayed] = React.useState(false);
  React.useEffect(() => {
    if (!value) {
      return;
    }
    const timer = setTimeout(() => setDelayed(true), milliseconds);
    return () => {
      clearTimeout(timer);
      setDelayed(false);
    };
  }, [value, milliseconds]);
  return value && delayed;
}

/**
 * A press of the mouse leaves the focus in the cell. In a notebook that is not
 * the current one it goes to the button, which makes that notebook the current.
 */
function keepFocus(
  event: React.MouseEvent<HTMLElement>,
  panel: NotebookPanel
): void {
  event.preventDefault();
  if (!panel.node.contains(document.activeElement)) {
    event.currentTarget.focus();
  }
}

/** Open the menu of profilers below the arrow; afterwards the focus comes back. */
function openMenu(
  arrow: HTMLElement,
  { commands, trans }: IProfileButtonOptions,
  onClosed: () => void
): void {
  const menu = new MenuSvg({ commands });
  menu.addClass('jp-CellProfiler-menu');
  menu.title.label = trans.__('Choose a profiler');
  for (const name of PROFILERS) {
    menu.addItem({ command: CommandIDs.run, args: { profilers: [name] } });
  }
  menu.addItem({ type: 'separator' });
  menu.addItem({ command: CommandIDs.toggleHeat });
  menu.addItem({ command: CommandIDs.clearHeat });
  menu.addItem({ type: 'separator' });
  menu.addItem({ command: CommandIDs.recordEveryCell });
  menu.addItem({ command: CommandIDs.report });

  const before = document.activeElement;
  menu.aboutToClose.connect(() => {
    if (before instanceof HTMLElement) {
      before.focus();
    }
    onClosed();
    // Not now: the menu is still about to trigger its item.
    setTimeout(() => menu.dispose());
  });
  const box = (arrow.parentElement ?? arrow).getBoundingClientRect();
  menu.open(box.left, box.bottom);
  menu.activateNextItem();
}

/** A tooltip with the shortcut of the run command, if it has one. */
function withShortcut(text: string, commands: CommandRegistry): string {
  const binding = commands.keyBindings.find(
    ({ command, args }) =>
      command === CommandIDs.run && Object.keys(args).length === 0
  );
  return binding
    ? `${text} (${CommandRegistry.formatKeystroke(binding.keys)})`
    : text;
}
