import { YNotebook } from '@jupyter/ydoc';
import { nullTranslator } from '@jupyterlab/translation';
import { within } from '@testing-library/dom';
import * as React from 'react';
import { act } from 'react';
import type { Root } from 'react-dom/client';
import { createRoot } from 'react-dom/client';
import type { ProfileDocument } from '../document';
import {
  BESIDE_MEMORY,
  BESIDE_TIME,
  isBeside,
  withBeside
} from '../lib/beside';
import type { ILineHeat } from '../lib/heat';
import { cellHeat } from '../lib/heat';
import { hotSpot, hottestLines } from '../lib/hottest';
import { lineModel, measureOf } from '../lib/lines';
import { memoryModel } from '../lib/series';
import { Profiles } from '../profiles';
import { Profile } from '../views';
import { DEFAULT_OPTIONS } from '../views/options';
import { INITIAL_STATE } from '../views/state';
import { golden } from './golden';
import { lines, wall } from './heat.documents';

(
  globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }
).IS_REACT_ACT_ENVIRONMENT = true;

jest.mock('../views/plotly', () => jest.requireActual('./plotly.fake'));

const MB = 1e6;
const memory = golden('memory-lines-cell');
const CELL = memory.target.cellId!;

/** A run of the same cell under `lines`. */
function timed(parts: Partial<ProfileDocument> = {}): ProfileDocument {
  return {
    ...memory,
    id: 'timed',
    started: '2026-11-23T20:03:00.000Z',
    files: [memory.files[0]],
    sections: [
      wall(2),
      lines({ lines: [1, 2, 9], hits: [1, 1, 8], time: [0.25, 0.5, 1] })
    ],
    ...parts
  };
}

function heatOf(
  document: ProfileDocument,
  other: ProfileDocument | null = null,
  metric: 'self_time' | 'memory_peak' = 'self_time'
): Map<number, ILineHeat> {
  const [block] = cellHeat(document, CELL, { metric, decimals: 2 }, other);
  return new Map(block.lines.map(line => [line.line, line]));
}

describe('the model of lines', () => {
  it('ranks by memory where there are no times', () => {
    const model = lineModel(memory);
    expect(model.measure).toBe('memory');
    expect(model.whole).toBeCloseTo(66 * MB, -6);
    expect(model.blocks.map(({ name }) => name)).toEqual([undefined, 'smooth']);
    const hottest = hottestLines(model, 4);
    expect(hottest.map(({ row }) => row.line).sort((a, b) => a - b)).toEqual([
      1, 7, 10, 13
    ]);
    expect(hottest[0].share).toBeCloseTo(16 / 66, 2);
    expect(hotSpot(model)).not.toBeNull();
    const shares = model.blocks.map(({ rows }) => rows.map(row => row.share!));
    const sum = shares.flat().reduce((a, b) => a + b, 0);
    expect(sum).toBeCloseTo(1, 3);
  });

  it('knows what a document measures', () => {
    expect(measureOf(memory)).toBe('memory');
    expect(measureOf(golden('lines-cell'))).toBe('time');
    expect(measureOf(golden('stacks-cell'))).toBe('time');
    expect(measureOf(golden('functions-cell'))).toBeNull();
  });
});

describe('heat of memory', () => {
  it('shows bytes and their share by itself', () => {
    const line = heatOf(memory).get(10)!;
    expect(line.memoryText).toBe('16.0\u202fMB');
    expect(line.text).toMatchObject({
      share: '24\u202f%',
      time: '',
      hits: ''
    });
    expect(line.memoryShare).toBe(100);
    expect(line.heat).toBe(100);
    const small = heatOf(memory).get(9)!;
    expect(small.memoryShare).toBe(12);
    expect(small.heat).toBeGreaterThan(12);
  });

  it('has no figure for next to nothing', () => {
    const block = cellHeat(memory, memory.files[1].cellId!, {
      metric: 'self_time',
      decimals: 2
    })[0];
    expect(block.lines.find(({ line }) => line === 6)!.memoryText).toBe('');
  });

  it('stands beside the time of another run', () => {
    const both = heatOf(timed(), memory);
    expect(both.get(9)!.text).toMatchObject({
      time: '1.00\u202fs',
      share: '50\u202f%'
    });
    expect(both.get(9)!.memoryText).toBe('2.00\u202fMB');
    expect(both.get(9)!.heat).toBe(100);
    expect(both.get(2)!.memoryText).toBe('');
    // Lines that only the other run has.
    expect(both.get(10)!.text.time).toBe('');
    expect(both.get(10)!.memoryText).toBe('16.0\u202fMB');
    expect(both.get(10)!.heat).toBe(0);
    expect(both.get(10)!.beside).toBe('memory');
  });

  it('is what lines are coloured by when it was asked for', () => {
    const chosen = heatOf(timed(), memory, 'memory_peak');
    expect(chosen.get(10)!.heat).toBe(100);
    expect(chosen.get(9)!.heat).toBeLessThan(40);
    expect(chosen.get(9)!.timeShare).toBe(50);
    // Without memory the time has to do.
    expect(heatOf(timed(), null, 'memory_peak').get(9)!.heat).toBe(100);
    // The run that was made last is about memory.
    const newest = heatOf(memory, timed());
    expect(newest.get(10)!.heat).toBe(100);
    expect(newest.get(9)!.text.time).toBe('1.00\u202fs');
  });
});

describe('two runs of the same source', () => {
  it('are merged by line and text', () => {
    expect(isBeside(memory, timed())).toBe(true);
    const merged = withBeside(memory, timed());
    const [first] = lineModel(merged).blocks;
    expect(first.columns.map(({ name }) => name)).toContain(BESIDE_TIME);
    expect(first.rows.map(({ line }) => line)).toContain(2);
    expect(lineModel(merged).measure).toBe('memory');
    const other = withBeside(timed(), memory);
    expect(
      lineModel(other).blocks[0].columns.map(({ name }) => name)
    ).toContain(BESIDE_MEMORY);
    expect(lineModel(other).measure).toBe('time');
  });

  it('are not merged when the source is another, or the measure the same', () => {
    const edited = timed({ target: { ...memory.target, sourceHash: 'other' } });
    expect(withBeside(memory, edited)).toBe(memory);
    expect(isBeside(memory, { ...memory, id: 'again' })).toBe(false);
    expect(
      isBeside(
        { ...memory, target: { kind: 'cell' } },
        timed({ target: { kind: 'cell' } })
      )
    ).toBe(false);
  });

  it('leave out lines whose text differs', () => {
    const source = [...memory.files[0].source!];
    source[8] = 'something else';
    const other = timed({ files: [{ ...memory.files[0], source }] });
    const column = lineModel(withBeside(memory, other)).blocks[0];
    const at = column.columns.findIndex(({ name }) => name === BESIDE_TIME);
    const row = column.rows.find(({ line }) => line === 9)!;
    expect(row.values[at]).toBeNull();
  });

  it('are kept although a cell has one output', () => {
    const profiles = new Profiles();
    const notebook = new YNotebook();
    profiles.set(notebook, CELL, timed());
    expect(profiles.beside(notebook, timed())).toBeNull();
    profiles.set(notebook, CELL, null);
    profiles.set(notebook, CELL, memory);
    expect(profiles.newest(notebook, CELL)).toBe(memory);
    expect(profiles.beside(notebook, memory)?.id).toBe('timed');
    profiles.clear(notebook);
    expect(profiles.beside(notebook, memory)).toBeNull();
  });
});

describe('the timeline', () => {
  it('begins with what was allocated and has its exact peak', () => {
    const model = memoryModel(memory);
    expect(model.series.map(({ name }) => name)).toEqual(['heap', 'rss']);
    expect(model.exactPeak).toBeCloseTo(66 * MB, -6);
    expect(model.marks.length).toBeGreaterThan(3);
  });
});

describe('the widget', () => {
  let root: Root;
  let node: HTMLElement;

  beforeEach(() => {
    node = document.createElement('div');
    document.body.append(node);
    root = createRoot(node);
  });

  afterEach(() => {
    act(() => root.unmount());
    node.remove();
  });

  function show(tab: string, beside: ProfileDocument | null = null): void {
    act(() =>
      root.render(
        <Profile
          read={{ document: memory, unknownKinds: [] }}
          options={DEFAULT_OPTIONS}
          beside={beside}
          state={{ ...INITIAL_STATE, tab }}
          onState={() => undefined}
          open={null}
          canOpen={() => false}
          onDrawn={() => undefined}
          trans={nullTranslator.load('')}
        />
      )
    );
  }

  it('says in the Summary where the memory is and what to do', () => {
    show('summary');
    expect(node.textContent).toContain(
      'At its peak the run had allocated 66.0'
    );
    expect(node.textContent).toContain('is still held');
    expect(node.textContent).toContain('Lines with most memory');
    expect(node.textContent).not.toContain('The run waits');
    const buttons = within(node).getAllByRole('button');
    expect(buttons.map(({ textContent }) => textContent)).toEqual(
      expect.arrayContaining(['Show the stacks', 'Show the memory'])
    );
  });

  it('has the columns in Lines', () => {
    show('lines');
    const heads = [...node.querySelectorAll('th[data-column]')].map(
      th => (th as HTMLElement).dataset.column
    );
    expect(heads.slice(0, 6)).toEqual([
      'memory_peak',
      'memory_peak_total',
      'memory_held',
      'memory_allocated',
      'allocations',
      'percent_of_peak'
    ]);
    expect(node.textContent).toContain('Only lines with memory');
    expect(node.querySelector('.jp-CellProfiler-beside')).toBeNull();
  });

  it('shows the time of another run, and from when it is', () => {
    show('lines', timed());
    expect(node.querySelector('.jp-CellProfiler-beside')!.textContent).toMatch(
      /Time of another run.*same source at \d/
    );
    expect(node.querySelector(`th[data-column=${BESIDE_TIME}]`)).not.toBeNull();
  });

  it('offers the stacks of bytes', () => {
    show('flame');
    const [select] = node.querySelectorAll('select');
    const names = [...node.querySelectorAll('option')].map(o => o.textContent);
    expect(select).toBeDefined();
    expect(names).toEqual(
      expect.arrayContaining([
        'memory at the peak',
        'memory still held',
        'memory that was freed again'
      ])
    );
  });
});
