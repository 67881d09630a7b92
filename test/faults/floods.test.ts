import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Daemon, startDaemon } from '../support/daemon.ts';
import { keepAlive } from '../support/http.ts';
import { readResidentMegabytes } from '../support/process-usage.ts';
import { expectAlive, expectServed } from './served.ts';
import { exchange, openConnection, openConnections, waitForClose } from './sockets.ts';

const IDLE = 600;
const UNKNOWN_KIDS = 10_000;
const AT_ONCE = 16;
const PIPELINED = 1_000;
/** As lines of the log they would fill it and the one before. */
const REFUSED = 32_000;
/** RSS may grow by this much over all floods together, in MB. */
const ALLOWED_GROWTH = 150;
/** Shortest pause between two fetches of a key set for kids that it does not hold, seconds. */
const COOL_DOWN = 30;

describe('floods over HTTP', () => {
  let daemon: Daemon;
  let before = 0;

  beforeAll(async () => {
    daemon = await startDaemon();
    await expectServed(daemon);
    before = readResidentMegabytes(daemon.pid) ?? 0;
  });

  afterAll(async () => {
    await daemon.stop();
  });

  it(`serves every good client while ${IDLE} connections say nothing`, async () => {
    const idle = await openConnections(daemon.port, IDLE);
    try {
      for (let count = 0; count < 5; count += 1) await expectServed(daemon);
    } finally {
      for (const socket of idle) socket.destroy();
    }
  });

  it('cuts off those who send a head or a body byte by byte, and serves the others meanwhile', async () => {
    const heads = await openConnections(daemon.port, 20);
    const bodies = await openConnections(daemon.port, 20);
    for (const socket of heads) socket.write('GET / HTTP/1.1\r\nX: ');
    for (const socket of bodies) {
      socket.write(
        `POST /api/v1/verify HTTP/1.1\r\nHost: localhost:${daemon.port}\r\nAuthorization: Bearer ${daemon.controlToken}\r\n` +
          'Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n',
      );
    }
    const drip = setInterval(() => {
      for (const socket of [...heads, ...bodies]) if (socket.writable) socket.write('x');
    }, 500);
    try {
      const closed = Promise.all([...heads, ...bodies].map(waitForClose));
      await expectServed(daemon);
      await closed;
      await expectServed(daemon);
    } finally {
      clearInterval(drip);
      for (const socket of [...heads, ...bodies]) socket.destroy();
    }
  });

  const strangers: [what: string, bytes: Buffer][] = [
    ['a megabyte of random bytes', randomBytes(1_048_576)],
    ['a TLS ClientHello', Buffer.concat([Buffer.from('16030100c8010000c40303', 'hex'), randomBytes(200)])],
    ['an HTTP/2 preface', Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0', 'latin1')],
    ['an SSH banner', Buffer.from('SSH-2.0-OpenSSH_9.9\r\n')],
    ['a megabyte of one header', Buffer.from(`GET / HTTP/1.1\r\nX: ${'a'.repeat(1_048_576)}\r\n\r\n`)],
    ['a megabyte of empty lines', Buffer.from('\r\n'.repeat(524_288))],
    ['nothing', Buffer.alloc(0)],
  ];

  it.each(strangers)('refuses or closes, and stays, after %s', async (_what, bytes) => {
    const answer = await exchange(daemon.port, bytes);
    expect(answer).not.toBeNull();
    expect(answer).toMatch(/^(HTTP\/1\.1 4\d\d |$)/);
    await expectServed(daemon);
  });

  it(`answers ${PIPELINED} pipelined requests in order, or closes`, async () => {
    const targets = ['/issuers/default/.well-known/jwks.json', '/issuers/default/.well-known/openid-configuration'];
    const requests = Array.from(
      { length: PIPELINED },
      (_, index) => `GET ${targets[index % 2]} HTTP/1.1\r\nHost: localhost:${daemon.port}\r\n\r\n`,
    );
    const answer = await exchange(daemon.port, Buffer.from(requests.join('')));
    const bodies = (answer ?? '').split(/HTTP\/1\.1 200 [\s\S]*?\r\n\r\n/).slice(1);
    expect(bodies.length).toBeGreaterThan(0);
    for (const [index, body] of bodies.entries()) {
      expect(body.startsWith(index % 2 === 0 ? '{"keys":' : '{"issuer":'), `answer ${index}`).toBe(true);
    }
    await expectServed(daemon);
  });

  it('survives those who reset the connection in the middle of an answer', async () => {
    for (let count = 0; count < 500; count += 1) {
      const socket = await openConnection(daemon.port);
      socket.write(`GET /issuers/default/.well-known/jwks.json HTTP/1.1\r\nHost: localhost:${daemon.port}\r\n\r\n`);
      socket.resetAndDestroy();
    }
    await expectServed(daemon);
  });

  it(`asks a remote issuer again at most once per ${COOL_DOWN} s for ${UNKNOWN_KIDS} unknown kids`, async () => {
    const canary = await startCanary();
    const agent = keepAlive(AT_ONCE);
    const started = performance.now();
    const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const signature = randomBytes(256).toString('base64url');
    const payload = encode({ iss: canary.issuer, sub: 'x', aud: 'x', iat: 1, exp: 4_102_444_800 });
    const reasons = new Set<string | null>();
    const ask = async (start: number): Promise<void> => {
      for (let index = start; index < UNKNOWN_KIDS; index += AT_ONCE) {
        const token = `${encode({ alg: 'RS256', kid: `unknown-${index}` })}.${payload}.${signature}`;
        const body = { token, expect: { issuer: canary.issuer, maxLifetimeSeconds: 315_360_000 } };
        const answer = await daemon.control('POST', '/verify', body, { agent });
        reasons.add(answer.json<{ reason: string | null }>().reason);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => ask(index)));
    const seconds = (performance.now() - started) / 1000;
    agent.destroy();
    await canary.close();
    expect([...reasons]).toEqual(['kid_unknown']);
    expect(canary.fetches()).toBeGreaterThanOrEqual(1);
    expect(canary.fetches()).toBeLessThanOrEqual(2 + Math.floor(seconds / COOL_DOWN));
    await expectServed(daemon);
  });

  it(`tells of ${REFUSED} refused requests in a few lines, and forgets nothing else for them`, async () => {
    const refused = `GET /${'x'.repeat(300)} HTTP/1.1\r\nHost: evil.test\r\n\r\n`.repeat(REFUSED / AT_ONCE);
    const answers = await Promise.all(
      Array.from({ length: AT_ONCE }, () => exchange(daemon.port, Buffer.from(refused), 60_000)),
    );
    for (const answer of answers) expect(answer).toMatch(/^HTTP\/1\.1 403 /);
    const log = ['daemon.log', 'daemon.log.1']
      .map((name) => join(daemon.home, name))
      .filter((path) => existsSync(path))
      .map((path) => readFileSync(path, 'utf8'))
      .join('');
    expect(log.includes('"daemon started"')).toBe(true);
    const told = log.split('\n').filter((line) => line.includes('forbidden_host'));
    expect(told.length).toBeGreaterThan(0);
    expect(told.length).toBeLessThan(1_000);
    await expectServed(daemon);
  });

  it.skipIf(process.platform !== 'linux')(`took no more than ${ALLOWED_GROWTH} MB for all of that`, () => {
    expectAlive(daemon);
    expect((readResidentMegabytes(daemon.pid) ?? 0) - before).toBeLessThan(ALLOWED_GROWTH);
  });
});

/** An issuer elsewhere that counts how often its key set is fetched. */
async function startCanary(): Promise<{ issuer: string; fetches(): number; close(): Promise<void> }> {
  let fetches = 0;
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    if (request.url === '/.well-known/openid-configuration') {
      response.end(JSON.stringify({ issuer, jwks_uri: `${issuer}/jwks` }));
      return;
    }
    fetches += 1;
    response.end(JSON.stringify({ keys: [] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://localhost:${(server.address() as AddressInfo).port}`;
  return {
    issuer,
    fetches: () => fetches,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
