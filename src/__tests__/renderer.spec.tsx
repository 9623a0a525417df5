import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { Signal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';
import type { BoundFunctions, queries } from '@testing-library/dom';
import { configure, fireEvent, waitFor, within } from '@testing-library/dom';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import type { ProfileDocument } from '../document';
import { shortened } from '../lib/shorten';
import type { ProfileRenderer } from '../renderer';
import { createRendererFactory, RENDERED_MARK } from '../renderer';
import type { IComparisons, INavigator, IRerun } from '../tokens';
import { MIME_TYPE } from '../tokens';
import type { IViewOptions } from '../views/options';
import { DEFAULT_OPTIONS } from '../views/options';
import { BROKEN, brokenText, golden, goldenText } from './golden';

// Roles are slow to find in jsdom, more so on a busy machine.
configure({ asyncUtilTimeout: 8000 });
jest.setTimeout(30000);

class Options {
  values: IViewOptions = DEFAULT_OPTIONS;
  readonly changed = new Signal<this, void>(this);
}

let options: Options;
let renderer: ProfileRenderer;
let navigator: INavigator;
let rerun: IRerun;
let comparisons: IComparisons & { changed: Signal<object, void> };
let mark: jest.Mock;

function model(data: unknown): IRenderMime.IMimeModel {
  return {
    data: { [MIME_TYPE]: data as ReadonlyPartialJSONObject },
    metadata: {},
    trusted: false,
    setData: () => undefined
  };
}

function create(): ProfileRenderer {
  const factory = createRendererFactory({
    navigator,
    rerun,
    comparisons,
    view: options
  });
  return factory.createRenderer({
    mimeType: MIME_TYPE,
    resolver: null,
    sanitizer: { sanitize: text => text },
    linkHandler: null,
    latexTypesetter: null
  }) as ProfileRenderer;
}

const view = (): BoundFunctions<typeof queries> => within(renderer.node);

beforeEach(() => {
  // jsdom has none.
  mark = jest.fn();
  Object.assign(performance, { mark });
  options = new Options();
  navigator = {
    canOpen: jest.fn(() => true),
    open: jest.fn(async () => undefined),
    showCell: jest.fn(async () => true),
    showFile: jest.fn(async () => true)
  };
  rerun = {
    canRun: jest.fn(() => true),
    canRunLines: jest.fn(() => true),
    profileLines: jest.fn(async () => undefined),
    profileAgain: jest.fn(async () => undefined)
  };
  comparisons = {
    changed: new Signal<object, void>({}),
    canCompare: jest.fn(() => false),
    compare: jest.fn()
  };
  renderer = create();
  Widget.attach(renderer, document.body);
});

afterEach(() => {
  renderer.dispose();
});

describe('createRendererFactory', () => {
  it('serves untrusted notebooks before the fallbacks', () => {
    const factory = createRendererFactory({ view: options });
    expect(factory.safe).toBe(true);
    expect(factory.mimeTypes).toEqual([MIME_TYPE]);
    expect(factory.defaultRank).toBe(0);
  });
});

describe('ProfileRenderer', () => {
  it('draws a document without a kernel and says by what it was made', async () => {
    await renderer.renderModel(model(golden('lines-cell')));
    await view().findByRole('tablist');
    expect(renderer.hasClass('jp-CellProfiler-output')).toBe(true);
    expect(renderer.node.dataset.profilers).toBe('lines');
  });

  it('draws the text of a file', async () => {
    await renderer.renderModel(model(goldenText('lines-cell')));
    await view().findByRole('tablist');
  });

  it.each([...BROKEN, 'an empty file'])('says what %s is', async name => {
    const text = name === 'an empty file' ? '' : brokenText(name);
    await renderer.renderModel(model(text));
    const alert = await view().findByRole('alert');
    expect(alert.textContent).toMatch(/^(This|There).*\.$/);
    expect(renderer.node.dataset.profilers).toBeUndefined();
  });

  it('goes from a problem to a document and back', async () => {
    await renderer.renderModel(model('{'));
    await view().findByRole('alert');
    await renderer.renderModel(model(golden('lines-cell')));
    await view().findByRole('tablist');
    await renderer.renderModel(model('{'));
    await view().findByRole('alert');
    expect(view().queryByRole('tablist')).toBeNull();
  });

  it('draws several updates of a frame once, the newest', async () => {
    await renderer.renderModel(model(golden('lines-cell')));
    await view().findByRole('tablist');
    const update = jest.spyOn(
      renderer as unknown as { onUpdateRequest: () => void },
      'onUpdateRequest'
    );
    await Promise.all(
      ['error', 'short', 'interrupted'].map(name =>
        renderer.renderModel(model(golden(name)))
      )
    );
    await view().findByText('interrupted');
    expect(update).toHaveBeenCalledTimes(1);
  });

  it('keeps tab and order over updates and out of sight', async () => {
    await renderer.renderModel(model(golden('lines-cell')));
    fireEvent.click(await view().findByRole('tab', { name: 'Lines' }));
    const [time] = await view().findAllByRole('button', { name: 'Time' });
    fireEvent.click(time);
    const sorted = (): Promise<HTMLElement[]> =>
      waitFor(() => {
        const headers = view()
          .getAllByRole('columnheader', { name: 'Time' })
          .filter(header => header.getAttribute('aria-sort') === 'descending');
        expect(headers.length).toBeGreaterThan(0);
        return headers;
      });
    await sorted();
    await renderer.renderModel(model(golden('lines-methods')));
    await view().findByText('Model.predict');
    await sorted();
    // As a windowed notebook does.
    Widget.detach(renderer);
    Widget.attach(renderer, document.body);
    await view().findByText('Model.predict');
    await sorted();
  });

  it('follows the options', async () => {
    await renderer.renderModel(model(golden('lines-cell')));
    fireEvent.click(await view().findByRole('tab', { name: 'Lines' }));
    await view().findAllByRole('columnheader', { name: 'Hits' });
    options.values = { columns: ['time'], decimals: 1 };
    options.changed.emit();
    await waitFor(() =>
      expect(view().queryByRole('columnheader', { name: 'Hits' })).toBeNull()
    );
  });

  it('opens lines through the navigator', async () => {
    await renderer.renderModel(model(golden('lines-cell')));
    const [link] = await view().findAllByRole('button', {
      name: 'Go to line 7'
    });
    fireEvent.click(link);
    const { files, target } = golden('lines-cell');
    const { cellId, path } = files[0];
    expect(navigator.open).toHaveBeenCalledWith(
      {
        cellId,
        path,
        line: 7,
        target: { kind: 'cell', path: target.path }
      },
      renderer.node
    );
  });

  it('leads from a function to its lines where the cell can be run', async () => {
    const profile = golden('all-sections');
    const select = async (): Promise<void> => {
      await renderer.renderModel(model(profile));
      fireEvent.click(await view().findByRole('tab', { name: 'Functions' }));
      const grid = await view().findByRole('grid', { name: 'Functions' });
      fireEvent.click(within(grid).getByText('calculate_z'));
      await view().findByRole('heading', { level: 3, name: /calculate_z/ });
    };
    await select();
    const name = /Profile its lines/;
    fireEvent.click(await view().findByRole('button', { name }));
    expect(rerun.profileLines).toHaveBeenCalledWith(
      profile,
      'calculate_z',
      null,
      renderer.node
    );

    renderer.dispose();
    rerun.canRunLines = () => false;
    renderer = create();
    Widget.attach(renderer, document.body);
    await select();
    expect(view().queryByRole('button', { name })).toBeNull();
  });

  it('leads to a comparison as soon as there is a run before', async () => {
    const profile = golden('lines-cell');
    await renderer.renderModel(model(profile));
    await view().findByRole('tablist');
    expect(view().queryByText('Compare…')).toBeNull();
    const update = jest.spyOn(
      renderer as unknown as { onUpdateRequest: () => void },
      'onUpdateRequest'
    );
    comparisons.changed.emit();
    expect(update).not.toHaveBeenCalled();
    comparisons.canCompare = () => true;
    comparisons.changed.emit();
    comparisons.changed.emit();
    fireEvent.click(await view().findByText('Compare…'));
    expect(comparisons.compare).toHaveBeenCalledWith(profile);
    expect(update).toHaveBeenCalledTimes(1);
    comparisons.canCompare = () => false;
    comparisons.changed.emit();
    await waitFor(() => expect(view().queryByText('Compare…')).toBeNull());
  });

  it('begins with the view that is asked for', async () => {
    const asked = {
      ...model(golden('lines-cell')),
      metadata: { [MIME_TYPE]: { tab: 'lines' } }
    };
    await renderer.renderModel(asked);
    await view().findByRole('tab', { name: 'Lines', selected: true });
    fireEvent.click(view().getByRole('tab', { name: 'Summary' }));
    await renderer.renderModel({ ...asked, data: { ...asked.data } });
    await view().findByRole('tab', { name: 'Summary', selected: true });
  });

  it('marks the first paint of each document', async () => {
    const draw = (name: string, id: string): Promise<void> =>
      renderer.renderModel(model({ ...golden(name), id }));
    const marked = (id: string): unknown[] =>
      mark.mock.calls.filter(([, options]) => options.detail.id === id);
    await draw('lines-cell', 'first');
    await waitFor(() => expect(marked('first')).toHaveLength(1));
    expect(mark).toHaveBeenCalledWith(RENDERED_MARK, {
      detail: { id: 'first' }
    });
    await draw('lines-cell', 'first');
    await draw('error', 'second');
    await waitFor(() => expect(marked('second')).toHaveLength(1));
    expect(marked('first')).toHaveLength(1);
  });

  it('does nothing once it is gone', async () => {
    const drawn = renderer.renderModel(model(golden('lines-cell')));
    renderer.dispose();
    await drawn;
    options.changed.emit();
    expect(renderer.node.textContent).toBe('');
  });
});

describe('a summary', () => {
  const short = shortened(golden('lines-cell'));
  const drawnWith = async (
    whole?: (id: string) => Promise<ProfileDocument>
  ): Promise<void> => {
    renderer.dispose();
    const factory = createRendererFactory({ view: options, whole });
    renderer = factory.createRenderer({
      mimeType: MIME_TYPE,
      resolver: null,
      sanitizer: { sanitize: text => text },
      linkHandler: null,
      latexTypesetter: null
    }) as ProfileRenderer;
    Widget.attach(renderer, document.body);
    await renderer.renderModel(model(short));
  };

  it('is drawn as the whole that the history has', async () => {
    const whole = jest.fn().mockResolvedValue(golden('lines-cell'));
    await drawnWith(whole);
    expect(whole).toHaveBeenCalledWith(short.id);
    await waitFor(() => view().getByRole('tab', { name: 'Lines' }));
    expect(view().queryByText(/Only a summary/)).toBeNull();
  });

  it('says that it is one where the whole is gone', async () => {
    await drawnWith(() => Promise.reject(new Error('gone')));
    await waitFor(() => view().getByText(/Only a summary/));
    expect(view().queryByRole('tab', { name: 'Lines' })).toBeNull();
  });

  it('says that it is one where there is no history', async () => {
    await drawnWith();
    await waitFor(() => view().getByText(/Only a summary/));
  });

  it('does not take the place of the whole that is drawn', async () => {
    const whole = jest.fn();
    await drawnWith(whole);
    await renderer.renderModel(model(golden('lines-cell')));
    await waitFor(() => view().getByRole('tab', { name: 'Lines' }));
    await renderer.renderModel(model(short));
    expect(view().queryByText(/Only a summary/)).toBeNull();
    expect(view().getByRole('tab', { name: 'Lines' })).toBeTruthy();
  });
});
