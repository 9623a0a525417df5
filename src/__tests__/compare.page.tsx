import { nullTranslator } from '@jupyterlab/translation';
import type { BoundFunctions, queries } from '@testing-library/dom';
import { fireEvent, within } from '@testing-library/dom';
import * as React from 'react';
import { act } from 'react';
import type { Root } from 'react-dom/client';
import { createRoot } from 'react-dom/client';
import type { ProfileDocument } from '../document';
import type { ICompareProps, ICompareRun, IRepeat } from '../views/compare';
import { Compare } from '../views/compare';
import { DEFAULT_OPTIONS } from '../views/options';
import { FakeResizeObserver } from './plotly.fake';

(
  globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }
).IS_REACT_ACT_ENVIRONMENT = true;
globalThis.ResizeObserver = FakeResizeObserver;

/** Where a comparison is drawn, anew for each test. */
export class ComparePage {
  constructor() {
    document.body.appendChild(this.host);
    this._root = createRoot(this.host);
  }

  /** Draws runs, or what a test changed of them. */
  show(runs: readonly ICompareRun[], props: Partial<ICompareProps> = {}): void {
    act(() =>
      this._root.render(
        <Compare
          runs={runs}
          options={DEFAULT_OPTIONS}
          onOpen={null}
          trans={nullTranslator.load('')}
          {...props}
        />
      )
    );
  }

  close(): void {
    act(() => this._root.unmount());
    this.host.remove();
  }

  get view(): BoundFunctions<typeof queries> {
    return within(this.host);
  }

  get panel(): HTMLElement {
    return this.view.getByRole('tabpanel');
  }

  tab(name: string): HTMLElement {
    return this.view.getByRole('tab', { name });
  }

  /** Selects a tab. */
  open(name: string): void {
    this.click(this.tab(name));
  }

  click(element: Element): void {
    act(() => void fireEvent.click(element));
  }

  change(element: Element, value: string): void {
    act(() => void fireEvent.change(element, { target: { value } }));
  }

  /** What elements say. */
  texts(selector: string): (string | null)[] {
    return [...this.host.querySelectorAll(selector)].map(
      element => element.textContent
    );
  }

  readonly host = document.createElement('div');
  private readonly _root: Root;
}

/** A run for a comparison. */
export function runOf(
  document: ProfileDocument,
  name: string = document.title,
  repeats: readonly IRepeat[] = []
): ICompareRun {
  return { document, name, repeats };
}
