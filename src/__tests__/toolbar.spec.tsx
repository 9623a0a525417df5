import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { Widget } from '@lumino/widgets';
import { act } from 'react-dom/test-utils';
import { CommandIDs } from '../tokens';
import { ProfileButton } from '../toolbar';
import { PROFILERS } from '../lib/profilers';
import { createPanel, createRunner, FakeKernel } from './runner.fakes';

/** jsdom has no layout. */
class FakeResizeObserver {
  static callbacks: (() => void)[] = [];
  constructor(callback: () => void) {
    FakeResizeObserver.callbacks.push(callback);
  }
  observe(): void {
    // Nothing moves here by itself.
  }
  disconnect(): void {
    // Nor does it stop.
  }
}

function setUp(kernel: FakeKernel) {
  const panel = createPanel(kernel);
  const commands = new CommandRegistry();
  const executed = jest.fn();
  for (const id of Object.values(CommandIDs)) {
    commands.addCommand(id, { execute: executed, label: id });
  }
  commands.addKeyBinding({
    command: CommandIDs.run,
    keys: ['Shift P'],
    selector: 'body'
  });
  const { runner, settings } = createRunner();
  const button = new ProfileButton({
    panel,
    runner,
    settings,
    commands,
    trans: nullTranslator.load('jupyterlab_cell_profiler')
  });
  act(() => Widget.attach(button, document.body));
  const [run, choose] = button.node.querySelectorAll('button');
  return { panel, runner, button, run, choose, executed };
}

/** Let promises and messages go their way, and React draw. */
const settle = (milliseconds = 0) =>
  act(async () => {
    await new Promise(resolve => setTimeout(resolve, milliseconds));
  });

describe('ProfileButton', () => {
  let button: ProfileButton | undefined;

  beforeAll(() => {
    Object.assign(globalThis, {
      ResizeObserver: FakeResizeObserver,
      IS_REACT_ACT_ENVIRONMENT: true
    });
  });

  afterEach(() => {
    act(() => button?.dispose());
  });

  it('is two buttons with names and a tooltip with the shortcut', async () => {
    const set = setUp(new FakeKernel());
    button = set.button;
    await settle();
    expect(set.run.getAttribute('aria-label')).toBe('Profile');
    expect(set.run.title).toMatch(
      /^Profile the active cell.*\(Overview\) \(.*P\)$/
    );
    expect(set.run.getAttribute('aria-disabled')).toBe('false');
    expect(set.choose.getAttribute('aria-haspopup')).toBe('menu');
    expect(set.choose.getAttribute('aria-label')).toBe('Choose a profiler');
  });

  it('runs, shows progress, offers to stop after a second, and is ready again', async () => {
    const kernel = new FakeKernel();
    const set = setUp(kernel);
    button = set.button;
    await settle();
    kernel.held = [];
    act(() => set.run.click());
    await settle();
    expect(set.run.getAttribute('aria-busy')).toBe('true');
    expect(set.run.textContent).toBe('Profile');

    await settle(1100);
    expect(set.run.textContent).toBe('Stop');
    expect(set.run.getAttribute('aria-label')).toBe('Stop profiling');
    act(() => set.run.click());
    expect(kernel.interrupt).toHaveBeenCalledTimes(1);

    kernel.held.forEach(answer => answer());
    kernel.held = null;
    await settle(50);
    expect(kernel.log).toEqual(['attach', 'arm cell-0', '1 + 1']);
    expect(set.run.getAttribute('aria-busy')).toBe('false');
    expect(set.run.textContent).toBe('Profile');
  });

  it('is disabled with a reason where the kernel is not Python', async () => {
    const kernel = new FakeKernel();
    kernel.language = 'R';
    const set = setUp(kernel);
    button = set.button;
    const run = jest.spyOn(set.runner, 'run');
    await settle(50);
    expect(set.run.getAttribute('aria-disabled')).toBe('true');
    expect(set.run.title).toMatch(/Python code only.* R\./);
    act(() => set.run.click());
    expect(run).not.toHaveBeenCalled();
  });

  it('opens a menu of profilers and gives the focus back', async () => {
    const set = setUp(new FakeKernel());
    button = set.button;
    await settle();
    set.choose.focus();
    act(() => {
      set.choose.dispatchEvent(
        new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true })
      );
    });
    expect(set.choose.getAttribute('aria-expanded')).toBe('true');
    const items = [...document.querySelectorAll<HTMLElement>('.lm-Menu-item')];
    expect(items.map(item => item.dataset.command ?? '')).toEqual([
      ...PROFILERS.map(() => CommandIDs.run),
      '',
      CommandIDs.toggleHeat,
      CommandIDs.clearHeat,
      '',
      CommandIDs.recordEveryCell,
      CommandIDs.report
    ]);
    act(() => {
      document
        .querySelector('.lm-Menu')!
        .dispatchEvent(
          new KeyboardEvent('keydown', { keyCode: 13, bubbles: true })
        );
    });
    await settle();
    expect(set.executed).toHaveBeenCalledWith({ profilers: [PROFILERS[0]] });
    expect(document.querySelector('.lm-Menu')).toBeNull();
    expect(document.activeElement).toBe(set.choose);
    expect(set.choose.getAttribute('aria-expanded')).toBe('false');
  });

  it('leaves the focus in the notebook when it is pressed with the mouse', async () => {
    const set = setUp(new FakeKernel());
    button = set.button;
    await settle();
    const press = () =>
      new MouseEvent('mousedown', { bubbles: true, cancelable: true });
    // Another notebook is the current one: the focus makes this one current.
    expect(set.run.dispatchEvent(press())).toBe(false);
    expect(document.activeElement).toBe(set.run);

    const inside = document.createElement('input');
    set.panel.node.append(inside);
    document.body.append(set.panel.node);
    inside.focus();
    expect(set.run.dispatchEvent(press())).toBe(false);
    expect(document.activeElement).toBe(inside);
    set.panel.node.remove();
  });

  it('is the icon alone in a narrow notebook', async () => {
    const set = setUp(new FakeKernel());
    button = set.button;
    const resize = (width: number) => {
      Object.defineProperty(set.panel.node, 'clientWidth', {
        configurable: true,
        value: width
      });
      FakeResizeObserver.callbacks.forEach(callback => callback());
    };
    resize(400);
    expect(button.hasClass('jp-mod-narrow')).toBe(true);
    resize(900);
    expect(button.hasClass('jp-mod-narrow')).toBe(false);
  });
});
