import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Daemon, mint, startDaemon } from '../support/daemon.ts';
import { connectLive, type Live } from '../support/live.ts';
import { createRandom, mutateBytes, mutateJson, pickFrom, type Random } from './mutation.ts';
import { expectServed } from './served.ts';
import { exchange } from './sockets.ts';

const RAW_REQUESTS = 3_000;
const JSON_REQUESTS = 1_500;
const FRAME_SESSIONS = 1_000;
const MESSAGES = 4_000;
const AT_ONCE = 16;
/** So many tests send what is to be sent many times: no one of them takes minutes on a slow machine. */
const PARTS = [0, 1, 2, 3];
/** Live connections at once; each stays below the rate that the channel allows. */
const LIVE_AT_ONCE = 8;
/** Fixed, so that every run sends the same; change it to look elsewhere. */
const SEED = 6468;

const JOB = { matrix: { os: 'linux' }, options: { environment: 'production', repository: 'acme/widgets' } };
const WORKFLOW = `
on: { push: { branches: [main] } }
jobs:
  deploy: { permissions: { id-token: write }, strategy: { matrix: { os: [linux, windows] } }, runs-on: x, steps: [] }
`;

describe('a daemon that is sent nonsense', () => {
  let daemon: Daemon;
  let token: string;

  beforeAll(async () => {
    daemon = await startDaemon();
    ({ token } = await mint(daemon));
  });

  afterAll(async () => {
    await daemon.stop();
  });

  async function inParallel(
    first: number,
    total: number,
    act: (random: Random, index: number) => Promise<void>,
  ): Promise<void> {
    const run = async (start: number): Promise<void> => {
      for (let index = start; index < first + total; index += AT_ONCE) await act(createRandom(SEED + index), index);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, (_, start) => run(first + start)));
  }

  function writeSeed(target: string, method = 'GET', body?: unknown, extra: readonly string[] = []): Buffer {
    const text = body === undefined ? '' : JSON.stringify(body);
    const lines = [
      `${method} ${target} HTTP/1.1`,
      `Host: localhost:${daemon.port}`,
      `Authorization: Bearer ${daemon.controlToken}`,
      ...extra,
      ...(text ? ['Content-Type: application/json', `Content-Length: ${Buffer.byteLength(text)}`] : []),
      'Connection: close',
    ];
    return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${text}`);
  }

  const bodies = (): [path: string, body: unknown][] => [
    [
      '/api/v1/verify',
      { token, expect: { issuer: `${daemon.baseUrl}/issuers/default`, audience: ['a'], leewaySeconds: 5 } },
    ],
    [
      '/api/v1/verify',
      {
        token,
        expect: {},
        keys: {
          keys: [
            { kty: 'RSA', n: 'AQAB', e: 'AQAB', kid: 'k' },
            { kty: 'oct', k: 'AA' },
          ],
        },
      },
    ],
    [
      '/api/v1/issuers/default/tokens',
      { subject: 's', audience: 'a', claims: { a: { b: [1] } }, header: { typ: 'at+jwt' }, ttlSeconds: 60 },
    ],
    ['/api/v1/issuers', { slug: 'default', platform: 'generic', alg: 'ES256', tokenTtlSeconds: 60 }],
    [
      '/api/v1/issuers/default/keys/import',
      { jwk: { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA', d: 'AA' }, kid: 'k', activate: false },
    ],
    ['/api/v1/issuers/default/keys/schedule', { everySeconds: null }],
    ['/api/v1/issuers/default/keys/x/plan', { activateAfterSeconds: 60 }],
    ['/api/v1/clock', { freeze: false, advanceSeconds: 1 }],
    ['/api/v1/tokens/x/revoke', {}],
    [
      '/api/v1/issuers/default/keys/import-directory',
      {
        files: [1, 2].map((n) => ({
          name: `${n}.pem`,
          pem: '-----BEGIN PRIVATE KEY-----\nAA\n-----END PRIVATE KEY-----',
        })),
      },
    ],
    ['/api/v1/issuers/github-actions/options', { options: { enterprise: 'acme' }, confirm: true }],
    ['/api/v1/issuers/github-actions/jobs/describe', { event: 'pull_request', ref: 'refs/heads/a', ...JOB }],
    ['/api/v1/issuers/github-actions/jobs/list', { file: '/nowhere/.github/workflows/ci.yml', text: WORKFLOW, ...JOB }],
    [
      '/api/v1/issuers/github-actions/runs',
      {
        event: 'push',
        audience: ['a'],
        runDirectory: '/nowhere',
        workspace: '/',
        leaseSeconds: 10,
        address: '::1',
        ...JOB,
      },
    ],
  ];

  it.each(PARTS)(`answers ${RAW_REQUESTS} mutated requests with anything but a 500, part %i`, async (part) => {
    const upgrade = [
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    ];
    const seeds = [
      writeSeed('/issuers/default/.well-known/openid-configuration'),
      writeSeed('/issuers/default/.well-known/jwks.json', 'HEAD'),
      writeSeed('/.well-known/oauth-authorization-server/issuers/default', 'GET', undefined, ['If-None-Match: "x"']),
      writeSeed('/api/v1/tokens?limit=5&cursor=1'),
      writeSeed('/api/v1/events?since=0&limit=10'),
      writeSeed('/api/v1/issuers/default/keys', 'OPTIONS', undefined, ['Origin: https://evil.example']),
      writeSeed('/api/v1/health', 'GET', undefined, [`Mintmark-Nonce: ${randomBytes(24).toString('base64url')}`]),
      writeSeed('/api/v1/live', 'GET', undefined, ['Connection: Upgrade', ...upgrade]),
      ...bodies().map(([path, body]) => writeSeed(path, 'POST', body)),
    ];
    await inParallel(part * RAW_REQUESTS, RAW_REQUESTS, async (random, index) => {
      const bytes = mutateBytes(random, pickFrom(random, seeds));
      const answer = await exchange(daemon.port, bytes);
      expect(answer, `request ${index} hangs`).not.toBeNull();
      expect(/HTTP\/1\.1 500 /.test(answer ?? ''), `request ${index}: ${answer?.slice(0, 300)}`).toBe(false);
    });
    await expectServed(daemon);
  });

  it.each(PARTS)(
    `answers ${JSON_REQUESTS} well-formed requests with mutated members with anything but a 500, part %i`,
    async (part) => {
      await inParallel(part * JSON_REQUESTS, JSON_REQUESTS, async (random, index) => {
        const [path, body] = pickFrom(random, bodies());
        const answer = await daemon.control('POST', path.slice('/api/v1'.length), mutateJson(random, body));
        expect(answer.status, `request ${index} to ${path}: ${answer.text.slice(0, 300)}`).not.toBe(500);
        expect(answer.text, `request ${index} reaches no operation`).not.toContain('"code":"not_found"');
      });
      await expectServed(daemon);
    },
  );

  it('is not confused by headers that are named like members of Object', async () => {
    const names = ['__proto__', 'constructor', 'hasOwnProperty', 'prototype', 'toString', 'valueOf'];
    for (const target of ['/api/v1/health', '/issuers/default/.well-known/jwks.json', '/api/v1/issuers', '/nowhere']) {
      const answer = await exchange(
        daemon.port,
        writeSeed(
          target,
          'GET',
          undefined,
          names.map((name) => `${name}: x`),
        ),
      );
      expect(answer).toMatch(/^HTTP\/1\.1 (200|404) /);
    }
    await expectServed(daemon);
  });

  it(`survives ${FRAME_SESSIONS} live connections of mutated frames`, async () => {
    const hello = writeSeed('/api/v1/live', 'GET', undefined, [
      ...[
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
      ],
    ]);
    const upgrade = Buffer.from(hello.toString('latin1').replace('Connection: close', 'Connection: Upgrade'), 'latin1');
    await inParallel(0, FRAME_SESSIONS, async (random, index) => {
      const frames = Array.from({ length: 10 }, () =>
        mutateBytes(random, writeFrame(random, { jsonrpc: '2.0', id: 1, method: 'status' })),
      );
      const answer = await exchange(daemon.port, Buffer.concat([upgrade, ...frames]));
      expect(answer, `session ${index} hangs`).not.toBeNull();
    });
    await expectServed(daemon);
  });

  it(`answers ${MESSAGES} mutated JSON-RPC messages without an internal error`, async () => {
    const calls = bodies().map(([path, body]) => ({
      method: nameMethod(path),
      params: Object.assign({}, readMembers(path), body),
    }));
    const ask = async (start: number): Promise<number> => {
      let answered = 0;
      let live = await connectLive(daemon);
      for (let index = start; index < MESSAGES; index += LIVE_AT_ONCE) {
        if (live.socket.readyState !== live.socket.OPEN) live = await connectLive(daemon);
        const random = createRandom(SEED + index);
        const { method, params } = pickFrom(random, calls);
        // Every twentieth is broken in its envelope too: three of those may end the connection.
        const envelope = { jsonrpc: '2.0', method };
        const sent = random() < 0.05 ? Object(mutateJson(random, envelope)) : envelope;
        live.socket.send(JSON.stringify({ ...sent, id: index, params: mutateJson(random, params) }));
        const answer = await nextAnswer(live);
        expect(answer?.error?.data?.code, `message ${index}`).not.toBe('internal');
        if (answer) answered += 1;
      }
      await live.close();
      return answered;
    };
    const answered = await Promise.all(Array.from({ length: LIVE_AT_ONCE }, (_, start) => ask(start)));
    expect(answered.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(MESSAGES * 0.9);
    await expectServed(daemon);
  });
});

/** The next message, or null when the connection ends instead. */
function nextAnswer({ socket }: Live): Promise<{ error?: { data?: { code?: string } } } | null> {
  return new Promise((resolve) => {
    const ended = (): void => resolve(null);
    socket.once('close', ended);
    socket.once('message', (data) => {
      socket.off('close', ended);
      resolve(JSON.parse(String(data)));
    });
  });
}

/** A masked text frame (RFC 6455 §5.2). */
function writeFrame(random: Random, message: unknown): Buffer {
  const payload = Buffer.from(JSON.stringify(message));
  const mask = Buffer.from([random() * 256, random() * 256, random() * 256, random() * 256]);
  const masked = payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0));
  return Buffer.concat([Buffer.from([0x81, 0x80 | payload.length]), mask, masked]);
}

/** The operation behind a path of `bodies`. */
function nameMethod(path: string): string {
  const names: Record<string, string> = {
    '/api/v1/verify': 'verify',
    '/api/v1/issuers/default/tokens': 'tokens.mint',
    '/api/v1/issuers': 'issuers.create',
    '/api/v1/issuers/default/keys/import': 'keys.import',
    '/api/v1/issuers/default/keys/schedule': 'keys.schedule',
    '/api/v1/issuers/default/keys/x/plan': 'keys.plan',
    '/api/v1/clock': 'clock.set',
    '/api/v1/tokens/x/revoke': 'tokens.revoke',
    '/api/v1/issuers/default/keys/import-directory': 'keys.importDirectory',
    '/api/v1/issuers/github-actions/options': 'issuers.configure',
    '/api/v1/issuers/github-actions/jobs/describe': 'jobs.describe',
    '/api/v1/issuers/github-actions/jobs/list': 'jobs.list',
    '/api/v1/issuers/github-actions/runs': 'runs.start',
  };
  return names[path] ?? 'status';
}

/** What such a path says and a JSON-RPC message says among its parameters. */
function readMembers(path: string): Record<string, string> {
  const [, kind, name = ''] = /^\/api\/v1\/(issuers|tokens)\/([^/]+)/.exec(path) ?? [];
  const [, kid] = /\/keys\/([^/]+)\//.exec(path) ?? [];
  return kind === undefined ? {} : { [kind === 'issuers' ? 'slug' : 'jti']: name, ...(kid && { kid }) };
}
