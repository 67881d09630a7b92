import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { waitFor } from '../../../support/wait.ts';
import { startTestDaemon, type TestDaemon } from '../setup.ts';
import { bearer, type Client, type Message, openClient, refusalOf } from './live-client.ts';

let daemon: TestDaemon;
let client: Client;
beforeAll(async () => {
  daemon = await startTestDaemon();
});
afterAll(() => daemon.stop());
beforeEach(async () => {
  client = await openClient(daemon);
});
afterEach(() => client.socket.terminate());

describe('the upgrade', () => {
  it.each(['https://evil.test', 'null', 'file://', 'vscode-webview://other'])(
    'from the origin %s is refused, with the credential too (W1)',
    async (origin) => {
      expect(await refusalOf(daemon, { headers: { ...bearer(daemon), origin } })).toBe(403);
    },
  );

  it('with a foreign Host is refused (W5)', async () => {
    expect(await refusalOf(daemon, { headers: { ...bearer(daemon), host: 'evil.test' } })).toBe(403);
  });

  it('without the one credential is refused (W2, W3)', async () => {
    const { controlToken } = daemon.file;
    expect(await refusalOf(daemon, { headers: {} })).toBe(401);
    expect(await refusalOf(daemon, { headers: { authorization: 'Bearer wrong' } })).toBe(401);
    expect(await refusalOf(daemon, { headers: { cookie: `token=${controlToken}` } })).toBe(401);
    expect(await refusalOf(daemon, { headers: {}, protocols: ['mintmark.v1', 'mintmark.bearer.wrong'] })).toBe(401);
    expect(await refusalOf(daemon, { protocols: [`mintmark.bearer.${controlToken}`] })).toBe(401);
    expect(await refusalOf(daemon, { headers: {}, path: `/api/v1/live?token=${controlToken}` })).toBe(401);
  });

  it('anywhere else is refused', async () => {
    for (const path of ['/', '/api/v1/issuers', '/api/v1/live/', '/api/v1/LIVE']) {
      expect(await refusalOf(daemon, { path })).toBe(404);
    }
  });

  it('takes the credential as a protocol and never says it back (W4)', async () => {
    const other = await openClient(daemon, {
      headers: {},
      protocols: ['mintmark.v1', `mintmark.bearer.${daemon.file.controlToken}`],
    });
    expect(other.socket.protocol).toBe('mintmark.v1');
    other.socket.terminate();
  });

  it('negotiates no compression (W10)', () => {
    expect(client.socket.extensions).toBe('');
  });

  it.each([
    ['an old version', ['Upgrade: websocket', 'Sec-WebSocket-Version: 8'], 426],
    ['no version', ['Upgrade: websocket'], 426],
    ['a bad key', ['Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: short'], 426],
    ['another protocol', ['Upgrade: h2c'], 426],
    ['none', [], 426],
  ])('with %s is refused (W6)', async (_what, lines, status) => {
    const answer = await daemon.raw('/api/v1/live', [...daemon.holder, 'Connection: Upgrade', ...lines]);
    expect(answer.status).toBe(status);
    expect(answer.headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'sec-websocket-version': '13' });
  });
});

describe('a message', () => {
  it.each([
    ['that is no JSON', '{', 'invalid_json', -32_700],
    ['with a member twice', '{"id":1,"id":2}', 'invalid_json', -32_700],
    ['that is a batch', '[]', 'invalid_message', -32_600],
    ['of another version', '{"jsonrpc":"1.0","id":1,"method":"status"}', 'invalid_message', -32_600],
    ['without an id', '{"jsonrpc":"2.0","method":"status"}', 'invalid_message', -32_600],
    ['with a huge id', `{"jsonrpc":"2.0","id":"${'x'.repeat(129)}","method":"status"}`, 'invalid_message', -32_600],
    ['with an object as id', '{"jsonrpc":"2.0","id":{},"method":"status"}', 'invalid_message', -32_600],
    [
      'with params that are no structure',
      '{"jsonrpc":"2.0","id":1,"method":"status","params":7}',
      'invalid_message',
      -32_600,
    ],
    ['with a number that would become another', '{"jsonrpc":"2.0","id":1e400}', 'invalid_request', -32_602],
    ['with prototype keys', '{"jsonrpc":"2.0","id":1,"method":"x","__proto__":{}}', 'invalid_request', -32_602],
  ])('%s is answered with an error, and the third ends the connection (W12)', async (_what, text, code, number) => {
    client.send(text);
    const { error } = await waitFor('an error', () => client.messages[0]);
    expect(error).toMatchObject({ code: number, data: { code } });
    expect(await client.ask('status')).toMatchObject({ pid: process.pid });
    client.send(text);
    client.send(text);
    expect(await client.closed).toBe(1008);
  });

  it.each([
    ['a number that would become another', '{"a":10000000000000000}', 'invalid_request'],
    ['a number beyond every integer', '{"a":1e21}', 'invalid_request'],
    ['a prototype key', '{"__proto__":{}}', 'invalid_request'],
    ['a member twice', '{"a":1,"a":2}', 'invalid_json'],
    ['half a character', '{"a":"\\ud800"}', 'invalid_json'],
    ['63 levels', `${'{"a":'.repeat(63)}1${'}'.repeat(63)}`, 'invalid_json'],
    ['thousands of levels', `{"a":${'['.repeat(9_000)}${']'.repeat(9_000)}}`, 'invalid_json'],
  ])('whose claims have %s is refused to whoever waits for it, and counts for nothing', async (_what, claims, code) => {
    for (let id = 1; id <= 4; id += 1) {
      client.send(`{"jsonrpc":"2.0","id":${id},"method":"tokens.mint","params":{"slug":"default","claims":${claims}}}`);
      const answer = await waitFor('the answer', () => client.messages.find((message) => message.id === id));
      expect(answer.error?.data.code).toBe(code);
    }
  });

  it.each([
    ['an id twice', '"id":1,"\\u0069d":2'],
    ['an id that would become another', '"id":10000000000000001'],
    ['a member that no request has', '"id":1,"__proto__":{}'],
  ])('with %s is answered to nobody', async (_what, members) => {
    client.send(`{"jsonrpc":"2.0",${members},"method":"tokens.mint","params":{"claims":{"a":1e21}}}`);
    expect(await waitFor('the answer', () => client.messages[0])).toMatchObject({ id: null, error: {} });
  });

  it('with an empty list of params has none, with any other list it is refused to whoever waits for it', async () => {
    const answerTo = (params: string): Promise<Message> => {
      client.send(`{"jsonrpc":"2.0","id":"list ${params}","method":"status","params":${params}}`);
      return waitFor('the answer', () => client.messages.find(({ id }) => id === `list ${params}`));
    };
    expect(await answerTo('[]')).toMatchObject({ result: { pid: process.pid } });
    for (const params of ['[1]', '[{}]', '[null]', '[[]]']) {
      expect((await answerTo(params)).error).toMatchObject({ code: -32_602, data: { code: 'invalid_request' } });
    }
    expect(await client.ask('status')).toMatchObject({ pid: process.pid });
  });

  it('in binary is malformed', async () => {
    for (let count = 0; count < 3; count += 1) client.socket.send(Buffer.from('{}'), { binary: true });
    expect(await client.closed).toBe(1008);
  });

  it('larger than 256 KiB ends the connection (W8)', async () => {
    client.send('x'.repeat(262_145));
    expect(await client.closed).toBe(1009);
  });

  it('in more than 32 fragments ends the connection (W9)', async () => {
    for (let count = 0; count < 40; count += 1) client.socket.send('x', { fin: false });
    expect(await client.closed).toBe(1008);
  });

  it('that names no operation, or asks in another form, is refused and counts for nothing', async () => {
    for (let count = 0; count < 5; count += 1) {
      expect(await client.refusal('tokens.steal')).toBe('method_unknown');
      expect(await client.refusal('constructor')).toBe('method_unknown');
      expect(await client.refusal('tokens.mint', { slug: 7 })).toBe('invalid_request');
      expect(await client.refusal('verify.unwatch', { watchId: 'w0' })).toBe('watch_not_found');
    }
  });

  it.each([[7], ['seven'], [null]])('with the id %j is answered with it', async (id) => {
    client.send({ jsonrpc: '2.0', id, method: 'status' });
    expect(await waitFor('the answer', () => client.messages[0])).toMatchObject({ id, result: { pid: process.pid } });
  });

  it.each([
    ['pings', (socket: WebSocket) => socket.ping()],
    ['messages', (socket: WebSocket) => socket.send('{"jsonrpc":"2.0","id":1,"method":"status"}')],
  ])('after thousands of %s ends the connection (W11)', async (_what, send) => {
    for (let count = 0; count < 20_000 && client.socket.readyState === client.socket.OPEN; count += 1) {
      send(client.socket);
      if (count % 256 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    expect([1006, 1008]).toContain(await client.closed);
    expect((await daemon.raw('/api/v1/health')).status).toBe(200);
  });
});

it.each([
  ['unmasked', Buffer.from([0x81, 0x01, 0x78]), 1002],
  ['with a reserved bit', Buffer.from([0xc1, 0x80, 0, 0, 0, 0]), 1002],
  ['with a reserved opcode', Buffer.from([0x83, 0x80, 0, 0, 0, 0]), 1002],
  ['that is a long ping', Buffer.concat([Buffer.from([0x89, 0xfe, 0, 126, 0, 0, 0, 0]), Buffer.alloc(126)]), 1002],
  ['of 2^63 bytes', Buffer.from([0x81, 0xff, 0x7f, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0]), 1009],
  ['that closes with 1005', Buffer.from([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xed]), 1002],
  ['that closes with 0', Buffer.from([0x88, 0x82, 0, 0, 0, 0, 0, 0]), 1002],
  ['of bad UTF-8', Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0xc3, 0x28]), 1007],
])('a frame %s ends the connection with the code of RFC 6455 (W7)', async (_what, frame, code) => {
  expect(await closeCodeAfter(frame)).toBe(code);
});

describe('a watched token', () => {
  it('is judged at once and again by every cause, each told once and in order', async () => {
    const { token, kid, jti } = await daemon.mint({ ttlSeconds: 600 });
    const { watchId, verdict } = await client.ask<{ watchId: string; verdict: { status: string } }>('verify.watch', {
      token,
    });
    expect(verdict.status).toBe('accepted');
    await client.ask('keys.rotate', { slug: 'default' });
    await client.ask('tokens.revoke', { jti });
    await waitFor('the revocation', () => client.reasons(watchId).length === 1);
    await client.ask('keys.retire', { slug: 'default', kid });
    await waitFor('the retirement', () => client.reasons(watchId).length === 2);
    await client.ask('keys.revoke', { slug: 'default', kid });
    await waitFor('the revocation of the key', () => client.reasons(watchId).length === 3);
    expect(client.reasons(watchId)).toEqual(['token_revoked', 'key_retired', 'key_revoked']);
  });

  it('expires when the time says so, to the millisecond', async () => {
    await client.ask('clock.set', { freeze: true });
    const { token } = await daemon.mint({ ttlSeconds: 60 });
    const { watchId } = await client.ask<{ watchId: string }>('verify.watch', { token });
    await client.ask('clock.set', { advanceSeconds: 59 });
    expect(client.reasons(watchId)).toEqual([]);
    await client.ask('clock.set', { advanceSeconds: 1 });
    await waitFor('the expiry', () => client.reasons(watchId).length === 1);
    expect(client.reasons(watchId)).toEqual(['expired']);
    await client.ask('clock.set', { freeze: false });
  });

  it('is accepted again when the time goes back to before it expired', async () => {
    const freeze = '2027-01-15T08:00:00Z';
    await client.ask('clock.set', { freeze });
    const { token } = await daemon.mint({ ttlSeconds: 60 });
    await client.ask('clock.set', { advanceSeconds: 61 });
    const { watchId, verdict } = await client.ask<{ watchId: string; verdict: { reason: string } }>('verify.watch', {
      token,
    });
    expect(verdict.reason).toBe('expired');
    await client.ask('clock.set', { freeze });
    await waitFor('the next verdict', () => client.reasons(watchId).length === 1);
    expect(client.reasons(watchId)).toEqual([null]);
    await client.ask('clock.set', { reset: true });
  });

  it('is heard of no more once it is unwatched', async () => {
    const { token, jti } = await daemon.mint();
    const quiet = await client.ask<{ watchId: string }>('verify.watch', { token });
    const loud = await client.ask<{ watchId: string }>('verify.watch', { token });
    await client.ask('verify.unwatch', { watchId: quiet.watchId });
    await client.ask('tokens.revoke', { jti });
    await waitFor('the other verdict', () => client.reasons(loud.watchId).length === 1);
    expect(client.reasons(quiet.watchId)).toEqual([]);
  });

  it("is nobody else's business: a client ends its own watches only", async () => {
    const { token } = await daemon.mint();
    const { watchId } = await client.ask<{ watchId: string }>('verify.watch', { token });
    const other = await openClient(daemon);
    expect(await other.refusal('verify.unwatch', { watchId })).toBe('watch_not_found');
    other.socket.terminate();
  });

  it('is forgotten with its client', async () => {
    const before = (await client.ask<{ watches: number }>('status')).watches;
    const other = await openClient(daemon);
    const { token } = await daemon.mint();
    for (let count = 0; count < 5; count += 1) await other.ask('verify.watch', { token });
    expect((await client.ask<{ watches: number }>('status')).watches).toBe(before + 5);
    other.socket.terminate();
    await waitFor(
      'the watches to end',
      async () => (await client.ask<{ watches: number }>('status')).watches === before,
    );
  });
});

describe('events', () => {
  it('follow in order from any point, and not after they were given up', async () => {
    const { since } = await client.ask<{ since: number }>('events.subscribe');
    const { jti } = await daemon.mint();
    await waitFor('the event', () => client.messages.some(({ params }) => params?.name === 'token.minted'));
    await client.ask('events.unsubscribe');
    const other = await openClient(daemon);
    await other.ask('events.subscribe', { since });
    await client.ask('tokens.revoke', { jti });
    await waitFor('both events', () => other.messages.filter(({ method }) => method === 'event').length === 2);
    const heard = other.messages.filter(({ method }) => method === 'event').map(({ params }) => params);
    expect(heard.map((event) => event?.name)).toEqual(['token.minted', 'token.revoked']);
    expect(heard.map((event) => event?.seq)).toEqual([since + 1, since + 2]);
    expect(client.messages.filter(({ params }) => params?.name === 'token.revoked')).toEqual([]);
    other.socket.terminate();
  });

  it('come once each to a client that follows them a second time, from the point that it named last', async () => {
    const { since } = await client.ask<{ since: number }>('events.subscribe');
    await client.ask('events.subscribe', { since });
    const { jti } = await daemon.mint();
    const heard = () => client.messages.filter(({ method }) => method === 'event').map(({ params }) => params?.name);
    await waitFor('the first event', () => heard().length > 0);
    await client.ask('tokens.revoke', { jti });
    await waitFor('the last event', () => heard().includes('token.revoked'));
    await client.ask('status');
    expect(heard()).toEqual(['token.minted', 'token.revoked']);
  });

  it('are refused for a point that is none', async () => {
    const { lastSeq } = await client.ask<{ lastSeq: number }>('status');
    for (const since of [-1, 1.5, '1', lastSeq + 1])
      expect(await client.refusal('events.subscribe', { since })).toBe('invalid_request');
  });
});

it('at most 64 clients are served at once', async () => {
  const others: Client[] = [];
  let refused: string | null = null;
  while (refused === null) {
    await openClient(daemon).then(
      (other) => others.push(other),
      (error: Error) => {
        refused = error.message;
      },
    );
  }
  expect(refused).toBe('429');
  expect(others.length).toBeLessThan(64);
  for (const other of others) other.socket.terminate();
  await Promise.all(others.map(({ closed }) => closed));
});

it('every client is sent away with 1001 when the daemon stops', async () => {
  const own = await startTestDaemon();
  const socket = new WebSocket(`ws://127.0.0.1:${own.port}/api/v1/live`, {
    headers: { authorization: `Bearer ${own.file.controlToken}` },
  });
  await new Promise((resolve) => socket.once('open', resolve));
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  await own.stop();
  expect(await closed).toBe(1001);
});

/** Upgrades by hand, sends one raw frame, and reads the code of the close frame that comes back. */
function closeCodeAfter(frame: Buffer): Promise<number | null> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port: daemon.port });
    const lines = [
      'GET /api/v1/live HTTP/1.1',
      `Host: localhost:${daemon.port}`,
      ...daemon.holder,
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ];
    let received = Buffer.alloc(0);
    let upgraded = false;
    socket.on('connect', () => socket.write(`${lines.join('\r\n')}\r\n\r\n`));
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      const head = received.indexOf('\r\n\r\n');
      if (upgraded || head < 0) return;
      upgraded = true;
      received = received.subarray(head + 4);
      socket.write(frame);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      const isClose = upgraded && received[0] === 0x88 && received.length >= 4;
      resolve(isClose ? received.readUInt16BE(2) : null);
    });
  });
}
