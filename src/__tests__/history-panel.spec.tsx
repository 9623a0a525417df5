import type { Contents } from '@jupyterlab/services';
import { CommandRegistry } from '@lumino/commands';
import { Signal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';
import type { BoundFunctions, queries } from '@testing-library/dom';
import { configure, fireEvent, waitFor, within } from '@testing-library/dom';
import { HistoryCommandIDs } from '../history/ids';
import { HistoryPanel } from '../history/panel';
import { PanelModel } from '../history/panelmodel';
import type { Places } from '../history/places';
import type { IRunSummary } from '../lib/history';
import { ProfilerSettings } from '../settings';
import { CommandIDs } from '../tokens';
import { createFilledHistory, makeRunDocument, trans } from './history.fakes';

configure({ asyncUtilTimeout: 8000 });
jest.setTimeout(60000);

/** jsdom has no layout. */
class FakeResizeObserver {
  observe(): void {
    // Nothing moves here by itself.
  }
  unobserve(): void {
    // Nor does it stop.
  }
  disconnect(): void {
    // As above.
  }
}

class FakePlaces {
  readonly changed = new Signal<this, void>(this);
  currentPath: string | null = 'julia.ipynb';
  position = jest.fn((path: string | null) =>
    path === 'julia.ipynb' ? 4 : null
  );
}

let panel: HistoryPanel | null = null;

async function setUp(runs: readonly Partial<IRunSummary>[]) {
  const created = await createFilledHistory(runs);
  const places = new FakePlaces();
  const model = new PanelModel(created.history, places as unknown as Places);
  const commands = new CommandRegistry();
  const executed: [string, unknown][] = [];
  for (const id of [
    CommandIDs.compare,
    HistoryCommandIDs.open,
    HistoryCommandIDs.save,
    HistoryCommandIDs.add
  ]) {
    commands.addCommand(id, {
      describedBy: { args: {} },
      isEnabled: ({ ids }) =>
        id !== CommandIDs.compare || (ids as string[]).length > 1,
      execute: args => executed.push([id, { ...args }])
    });
  }
  const settings = new ProfilerSettings(null);
  const menuClosed = new Signal<object, void>({});
  const onRename = jest.fn();
  panel = new HistoryPanel({
    model,
    commands,
    contents: {} as Contents.IManager,
    menuClosed,
    settings,
    onRename,
    onFiles: jest.fn(),
    trans
  });
  Widget.attach(panel, document.body);
  const view: BoundFunctions<typeof queries> = within(panel.node);
  await view.findByRole('searchbox');
  const items = (): HTMLElement[] => [
    ...panel!.node.querySelectorAll<HTMLElement>('.jp-CellProfiler-historyItem')
  ];
  const item = (id: string): Promise<HTMLElement> =>
    waitFor(() => {
      const found = items().find(({ dataset }) => dataset.run === id);
      expect(found).toBeDefined();
      return found!;
    });
  const focused = (): string | undefined => {
    const row = document.activeElement as HTMLElement | null;
    return row?.dataset.run ?? row?.getAttribute('aria-label') ?? undefined;
  };
  const press = (key: string, init: KeyboardEventInit = {}): void => {
    fireEvent.keyDown(document.activeElement!, { key, ...init });
  };
  return {
    ...created,
    model,
    places,
    executed,
    view,
    items,
    item,
    focused,
    press,
    settings,
    menuClosed,
    onRename
  };
}

beforeAll(() => {
  Object.assign(globalThis, { ResizeObserver: FakeResizeObserver });
  jest.spyOn(Element.prototype, 'clientHeight', 'get').mockReturnValue(800);
  jest.spyOn(Element.prototype, 'clientWidth', 'get').mockReturnValue(300);
  jest.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockReturnValue(48);
  jest.spyOn(Element.prototype, 'scrollHeight', 'get').mockReturnValue(200_000);
  Element.prototype.scrollTo = function (this: Element, to?: unknown): void {
    this.scrollTop = (to as ScrollToOptions).top ?? 0;
    setTimeout(() => this.dispatchEvent(new Event('scroll')));
  };
});

afterEach(() => {
  panel?.dispose();
  panel = null;
});

describe('the history panel', () => {
  it('groups runs by cell, says how long they took and what changed', async () => {
    const { item, view } = await setUp([
      { wall: 2.41, peak: 212e6 },
      { wall: 3.89, name: 'before', pinned: true },
      { wall: 16.2, profilers: ['lines'], title: 'Lines', peak: null },
      { path: 'etl.ipynb', cellId: 'x', executionCount: 11, status: 'error' }
    ]);
    const newest = await item('run-0');
    expect(newest.textContent).toContain('Overview');
    expect(newest.textContent).toContain('2.41\u202fs');
    expect(newest.textContent).toContain('−38\u202f% time');
    expect(newest.textContent).toContain('peak 212\u202fMB');
    expect(newest.getAttribute('aria-label')).toMatch(
      /^Overview, 2\.41.s, 38.% less time than the run before, peak 212.MB, /
    );
    const change = newest.querySelector('[data-direction]') as HTMLElement;
    expect(change.dataset.direction).toBe('less');

    const before = await item('run-1');
    expect(before.textContent).toContain('Overview · before ★');
    expect(before.getAttribute('aria-label')).toContain('before, pinned');
    expect((await item('run-3')).textContent).toContain('error');

    const [julia, etl] = view.getAllByRole('treeitem', { expanded: true });
    expect(julia.textContent).toContain('julia.ipynb · cell 4');
    expect(julia.textContent).toContain('3 runs');
    expect(etl.textContent).toContain('etl.ipynb · [11]');
    expect(etl.textContent).toContain('1 run');
  });

  it('has a line of the last runs, in words too', async () => {
    const { view } = await setUp([{ wall: 1 }, { wall: 4 }, { wall: 2 }]);
    const [group] = await view.findAllByRole('treeitem', { expanded: true });
    expect(group.querySelector('svg polyline')).not.toBeNull();
    expect(group.getAttribute('aria-label')).toMatch(
      /3 runs, last 3 runs under Overview: from 2\.00.s to 1\.00.s$/
    );
  });

  it('is a tree with levels, places and one stop of the tab key', async () => {
    const { item, items, view } = await setUp([{}, {}]);
    await item('run-1');
    const tree = view.getByRole('tree');
    expect(tree.getAttribute('aria-multiselectable')).toBe('true');
    expect(
      items().map(each => [
        each.getAttribute('aria-level'),
        each.getAttribute('aria-setsize'),
        each.getAttribute('aria-posinset')
      ])
    ).toEqual([
      ['2', '2', '1'],
      ['2', '2', '2']
    ]);
    expect(tree.querySelectorAll('[tabindex="0"]')).toHaveLength(1);
  });

  it('is gone through with the keyboard', async () => {
    const { executed, focused, item, press, model } = await setUp([
      {},
      {},
      { cellId: 'other' }
    ]);
    await item('run-2');
    panel!.activate();
    await waitFor(() => expect(focused()).toMatch(/julia\.ipynb · cell 4/));
    for (const [key, expected] of [
      ['ArrowDown', 'run-0'],
      ['ArrowDown', 'run-1'],
      ['End', 'run-2'],
      ['ArrowUp', expect.stringMatching(/1 run$/)],
      ['Home', expect.stringMatching(/2 runs$/)],
      ['ArrowRight', 'run-0'],
      ['ArrowDown', 'run-1'],
      ['ArrowLeft', expect.stringMatching(/2 runs$/)],
      ['PageDown', 'run-2'],
      ['PageUp', expect.stringMatching(/2 runs$/)]
    ] as const) {
      press(key);
      await waitFor(() => expect([key, focused()]).toEqual([key, expected]));
    }
    press('ArrowLeft');
    await waitFor(() => expect(model.rows).toHaveLength(3));
    press('Enter');
    await waitFor(() => expect(model.rows).toHaveLength(5));

    press('ArrowDown');
    await waitFor(() => expect(focused()).toBe('run-0'));
    press(' ');
    press('ArrowDown');
    await waitFor(() => expect(focused()).toBe('run-1'));
    press(' ');
    await waitFor(async () =>
      expect((await item('run-1')).getAttribute('aria-selected')).toBe('true')
    );
    const compare = within(panel!.node).getByRole('button', {
      name: 'Compare 2'
    });
    fireEvent.click(compare);
    expect(executed).toEqual([
      [CommandIDs.compare, { ids: ['run-0', 'run-1'] }]
    ]);
    press('Escape');
    await waitFor(() => expect(model.selected).toEqual([]));
    press('a', { ctrlKey: true });
    expect(model.selected).toHaveLength(3);
  });

  it('selects with the mouse, also by a click on the icon', async () => {
    const { executed, item, model } = await setUp([{}, {}, {}]);
    const selected = (): string[] => model.selected.map(({ id }) => id);
    fireEvent.click(await item('run-0'));
    expect(selected()).toEqual(['run-0']);
    const icon = (await item('run-2')).firstElementChild!;
    fireEvent.click(icon);
    expect(selected()).toEqual(['run-0', 'run-2']);
    fireEvent.click(await item('run-2'), { ctrlKey: true });
    expect(selected()).toEqual(['run-0']);
    fireEvent.click(await item('run-0'));
    fireEvent.click(await item('run-2'), { shiftKey: true });
    expect(selected()).toHaveLength(3);
    // A menu is about what it is opened on.
    fireEvent.contextMenu(await item('run-1'));
    expect(selected()).toHaveLength(3);
    model.clearSelection();
    fireEvent.contextMenu(await item('run-1'));
    expect(selected()).toEqual(['run-1']);
    fireEvent.doubleClick(await item('run-1'));
    expect(executed).toEqual([[HistoryCommandIDs.open, { ids: ['run-1'] }]]);
  });

  it('has the focus back after a menu', async () => {
    const { focused, item, menuClosed, model } = await setUp([{}, {}]);
    const row = await item('run-1');
    fireEvent.contextMenu(row);
    await waitFor(() => expect(row.tabIndex).toBe(0));
    row.focus();
    row.blur();
    expect(document.activeElement).toBe(document.body);
    menuClosed.emit();
    await waitFor(() => expect(focused()).toBe('run-1'));
    expect(model.targets.map(({ id }) => id)).toEqual(['run-1']);
  });

  it('keeps the focus in the list when the run goes', async () => {
    const { focused, history, item } = await setUp([{}, {}]);
    fireEvent.click(await item('run-0'));
    (await item('run-0')).focus();
    await history.remove('run-0');
    await waitFor(() => expect(focused()).toBe('run-1'));
  });

  it('names a run in place', async () => {
    const { item, model, onRename, view } = await setUp([{ name: 'old' }]);
    const write = async (text: string, key: string): Promise<void> => {
      await item('run-0');
      model.renamed = 'run-0';
      const field = (await view.findByLabelText(
        'Name of the run'
      )) as HTMLInputElement;
      await waitFor(() => expect(document.activeElement).toBe(field));
      fireEvent.change(field, { target: { value: text } });
      fireEvent.keyDown(field, { key: ' ' });
      fireEvent.keyDown(field, { key });
      await waitFor(() =>
        expect(view.queryByLabelText('Name of the run')).toBeNull()
      );
    };
    await write('new', 'Enter');
    expect(onRename.mock.calls).toEqual([['run-0', 'new']]);
    await write('other', 'Escape');
    expect(onRename).toHaveBeenCalledTimes(1);
    expect(model.selected).toEqual([]);
  });

  it('filters, orders, and lists the current notebook only', async () => {
    const { item, items, view } = await setUp([
      { wall: 1 },
      { wall: 9, name: 'needle', path: 'etl.ipynb', cellId: 'x' }
    ]);
    await item('run-1');
    fireEvent.change(view.getByRole('combobox'), {
      target: { value: 'longest' }
    });
    await waitFor(() =>
      expect(items().map(({ dataset }) => dataset.run)).toEqual([
        'run-1',
        'run-0'
      ])
    );
    fireEvent.click(view.getByLabelText('This notebook only'));
    await waitFor(() => expect(items()).toHaveLength(1));
    fireEvent.change(view.getByRole('searchbox'), {
      target: { value: 'needle' }
    });
    fireEvent.click(await view.findByText('Show all runs'));
    await waitFor(() => expect(items()).toHaveLength(2));
    const field = view.getByRole('searchbox') as HTMLInputElement;
    await waitFor(() => expect(field.value).toBe(''));
  });

  it('has only the rows in sight in the page, and loads more on the way', async () => {
    const { history, item, items, model, press } = await setUp(
      [...Array(3000)].map(() => ({}))
    );
    await item('run-0');
    await waitFor(() => expect(history.runs).toHaveLength(1200));
    expect(items().length).toBeLessThan(40);
    await waitFor(() =>
      expect(panel!.node.textContent).toContain('1,200+ runs')
    );
    fireEvent.click(await item('run-0'));
    (await item('run-0')).focus();
    press('End');
    await item('run-1199');
    await waitFor(() => expect(history.runs).toHaveLength(2200));
    expect(items().length).toBeLessThan(80);
    await waitFor(() => expect(model.rows).toHaveLength(2201));
  });

  it('says what to do when there is nothing', async () => {
    const { view } = await setUp([]);
    await view.findByText('No runs yet.');
    await view.findByText(/press Profile in the toolbar/);
  });

  it('says that it lasts for the session, and how to have it kept', async () => {
    const { history, item, server, view } = await setUp([]);
    server.failing = { status: 404 };
    await history.refresh();
    const status = await view.findByRole('status');
    await waitFor(() =>
      expect(status.textContent).toMatch(
        /lasts as long as this page.*jupyter server extension enable jupyterlab_cell_profiler/
      )
    );
    history.add(makeRunDocument('a'));
    await item('a');
  });

  it('says that runs wait, and tries again when told to', async () => {
    const { history, item, server, view } = await setUp([{}]);
    server.failing = null;
    history.add(makeRunDocument('a', 200));
    history.add(makeRunDocument('b', 201));
    await view.findByText(/2 runs wait in this browser/);
    await item('a');
    server.failing = undefined;
    fireEvent.click(view.getByText('Try again'));
    await waitFor(() => expect(server.kept.has('b')).toBe(true));
    await waitFor(() => expect(view.getByRole('status').textContent).toBe(''));
  });

  it('says that it is turned off, and turns on', async () => {
    const { settings, view } = await setUp([{}]);
    await settings.set('history', false);
    fireEvent.click(await view.findByText('Turn on'));
    expect(settings.values.history).toBe(true);
  });

  it('passes on what the server says of its store', async () => {
    const { history, server, view } = await setUp([{}]);
    server.store = { state: 'set-aside', message: 'The file was damaged.' };
    await history.refresh();
    await view.findByText('The file was damaged.');
  });

  it('saves what is selected, else all that is listed', async () => {
    const { executed, item, view } = await setUp([{}, {}]);
    await item('run-1');
    fireEvent.click(view.getByText('Export all'));
    fireEvent.click(await item('run-1'));
    fireEvent.click(await view.findByText('Export'));
    fireEvent.click(view.getByRole('button', { name: /Import/ }));
    expect(executed).toEqual([
      [HistoryCommandIDs.save, { all: true }],
      [HistoryCommandIDs.save, { ids: ['run-1'] }],
      [HistoryCommandIDs.add, {}]
    ]);
    const compare = view.getByRole('button', { name: 'Compare' });
    expect(compare.getAttribute('aria-disabled')).toBe('true');
    fireEvent.click(compare);
    expect(executed).toHaveLength(3);
  });

  it('asks the server again when the page is looked at again', async () => {
    const { server } = await setUp([{}]);
    const before = server.asked('GET').length;
    document.dispatchEvent(new Event('visibilitychange'));
    expect(server.asked('GET')).toHaveLength(before);
    await waitFor(() => expect(server.asked('GET')).toHaveLength(before + 1));
    panel!.hide();
    document.dispatchEvent(new Event('visibilitychange'));
    await new Promise(resolve => setTimeout(resolve, 20));
    expect(server.asked('GET')).toHaveLength(before + 1);
    panel!.show();
    await waitFor(() => expect(server.asked('GET')).toHaveLength(before + 2));
  });

  it('shows names of a stranger as text', async () => {
    const markup = '<img src=x onerror="window.wasHere = true">';
    const { item } = await setUp([
      { title: markup, name: markup, path: markup, firstLine: markup }
    ]);
    const row = await item('run-0');
    expect(row.textContent).toContain(markup);
    expect(panel!.node.querySelector('img')).toBeNull();
  });
});
