import type { ITarget } from '../lib/processes/types';
import { ProcessError } from '../processes/client';
import { USUAL } from '../processes/watch';
import type { Answers } from './processes.fakes';
import { DUMP, FakeServer, LISTING, LOOK, MARKUP } from './processes.fakes';

const KERNEL: ITarget = { kind: 'kernel', kernelId: 'k/1', name: 'x' };
const PROCESS: ITarget = { kind: 'process', pid: 77, name: 'x' };
const DUMP_OPTIONS = { native: false, locals: false, subprocesses: true };
const CELLS = { path: 'a.ipynb', cells: [['c1', 'x = 1']] as const };

describe('ProcessClient', () => {
  it('asks below the base URL', async () => {
    const server = new FakeServer({
      'GET processes': { body: LISTING },
      'GET processes/77/command': { body: { command: ['python', 'a b'] } },
      'POST kernels/k%2F1/dump': { body: DUMP },
      'POST processes/77/dump': { body: DUMP },
      'POST looks': { status: 201, body: LOOK },
      'GET looks/l1': { body: LOOK },
      'POST looks/l1': { body: LOOK },
      'POST looks/l1/stop': { body: LOOK },
      'DELETE looks/l1': { status: 204 }
    });
    const { client } = server;
    expect((await client.list()).processes).toHaveLength(2);
    expect(await client.command(77)).toEqual(['python', 'a b']);
    expect((await client.dump(KERNEL, DUMP_OPTIONS, CELLS)).pid).toBe(41);
    await client.dump(PROCESS, DUMP_OPTIONS, null);
    await client.start(KERNEL, 'record', USUAL, CELLS, 5);
    await client.start(PROCESS, 'watch', USUAL, null);
    await client.look('l1');
    await client.change('l1', { paused: true });
    await client.stop('l1');
    await client.end('l1');
    expect(server.log).toEqual([
      'GET processes',
      'GET processes/77/command',
      'POST kernels/k%2F1/dump',
      'POST processes/77/dump',
      'POST looks',
      'POST looks',
      'GET looks/l1',
      'POST looks/l1',
      'POST looks/l1/stop',
      'DELETE looks/l1'
    ]);
    expect(server.bodies.slice(0, 5)).toEqual([
      { ...DUMP_OPTIONS, cells: [['c1', 'x = 1']] },
      DUMP_OPTIONS,
      { kernelId: 'k/1', kind: 'record', ...USUAL, ...CELLS, seconds: 5 },
      { pid: 77, kind: 'watch', ...USUAL },
      { paused: true }
    ]);
  });

  const problemOf = async (answers: Answers): Promise<ProcessError> => {
    const error = await new FakeServer(answers).client.list().then(
      () => null,
      (reason: unknown) => reason
    );
    expect(error).toBeInstanceOf(ProcessError);
    return error as ProcessError;
  };

  it('passes on the sentence of the server, as text of a stranger', async () => {
    const error = await problemOf({
      'GET processes': { status: 409, body: { message: `Not\u202e ${MARKUP}` } }
    });
    expect([error.message, error.status]).toEqual([`Not  ${MARKUP}`, 409]);
  });

  it.each([
    ['a page for 404', { status: 404, text: '<html>' }, /extension enable/],
    [
      'the words for 404',
      { status: 404, body: { message: 'Not Found' } },
      /extension enable/
    ],
    ['a page for 403', { status: 403, text: '<html>' }, /Log in again/],
    ['a page for 502', { status: 502, text: '<html>' }, /502 Not good/],
    ['no JSON', { text: '<html>' }, /cannot read/],
    ['another shape', { body: { kernels: 1 } }, /cannot read \(kernels\)/]
  ])('has a sentence for %s', async (_, answer, sentence) => {
    const { message } = await problemOf({ 'GET processes': answer });
    expect(message).toMatch(sentence);
  });

  it('has a sentence for no answer', async () => {
    const error = await problemOf({});
    expect(error.message).toMatch(/does not answer/);
    expect(error.status).toBeNull();
  });
});
