import type { BoundFunctions, queries } from '@testing-library/dom';
import { fireEvent, within } from '@testing-library/dom';
import * as React from 'react';
import { act } from 'react';
import type { Root } from 'react-dom/client';
import { createRoot } from 'react-dom/client';
import { readDump, readLook } from '../lib/processes/checks';
import type { ITarget } from '../lib/processes/types';
import { USUAL } from '../processes/watch';
import { Record, Watch, Where } from '../views/processes';
import { DUMP, LOOK, MARKUP, trans } from './processes.fakes';

(
  globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }
).IS_REACT_ACT_ENVIRONMENT = true;

const TARGET: ITarget = {
  kind: 'kernel',
  kernelId: 'k1',
  name: 'julia.ipynb',
  path: 'work/julia.ipynb'
};

let host: HTMLElement;
let root: Root;
let view: BoundFunctions<typeof queries>;

const places = {
  positionOf: (cellId: string) => (cellId === 'c1' ? 4 : null),
  canOpen: ({ cellId, file }: { cellId?: string; file: string }) =>
    cellId === 'c1' || file.endsWith('bank.py'),
  onOpen: jest.fn()
};

beforeEach(() => {
  jest.clearAllMocks();
  host = document.createElement('div');
  document.body.appendChild(host);
  root = createRoot(host);
  view = within(host);
});

afterEach(() => {
  act(() => root.unmount());
  host.remove();
});

const draw = (element: JSX.Element): void => act(() => root.render(element));

describe('Where', () => {
  const show = (
    parts: Partial<React.ComponentProps<typeof Where>> = {}
  ): { onAsk: jest.Mock; onCopy: jest.Mock } => {
    const mocks = { onAsk: jest.fn(), onCopy: jest.fn() };
    draw(
      <Where
        target={TARGET}
        dump={readDump(DUMP)}
        problem={null}
        isAsking={false}
        options={{ native: false, locals: false, subprocesses: true }}
        places={places}
        trans={trans}
        {...mocks}
        {...parts}
      />
    );
    return mocks;
  };

  it('has the main thread first, and what each does in words', () => {
    show();
    const [main, giro] = host.querySelectorAll('details');
    expect(main.querySelector('summary')?.textContent).toBe(
      'Main threadholds the GIL'
    );
    expect(giro.querySelector('summary')?.textContent).toBe(
      'to-girowaits for a lock'
    );
    expect([main.open, giro.open]).toEqual([true, true]);
    expect(
      [...main.querySelectorAll('li')].map(({ textContent }) => textContent)
    ).toEqual([
      'innercell 4, line 6n10',
      'top levelIn [7], line 1',
      'dgemmlibblas.socompiled code'
    ]);
  });

  it('says first what a person should know', () => {
    show();
    const note = view.getByRole('note');
    expect(note.textContent).toMatch(/both wait for a lock/);
    const thread = host.querySelector('details')!;
    expect(
      note.compareDocumentPosition(thread) & Node.DOCUMENT_POSITION_FOLLOWING
    ).toBeTruthy();
  });

  it('leads to cells and files that can be shown', () => {
    show();
    fireEvent.click(view.getByLabelText('Go to cell 4, line 6'));
    fireEvent.click(view.getByLabelText('Go to bank.py, line 6'));
    expect(
      places.onOpen.mock.calls.map(([{ cellId, file, line }]) => [
        cellId ?? file,
        line
      ])
    ).toEqual([
      ['c1', 6],
      ['~/work/bank.py', 6]
    ]);
    expect(view.queryByLabelText(/In \[7\]/)).toBeNull();
  });

  it('asks again, also in another way', () => {
    const { onAsk } = show();
    fireEvent.click(view.getByText('Ask again'));
    fireEvent.click(view.getByLabelText('Compiled code'));
    fireEvent.click(view.getByRole('checkbox', { name: 'Variables' }));
    fireEvent.click(view.getByLabelText('Child processes'));
    expect(onAsk.mock.calls).toEqual([
      [],
      [{ native: true }],
      [{ locals: true }],
      [{ subprocesses: false }]
    ]);
    expect(host.textContent).not.toContain('secrets');
    show({ options: { native: false, locals: true, subprocesses: true } });
    expect(host.textContent).toContain('may hold secrets');
  });

  it('is copied as text', () => {
    const { onCopy } = show();
    fireEvent.click(view.getByText('Copy as text'));
    expect(onCopy.mock.calls[0][0]).toBe(
      [
        '2026-11-28T15:01:02Z · Python 3.11.7',
        'to-giro and to-savings both wait for a lock.',
        '',
        'python -m ipykernel_launcher (PID 41)',
        '',
        '  Main thread, holds the GIL [1]',
        '    inner (cell 4, line 6)',
        '        n = 10',
        '    <module> (In [7], line 1)',
        '    dgemm (libblas.so)',
        '',
        '  to-giro, waits for a lock [2]',
        '    transfer (~/work/bank.py:6)',
        ''
      ].join('\n')
    );
  });

  it('names each process where there are several', () => {
    const [process] = DUMP.processes;
    const child = { ...process, pid: 42, name: 'child', threads: [] };
    show({ dump: readDump({ ...DUMP, processes: [process, child] }) });
    view.getByRole('region', { name: 'child (PID 42)' });
    view.getByText('No thread of it runs Python code.');
    view.getByText('2 threads');
  });

  it('says why nothing can be seen, with the remedy to copy', () => {
    const { onCopy } = show({
      dump: null,
      problem: `Not ${MARKUP} permitted. Run: sudo env "PATH=$PATH" py-spy dump --pid 41`
    });
    expect(view.getByRole('alert').textContent).toContain(MARKUP);
    fireEvent.click(view.getByLabelText('Copy the command'));
    expect(onCopy).toHaveBeenCalledWith(
      'sudo env "PATH=$PATH" py-spy dump --pid 41'
    );
  });

  it('shows what comes from a process as text', () => {
    const text = JSON.stringify(DUMP).replace(
      /inner|transfer|to-giro|libblas|"10"/g,
      match =>
        match === '"10"'
          ? JSON.stringify(MARKUP)
          : JSON.stringify(MARKUP).slice(1, -1)
    );
    show({ dump: readDump(JSON.parse(text)) });
    expect(host.textContent).toContain(MARKUP);
    expect(host.querySelector('img')).toBeNull();
  });
});

describe('Watch', () => {
  const show = (
    parts: Partial<React.ComponentProps<typeof Watch>> = {}
  ): { [name: string]: jest.Mock } => {
    const mocks = {
      onPause: jest.fn(),
      onReset: jest.fn(),
      onOptions: jest.fn(),
      onStart: jest.fn(),
      onCopy: jest.fn()
    };
    draw(
      <Watch
        target={TARGET}
        look={readLook(LOOK)}
        problem={null}
        isOver={false}
        options={USUAL}
        places={places}
        trans={trans}
        {...mocks}
        {...parts}
      />
    );
    return mocks;
  };
  const names = (): (string | null)[] =>
    [...host.querySelectorAll('tbody tr')].map(
      row => row.querySelector('code')?.textContent ?? row.textContent
    );

  it('lists functions by what they take now, sorted by a click', () => {
    show();
    expect(names()).toEqual(['hot', 'cool']);
    const [row] = host.querySelectorAll('tbody tr');
    expect(row.textContent?.replace(/\s/g, ' ')).toBe(
      '70 %10 %80 %20 %hotcell 4, line 5'
    );
    const head = view.getByRole('columnheader', { name: 'Total, now' });
    act(() => {
      fireEvent.click(within(head).getByRole('button'));
    });
    expect(head.getAttribute('aria-sort')).toBe('descending');
    expect(names()).toEqual(['cool', 'hot']);
  });

  it('lists lines in another tab', () => {
    show();
    act(() => {
      fireEvent.click(view.getByRole('tab', { name: 'Lines' }));
    });
    view.getByRole('table', { name: 'Lines' });
    expect(names()).toEqual(['hot']);
  });

  it('says how much was seen, and of the GIL', () => {
    show();
    const facts = [...host.querySelectorAll('header li')].map(
      ({ textContent }) => textContent?.replace(/\s/g, ' ')
    );
    expect(facts).toEqual([
      'PID 41',
      '2.5 s',
      '1,250 samples',
      'the GIL is held in 87 %'
    ]);
  });

  it('is paused, reset, and looked at in another way', () => {
    const { onOptions, onPause, onReset } = show();
    fireEvent.click(view.getByText('Pause'));
    fireEvent.click(view.getByText('Reset'));
    fireEvent.change(view.getByRole('combobox'), { target: { value: '500' } });
    fireEvent.click(view.getByLabelText('Only with the GIL'));
    expect(onPause).toHaveBeenCalledWith(true);
    expect(onReset).toHaveBeenCalledTimes(1);
    expect(onOptions.mock.calls).toEqual([[{ rate: 500 }], [{ gil: true }]]);
    show({ look: { ...readLook(LOOK), paused: true } });
    expect(view.getByRole('status').textContent).toBe('Paused');
    view.getByText('Resume');
  });

  it('says that the process has ended, and keeps what was seen', () => {
    const { onStart } = show({ isOver: true });
    expect(view.getByRole('status').textContent).toMatch(/has ended/);
    expect(names()).toHaveLength(2);
    fireEvent.click(view.getByText('Watch again'));
    expect(onStart).toHaveBeenCalledTimes(1);
  });

  it('says why it does not begin', () => {
    show({ isOver: true, look: null, problem: 'Not Python.' });
    expect(view.getByRole('alert').textContent).toBe('Not Python.');
    expect(view.queryByText('Looking…')).toBeNull();
  });
});

describe('Record', () => {
  const show = (
    parts: Partial<React.ComponentProps<typeof Record>> = {}
  ): { [name: string]: jest.Mock } => {
    const mocks = {
      onAnswers: jest.fn(),
      onStart: jest.fn(),
      onStop: jest.fn(),
      onCancel: jest.fn(),
      onCopy: jest.fn()
    };
    draw(
      <Record
        target={TARGET}
        answers={{ seconds: 10, options: USUAL }}
        look={null}
        problem={null}
        isRunning={false}
        isStopping={false}
        elapsed={() => 4200}
        trans={trans}
        {...mocks}
        {...parts}
      />
    );
    return mocks;
  };

  it('asks how long and how', () => {
    const { onAnswers, onStart } = show();
    const seconds = view.getByRole('spinbutton', { name: 'Seconds' });
    act(() => {
      fireEvent.change(seconds, { target: { value: '2.5' } });
    });
    fireEvent.click(view.getByLabelText('Until I press Stop'));
    fireEvent.click(view.getByLabelText('Compiled code'));
    expect(onAnswers.mock.calls.map(([answers]) => answers)).toEqual([
      { seconds: 2.5, options: USUAL },
      { seconds: null, options: USUAL },
      { seconds: 10, options: { ...USUAL, native: true } }
    ]);
    fireEvent.click(view.getByText('Start'));
    expect(onStart).toHaveBeenCalledTimes(1);
  });

  it('does not begin with a time that cannot be', () => {
    show({ answers: { seconds: NaN, options: USUAL } });
    expect((view.getByText('Start') as HTMLButtonElement).disabled).toBe(true);
    view.getByText('A number of seconds, up to an hour.');
  });

  it('shows how it goes on, and ends', () => {
    const look = { ...readLook({ ...LOOK, kind: 'record', rows: null }) };
    const { onCancel, onStop } = show({ isRunning: true, look });
    expect(host.textContent).toContain('4 of 10 s · 1,250 samples');
    expect(view.getByRole('status').textContent).toBe('Recording');
    fireEvent.click(view.getByText('Stop'));
    fireEvent.click(view.getByText('Cancel'));
    expect([onStop, onCancel].map(mock => mock.mock.calls.length)).toEqual([
      1, 1
    ]);
    show({ isRunning: true, isStopping: true, look });
    expect((view.getByText('Stop') as HTMLButtonElement).disabled).toBe(true);
    expect(view.getByRole('status').textContent).toBe('Making the profile…');
  });
});
