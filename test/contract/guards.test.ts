import { randomBytes } from 'node:crypto';
import { chmodSync, cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Daemon, expectStatus, mint, startDaemon } from '../support/daemon.ts';
import { ask } from '../support/http.ts';
import { refusedUpgrade } from '../support/live.ts';
import { BUNDLE, isAlive, NODE, run } from '../support/program.ts';
import { type RawAnswer, rawRequest, sendRaw } from '../support/raw-socket.ts';
import { waitFor } from '../support/wait.ts';
import type { Problem } from '../support/wire.ts';

interface OpenApi {
  openapi: string;
  paths: Record<string, Record<string, unknown>>;
}

const METHODS = ['get', 'post', 'delete', 'put', 'patch'];
/** What needs no credential: it says that a daemon is there and how it is called, and nothing of what is in it. */
const OPEN = ['/api/v1/health', '/api/v1/openapi.json'];

let daemon: Daemon;
let kid: string;
let jti: string;
/** Every documented operation as method and path, with members filled in that exist. */
let operations: { method: string; path: string }[];
/** Every path that there is, and some that there are not. */
let everyPath: string[];

beforeAll(async () => {
  daemon = await startDaemon();
  ({ kid, jti } = await mint(daemon));
  const document = expectStatus<OpenApi>(await daemon.publicGet('/api/v1/openapi.json'), 200);
  const fill = (path: string): string =>
    `/api/v1${path.replace(/^\/api\/v1/, '')}`.replace('{slug}', 'default').replace('{kid}', kid).replace('{jti}', jti);
  operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.keys(item)
      .filter((name) => METHODS.includes(name))
      .map((name) => ({ method: name.toUpperCase(), path: fill(path) })),
  );
  everyPath = [
    ...new Set([
      ...operations.map(({ path }) => path),
      ...OPEN,
      '/api/v1/live',
      '/issuers/default/.well-known/openid-configuration',
      '/issuers/default/.well-known/jwks.json',
      '/.well-known/oauth-authorization-server/issuers/default',
      '/',
      '/nothing/here',
      '/api/v1/nothing/here',
    ]),
  ];
});
afterAll(async () => {
  // Whatever was sent, the same process still serves the next good request.
  expect(isAlive(daemon.pid)).toBe(true);
  expect((await mint(daemon)).token).toMatch(/^ey/);
  await daemon.stop();
});

const isPublic = (path: string): boolean => path.includes('/.well-known/');
const here = (): string => `Host: localhost:${daemon.port}`;
const auth = (): string => `Authorization: Bearer ${daemon.controlToken}`;
const send = (target: string, headers: readonly string[], method = 'GET', body = ''): Promise<RawAnswer> =>
  sendRaw(daemon.port, rawRequest(target, headers, method, body));
const codeOf = (answer: RawAnswer): string =>
  (JSON.parse(answer.text.slice(answer.text.indexOf('\r\n\r\n') + 4)) as Problem).code;

it('documents itself: every operation of the contract is in the OpenAPI document', () => {
  const named = operations.map(({ method, path }) => `${method} ${path.replace('/api/v1', '')}`);
  expect(named).toEqual(
    expect.arrayContaining([
      'GET /issuers',
      'POST /issuers',
      'GET /issuers/default',
      'DELETE /issuers/default',
      'GET /issuers/default/keys',
      'POST /issuers/default/keys/rotate',
      `POST /issuers/default/keys/${kid}/activate`,
      `POST /issuers/default/keys/${kid}/retire`,
      `POST /issuers/default/keys/${kid}/revoke`,
      'POST /issuers/default/keys/import',
      'POST /issuers/default/tokens',
      'GET /tokens',
      `GET /tokens/${jti}`,
      `POST /tokens/${jti}/revoke`,
      'POST /verify',
      'GET /events',
    ]),
  );
});

describe('a foreign Host', () => {
  it('is refused on every path, whatever the method, before anything else is looked at', async () => {
    for (const path of everyPath) {
      for (const method of ['GET', 'POST', 'OPTIONS']) {
        const answer = await send(path, ['Host: evil.test', auth()], method);
        expect({ path, method, status: answer.status }).toEqual({ path, method, status: 403 });
        expect(codeOf(answer)).toBe('forbidden_host');
        expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
        expect(answer.text).not.toContain('evil');
      }
    }
  });

  it.each([
    '127.0.0.1.nip.io',
    'rebind.network',
    'localhost.evil.test',
    'evil.test#localhost',
    '127.0.0.1@evil.test',
    '127.0.0.1, evil.test',
    '[::1',
    'localhost.',
    '127.1',
    '0x7f.1',
    '2130706433',
    '[::ffff:127.0.0.1]',
    'localhost:99999',
    'localhost:1',
    'localhost',
    '',
  ])('spelt %j is refused', async (host) => {
    // With our port, where the spelling does not have one, so that only the name is wrong; without it for plain localhost.
    const value =
      host === '' || host.includes(':9') || host.endsWith(':1') || host === 'localhost'
        ? host
        : `${host}:${daemon.port}`;
    const answer = await send('/api/v1/health', [`Host: ${value}`]);
    expect([400, 403]).toContain(answer.status);
  });

  it('beside a good one, in either order, is refused', async () => {
    for (const lines of [
      [here(), 'Host: evil.test'],
      ['Host: evil.test', here()],
      [here(), here()],
    ]) {
      const answer = await send('/issuers/default/.well-known/openid-configuration', lines);
      expect([400, 403]).toContain(answer.status);
    }
  });

  it('is not needed to be refused: no Host at all is 400, in HTTP/1.0 too', async () => {
    expect((await send('/api/v1/health', [])).status).toBe(400);
    expect((await sendRaw(daemon.port, 'GET /api/v1/health HTTP/1.0\r\n\r\n')).status).toBe(400);
  });

  it('is what every good spelling is not', async () => {
    for (const name of ['localhost', 'LOCALHOST', '127.0.0.1', '[::1]']) {
      expect((await send('/api/v1/health', [`Host: ${name}:${daemon.port}`])).status).toBe(200);
    }
  });
});

describe('a foreign Origin', () => {
  const origins = (): string[] => [
    'null',
    'https://evil.test',
    'http://localhost:1',
    `http://127.0.0.1:${daemon.port}.evil.test`,
    'http://[',
    `https://${'e'.repeat(10_000)}.test`,
    'vscode-webview://other',
    'file://',
  ];

  it('is refused on every path but the public documents, with the right credential too', async () => {
    for (const path of everyPath) {
      for (const method of ['GET', 'POST', 'OPTIONS']) {
        if (isPublic(path)) continue;
        const answer = await send(path, [here(), auth(), 'Origin: https://evil.test'], method);
        expect({ path, method, status: answer.status }).toEqual({ path, method, status: 403 });
        expect(codeOf(answer)).toBe('forbidden_origin');
        expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
      }
    }
  });

  it('in any spelling is refused by the control API and reads the public documents all the same', async () => {
    for (const origin of origins()) {
      const control = await send('/api/v1/issuers', [here(), auth(), `Origin: ${origin}`]);
      expect({ origin: origin.slice(0, 40), status: control.status }).toEqual({
        origin: origin.slice(0, 40),
        status: 403,
      });
      const open = await send('/issuers/default/.well-known/jwks.json', [here(), `Origin: ${origin}`]);
      expect({ status: open.status, cors: open.headers['access-control-allow-origin'] }).toEqual({
        status: 200,
        cors: '*',
      });
    }
    const twice = await send('/api/v1/issuers', [here(), auth(), 'Origin: https://a.test', 'Origin: https://b.test']);
    expect(twice.status).toBe(403);
  });

  it('that the browser only hints at by Sec-Fetch-Site is refused too', async () => {
    expect((await send('/api/v1/issuers', [here(), auth(), 'Sec-Fetch-Site: cross-site'])).status).toBe(403);
  });
});

describe('without the right credential', () => {
  /** The daemon slows down whoever guesses: 429 says to come again, and is no answer yet. */
  const statusOf = (method: string, path: string, credential: readonly string[]): Promise<number> =>
    waitFor(
      'an answer that is not 429',
      async () => {
        const answer = await send(path, [here(), ...credential], method);
        if (answer.status === 429) expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
        return answer.status !== 429 && answer.status;
      },
      60_000,
    );

  it('every operation of the API answers 401, and says how to come in', async () => {
    for (const { method, path } of operations) {
      if (OPEN.includes(path)) continue;
      for (const credential of [[], ['Authorization: Bearer wrong']]) {
        expect({ method, path, status: await statusOf(method, path, credential) }).toEqual({
          method,
          path,
          status: 401,
        });
      }
    }
    const answer = await waitFor('a 401', async () => {
      const tried = await send('/api/v1/issuers', [here()]);
      return tried.status === 401 && tried;
    });
    expect(answer.headers['www-authenticate']).toMatch(/^Bearer/);
  });

  it('nothing that resembles it is taken for it', async () => {
    const token = daemon.controlToken;
    const wrong = [
      [`Authorization: Bearer ${token}x`],
      [`Authorization: Bearer ${token.slice(0, -1)}`],
      [`Authorization: Bearer ${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`],
      [`Authorization: Bearer ${randomBytes(32).toString('base64url')}`],
      ['Authorization: Bearer '],
      [`Authorization: Bearer ${token} ${token}`],
      [`Authorization: Basic ${Buffer.from(`:${token}`).toString('base64')}`],
      [`Authorization: ${token}`],
      [auth(), auth()],
      [auth(), 'Authorization: Bearer wrong'],
      [`Cookie: token=${token}; controlToken=${token}`],
      [`X-Api-Key: ${token}`],
      [`Sec-WebSocket-Protocol: mintmark.bearer.${token}`],
    ];
    for (const credential of wrong) {
      expect([400, 401], String(wrong.indexOf(credential))).toContain(
        await statusOf('GET', '/api/v1/issuers', credential),
      );
    }
    expect(await statusOf('GET', `/api/v1/issuers?access_token=${token}&token=${token}`, [])).toBe(401);
    expect(await statusOf('GET', '/api/v1/issuers', [`authorization: bEARER ${token}`])).toBe(200);
  });

  it('health says that a daemon is there, and nothing more', async () => {
    const answer = await daemon.publicGet('/api/v1/health');
    const health = expectStatus<Record<string, unknown>>(answer, 200);
    expect(health).toMatchObject({ status: 'ok' });
    for (const secret of [daemon.controlToken, daemon.home]) expect(answer.text).not.toContain(secret);
  });

  it('guessing is slowed down with 429 and Retry-After, while the holder is still served', async () => {
    const guesses = await Promise.all(
      Array.from({ length: 100 }, () => send('/api/v1/issuers', [here(), 'Authorization: Bearer guess'])),
    );
    const slowed = guesses.filter(({ status }) => status === 429);
    expect(slowed.length).toBeGreaterThan(0);
    expect(Number(slowed[0]?.headers['retry-after'])).toBeGreaterThan(0);
    expect((await daemon.control('GET', '/issuers')).status).toBe(200);
  });
});

describe('the request line', () => {
  it.each([
    'http://evil.test/api/v1/issuers',
    '//evil.test/api/v1/issuers',
    '/\\evil.test',
    '//',
    '*',
    '/%00',
    '/issuers/../api/v1/issuers',
    '/%2e%2e/api/v1/issuers',
    '/API/V1/ISSUERS',
    '/api/v1/issuers/',
    '/api/v1/issuers;x',
    '/api/v1%2fissuers',
    '/api/v1/issuers%2fdefault',
    '/api//v1/issuers',
    '/api/v1/./issuers',
    '/api/v1/%69ssuers',
  ])('%s reaches nothing, with the right credential', async (target) => {
    const answer = await send(target, [here(), auth()]);
    expect([400, 404]).toContain(answer.status);
    expect(answer.text).not.toContain('evil');
    expect(answer.headers).not.toHaveProperty('location');
  });

  it.each(['TRACE', 'PROPFIND', 'PUT', 'PATCH'])('%s is refused with 405 and what is allowed', async (method) => {
    const answer = await send('/api/v1/issuers', [here(), auth()], method);
    expect(answer.status).toBe(405);
    expect(answer.headers.allow).toContain('GET');
  });

  it('with a method that none is, or a huge one, is refused', async () => {
    for (const method of ['get', 'CONNECT', 'X'.repeat(8192)]) {
      const { status } = await send('/api/v1/issuers', [here(), auth()], method);
      expect(status === null || status >= 400, method.slice(0, 8)).toBe(true);
    }
  });

  it('of a known path with another method is 405, of an unknown path 404, never 500', async () => {
    for (const path of everyPath) {
      for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH']) {
        if (method === 'DELETE' && path === '/api/v1/issuers/default') continue;
        if (method === 'POST' && (path.endsWith('/stop') || path.endsWith('/revoke'))) continue;
        const answer = await daemon.publicGet(path, {
          method,
          headers: { authorization: `Bearer ${daemon.controlToken}`, 'content-type': 'application/json' },
        });
        expect(answer.status, `${method} ${path}`).toBeLessThan(500);
        if (path.includes('nothing')) expect(answer.status, `${method} ${path}`).toBe(404);
      }
    }
  });
});

describe('the body', () => {
  const post = (body: string, headers: readonly string[]): Promise<RawAnswer> =>
    send('/api/v1/verify', [here(), auth(), ...headers], 'POST', body);

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json; charset=utf-16',
    'application/jsonp',
    '',
  ])('of type %j is refused with 415', async (type) => {
    const answer = await post('{"token":"x"}', type === '' ? [] : [`Content-Type: ${type}`]);
    expect(answer.status).toBe(415);
  });

  it('that is compressed is refused with 415', async () => {
    const answer = await post('{"token":"x"}', ['Content-Type: application/json', 'Content-Encoding: gzip']);
    expect(answer.status).toBe(415);
  });

  const json = 'Content-Type: application/json';
  it.each([
    ['nested a million deep', `${'['.repeat(1_000_000)}`],
    ['nested deeper than 64', `{"token":${'['.repeat(65)}${']'.repeat(65)}}`],
    ['with a member twice', '{"token":"a","token":"b"}'],
    ['with a member twice by an escape', '{"token":"a","tok\\u0065n":"b"}'],
    ['with NaN', '{"token":NaN}'],
    ['with a trailing comma', '{"token":"a",}'],
    ['with a byte order mark', '\xef\xbb\xbf{"token":"a"}'],
    ['with bytes that are not UTF-8', '{"token":"\xff"}'],
    ['with something behind it', '{"token":"a"} x'],
    ['empty', ''],
  ])('%s is no JSON', async (_what, body) => {
    const head = [
      `POST /api/v1/verify HTTP/1.1`,
      here(),
      auth(),
      json,
      `Content-Length: ${body.length}`,
      'Connection: close',
    ];
    const answer = await sendRaw(daemon.port, `${head.join('\r\n')}\r\n\r\n${body}`);
    expect({ status: answer.status, code: codeOf(answer) }).toEqual({ status: 400, code: 'invalid_json' });
  });

  it('with a member named __proto__ is refused and changes no object', async () => {
    const answer = await post('{"token":"a","__proto__":{"admin":true}}', [json]);
    expect({ status: answer.status, code: codeOf(answer) }).toEqual({ status: 400, code: 'invalid_request' });
    expect((await post('{"token":"a"}', [json])).status).toBe(200);
  });

  it('of more than a mebibyte is refused with 413, whether it is declared, sent or streamed', async () => {
    const big = JSON.stringify({ token: 'x'.repeat(1_048_577) });
    expect((await post(big, [json])).status).toBe(413);
    const declared = [`POST /api/v1/verify HTTP/1.1`, here(), auth(), json, 'Content-Length: 10737418240'];
    expect((await sendRaw(daemon.port, `${declared.join('\r\n')}\r\n\r\n`)).status).toBe(413);
    const chunk = `${(65_536).toString(16)}\r\n${'x'.repeat(65_536)}\r\n`;
    const head = ['POST /api/v1/verify HTTP/1.1', here(), auth(), json, 'Transfer-Encoding: chunked'];
    const streamed = (chunks: number, end: string) =>
      sendRaw(daemon.port, `${head.join('\r\n')}\r\n\r\n${chunk.repeat(chunks)}${end}`);
    expect((await streamed(20, '0\r\n\r\n')).status).toBe(413);
    // One that does not end is cut off: its sender may be too busy to read why.
    expect([413, null]).toContain((await streamed(160, '')).status);
  });

  it('framed in two ways, or in none that exists, is refused and the connection closed', async () => {
    const framings = [
      ['Content-Length: 5', 'Transfer-Encoding: chunked'],
      ['Content-Length: 5', 'Content-Length: 6'],
      ['Transfer-Encoding: xchunked'],
      ['Transfer-Encoding: chunked, chunked'],
      ['Content-Length: +5'],
      ['Content-Length: -1'],
    ];
    for (const framing of framings) {
      const head = [`POST /api/v1/verify HTTP/1.1`, here(), auth(), json, ...framing];
      const { status } = await sendRaw(daemon.port, `${head.join('\r\n')}\r\n\r\n0\r\n\r\n`);
      expect([400, 501], framing.join()).toContain(status);
    }
  });

  it('never finds its values in the refusal', async () => {
    const answer = await post('{"token":"a","expect":{"issuer":7,"secretive":"PLANTED"}}', [json]);
    expect(answer.status).toBe(400);
    expect(answer.text).not.toContain('PLANTED');
  });
});

describe('headers', () => {
  it('too long or too many are refused with 431', async () => {
    expect((await send('/api/v1/health', [here(), `X-Long: ${'x'.repeat(17_000)}`])).status).toBe(431);
    expect((await send(`/${'x'.repeat(17_000)}`, [here()])).status).toBe(431);
    const many = Array.from({ length: 2500 }, (_, n) => `X-${n}: x`);
    expect((await send('/api/v1/health', [here(), ...many])).status).toBe(431);
  });

  it('named like members of every object do no harm', async () => {
    for (const name of ['__proto__', 'constructor', 'hasOwnProperty', 'toString']) {
      expect((await send('/api/v1/health', [here(), `${name}: x`, `${name}: y`])).status).toBe(200);
    }
  });

  it('that guard a browser are on every answer, refusals included', async () => {
    for (const path of everyPath) {
      for (const lines of [[here(), auth()], [here()], ['Host: evil.test'], [here(), 'Origin: https://evil.test']]) {
        const { headers, status } = await send(path, lines);
        const where = `${status} ${path}`;
        expect(headers['x-content-type-options'], where).toBe('nosniff');
        expect(headers['content-security-policy'], where).toContain("default-src 'none'");
        expect(headers['content-security-policy'], where).toContain("frame-ancestors 'none'");
        expect(headers['cross-origin-resource-policy'], where).toMatch(/^(same-origin|cross-origin)$/);
        expect(headers['x-frame-options'], where).toBe('DENY');
        expect(headers['referrer-policy'], where).toBe('no-referrer');
        expect(headers['cache-control'], where).toMatch(isPublic(path) && status === 200 ? /^public/ : /no-store/);
        expect(headers['content-type'] ?? 'application/json', where).toMatch(/^application\/\S*json/);
        expect(headers, where).not.toHaveProperty('x-powered-by');
      }
    }
  });

  it('tell three different failures apart only by their code, and name a correlation', async () => {
    const answer = await daemon.control('POST', '/issuers/nobody/tokens', {});
    const problem = answer.json<Problem & { correlationId?: string }>();
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(problem).toMatchObject({ status: 404, code: 'issuer_not_found' });
    expect(problem.correlationId).toMatch(/\S/);
  });
});

describe('bytes that are no HTTP', () => {
  it.each([
    ['a TLS ClientHello', Buffer.from('16030100c8010000c40303', 'hex')],
    ['an HTTP/2 preface', Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')],
    ['an SSH banner', Buffer.from('SSH-2.0-OpenSSH_9.2\r\n')],
    ['a megabyte of noise', randomBytes(1_048_576)],
  ])('%s is refused or cut off', async (_what, bytes) => {
    const { status } = await sendRaw(daemon.port, bytes);
    expect(status === null || status >= 400).toBe(true);
    expect((await daemon.publicGet('/api/v1/health')).status).toBe(200);
  });
});

describe('the upgrade to the live channel', () => {
  it('is refused for a foreign Host or Origin with 403, before the credential is looked at', async () => {
    expect(await refusedUpgrade(daemon, '/api/v1/live', { headers: { host: 'evil.test' } })).toBe(403);
    for (const origin of ['https://evil.test', 'null', 'file://', 'vscode-webview://other']) {
      expect(await refusedUpgrade(daemon, '/api/v1/live', { headers: { origin } })).toBe(403);
      expect(await refusedUpgrade(daemon, '/api/v1/live', { headers: { origin }, authorize: false })).toBe(403);
    }
  });

  it('is refused without the credential or with a wrong one with 401', async () => {
    const token = daemon.controlToken;
    const attempts = [
      {},
      { headers: { authorization: 'Bearer wrong' } },
      { protocols: ['mintmark.v1', 'mintmark.bearer.wrong'] },
      { protocols: [`mintmark.bearer.${token}x`] },
      { headers: { cookie: `token=${token}` } },
    ];
    for (const attempt of attempts) {
      const status = await waitFor('an answer that is not 429', async () => {
        const got = await refusedUpgrade(daemon, '/api/v1/live', { authorize: false, ...attempt });
        return got !== 429 && got;
      });
      expect(status).toBe(401);
    }
    const byQuery = await waitFor('an answer that is not 429', async () => {
      const got = await refusedUpgrade(daemon, `/api/v1/live?token=${token}&access_token=${token}`, {
        authorize: false,
      });
      return got !== 429 && got;
    });
    expect([400, 401, 404]).toContain(byQuery);
  });

  it('is refused anywhere else', async () => {
    for (const path of ['/', '/api/v1/issuers', '/api/v1/live/', '/api/v1/LIVE', '/nothing']) {
      expect([400, 404, 426], path).toContain(await refusedUpgrade(daemon, path));
    }
  });

  it('in a form that RFC 6455 does not know is refused', async () => {
    const upgrade = (...lines: string[]) =>
      sendRaw(
        daemon.port,
        `${['GET /api/v1/live HTTP/1.1', here(), auth(), 'Connection: Upgrade', ...lines].join('\r\n')}\r\n\r\n`,
      );
    const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
    const version = 'Sec-WebSocket-Version: 13';
    const many = Array.from({ length: 2000 }, (_, n) => `X-${n}: x`);
    const attempts: [string, string[]][] = [
      ['an old version', ['Upgrade: websocket', key, 'Sec-WebSocket-Version: 8']],
      ['a bad key', ['Upgrade: websocket', 'Sec-WebSocket-Key: short', version]],
      ['no key', ['Upgrade: websocket', version]],
      ['another protocol', ['Upgrade: h2c', key, version]],
      ['2,000 headers', ['Upgrade: websocket', key, version, ...many]],
      ['a protocol of blanks', ['Upgrade: websocket', key, version, `Sec-WebSocket-Protocol: ${' '.repeat(32_768)}`]],
    ];
    for (const [what, lines] of attempts) {
      const { status } = await upgrade(...lines);
      expect(status === null || (status >= 400 && status < 500), `${what}: ${status}`).toBe(true);
    }
  });
});

describe('the address', () => {
  it('is loopback and no other', async () => {
    const others = Object.values(networkInterfaces())
      .flat()
      .filter((address) => address !== undefined && !address.internal && address.family === 'IPv4')
      .map((address) => address?.address ?? '');
    for (const host of others) {
      const reached = await new Promise<boolean>((resolve) => {
        const socket = connect({ host, port: daemon.port, timeout: 2000 });
        const end = (answer: boolean) => () => {
          socket.destroy();
          resolve(answer);
        };
        socket.on('connect', end(true)).on('error', end(false)).on('timeout', end(false));
      });
      expect(reached, host).toBe(false);
    }
    for (const host of ['127.0.0.1', '[::1]']) {
      const answer = await ask(`http://${host}:${daemon.port}/api/v1/health`).catch(() => null);
      if (host === '127.0.0.1') expect(answer?.status).toBe(200);
    }
  });
});

const isRoot = process.getuid?.() === 0;
const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find((path) => existsSync(path));

describe.skipIf(!isRoot || setpriv === undefined)('another user of the machine (needs root and setpriv)', () => {
  // The project may lie where the other user cannot go: the program and its runtime are laid where everyone can.
  let place: string;
  const asNobody = (file: string, ...args: string[]) =>
    run(String(setpriv), ['--reuid=65534', '--regid=65534', '--clear-groups', file, ...args], {
      cwd: place,
      env: { PATH: '/usr/bin:/bin', HOME: place, MINTMARK_HOME: join(place, 'own') },
    }).done;

  beforeAll(() => {
    place = mkdtempSync(join(tmpdir(), 'mintmark-nobody-'));
    chmodSync(place, 0o777);
    cpSync(join(BUNDLE, '..'), join(place, 'dist'), { recursive: true });
    cpSync(NODE, join(place, 'node'));
    chmodSync(join(place, 'node'), 0o755);
    chmodSync(join(daemon.home, '..'), 0o755);
  });
  afterAll(() => rmSync(place, { recursive: true, force: true }));

  const program = (...args: string[]) => asNobody(join(place, 'node'), join(place, 'dist/mintmark.js'), ...args);

  it('can read no file of the state directory', async () => {
    expect((await asNobody('/bin/ls', daemon.home)).code).not.toBe(0);
    for (const name of readdirSync(daemon.home)) {
      const { code, stdout } = await asNobody('/bin/cat', join(daemon.home, name));
      expect({ name, refused: code !== 0, stdout }).toEqual({ name, refused: true, stdout: '' });
    }
  });

  it('gets 401 over the network', async () => {
    const request = `fetch('${daemon.baseUrl}/api/v1/issuers').then((answer) => console.log(answer.status))`;
    const { stdout } = await asNobody(join(place, 'node'), '-e', request);
    expect(['401', '429']).toContain(stdout.trim());
  });

  it('can neither mint, ask, stop nor serve with that state directory', async () => {
    for (const command of [['mint'], ['issuers', 'list'], ['stop'], ['backup', join(place, 'stolen.db')], ['status']]) {
      const { code, stdout } = await program(...command, '--home', daemon.home);
      expect({ command, code, stdout }).toMatchObject({ command, code: 3 });
      expect(stdout).not.toContain(daemon.controlToken);
    }
    expect((await program('serve', '--port', '0', '--home', daemon.home)).code).toBe(3);
    expect(isAlive(daemon.pid)).toBe(true);
  });

  it('can verify what anyone can verify', async () => {
    const { token } = await mint(daemon, 'default', { audience: 'them' });
    const args = ['verify', token, '--url', `${daemon.baseUrl}/issuers/default`, '--audience', 'them'];
    expect(await program(...args)).toMatchObject({ code: 0, stdout: 'Token verified\n' });
  });
});
