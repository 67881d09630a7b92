import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  changeKey,
  createIssuer,
  type Daemon,
  expectStatus,
  mint,
  rotate,
  setClock,
  startDaemon,
} from '../support/daemon.ts';
import { connectLive, type Live, watchToken } from '../support/live.ts';
import { isAlive } from '../support/program.ts';
import { makeSigner } from '../support/signer.ts';
import { tamperSignature } from '../support/tampering.ts';
import { PATIENCE_MS, waitFor } from '../support/wait.ts';
import { CHECK_ORDER, type Issuer, type Key, type LogEvent, type Minted, type Page } from '../support/wire.ts';

let daemon: Daemon;
let live: Live;
beforeAll(async () => {
  daemon = await startDaemon({ args: ['--clock-control'] });
});
afterAll(() => daemon.stop());
beforeEach(async () => {
  live = await connectLive(daemon);
});
afterEach(() => live.close());

let count = 0;
/** An issuer of its own for each case, so that no case changes the keys of another. */
async function freshIssuer(): Promise<string> {
  count += 1;
  return (await createIssuer(daemon, `live-${count}`, { alg: 'ES256' })).slug;
}

describe('a watched token', () => {
  it('has at once the verdict that POST /verify gives', async () => {
    const { token } = await mint(daemon, await freshIssuer());
    const { watchId, verdict } = await watchToken(live, token);
    expect(watchId).toMatch(/\S/);
    expect(verdict).toMatchObject({ status: 'accepted', reason: null });
    expect(verdict.checks.map(({ name }) => name)).toEqual(CHECK_ORDER);
    const bad = await watchToken(live, tamperSignature(token));
    expect(bad.verdict).toMatchObject({ status: 'refused', reason: 'signature_invalid' });
  });

  it('stays accepted through rotations, and is refused when its key is retired', async () => {
    const slug = await freshIssuer();
    const { token, kid } = await mint(daemon, slug);
    const { watchId } = await watchToken(live, token);
    await rotate(daemon, slug);
    await rotate(daemon, slug, { prepublish: true });
    await changeKey(daemon, slug, kid, 'retire');
    expect(await live.nextVerdict(watchId, 0)).toMatchObject({ status: 'refused', reason: 'key_retired' });
    expect(live.verdicts(watchId).map(({ status }) => status)).toEqual(['refused']);
  });

  it('is refused when its key is revoked, retired before or not', async () => {
    const slug = await freshIssuer();
    const { token, kid } = await mint(daemon, slug);
    const { watchId } = await watchToken(live, token);
    await rotate(daemon, slug);
    await changeKey(daemon, slug, kid, 'retire');
    // Two changes between two looks are one.
    await live.nextVerdict(watchId, 0);
    await changeKey(daemon, slug, kid, 'revoke');
    await live.nextVerdict(watchId, 1);
    expect(live.verdicts(watchId).map(({ reason }) => reason)).toEqual(['key_retired', 'key_revoked']);

    const other = await mint(daemon, slug);
    const second = await watchToken(live, other.token);
    await changeKey(daemon, slug, other.kid, 'revoke');
    expect(await live.nextVerdict(second.watchId, 0)).toMatchObject({ status: 'refused', reason: 'key_revoked' });
  });

  it('is refused when it is revoked itself, and no other watch hears of it', async () => {
    const slug = await freshIssuer();
    const [revoked, kept] = [await mint(daemon, slug), await mint(daemon, slug)];
    const first = await watchToken(live, revoked.token);
    const second = await watchToken(live, kept.token);
    expectStatus(await daemon.control('POST', `/tokens/${revoked.jti}/revoke`, {}), 200);
    expect(await live.nextVerdict(first.watchId, 0)).toMatchObject({ status: 'refused', reason: 'token_revoked' });
    expect(live.verdicts(second.watchId)).toEqual([]);
  });

  it('is refused when its issuer is deleted', async () => {
    const slug = await freshIssuer();
    const { watchId } = await watchToken(live, (await mint(daemon, slug)).token);
    expectStatus(await daemon.control('DELETE', `/issuers/${slug}`), 200);
    expect((await live.nextVerdict(watchId, 0)).status).toBe('refused');
  });

  it('is told of no more once it is unwatched', async () => {
    const slug = await freshIssuer();
    const { token, jti } = await mint(daemon, slug);
    const [quiet, loud] = [await watchToken(live, token), await watchToken(live, token)];
    await live.request('verify.unwatch', { watchId: quiet.watchId });
    expectStatus(await daemon.control('POST', `/tokens/${jti}/revoke`, {}), 200);
    await live.nextVerdict(loud.watchId, 0);
    expect(live.verdicts(quiet.watchId)).toEqual([]);
  });

  it('tells every connection that watches it', async () => {
    const { token, jti } = await mint(daemon, await freshIssuer());
    const other = await connectLive(daemon);
    const watches = await Promise.all([watchToken(live, token), watchToken(other, token)]);
    expectStatus(await daemon.control('POST', `/tokens/${jti}/revoke`, {}), 200);
    await live.nextVerdict(watches[0].watchId, 0);
    await other.nextVerdict(watches[1].watchId, 0);
    await other.close();
  });

  it('follows 500 others to the same end', async () => {
    const slug = await freshIssuer();
    const { token, kid } = await mint(daemon, slug);
    const watches = await Promise.all(Array.from({ length: 500 }, () => watchToken(live, token)));
    await rotate(daemon, slug);
    await changeKey(daemon, slug, kid, 'retire');
    await waitFor('500 verdicts', () => watches.every(({ watchId }) => live.verdicts(watchId).length === 1));
  });
});

describe('a watched token of an issuer elsewhere', () => {
  it('is refused when the key set there has lost its key', async () => {
    const signer = makeSigner('ES256');
    const jwk = { ...signer.publicKey.export({ format: 'jwk' }), kid: 'theirs', alg: 'ES256', use: 'sig' };
    let keys: object[] = [jwk];
    const elsewhere = createServer((request, response) => {
      const issuer = `http://localhost:${(elsewhere.address() as AddressInfo).port}`;
      const isKeys = request.url === '/keys';
      response.setHeader('content-type', 'application/json');
      // As short-lived as it may be: the daemon looks again after a few seconds.
      response.setHeader('cache-control', 'max-age=1');
      response.end(JSON.stringify(isKeys ? { keys } : { issuer, jwks_uri: `${issuer}/keys` }));
    });
    await new Promise<void>((listening) => elsewhere.listen(0, 'localhost', listening));
    const issuer = `http://localhost:${(elsewhere.address() as AddressInfo).port}`;
    const { now } = expectStatus<{ now: string }>(await daemon.control('GET', '/clock'), 200);
    const exp = Math.floor(Date.parse(now) / 1000) + 600;
    const token = signer.token({ alg: 'ES256', kid: 'theirs' }, { iss: issuer, sub: 's', exp });
    const { watchId, verdict } = await watchToken(live, token, { issuer });
    expect(verdict).toMatchObject({ status: 'accepted', provenance: 'trusted-issuer' });
    keys = [{ ...jwk, kid: 'another' }];
    expect(await live.nextVerdict(watchId, 0)).toMatchObject({ status: 'refused', reason: 'kid_unknown' });
    elsewhere.close();
  });
});

describe('by the clock a watched token', () => {
  it('goes through rotation, retirement, and expiry in order', async () => {
    await setClock(daemon, { freeze: true });
    const slug = await freshIssuer();
    const short = await mint(daemon, slug, { ttlSeconds: 60 });
    const long = await mint(daemon, slug, { ttlSeconds: 600 });
    const watches = [await watchToken(live, short.token), await watchToken(live, long.token)] as const;
    await setClock(daemon, { advanceSeconds: 60 });
    expect(await live.nextVerdict(watches[0].watchId, 0)).toMatchObject({ status: 'refused', reason: 'expired' });
    expect(live.verdicts(watches[1].watchId)).toEqual([]);
    await rotate(daemon, slug);
    await changeKey(daemon, slug, long.kid, 'retire');
    expect(await live.nextVerdict(watches[1].watchId, 0)).toMatchObject({ reason: 'key_retired' });
    // `key` comes before `expiry` among the checks: for the expired one too the first failure is the key now.
    expect(await live.nextVerdict(watches[0].watchId, 1)).toMatchObject({ reason: 'key_retired' });
    expect(live.verdicts(watches[0].watchId).map(({ reason }) => reason)).toEqual(['expired', 'key_retired']);
    await setClock(daemon, { freeze: false });
  });
});

describe('events', () => {
  it('come live, without a gap and in order, with what happened and to what', async () => {
    await live.request('events.subscribe');
    const slug = await freshIssuer();
    const { jti, kid } = await mint(daemon, slug);
    await rotate(daemon, slug);
    await changeKey(daemon, slug, kid, 'retire');
    expectStatus(await daemon.control('POST', `/tokens/${jti}/revoke`, {}), 200);
    await waitFor('the last event', () => live.events().some(({ name }) => name === 'token.revoked'));
    const events = live.events();
    expect(events.filter(({ issuer }) => issuer === slug).map(({ name }) => name)).toEqual(
      expect.arrayContaining(['issuer.created', 'token.minted', 'key.activated', 'key.retired', 'token.revoked']),
    );
    expect(events.find(({ name }) => name === 'key.retired')?.subject).toBe(kid);
    expect(events.find(({ name }) => name === 'token.revoked')?.subject).toBe(jti);
    const first = events[0]?.seq ?? 0;
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => first + index));
  });

  it('resume at any point, so that a lost connection loses nothing and repeats nothing', async () => {
    const slug = await freshIssuer();
    const heard: LogEvent[] = [];
    let since =
      expectStatus<Page<LogEvent>>(await daemon.control('GET', '/events?limit=1000'), 200).items.at(-1)?.seq ?? 0;
    const start = since;
    const minting = Promise.all(Array.from({ length: 300 }, () => mint(daemon, slug)));
    for (let round = 0; round < 10; round += 1) {
      const connection = await connectLive(daemon);
      await connection.request('events.subscribe', { since });
      await waitFor('some events', () => connection.events().length > 0 || heard.length >= 300);
      connection.socket.terminate();
      await connection.closed;
      heard.push(...connection.events());
      since = heard.at(-1)?.seq ?? since;
    }
    await minting;
    await live.request('events.subscribe', { since });
    await waitFor('the rest', () => heard.length + live.events().length >= 300);
    heard.push(...live.events());
    expect(heard.map(({ seq }) => seq)).toEqual(heard.map((_, index) => start + 1 + index));
    expect(new Set(heard.map(({ subject }) => subject)).size).toBe(heard.length);
  });

  it('are the same over HTTP, page by page', async () => {
    const all: LogEvent[] = [];
    for (let page = 0; page < 100; page += 1) {
      const since = all.at(-1)?.seq ?? 0;
      const { items } = expectStatus<Page<LogEvent>>(
        await daemon.control('GET', `/events?since=${since}&limit=50`),
        200,
      );
      if (items.length === 0) break;
      all.push(...items);
    }
    expect(all.map(({ seq }) => seq)).toEqual(all.map((_, index) => index + 1));
    await live.request('events.subscribe', { since: 0 });
    await waitFor('all of them', () => live.events().length >= all.length);
    expect(live.events().slice(0, all.length)).toEqual(all);
  });

  it('end when asked to', async () => {
    await live.request('events.subscribe');
    await live.request('events.unsubscribe');
    const other = await connectLive(daemon);
    await other.request('events.subscribe');
    await mint(daemon);
    await waitFor('the event elsewhere', () => other.events().length > 0);
    expect(live.events()).toEqual([]);
    await other.close();
  });
});

describe('a control operation over the live channel', () => {
  it('does what it does over HTTP', async () => {
    const slug = await freshIssuer();
    const minted = await live.request<Minted>('tokens.mint', { slug, subject: 'live' });
    expect(minted.claims.sub).toBe('live');
    const key = await live.request<Key>('keys.rotate', { slug });
    expect(key.state).toBe('active');
    const issuer = await live.request<Issuer>('issuers.show', { slug });
    expect(issuer.keys.map(({ state }) => state)).toEqual(['active', 'retiring']);
    expect(await live.request('verify', { token: minted.token })).toMatchObject({ status: 'accepted' });
  });

  it('is refused with the code that HTTP gives', async () => {
    const error = await live.requestError('tokens.mint', { slug: 'nobody' });
    expect(error.data?.code).toBe('issuer_not_found');
    const unknown = await live.requestError('tokens.steal', {});
    expect(unknown.code).toBe(-32601);
    const shapeless = await live.requestError('tokens.mint', { slug: 7 });
    expect(shapeless.code).toBe(-32602);
  });
});

describe('the connection', () => {
  it('takes the credential as a subprotocol, and never says it back', async () => {
    const protocols = ['mintmark.v1', `mintmark.bearer.${daemon.controlToken}`];
    const connection = await connectLive(daemon, { authorize: false, protocols });
    expect(connection.protocol).toBe('mintmark.v1');
    expect(await connection.request('status')).toMatchObject({ pid: daemon.pid });
    await connection.close();
    const bare = await connectLive(daemon, { authorize: false, protocols: protocols.slice(1) }).catch(() => null);
    expect(bare?.protocol ?? '').not.toContain(daemon.controlToken);
    await bare?.close();
  });

  it('negotiates no compression', () => {
    expect(live.socket.extensions).toBe('');
  });

  it('answers malformed messages with errors, stays for two, and closes with 1008 on the third', async () => {
    live.socket.send('{"jsonrpc":"2.0",');
    await waitFor('an error', () => live.messages.some(({ error }) => error?.code === -32700));
    expect(await live.request('status')).toMatchObject({ pid: daemon.pid });
    live.socket.send('{"jsonrpc":"2.0","id":1,"id":2,"method":"status"}');
    live.socket.send(Buffer.from([0xff, 0xfe]), { binary: true });
    expect((await live.closed).code).toBe(1008);
  });

  it.each([
    ['longer than 256 KiB', () => 'x'.repeat(262_145), [1009]],
    ['with a member twice, three times', () => '{"id":1,"id":2}', [1008]],
  ])('is closed by a message %s', async (_what, make, codes) => {
    for (let n = 0; n < 3; n += 1) live.socket.send(make());
    expect(codes).toContain((await live.closed).code);
  });

  it('is closed by frames that RFC 6455 does not know', async () => {
    const frames: [string, Buffer, number[]][] = [
      ['unmasked', Buffer.from([0x81, 0x01, 0x78]), [1002]],
      ['a reserved bit', Buffer.from([0xc1, 0x80, 0, 0, 0, 0]), [1002]],
      ['a reserved opcode', Buffer.from([0x83, 0x80, 0, 0, 0, 0]), [1002]],
      ['a long ping', Buffer.concat([Buffer.from([0x89, 0xfe, 0, 126, 0, 0, 0, 0]), Buffer.alloc(126)]), [1002]],
      ['2^63 bytes', Buffer.from([0x81, 0xff, 0x7f, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0]), [1009]],
      ['close code 1005', Buffer.from([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xed]), [1002]],
      ['bad UTF-8', Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0xc3, 0x28]), [1007]],
    ];
    for (const [what, frame, codes] of frames) {
      expect(codes, what).toContain(await closeCodeAfter(frame));
    }
    expect(isAlive(daemon.pid)).toBe(true);
  });

  it('watches no more than 1,000 tokens', async () => {
    const { token } = await mint(daemon);
    const open = async (n: number) => Promise.all(Array.from({ length: n }, () => watchToken(live, token)));
    // In small groups: a peer that asks too fast is sent away.
    for (let group = 0; group < 10; group += 1) await open(100);
    const error = await live.requestError('verify.watch', { token, expect: {} });
    expect(error.data?.code).toBe('too_many_watches');
    expect(await live.request('status')).toMatchObject({ pid: daemon.pid });
  });

  it('is one of at most 64', async () => {
    const connections: Live[] = [];
    let refused = '';
    for (let n = 0; n < 80 && refused === ''; n += 1) {
      await connectLive(daemon).then(
        (connection) => connections.push(connection),
        (error: Error) => {
          refused = error.message;
        },
      );
    }
    expect(refused).toMatch(/refused with (429|503)/);
    expect(connections.length).toBeLessThan(64);
    expect(connections.length).toBeGreaterThan(50);
    await Promise.all(connections.map((connection) => connection.close()));
  });

  it('is sent away with 1008 when it floods', async () => {
    for (let n = 0; n < 20_000 && live.socket.readyState === live.socket.OPEN; n += 1) {
      live.socket.send(`{"jsonrpc":"2.0","id":${n},"method":"status"}`);
    }
    expect((await live.closed).code).toBe(1008);
    expect((await daemon.publicGet('/api/v1/health')).status).toBe(200);
  });

  it('is closed with 1001 when the daemon stops', async () => {
    const own = await startDaemon();
    const connection = await connectLive(own);
    await watchToken(connection, (await mint(own)).token);
    await own.stop();
    expect((await connection.closed).code).toBe(1001);
  });
});

/** Upgrades by hand, sends one raw frame, and reads the code of the close frame that comes back. */
function closeCodeAfter(frame: Buffer): Promise<number | null> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port: daemon.port });
    const lines = [
      'GET /api/v1/live HTTP/1.1',
      `Host: localhost:${daemon.port}`,
      `Authorization: Bearer ${daemon.controlToken}`,
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ];
    let received = Buffer.alloc(0);
    let upgraded = false;
    socket.setTimeout(PATIENCE_MS, () => socket.destroy());
    socket.on('connect', () => socket.write(`${lines.join('\r\n')}\r\n\r\n`));
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      const head = received.indexOf('\r\n\r\n');
      if (!upgraded && head >= 0) {
        upgraded = true;
        received = received.subarray(head + 4);
        socket.write(frame);
      }
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      const isClose = upgraded && received[0] === 0x88 && received.length >= 4;
      resolve(isClose ? received.readUInt16BE(2) : null);
    });
  });
}
