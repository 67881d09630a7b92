import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { expectStatus } from '../support/daemon.ts';
import { refusedUpgrade } from '../support/live.ts';
import { sendRaw } from '../support/raw-socket.ts';
import { codeOf, isPublic, OPEN, raiseTarget, speakTo } from '../support/target.ts';
import { waitFor } from '../support/wait.ts';

const target = raiseTarget();
const { here, auth, send } = speakTo(target);

it('documents itself: every operation of the contract is in the OpenAPI document', () => {
  const named = target.operations.map(({ method, path }) => `${method} ${path.replace('/api/v1', '')}`);
  expect(named).toEqual(
    expect.arrayContaining([
      'GET /issuers',
      'POST /issuers',
      'GET /issuers/default',
      'DELETE /issuers/default',
      'GET /issuers/default/keys',
      'POST /issuers/default/keys/rotate',
      `POST /issuers/default/keys/${target.kid}/activate`,
      `POST /issuers/default/keys/${target.kid}/retire`,
      `POST /issuers/default/keys/${target.kid}/revoke`,
      'POST /issuers/default/keys/import',
      'POST /issuers/default/tokens',
      'GET /tokens',
      `GET /tokens/${target.jti}`,
      `POST /tokens/${target.jti}/revoke`,
      'POST /verify',
      'GET /events',
    ]),
  );
});

describe('a foreign Host', () => {
  it('is refused on every path, whatever the method, before anything else is looked at', async () => {
    for (const path of target.everyPath) {
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
    // With our port, where the spelling does not have one, so that only the name is
    // wrong; without it for plain localhost.
    const value =
      host === '' || host.includes(':9') || host.endsWith(':1') || host === 'localhost'
        ? host
        : `${host}:${target.daemon.port}`;
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
    expect((await sendRaw(target.daemon.port, 'GET /api/v1/health HTTP/1.0\r\n\r\n')).status).toBe(400);
  });

  it('is what every good spelling is not', async () => {
    for (const name of ['localhost', 'LOCALHOST', '127.0.0.1', '[::1]']) {
      expect((await send('/api/v1/health', [`Host: ${name}:${target.daemon.port}`])).status).toBe(200);
    }
  });
});

describe('a foreign Origin', () => {
  const origins = (): string[] => [
    'null',
    'https://evil.test',
    'http://localhost:1',
    `http://127.0.0.1:${target.daemon.port}.evil.test`,
    'http://[',
    `https://${'e'.repeat(10_000)}.test`,
    'vscode-webview://other',
    'file://',
  ];

  it('is refused on every path but the public documents, with the right credential too', async () => {
    for (const path of target.everyPath) {
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
  /** The target.daemon slows down whoever guesses: 429 says to come again, and is no answer yet. */
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
    for (const { method, path } of target.operations) {
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
    const token = target.daemon.controlToken;
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

  it('health says that a target.daemon is there, and nothing more', async () => {
    const answer = await target.daemon.publicGet('/api/v1/health');
    const health = expectStatus<Record<string, unknown>>(answer, 200);
    expect(health).toMatchObject({ status: 'ok' });
    for (const secret of [target.daemon.controlToken, target.daemon.home]) expect(answer.text).not.toContain(secret);
  });

  it('guessing is slowed down with 429 and Retry-After, while the holder is still served', async () => {
    const guesses = await Promise.all(
      Array.from({ length: 100 }, () => send('/api/v1/issuers', [here(), 'Authorization: Bearer guess'])),
    );
    const slowed = guesses.filter(({ status }) => status === 429);
    expect(slowed.length).toBeGreaterThan(0);
    expect(Number(slowed[0]?.headers['retry-after'])).toBeGreaterThan(0);
    expect((await target.daemon.control('GET', '/issuers')).status).toBe(200);
  });
});

describe('the upgrade to the live channel', () => {
  it('is refused for a foreign Host or Origin with 403, before the credential is looked at', async () => {
    expect(await refusedUpgrade(target.daemon, '/api/v1/live', { headers: { host: 'evil.test' } })).toBe(403);
    for (const origin of ['https://evil.test', 'null', 'file://', 'vscode-webview://other']) {
      expect(await refusedUpgrade(target.daemon, '/api/v1/live', { headers: { origin } })).toBe(403);
      expect(await refusedUpgrade(target.daemon, '/api/v1/live', { headers: { origin }, authorize: false })).toBe(403);
    }
  });

  it('is refused without the credential or with a wrong one with 401', async () => {
    const token = target.daemon.controlToken;
    const attempts = [
      {},
      { headers: { authorization: 'Bearer wrong' } },
      { protocols: ['mintmark.v1', 'mintmark.bearer.wrong'] },
      { protocols: [`mintmark.bearer.${token}x`] },
      { headers: { cookie: `token=${token}` } },
    ];
    for (const attempt of attempts) {
      const status = await waitFor('an answer that is not 429', async () => {
        const got = await refusedUpgrade(target.daemon, '/api/v1/live', { authorize: false, ...attempt });
        return got !== 429 && got;
      });
      expect(status).toBe(401);
    }
    const byQuery = await waitFor('an answer that is not 429', async () => {
      const got = await refusedUpgrade(target.daemon, `/api/v1/live?token=${token}&access_token=${token}`, {
        authorize: false,
      });
      return got !== 429 && got;
    });
    expect([400, 401, 404]).toContain(byQuery);
  });

  it('is refused anywhere else', async () => {
    for (const path of ['/', '/api/v1/issuers', '/api/v1/live/', '/api/v1/LIVE', '/nothing']) {
      expect([400, 404, 426], path).toContain(await refusedUpgrade(target.daemon, path));
    }
  });

  it('in a form that RFC 6455 does not know is refused', async () => {
    const upgrade = (...lines: string[]) =>
      sendRaw(
        target.daemon.port,
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
