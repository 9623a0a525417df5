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
import { golden } from './golden';

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

  it('is worked by keys, which the notebook does not see', () => {
    const seen = jest.fn();
    document.body.addEventListener('keydown', seen);
    show(golden('all-sections'));
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
