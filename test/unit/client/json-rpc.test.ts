import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { converse, type RpcConversation } from '../../../daemon/client/json-rpc.ts';
import { MintmarkError } from '../../../daemon/problem.ts';

let server: WebSocketServer;
let rpc: RpcConversation;
/** What the daemon's end says to each message that comes. */
let answer: (call: { id: number; method: string }, say: (message: object) => void) => void;

beforeEach(async () => {
  server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  server.on('connection', (socket) =>
    socket.on('message', (data) => answer(JSON.parse(String(data)), (message) => socket.send(JSON.stringify(message)))),
  );
  const { port } = server.address() as AddressInfo;
  const socket = new WebSocket(`ws://127.0.0.1:${port}`);
  await once(socket, 'open');
  rpc = converse(socket, () => {});
});
afterEach(() => {
  for (const socket of server.clients) socket.terminate();
  server.close();
});

const UNNAMED = { jsonrpc: '2.0', id: null, error: { message: 'm', data: { code: 'invalid_json' } } };
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'none',
    (error: unknown) => (error instanceof MintmarkError ? error.code : error),
  );

it('takes a refusal without an id for that of the only request under way', async () => {
  answer = (_call, say) => say(UNNAMED);
  expect(await codeOf(rpc.request('tokens.mint', {}))).toBe('invalid_json');
});

it('fails all requests when one of several is refused without an id, and still hears what became of them', async () => {
  const results: unknown[] = [];
  answer = ({ id, method }, say) => {
    if (method === 'first') return;
    say(UNNAMED);
    say({ jsonrpc: '2.0', id: id - 1, result: 'late' });
    say({ jsonrpc: '2.0', id, result: 'later' });
  };
  const first = codeOf(rpc.request('first', {}, (result) => results.push(result)));
  const second = codeOf(rpc.request('second', {}, (result) => results.push(result)));
  expect(await Promise.all([first, second])).toEqual(['daemon_unreachable', 'daemon_unreachable']);
  answer = ({ id }, say) => say({ jsonrpc: '2.0', id, result: 'third' });
  expect(await rpc.request('third', {})).toBe('third');
  expect(results).toEqual(['late', 'later']);
});
