import type { Kernel } from '@jupyterlab/services';
import {
  arm,
  attach,
  parseArming,
  parseAttachment,
  parseRecording,
  record
} from '../kernel';
import { unquote } from '../kernelreply';
import { ATTACHED, FakeKernel, failure, reply, value } from './runner.fakes';

const attached = (text: string) =>
  parseAttachment(reply({ attach: value(text), executable: value("'/p'") }));

describe('attach', () => {
  it('asks silently, without history and without stopping on errors', async () => {
    const kernel = new FakeKernel();
    await expect(
      attach(kernel as unknown as Kernel.IKernelConnection)
    ).resolves.toEqual({ status: 'attached', ...ATTACHED });
    expect(kernel.sent).toEqual([
      expect.objectContaining({
        code: '',
        silent: true,
        store_history: false,
        allow_stdin: false,
        stop_on_error: false
      })
    ]);
  });

  it('is canceled when the kernel restarts', async () => {
    const kernel = new FakeKernel();
    kernel.requestExecute = () => ({ done: Promise.reject(new Error('no')) });
    await expect(
      attach(kernel as unknown as Kernel.IKernelConnection)
    ).resolves.toEqual({ status: 'canceled' });
  });
});

describe('parseAttachment', () => {
  it('reads JSON, plain or as the repr of a Python string', () => {
    const json = JSON.stringify({ ...ATTACHED, profilers: { lines: 'Why.' } });
    const expected = {
      status: 'attached',
      ...ATTACHED,
      profilers: { lines: 'Why.' }
    };
    expect(attached(json)).toEqual(expected);
    expect(attached(`'${json}'`)).toEqual(expected);
  });

  it('finds a missing package, and which Python lacks it', () => {
    const error = failure(
      'ModuleNotFoundError',
      "No module named 'jupyterlab_cell_profiler'"
    );
    expect(
      parseAttachment(
        reply({
          attach: error,
          executable: value("'C:\\\\Program Files\\\\py\\\\python.exe'")
        })
      )
    ).toEqual({
      status: 'missing',
      executable: 'C:\\Program Files\\py\\python.exe'
    });
    expect(parseAttachment(reply({ attach: error }))).toEqual({
      status: 'missing',
      executable: null
    });
  });

  it('takes a folder of that name for a missing package', () => {
    expect(
      parseAttachment(
        reply({
          attach: failure(
            'AttributeError',
            "module 'jupyterlab_cell_profiler' has no attribute 'attach'"
          )
        })
      ).status
    ).toBe('missing');
  });

  it('tells a broken installation from a missing one', () => {
    expect(
      parseAttachment(
        reply({
          attach: failure('ModuleNotFoundError', "No module named 'IPython'")
        })
      )
    ).toEqual({
      status: 'broken',
      reason: "ModuleNotFoundError: No module named 'IPython'"
    });
  });

  it.each([
    ['no JSON', 'nonsense'],
    ['another JSON', '[1, 2]'],
    ['no profilers', '{"version": "1"}'],
    ['profilers of another type', '{"profilers": 3}'],
    ['nothing', '']
  ])('calls %s broken', (_, text) => {
    expect(attached(text)).toEqual({ status: 'broken', reason: text });
  });

  it('calls a reply without expressions broken', () => {
    for (const expressions of [undefined, null, 3, {}, { attach: 'x' }]) {
      expect(parseAttachment(reply(expressions)).status).toBe('broken');
    }
  });

  it('keeps long reasons short', () => {
    const result = attached('x'.repeat(5000));
    expect(result.status === 'broken' && result.reason.length).toBe(300);
  });

  it.each(['aborted', 'abort'])('is canceled by the status %s', status => {
    expect(parseAttachment({ status })).toEqual({ status: 'canceled' });
  });
});

describe('arm', () => {
  it('sends what Python reads as one string literal', async () => {
    const kernel = new FakeKernel();
    const request = {
      cellId: 'a"b\\c',
      profilers: ['lines'],
      options: { lines: { functions: ['f'] } },
      path: "Übung 'eins'\n.ipynb"
    };
    await expect(
      arm(kernel as unknown as Kernel.IKernelConnection, request)
    ).resolves.toEqual({ status: 'armed' });
    expect(kernel.armed(kernel.sent[0])).toEqual(request);
  });

  it.each([
    ['{"armed": true}', { status: 'armed' }],
    ['{"armed": false, "reason": "No."}', { status: 'refused', reason: 'No.' }],
    ['{"armed": "yes"}', { status: 'refused', reason: '{"armed": "yes"}' }],
    ['?', { status: 'refused', reason: '?' }]
  ])('reads %s', (text, expected) => {
    expect(parseArming(reply({ arm: value(text) }))).toEqual(expected);
  });

  it('is refused by an error, and canceled by an aborted queue', () => {
    expect(parseArming(reply({ arm: failure('ValueError', 'bad') }))).toEqual({
      status: 'refused',
      reason: 'ValueError: bad'
    });
    expect(parseArming({ status: 'aborted' })).toEqual({ status: 'canceled' });
    expect(parseArming(null)).toEqual({ status: 'canceled' });
  });
});

describe('unquote', () => {
  it.each([
    ["'/usr/bin/python3'", '/usr/bin/python3'],
    ['"it\'s"', "it's"],
    ["'a\\\\b\\'c\\n'", "a\\b'c\n"],
    ["'\\xfc\\u20ac\\U0001f600'", 'ü€😀'],
    ["''", ''],
    ['None', null],
    ["'open", null]
  ])('reads %s', (repr, expected) => {
    expect(unquote(repr)).toBe(expected);
  });
});

describe('record', () => {
  it.each([true, false])('is told whether: %s', async on => {
    const kernel = new FakeKernel();
    const request = { on, path: "Übung 'eins'\n.ipynb" };
    await expect(
      record(kernel as unknown as Kernel.IKernelConnection, request)
    ).resolves.toEqual({ status: 'done' });
    expect(kernel.recorded(kernel.sent[0])).toEqual(request);
    expect(kernel.sent[0]).toMatchObject({ silent: true, code: '' });
  });

  it.each([
    [true, '{"recording": true}', 'done'],
    [true, '{"recording": false}', 'refused'],
    [false, '{"recording": false}', 'done'],
    [true, '{}', 'refused'],
    [true, '?', 'refused']
  ])('that was asked to be %s reads %s', (on, text, expected) => {
    const read = parseRecording(reply({ record: value(text) }), on);
    expect(read.status).toBe(expected);
  });

  it('is refused by an older package, and canceled by a restart', () => {
    const old = failure('AttributeError', 'no attribute record');
    expect(parseRecording(reply({ record: old }), true)).toEqual({
      status: 'refused',
      reason: 'AttributeError: no attribute record'
    });
    expect(parseRecording({ status: 'abort' }, true).status).toBe('canceled');
    expect(parseRecording(null, true).status).toBe('canceled');
  });
});
