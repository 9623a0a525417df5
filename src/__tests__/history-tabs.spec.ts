import type { ILayoutRestorer, JupyterFrontEnd } from '@jupyterlab/application';
import { RenderMimeRegistry } from '@jupyterlab/rendermime';
import { CommandRegistry } from '@lumino/commands';
import { Signal } from '@lumino/signaling';
import { TabPanel, Widget } from '@lumino/widgets';
import { configure, fireEvent, waitFor, within } from '@testing-library/dom';
import { Comparisons } from '../history/comparisons';
import type { CompareTab } from '../history/comparetab';
import { HistoryCommandIDs } from '../history/ids';
import type { RunTab } from '../history/runtab';
import { HistoryTabs } from '../history/tabs';
import type { IRunSummary } from '../lib/history';
import { createRendererFactory } from '../renderer';
import { ProfilerSettings } from '../settings';
import type { INavigator } from '../tokens';
import { CommandIDs } from '../tokens';
import { golden } from './golden';
import { at, createFilledHistory, trans } from './history.fakes';

configure({ asyncUtilTimeout: 8000 });
jest.setTimeout(30000);

/** What the tabs use of a shell; its main area may have room for one. */
class FakeShell {
  constructor(private readonly _isFull: boolean) {}
  readonly added: [Widget, string, unknown][] = [];
  readonly activateById = jest.fn();
  add(widget: Widget, area: string, options: unknown): void {
    if (area === 'main' && this._isFull) {
      return;
    }
    this.added.push([widget, area, options]);
    Widget.attach(widget, document.body);
  }
}

async function setUp(runs: readonly Partial<IRunSummary>[], isFull = false) {
  const created = await createFilledHistory(runs);
  created.server.kept.forEach((run, id) => {
    run.document = {
      ...golden('lines-cell'),
      id,
      started: run.summary.started
    };
  });
  const settings = new ProfilerSettings(null);
  const navigator = {
    canOpen: jest.fn(() => true),
    open: jest.fn(async () => undefined),
    showCell: jest.fn(async () => true),
    showFile: jest.fn(async () => true)
  };
  const rendermime = new RenderMimeRegistry();
  rendermime.addFactory(createRendererFactory({ view: settings, navigator }));
  const commands = new CommandRegistry();
  const shell = new FakeShell(isFull);
  const executed: [string, unknown][] = [];
  for (const id of [
    CommandIDs.compare,
    HistoryCommandIDs.showCell,
    HistoryCommandIDs.putBack
  ]) {
    commands.addCommand(id, {
      label: id,
      describedBy: { args: {} },
      execute: args => executed.push([id, { ...args }])
    });
  }
  const tabs = new HistoryTabs({
    app: { commands, shell } as unknown as JupyterFrontEnd,
    history: created.history,
    navigator: navigator as INavigator,
    rendermime,
    view: settings,
    trans
  });
  return { ...created, commands, executed, navigator, shell, tabs };
}

beforeAll(() => {
  // jsdom has none of these.
  Object.assign(performance, { mark: jest.fn() });
  Object.assign(globalThis, {
    ResizeObserver: class {
      observe = jest.fn();
      unobserve = jest.fn();
      disconnect = jest.fn();
    }
  });
});

describe('a run in a tab', () => {
  it('is drawn as in an output, with the way to its cell', async () => {
    const { executed, shell, tabs } = await setUp([{ name: 'mine' }]);
    await tabs.open('run-0');
    const [[tab, area]] = shell.added;
    expect([area, tab.title.label]).toEqual(['main', 'Overview · mine']);
    expect(tab.title.caption).toContain('julia.ipynb');
    await (tab as RunTab).ready;
    expect(tab.node.querySelector('.jp-CellProfiler-output')).not.toBeNull();
    const view = within(tab.node);
    await view.findByRole('tab', { name: 'Summary', selected: true });
    const button = await waitFor(() => {
      const found = tab.node.querySelector(
        `[data-command="${HistoryCommandIDs.putBack}"]`
      );
      expect(found).not.toBeNull();
      return found!;
    });
    fireEvent.click(button);
    expect(executed).toEqual([[HistoryCommandIDs.putBack, { ids: ['run-0'] }]]);
    tab.dispose();
  });

  it('is shown once', async () => {
    const { shell, tabs } = await setUp([{}, {}]);
    await tabs.open('run-0');
    await tabs.open('run-1');
    await tabs.open('run-0');
    expect(shell.added).toHaveLength(2);
    expect(shell.activateById).toHaveBeenLastCalledWith(shell.added[0][0].id);
    shell.added.forEach(([tab]) => tab.dispose());
  });

  it('stands beside the notebook with its source, where that is asked for', async () => {
    const { shell, tabs } = await setUp([{}]);
    await tabs.open('run-0');
    await tabs.open('run-0', 'notebook');
    const [[first], [tab, , options]] = shell.added;
    expect(first.isDisposed).toBe(true);
    expect(options).toEqual({ mode: 'split-right', ref: 'notebook' });
    await within(tab.node).findByRole('tab', { name: 'Lines', selected: true });
    tab.dispose();
  });

  it('goes below where the main area has room for one only', async () => {
    const { shell, tabs } = await setUp([{}], true);
    await tabs.open('run-0');
    expect(shell.added.map(([, area]) => area)).toEqual(['down']);
    const [[tab]] = shell.added;
    expect(tab.hasClass('jp-CellProfiler-below')).toBe(true);

    // Among others there it comes to the front.
    const below = new TabPanel();
    const other = new Widget();
    [tab, other].forEach(each => below.addWidget(each));
    below.currentWidget = other;
    await tabs.open('run-0');
    expect(below.currentWidget).toBe(tab);
    below.dispose();
  });

  it('follows a new name', async () => {
    const { history, shell, tabs } = await setUp([{}]);
    await tabs.open('run-0');
    await history.rename('run-0', 'after');
    expect(shell.added[0][0].title.label).toBe('Overview · after');
    shell.added[0][0].dispose();
    await history.rename('run-0', 'gone');
  });

  it('says why it is not there', async () => {
    const { shell, tabs } = await setUp([]);
    await tabs.open('none');
    const [[tab]] = shell.added;
    const alert = await within(tab.node).findByRole('alert');
    expect(alert.textContent).toBe('There is no such run.');
    tab.dispose();
  });
});

describe('a comparison in a tab', () => {
  it('has the oldest as what the others are compared with', async () => {
    const { navigator, shell, tabs } = await setUp([
      { name: 'after' },
      { name: 'before' }
    ]);
    await tabs.compare(['run-0', 'run-1']);
    await tabs.compare(['run-1', 'run-0']);
    expect(shell.added).toHaveLength(1);
    const [[tab]] = shell.added;
    expect(tab.title.label).toBe('Compare 2 runs');
    await (tab as CompareTab).content.ready;
    const { node } = (tab as CompareTab).content;
    expect(node.classList.contains('jp-CellProfiler-compare')).toBe(true);
    await within(node).findByRole('heading', { name: /Comparison of 2 runs/ });
    const text = node.textContent!;
    expect(text.indexOf('before')).toBeGreaterThan(0);
    expect(text.indexOf('before')).toBeLessThan(text.indexOf('after'));

    fireEvent.click(await within(node).findByRole('tab', { name: 'Lines' }));
    const [link] = await within(node).findAllByRole('button', {
      name: /line 7/
    });
    fireEvent.click(link);
    const { cellId, path } = golden('lines-cell').target;
    expect(navigator.showCell).toHaveBeenCalledWith(path, cellId, 7);
    tab.dispose();
  });

  it('says why there is none', async () => {
    const { shell, tabs } = await setUp([{}]);
    await tabs.compare(['run-0', 'none']);
    const [[tab]] = shell.added;
    const alert = await within(tab.node).findByRole('alert');
    expect(alert.textContent).toBe('There is no such run.');
    tab.dispose();
  });

  it('tells how much other runs of the same source differ', async () => {
    const { shell, tabs } = await setUp([
      { wall: 1, started: at(9) },
      { wall: 2, started: at(8) },
      { wall: 3, started: at(7), sourceHash: 'edited' },
      { wall: 4, started: at(6), sourceHash: 'edited' }
    ]);
    await tabs.compare(['run-3', 'run-0']);
    const tab = shell.added[0][0] as CompareTab;
    await tab.content.ready;
    const { _runs } = tab.content as unknown as {
      _runs: { repeats: { wall: number }[] }[];
    };
    expect(_runs.map(({ repeats }) => repeats.map(({ wall }) => wall))).toEqual(
      [[3], [2]]
    );
    tab.dispose();
  });
});

describe('tabs', () => {
  it('come back by the commands that opened them', async () => {
    const { shell, tabs } = await setUp([{}, {}]);
    const restored: Parameters<ILayoutRestorer['restore']>[1][] = [];
    tabs.restore({
      restore: (_: unknown, options: (typeof restored)[0]) => {
        restored.push(options);
        return Promise.resolve();
      }
    } as unknown as ILayoutRestorer);
    await tabs.open('run-0');
    await tabs.compare(['run-0', 'run-1']);
    const [run, comparison] = shell.added.map(([tab]) => tab);
    const read = (
      { args, command, name }: (typeof restored)[0],
      tab: Widget
    ): unknown => [
      command,
      (args as (tab: Widget) => unknown)(tab),
      (name as (tab: Widget) => unknown)(tab)
    ];
    expect(read(restored[0], run)).toEqual([
      HistoryCommandIDs.open,
      { ids: ['run-0'] },
      'run-0'
    ]);
    expect(read(restored[1], comparison)).toEqual([
      CommandIDs.compare,
      { ids: ['run-0', 'run-1'] },
      'run-0 run-1'
    ]);
    run.dispose();
    comparison.dispose();
  });
});

describe('Comparisons', () => {
  it('lead from a profile to its comparison with the run before', async () => {
    const { commands, executed, history, server } = await setUp([{}, {}]);
    const comparisons = new Comparisons(history, commands);
    const document = (id: string) => server.kept.get(id)!.document;
    expect(comparisons.canCompare(document('run-0'))).toBe(true);
    expect(comparisons.canCompare(document('run-1'))).toBe(false);
    comparisons.compare(document('run-0'));
    expect(executed).toEqual([[CommandIDs.compare, { ids: ['run-0'] }]]);
    const without = new Comparisons(history, new CommandRegistry());
    expect(without.canCompare(document('run-0'))).toBe(false);
  });

  it('read the history when the first profile asks', async () => {
    const { history, commands } = await setUp([]);
    const refresh = jest.spyOn(history, 'refresh');
    const comparisons = new Comparisons(history, commands);
    comparisons.canCompare(golden('short'));
    expect(refresh).not.toHaveBeenCalled();
    jest
      .spyOn(history, 'state', 'get')
      .mockReturnValue({ ...history.state, mode: 'unknown' });
    comparisons.canCompare(golden('short'));
    expect(refresh).toHaveBeenCalledTimes(1);
    expect(comparisons.changed).toBeInstanceOf(Signal);
  });
});
