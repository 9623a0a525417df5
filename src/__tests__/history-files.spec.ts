import type { Contents } from '@jupyterlab/services';
import { MimeData } from '@lumino/coreutils';
import { acceptFiles, chooseFiles } from '../history/files';
import { settle } from './history.fakes';

/** jsdom knows nothing of drags. */
function drag(
  name: string,
  parts: { [property: string]: unknown }
): Event & { [property: string]: unknown } {
  const event = new Event(name, { bubbles: true, cancelable: true });
  return Object.assign(event, parts) as never;
}

describe('acceptFiles', () => {
  const node = document.createElement('div');
  const child = document.createElement('p');
  node.append(child);
  const onOver = jest.fn();
  const onFiles = jest.fn();
  const contents = {
    get: jest.fn(async (path: string) => {
      if (path.endsWith('.png')) {
        throw new Error('400 is not UTF-8 encoded');
      }
      return { content: `text of ${path}` };
    })
  };
  const accepted = acceptFiles(
    node,
    contents as unknown as Contents.IManager,
    onOver,
    onFiles
  );

  beforeEach(() => jest.clearAllMocks());

  it('takes files from the desktop, and nothing else', () => {
    const text = drag('dragover', { dataTransfer: { types: ['text/plain'] } });
    child.dispatchEvent(text);
    expect([text.defaultPrevented, onOver.mock.calls]).toEqual([false, []]);

    const dataTransfer = { types: ['Files'], dropEffect: 'none' };
    const over = drag('dragover', { dataTransfer });
    child.dispatchEvent(over);
    expect(over.defaultPrevented).toBe(true);
    expect(dataTransfer.dropEffect).toBe('copy');
    expect(onOver).toHaveBeenLastCalledWith(true);

    const file = new File(['{}'], 'a.cellprofile.json');
    const drop = drag('drop', { dataTransfer: { files: [file] } });
    child.dispatchEvent(drop);
    expect(drop.defaultPrevented).toBe(true);
    expect(onOver).toHaveBeenLastCalledWith(false);
    expect(onFiles).toHaveBeenCalledWith([file]);
  });

  it('knows when they are held elsewhere again', () => {
    child.dispatchEvent(drag('dragleave', { relatedTarget: node }));
    expect(onOver).not.toHaveBeenCalled();
    child.dispatchEvent(drag('dragleave', { relatedTarget: document.body }));
    expect(onOver).toHaveBeenCalledWith(false);
  });

  it('takes files from JupyterLab’s file browser', async () => {
    const mimeData = new MimeData();
    mimeData.setData('application/x-jupyter-icontents', [
      'a/one.cellprofile.json',
      'picture.png'
    ]);
    const enter = drag('lm-dragenter', { mimeData });
    child.dispatchEvent(enter);
    expect(enter.defaultPrevented).toBe(true);
    const over = drag('lm-dragover', { mimeData, proposedAction: 'move' });
    child.dispatchEvent(over);
    expect(over.dropAction).toBe('move');
    child.dispatchEvent(drag('lm-drop', { mimeData }));
    await settle();
    const [files] = onFiles.mock.calls[0] as [File[]];
    expect(files.map(({ name, size }) => [name, size > 0])).toEqual([
      ['one.cellprofile.json', true],
      ['picture.png', false]
    ]);
    expect(contents.get).toHaveBeenCalledWith('a/one.cellprofile.json', {
      type: 'file',
      format: 'text'
    });
  });

  it('leaves other things that JupyterLab drags alone', () => {
    const enter = drag('lm-dragenter', { mimeData: new MimeData() });
    child.dispatchEvent(enter);
    expect([enter.defaultPrevented, onOver.mock.calls]).toEqual([false, []]);
  });

  it('takes no more when it is over', () => {
    accepted.dispose();
    child.dispatchEvent(drag('drop', { dataTransfer: { files: [1] } }));
    expect(onFiles).not.toHaveBeenCalled();
  });
});

describe('chooseFiles', () => {
  it('asks with the browser’s dialog', async () => {
    const click = jest
      .spyOn(HTMLInputElement.prototype, 'click')
      .mockImplementation(function (this: HTMLInputElement) {
        expect([this.type, this.multiple, this.accept]).toEqual([
          'file',
          true,
          '.json'
        ]);
        Object.defineProperty(this, 'files', { value: ['a file'] });
        this.dispatchEvent(new Event('change'));
      });
    expect(await chooseFiles('.json')).toEqual(['a file']);
    click.mockImplementation(function (this: HTMLInputElement) {
      this.dispatchEvent(new Event('cancel'));
    });
    expect(await chooseFiles('.json')).toEqual([]);
    click.mockRestore();
  });
});
