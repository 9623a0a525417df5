import { Widget } from '@lumino/widgets';
import type { BoundFunctions, queries } from '@testing-library/dom';
import { configure, fireEvent, waitFor, within } from '@testing-library/dom';
import { readListing } from '../lib/processes/checks';
import type { IListing } from '../lib/processes/types';
import { ProcessError } from '../processes/client';
import { ProcessPanel } from '../processes/panel';
import { ProcessModel } from '../processes/panelmodel';
import { LISTING, MARKUP, trans } from './processes.fakes';

configure({ asyncUtilTimeout: 8000 });
jest.setTimeout(60000);

let panel: ProcessPanel | null = null;

afterEach(() => {
  panel?.dispose();
  panel = null;
});

async function setUp(listing: unknown = LISTING) {
  const client = {
    list: jest.fn(async (): Promise<IListing> => readListing(listing)),
    command: jest.fn(async (pid: number) => ['python', `it's ${MARKUP}`])
  };
  const onAction = jest.fn();
  const onCopy = jest.fn();
  const model = new ProcessModel(client);
  panel = new ProcessPanel({ model, onAction, onCopy, trans });
  Widget.attach(panel, document.body);
  const view: BoundFunctions<typeof queries> = within(panel.node);
  await view.findByRole('searchbox');
  await waitFor(() => expect(client.list).toHaveBeenCalled());
  const done = (): string[] =>
    onAction.mock.calls.map(
      ([action, { process }]) => `${action} ${process.kernelId ?? process.pid}`
    );
  return { client, done, model, onCopy, view };
}

describe('ProcessPanel', () => {
  it('lists kernels and processes with what they take', async () => {
    const { view } = await setUp();
    expect(panel!.node.getAttribute('role')).toBe('region');
    const kernel = await view.findByRole('treeitem', { name: /julia\.ipynb/ });
    expect(kernel.getAttribute('aria-label')).toMatch(
      /^julia\.ipynb, Python 3, busy, PID 41, memory 212.MB, CPU 98.%$|^julia\.ipynb, Python 3, busy, PID 41, memory 212.MB, CPU 99.%$/
    );
    expect(kernel.textContent).toContain('busy');
    view.getByRole('treeitem', { name: 'Kernels, 2' });
    view.getByRole('treeitem', { name: 'Python processes, 2' });
    const train = view.getByRole('treeitem', { name: /train\.py/ });
    expect(train.getAttribute('aria-label')).toMatch(
      /^python train\.py, PID 77, memory 3\.0.GB$/
    );
    expect([
      train.getAttribute('aria-level'),
      train.getAttribute('aria-setsize'),
      train.getAttribute('aria-posinset')
    ]).toEqual(['2', '2', '2']);
  });

  it('does things by the buttons of a row and below the list', async () => {
    const { done, view } = await setUp();
    const train = await view.findByRole('treeitem', { name: /train\.py/ });
    const footer = view.getByRole('group', { name: 'Actions' });
    const record = within(footer).getByText('Record…');
    expect(record.getAttribute('aria-disabled')).toBe('true');
    fireEvent.click(record);
    expect(done()).toEqual([]);
    fireEvent.click(within(train).getByLabelText('Watch'));
    await view.findByRole('group', { name: 'Actions for python train.py' });
    fireEvent.click(record);
    fireEvent.doubleClick(train);
    expect(done()).toEqual(['watch 77', 'record 77', 'where 77']);
  });

  it('asks a kernel on another machine where it is, and no more', async () => {
    const { done, view } = await setUp();
    const remote = await view.findByRole('treeitem', { name: /^Remote/ });
    expect(remote.textContent).toContain('on another machine');
    fireEvent.click(within(remote).getByLabelText('Watch'));
    fireEvent.click(within(remote).getByLabelText('Where is it now?'));
    expect(within(remote).queryByLabelText(/command line/)).toBeNull();
    expect(done()).toEqual(['where k2']);
  });

  it('is a tree with one stop of the tab key, gone through by arrows', async () => {
    const { done, view } = await setUp();
    const tree = await view.findByRole('tree');
    const focused = (): string =>
      document.activeElement?.getAttribute('aria-label') ?? '';
    const stops = (): number =>
      tree.querySelectorAll('[role="treeitem"][tabindex="0"]').length;
    panel!.activate();
    await waitFor(() => expect(focused()).toBe('Kernels, 2'));
    const press = (key: string): void => {
      fireEvent.keyDown(document.activeElement!, { key });
    };
    for (const [key, expected] of [
      ['ArrowDown', /^julia/],
      ['End', /train/],
      ['ArrowUp', /serve/],
      ['ArrowLeft', /^Python processes/],
      ['ArrowRight', /serve/],
      ['Home', /^Kernels/]
    ] as const) {
      press(key);
      await waitFor(() => expect(focused()).toMatch(expected));
      expect(stops()).toBe(1);
    }
    press('ArrowLeft');
    await waitFor(() =>
      expect(document.activeElement?.getAttribute('aria-expanded')).toBe(
        'false'
      )
    );
    expect(view.queryByRole('treeitem', { name: /^julia/ })).toBeNull();
    press('Enter');
    await view.findByRole('treeitem', { name: /^julia/ });
    press('ArrowDown');
    await waitFor(() => expect(focused()).toMatch(/^julia/));
    // The buttons of the row can be reached now, and of no other.
    expect(tree.querySelectorAll('button[tabindex="0"]')).toHaveLength(4);
    press('Enter');
    expect(done()).toEqual(['where k1']);
  });

  it('shows a command line when asked, with a word on secrets', async () => {
    const { client, view } = await setUp();
    const train = await view.findByRole('treeitem', { name: /train\.py/ });
    expect(client.command).not.toHaveBeenCalled();
    fireEvent.click(within(train).getByLabelText('Show the command line'));
    await within(train).findByText(/may hold secrets/);
    expect(train.querySelector('code')?.textContent).toBe(
      `python 'it'\\''s ${MARKUP}'`
    );
    expect(panel!.node.querySelector('img')).toBeNull();
    fireEvent.click(within(train).getByLabelText('Hide the command line'));
    await waitFor(() => expect(train.querySelector('code')).toBeNull());
  });

  it('filters, and says when nothing is left', async () => {
    const { view } = await setUp();
    await view.findByRole('tree');
    const field = view.getByRole('searchbox');
    fireEvent.change(field, { target: { value: 'train' } });
    await waitFor(() =>
      expect(view.getAllByRole('treeitem', { name: /PID/ })).toHaveLength(1)
    );
    fireEvent.change(field, { target: { value: 'nothing like this' } });
    fireEvent.click(await view.findByText('Show all'));
    await view.findByRole('treeitem', { name: /julia/ });
  });

  it('says that nothing runs', async () => {
    const { view } = await setUp({ ...LISTING, kernels: [], processes: [] });
    await view.findByText('No Python process runs.');
  });

  it('says once why none can be looked into, with a command to copy', async () => {
    const { onCopy, view } = await setUp({
      ...LISTING,
      refusal:
        'The program py-spy is not installed. Run: "/usr/bin/python" -m pip install py-spy'
    });
    const status = view.getByRole('status');
    await within(status).findByText(/is not installed/);
    fireEvent.click(view.getByLabelText('Copy the command'));
    expect(onCopy.mock.calls).toEqual([
      ['"/usr/bin/python" -m pip install py-spy']
    ]);
    expect(view.getAllByText(/is not installed/)).toHaveLength(1);
  });

  it('says why there is no list, and asks again when told to', async () => {
    const { client, model, view } = await setUp();
    client.list.mockRejectedValueOnce(new ProcessError('No such part.', 404));
    await model.refresh();
    const status = view.getByRole('status');
    await within(status).findByText('No such part.');
    fireEvent.click(await view.findByText('Try again'));
    await waitFor(() => expect(status.textContent).toBe(''));
  });

  it('does not ask while it is hidden, or its page is', async () => {
    const { client, model } = await setUp();
    panel!.hide();
    expect(model.isShown).toBe(false);
    const before = client.list.mock.calls.length;
    panel!.show();
    expect(model.isShown).toBe(true);
    const state = jest.spyOn(document, 'visibilityState', 'get');
    state.mockReturnValue('hidden');
    document.dispatchEvent(new Event('visibilitychange'));
    expect(model.isShown).toBe(false);
    state.mockRestore();
    document.dispatchEvent(new Event('visibilitychange'));
    expect(model.isShown).toBe(true);
    await waitFor(() =>
      expect(client.list.mock.calls.length).toBeGreaterThan(before)
    );
  });

  it('shows names of a stranger as text', async () => {
    const { view } = await setUp({
      kernels: [
        {
          ...LISTING.kernels[0],
          paths: [MARKUP.replace('/', '')],
          displayName: MARKUP,
          state: MARKUP
        }
      ],
      processes: [{ ...LISTING.processes[0], name: MARKUP }],
      refusal: MARKUP
    });
    await view.findAllByText(MARKUP);
    expect(panel!.node.querySelector('img')).toBeNull();
  });
});
