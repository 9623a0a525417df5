import { YNotebook } from '@jupyter/ydoc';
import { Profiles } from '../profiles';
import { makeDocument } from './heat.documents';

const EARLY = '2026-11-22T21:00:00.000Z';
const LATE = '2026-11-22T22:00:00.000Z';

/** The profile of `cell`, which called a function of `other`. */
const caller = (cell: string, other: string, id: string, started = EARLY) =>
  makeDocument({
    id,
    started,
    cellId: cell,
    files: [
      { path: 'In [2]', cellId: cell, source: ['f()'] },
      { path: 'In [1]', cellId: other, source: ['def f(): pass'] },
      { path: 'module.py', source: ['pass'] }
    ]
  });

describe('Profiles', () => {
  let profiles: Profiles;
  let notebook: YNotebook;
  let told: string[];

  beforeEach(() => {
    profiles = new Profiles();
    notebook = new YNotebook();
    told = [];
    profiles.changed.connect((_, change) => told.push(change.cellId));
  });

  const newest = (cellId: string) => profiles.newest(notebook, cellId)?.id;

  it('knows nothing of a cell without a profile', () => {
    expect(profiles.newest(notebook, 'cell')).toBeNull();
  });

  it('tells the profile of a cell, and that it came and went', () => {
    const document = makeDocument();
    profiles.set(notebook, 'cell', document);
    expect(profiles.newest(notebook, 'cell')).toBe(document);
    expect(told).toEqual(['cell']);
    profiles.set(notebook, 'cell', document);
    expect(told).toEqual(['cell']);
    profiles.set(notebook, 'cell', null);
    expect(newest('cell')).toBeUndefined();
    expect(told).toEqual(['cell', 'cell']);
    profiles.set(notebook, 'cell', null);
    expect(told).toHaveLength(2);
  });

  it('speaks of every cell that a document has as a file', () => {
    profiles.set(notebook, 'b', caller('b', 'a', 'run-b'));
    expect([newest('a'), newest('b')]).toEqual(['run-b', 'run-b']);
    expect(told.sort()).toEqual(['a', 'b']);
  });

  it('prefers the run that started last, whatever came last', () => {
    profiles.set(notebook, 'b', caller('b', 'a', 'late', LATE));
    profiles.set(notebook, 'a', makeDocument({ id: 'early', cellId: 'a' }));
    expect(newest('a')).toBe('late');
    // Nothing changed for cell a.
    expect(told.filter(cellId => cellId === 'a')).toHaveLength(1);
  });

  it('prefers what came last of runs that started together', () => {
    profiles.set(notebook, 'b', caller('b', 'a', 'first'));
    profiles.set(notebook, 'c', caller('c', 'a', 'second'));
    expect(newest('a')).toBe('second');
    // An update of the first run does not make it the newer one.
    profiles.set(notebook, 'b', caller('b', 'a', 'first'));
    expect(newest('a')).toBe('second');
  });

  it('takes a date that is none for the oldest', () => {
    profiles.set(notebook, 'b', caller('b', 'a', 'dated'));
    profiles.set(notebook, 'c', caller('c', 'a', 'undated', 'yesterday'));
    expect(newest('a')).toBe('dated');
  });

  it('falls back to the next newest', () => {
    profiles.set(notebook, 'a', makeDocument({ id: 'own', cellId: 'a' }));
    profiles.set(notebook, 'b', caller('b', 'a', 'run-b', LATE));
    told.length = 0;
    profiles.set(notebook, 'b', null);
    expect(newest('a')).toBe('own');
    expect(newest('b')).toBeUndefined();
    expect(told.sort()).toEqual(['a', 'b']);
  });

  it('tells cells that a new document does not speak of any more', () => {
    profiles.set(notebook, 'b', caller('b', 'a', 'one'));
    told.length = 0;
    profiles.set(notebook, 'b', caller('b', 'c', 'two'));
    expect(newest('a')).toBeUndefined();
    expect(told.sort()).toEqual(['a', 'b', 'c']);
  });

  it('keeps notebooks apart that have the same cell ids', () => {
    const copy = new YNotebook();
    profiles.set(notebook, 'cell', makeDocument());
    expect(profiles.newest(copy, 'cell')).toBeNull();
    profiles.clear(copy);
    expect(newest('cell')).toBe('run-1');
  });

  it('forgets what was cleared until another run comes', () => {
    const document = makeDocument();
    profiles.set(notebook, 'cell', document);
    told.length = 0;
    profiles.clear(notebook);
    expect(newest('cell')).toBeUndefined();
    expect(told).toEqual(['cell']);
    // The cell is moved: its output is built anew.
    profiles.set(notebook, 'cell', null);
    profiles.set(notebook, 'cell', makeDocument());
    expect(newest('cell')).toBeUndefined();
    expect(told).toEqual(['cell']);
    profiles.set(notebook, 'cell', makeDocument({ id: 'run-2' }));
    expect(newest('cell')).toBe('run-2');
  });

  it('shows an earlier run again until the next one comes', () => {
    const early = makeDocument({ id: 'early' });
    const set = (id: string | null): void =>
      profiles.set(notebook, 'cell', id === null ? null : makeDocument({ id }));
    set('now');
    told.length = 0;
    profiles.putBack(notebook, 'cell', early);
    expect([newest('cell'), told]).toEqual(['early', ['cell']]);
    // The cell is moved: its output is built anew.
    set(null);
    set('now');
    expect(newest('cell')).toBe('early');
    set(null);
    set('next');
    expect(newest('cell')).toBe('next');
    set('now');
    expect(newest('cell')).toBe('now');
  });

  it('shows a run again though it was cleared, and clears it again', () => {
    const document = makeDocument();
    profiles.set(notebook, 'cell', document);
    profiles.clear(notebook);
    profiles.putBack(notebook, 'cell', document);
    expect(newest('cell')).toBe('run-1');
    told.length = 0;
    profiles.clear(notebook);
    expect([newest('cell'), told]).toEqual([undefined, ['cell']]);
  });

  it('shows a run on a cell without outputs until one comes', () => {
    profiles.putBack(notebook, 'cell', makeDocument({ id: 'early' }));
    profiles.putBack(notebook, 'cell', makeDocument({ id: 'earlier' }));
    expect([newest('cell'), told]).toEqual(['earlier', ['cell', 'cell']]);
    // Of another profiler, without lines of the cell.
    profiles.set(notebook, 'cell', makeDocument({ id: 'new', files: [] }));
    expect([newest('cell'), told.length]).toEqual([undefined, 3]);
  });
});
