import { nullTranslator } from '@jupyterlab/translation';
import { fireEvent, within } from '@testing-library/dom';
import * as React from 'react';
import { act } from 'react';
import type { Root } from 'react-dom/client';
import { createRoot } from 'react-dom/client';
import { TextEncoder } from 'util';
import type { ProfileDocument } from '../document';
import { safeFileName } from '../lib/filenames';
import { ExportMenu } from '../views/ExportMenu';
import { exportsOf } from '../views/exports';
import { GOLDEN, golden } from './golden';
import { documentOf, stacksOf } from './stacks.documents';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true, TextEncoder });

describe('safeFileName', () => {
  it.each([
    ['Cell [3] of notebook', 'Cell-3-of-notebook.prof'],
    ['größe 数', 'größe-数.prof'],
    ['../../etc/passwd', 'etc-passwd.prof'],
    ['C:\\Windows\\x', 'C-Windows-x.prof'],
    ['.bashrc', 'bashrc.prof'],
    ['a\u202Egpj.exe', 'a-gpj.exe.prof'],
    ['a\n\u0000b', 'a-b.prof'],
    ['CON', 'profile.prof'],
    ['nul.txt', 'profile.prof'],
    ['\ud800', 'profile.prof'],
    ['…', '….prof'],
    ['', 'profile.prof'],
    ['x'.repeat(5000), `${'x'.repeat(80)}.prof`]
  ])('of %j is %s', (title, expected) => {
    expect(safeFileName(title, '.prof', 'profile')).toBe(expected);
  });
});

describe('ExportMenu', () => {
  let host: HTMLElement;
  let root: Root;
  let saved: { name: string; blob: Blob }[];
  const createObjectURL = jest.fn();
  const revokeObjectURL = jest.fn();

  beforeEach(() => {
    jest.useFakeTimers();
    jest.clearAllMocks();
    host = document.createElement('div');
    document.body.appendChild(host);
    root = createRoot(host);
    saved = [];
    // jsdom has neither.
    createObjectURL.mockImplementation(() => 'blob:a');
    Object.assign(URL, { createObjectURL, revokeObjectURL });
    jest
      .spyOn(HTMLAnchorElement.prototype, 'click')
      .mockImplementation(function (this: HTMLAnchorElement) {
        expect(this.href).toBe('blob:a');
        const blob = createObjectURL.mock.calls.slice(-1)[0][0];
        saved.push({ name: this.download, blob });
      });
  });

  afterEach(() => {
    act(() => root.unmount());
    host.remove();
    jest.restoreAllMocks();
    jest.useRealTimers();
  });

  const show = (profile: ProfileDocument): void =>
    act(() =>
      root.render(
        <ExportMenu document={profile} trans={nullTranslator.load('')} />
      )
    );
  const button = (): HTMLElement =>
    within(host).getByRole('button', { name: 'Export' });
  const items = (): HTMLElement[] => within(host).queryAllByRole('menuitem');
  const click = (element: Element): void =>
    act(() => void fireEvent.click(element));
  const press = (key: string): void =>
    act(() => void fireEvent.keyDown(document.activeElement!, { key }));
  const read = (blob: Blob): Promise<string> =>
    new Promise(resolve => {
      const reader = new FileReader();
      reader.onload = () => resolve(String(reader.result));
      reader.readAsText(blob);
      jest.runAllTimers();
    });

  it('saves the document', async () => {
    const profile = golden('lines-cell');
    show(profile);
    click(button());
    expect(items().map(({ textContent }) => textContent)).toEqual([
      'Profile document (.cellprofile.json)'
    ]);
    click(items()[0]);
    expect(saved).toHaveLength(1);
    expect(saved[0].name).toMatch(/^[^/ ]+\.cellprofile\.json$/);
    expect(JSON.parse(await read(saved[0].blob))).toEqual(profile);
    expect(items()).toEqual([]);
    expect(document.activeElement).toBe(button());
    expect(document.querySelector('a')).toBeNull();
    expect(revokeObjectURL).toHaveBeenCalledWith('blob:a');
  });

  it('saves statistics where there are calls', () => {
    show(golden('all-sections'));
    click(button());
    click(items()[1]);
    expect(saved[0].name).toMatch(/\.prof$/);
    expect(saved[0].blob.size).toBeGreaterThan(2);
  });

  it('saves the text of pstats where there are calls', async () => {
    show(golden('all-sections'));
    click(button());
    click(items()[2]);
    expect(saved[0].name).toMatch(/\.txt$/);
    expect(await read(saved[0].blob)).toMatch(/function calls.*was called by/s);
  });

  it('offers what the sections of a document can be saved as', () => {
    const labels = (profile: ProfileDocument): string[] =>
      exportsOf(profile, nullTranslator.load('')).map(({ label }) => label);
    const first = 'Profile document (.cellprofile.json)';
    expect(labels(golden('stacks-threads'))).toEqual([
      first,
      'Stacks for speedscope (.speedscope.json)',
      'Stacks for flamegraph.pl and inferno (.collapsed.txt)'
    ]);
    expect(labels(golden('memory-timeline'))).toEqual([
      first,
      'Memory over time as a table (.csv)',
      'Memory over time for mprof plot (.dat)'
    ]);
    const [peak, leaked] = ['peak', 'leaked'].map(name => ({
      ...stacksOf('stacks-cell'),
      name
    }));
    expect(labels(documentOf(peak, leaked)).slice(2)).toEqual([
      'Stacks (peak) for flamegraph.pl and inferno (.collapsed.txt)',
      'Stacks (leaked) for flamegraph.pl and inferno (.collapsed.txt)'
    ]);
    const thousand = Array.from({ length: 1000 }, () => peak);
    expect(labels(documentOf(...thousand)).length).toBeLessThan(12);
  });

  it.each(GOLDEN)('saves %s as everything that it can be saved as', name => {
    const profile = golden(name);
    for (const { save } of exportsOf(profile, nullTranslator.load(''))) {
      expect(save()).toBeNull();
    }
    const endings = saved.map(
      file =>
        /(\.(cellprofile|speedscope|collapsed))?\.\w+$/.exec(file.name)![0]
    );
    expect(endings[0]).toBe('.cellprofile.json');
    // None takes the place of another in the folder of downloads.
    const names = new Set(saved.map(({ name }) => name));
    expect(names.size).toBe(endings.length);
    expect(saved.every(({ blob }) => blob.size > 1)).toBe(true);
  });

  it('saves stacks for speedscope and as collapsed text', async () => {
    show(golden('stacks-cell'));
    for (const index of [1, 2]) {
      click(button());
      click(items()[index]);
    }
    const [speedscope, collapsed] = saved;
    expect(speedscope.name).toBe('Stacks.speedscope.json');
    expect(JSON.parse(await read(speedscope.blob)).profiles).toHaveLength(1);
    expect(collapsed.name).toBe('Stacks.collapsed.txt');
    expect(await read(collapsed.blob)).toMatch(/^<module> .*;inner .* \d+\n/);
  });

  it('says what is wrong when a file cannot be made', () => {
    show(golden('stacks-cell'));
    createObjectURL.mockImplementationOnce(() => {
      throw new Error('Out of memory');
    });
    click(button());
    click(items()[1]);
    expect(within(host).getByRole('alert').textContent).toBe(
      '“Stacks for speedscope (.speedscope.json)” could not be saved: Out of memory'
    );
    expect(saved).toEqual([]);
    // It stays as long as the focus.
    expect(document.activeElement).toBe(button());
    act(() => button().blur());
    expect(within(host).queryByRole('alert')).toBeNull();

    createObjectURL.mockImplementationOnce(() => {
      throw 'no room';
    });
    click(button());
    click(items()[0]);
    expect(within(host).getByRole('alert').textContent).toContain('no room');
    click(button());
    expect(within(host).queryByRole('alert')).toBeNull();
    click(items()[1]);
    expect(saved).toHaveLength(1);
    expect(within(host).queryByRole('alert')).toBeNull();
  });

  it('is worked by keys, which the notebook does not see', () => {
    const seen = jest.fn();
    document.body.addEventListener('keydown', seen);
    show(golden('functions-cell'));
    button().focus();
    press('ArrowDown');
    expect(button().getAttribute('aria-expanded')).toBe('true');
    const [first, second, last] = items();
    expect(document.activeElement).toBe(first);
    press('ArrowDown');
    expect(document.activeElement).toBe(second);
    press('ArrowDown');
    press('ArrowDown');
    expect(document.activeElement).toBe(first);
    press('ArrowUp');
    expect(document.activeElement).toBe(last);
    press('Home');
    expect(document.activeElement).toBe(first);
    press('End');
    expect(document.activeElement).toBe(last);
    press('Escape');
    expect(items()).toEqual([]);
    expect(document.activeElement).toBe(button());
    expect(button().getAttribute('aria-expanded')).toBe('false');
    expect(seen).not.toHaveBeenCalled();
    document.body.removeEventListener('keydown', seen);
  });

  it('closes when the focus leaves', () => {
    show(golden('all-sections'));
    click(button());
    act(() => items()[0].blur());
    expect(items()).toEqual([]);
  });
});
