import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type RawAnswer, sendRaw } from '../support/raw-socket.ts';
import { codeOf, isPublic, raiseTarget, speakTo } from '../support/target.ts';
import type { Problem } from '../support/wire.ts';

const target = raiseTarget();
const { here, auth, send } = speakTo(target);

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

  it('with a method that no path has is refused with 501, and with nothing that is allowed', async () => {
    const answer = await send('/issuers/default/.well-known/jwks.json', [here()], 'BREW');
    expect(answer.status).toBe(501);
    expect(answer.headers).not.toHaveProperty('allow');
  });

  it('with a method that none is, or a huge one, is refused', async () => {
    for (const method of ['get', 'CONNECT', 'X'.repeat(8192)]) {
      const { status } = await send('/api/v1/issuers', [here(), auth()], method);
      expect(status === null || status >= 400, method.slice(0, 8)).toBe(true);
    }
  });

  it('of a known path with another method is 405, of an unknown path 404, never 500', async () => {
    for (const path of target.everyPath) {
      for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH']) {
        if (method === 'DELETE' && path === '/api/v1/issuers/default') continue;
        if (method === 'POST' && (path.endsWith('/stop') || path.endsWith('/revoke'))) continue;
        const answer = await target.daemon.publicGet(path, {
          method,
          headers: { authorization: `Bearer ${target.daemon.controlToken}`, 'content-type': 'application/json' },
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
    ['of blanks alone', '  '],
  ])('%s is no JSON', async (_what, body) => {
    const head = [
      `POST /api/v1/verify HTTP/1.1`,
      here(),
      auth(),
      json,
      `Content-Length: ${body.length}`,
      'Connection: close',
    ];
    const answer = await sendRaw(target.daemon.port, `${head.join('\r\n')}\r\n\r\n${body}`);
    expect({ status: answer.status, code: codeOf(answer) }).toEqual({ status: 400, code: 'invalid_json' });
  });

  it('of no bytes is none, whatever type it would have', async () => {
    const answer = await send('/api/v1/verify', [here(), auth(), json, 'Content-Length: 0'], 'POST');
    expect({ status: answer.status, code: codeOf(answer) }).toEqual({ status: 400, code: 'invalid_request' });
    const rotated = await send('/api/v1/issuers/default/keys/rotate', [here(), auth(), json], 'POST');
    expect(rotated.status).toBe(200);
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
    expect((await sendRaw(target.daemon.port, `${declared.join('\r\n')}\r\n\r\n`)).status).toBe(413);
    const chunk = `${(65_536).toString(16)}\r\n${'x'.repeat(65_536)}\r\n`;
    const head = ['POST /api/v1/verify HTTP/1.1', here(), auth(), json, 'Transfer-Encoding: chunked'];
    const streamed = (chunks: number, end: string) =>
      sendRaw(target.daemon.port, `${head.join('\r\n')}\r\n\r\n${chunk.repeat(chunks)}${end}`);
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
      const { status } = await sendRaw(target.daemon.port, `${head.join('\r\n')}\r\n\r\n0\r\n\r\n`);
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
    for (const path of target.everyPath) {
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
    const answer = await target.daemon.control('POST', '/issuers/nobody/tokens', {});
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
    const { status } = await sendRaw(target.daemon.port, bytes);
    expect(status === null || status >= 400).toBe(true);
    expect((await target.daemon.publicGet('/api/v1/health')).status).toBe(200);
  });
});
