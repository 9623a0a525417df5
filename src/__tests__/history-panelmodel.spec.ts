import { Signal } from '@lumino/signaling';
import { PanelModel } from '../history/panelmodel';
import type { Places } from '../history/places';
import type { IRunSummary } from '../lib/history';
import { rowKey } from '../lib/historyrows';
import { createFilledHistory, makeRunDocument, settle } from './history.fakes';

/** The notebook that a person works in. */
export class FakePlaces {
  readonly changed = new Signal<this, void>(this);
  currentPath: string | null = 'julia.ipynb';
  position = (): number | null => 4;
}

async function setUp(runs: readonly Partial<IRunSummary>[]) {
  const created = await createFilledHistory(runs);
  const places = new FakePlaces();
  const model = new PanelModel(created.history, places as unknown as Places);
  model.isShown = true;
  const row = (id: string) =>
    model.rows.find(each => each.kind === 'run' && each.run.id === id)!;
  const listed = (): string[] => model.list.runs.map(({ id }) => id);
  const selected = (): string[] => model.selected.map(({ id }) => id);
  return { ...created, model, places, row, listed, selected };
}

/** Longer than the pause after a key. */
const answered = (): Promise<void> =>
  new Promise(resolve => setTimeout(resolve, 260));

describe('the list of the panel', () => {
  it('filters here while all runs are known, and keeps filtering', async () => {
    const set = await setUp([{ name: 'x one' }, {}, { name: 'x two' }]);
    set.model.query = ' X ';
    expect(set.listed()).toEqual(['run-0', 'run-2']);
    expect(set.model.list.hasMore).toBe(false);
    set.history.add({ ...makeRunDocument('new', 300), title: 'x' });
    await settle();
    expect(set.listed()).toEqual(['new', 'run-0', 'run-2']);
    expect(set.server.asked('GET')).toHaveLength(1);
  });

  it('has the server filter while it knows more, in parts', async () => {
    const many = [...Array(1700)].map((_, index) => ({
      name: index % 2 ? 'odd' : 'even'
    }));
    const set = await setUp(many);
    set.model.query = 'e';
    set.model.query = 'odd';
    // What is known already is there at once.
    expect(set.listed()).toHaveLength(100);
    expect(set.model.list.hasMore).toBe(true);
    await answered();
    expect(set.server.log.slice(1)).toEqual([
      'GET runs?q=odd&limit=200&offset=0'
    ]);
    expect(set.listed()).toHaveLength(200);
    await set.model.list.more();
    expect(set.listed()).toHaveLength(850);
    expect(set.model.list.hasMore).toBe(false);

    await set.history.rename('run-1', 'other');
    await set.history.remove('run-1699');
    expect(set.listed()).toHaveLength(849);
    expect(set.history.find('run-1')?.name).toBe('other');
    set.model.query = '';
    expect(set.listed()).toHaveLength(200);
  });

  it('leaves out an answer to what is no longer asked', async () => {
    const set = await setUp(
      [...Array(300)].map((_, index) => ({ name: index ? 'hay' : 'needle' }))
    );
    set.model.query = 'hay';
    const asking = set.model.list.more();
    set.model.query = 'needle';
    await asking;
    expect(set.listed()).toEqual(['run-0']);
    await answered();
    expect(set.listed()).toEqual(['run-0']);
    expect(set.model.list.isLoading).toBe(false);
  });

  it('says why the server could not be asked, and goes on with what it has', async () => {
    const set = await setUp([...Array(300)].map(() => ({})));
    set.server.failing = { status: 400, message: 'Too many words.' };
    set.model.query = 'overview';
    await answered();
    expect(set.model.list.problem).toBe('Too many words.');
    expect(set.listed()).toHaveLength(200);
    set.server.failing = undefined;
    set.model.query = '';
    expect(set.model.list.problem).toBeNull();
  });

  it('loads all runs to find the longest', async () => {
    const set = await setUp(
      [...Array(1300)].map((_, index) => ({ wall: index, cellId: `${index}` }))
    );
    set.model.order = 'longest';
    await settle(() => set.history.runs.length === 1300);
    expect(set.model.groups[0].runs[0].id).toBe('run-1299');
    expect(set.server.asked('GET')).toHaveLength(3);
  });

  it('follows the notebook that a person works in', async () => {
    const set = await setUp([{ path: 'a.ipynb' }, { path: 'b.ipynb' }]);
    set.places.currentPath = 'a.ipynb';
    set.model.isOwnOnly = true;
    expect(set.listed()).toEqual(['run-0']);
    set.places.currentPath = 'b.ipynb';
    set.places.changed.emit();
    expect(set.listed()).toEqual(['run-1']);
    set.places.currentPath = null;
    set.places.changed.emit();
    expect(set.listed()).toEqual(['run-0', 'run-1']);
  });
});

describe('PanelModel', () => {
  it('tells of nothing while nobody looks', async () => {
    const { model } = await setUp([{}]);
    const changed = jest.fn();
    model.changed.connect(changed);
    model.isShown = false;
    model.query = 'x';
    model.selectAll();
    expect(changed).not.toHaveBeenCalled();
    model.isShown = true;
    expect(changed).toHaveBeenCalledTimes(1);
  });

  it('selects one, more, or all between two', async () => {
    const { model, row, selected } = await setUp([{}, {}, {}, {}]);
    model.select(row('run-1'), 'only');
    expect(selected()).toEqual(['run-1']);
    model.select(row('run-3'), 'toggle');
    expect(selected()).toEqual(['run-1', 'run-3']);
    model.select(row('run-3'), 'toggle');
    expect(selected()).toEqual(['run-1']);
    model.select(row('run-1'), 'only');
    model.select(row('run-3'), 'range');
    expect(selected()).toEqual(['run-1', 'run-2', 'run-3']);
    // From the same one, the other way.
    model.select(row('run-0'), 'range');
    expect(selected()).toEqual(['run-0', 'run-1']);
    model.selectAll();
    expect(selected()).toHaveLength(4);
    model.clearSelection();
    expect(selected()).toEqual([]);
  });

  it('is about what is selected, else about the active run', async () => {
    const { model, row } = await setUp([{}, {}, {}]);
    const targets = (): string[] => model.targets.map(({ id }) => id);
    expect(targets()).toEqual([]);
    model.activate(row('run-2'));
    expect(targets()).toEqual(['run-2']);
    model.select(row('run-0'), 'toggle');
    model.select(row('run-1'), 'toggle');
    expect(targets()).toEqual(['run-0', 'run-1']);
    model.activate(row('run-2'));
    expect(targets()).toEqual(['run-2']);
    model.activate(model.rows[0]);
    expect(targets()).toEqual(['run-0', 'run-1']);
  });

  it('goes on to the next run when the active one goes', async () => {
    const { history, model, row } = await setUp([{}, {}, {}]);
    model.select(row('run-1'), 'only');
    await history.remove('run-1');
    expect(rowKey(model.rows[model.activeIndex])).toBe('run run-2');
    await history.remove('run-2');
    expect(rowKey(model.rows[model.activeIndex])).toBe('run run-0');
    await history.remove('run-0');
    expect([model.activeIndex, model.active]).toEqual([0, null]);
    await history.restore('run-1');
    expect(model.rows).toHaveLength(2);
  });

  it('closes and opens groups', async () => {
    const { model } = await setUp([{ cellId: 'a' }, { cellId: 'b' }]);
    const [group] = model.groups;
    model.collapse(group, true);
    expect(model.isCollapsed(group)).toBe(true);
    expect(model.rows.map(({ kind }) => kind)).toEqual([
      'group',
      'group',
      'run'
    ]);
    model.collapse(group, false);
    expect(model.rows).toHaveLength(4);
  });

  it('selects what was taken in', async () => {
    const { model, selected } = await setUp([{}, {}, {}]);
    model.selectRuns(['run-2', 'unknown']);
    expect(selected()).toEqual(['run-2']);
    expect(model.active).toBe('run run-2');
  });
});
