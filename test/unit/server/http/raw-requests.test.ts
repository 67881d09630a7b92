import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { OPERATIONS } from '../../../../daemon/protocol/operations.ts';
import { listOperationNames } from '../../../../daemon/server/control-api/routes.ts';
import { sendRaw } from '../../../support/raw-socket.ts';
import { codeOf, startTestDaemon, type TestDaemon } from '../setup.ts';

let daemon: TestDaemon;
beforeAll(async () => {
  daemon = await startTestDaemon();
});
afterAll(() => daemon.stop());
/** Whatever was sent, the daemon still serves. */
afterEach(async () => {
  expect((await daemon.raw('/api/v1/health')).status).toBe(200);
});

const here = (): string => `Host: localhost:${daemon.port}`;
const JSON_TYPE = 'Content-Type: application/json';

function sendHead(lines: readonly string[], body: string | Buffer = '', line = 'POST /api/v1/verify HTTP/1.1') {
  const head = Buffer.from(`${[line, here(), ...daemon.holder, ...lines].join('\r\n')}\r\n\r\n`, 'latin1');
  return sendRaw(daemon.port, Buffer.concat([head, Buffer.from(body)]));
}

describe('framing (H7)', () => {
  it.each([
    ['a length and chunks', ['Content-Length: 5', 'Transfer-Encoding: chunked'], 400, 'invalid_request'],
    ['two lengths', ['Content-Length: 5', 'Content-Length: 6'], 400, 'invalid_request'],
    ['a signed length', ['Content-Length: +5'], 400, 'invalid_request'],
    ['a negative length', ['Content-Length: -1'], 400, 'invalid_request'],
    ['a blank before the colon', ['Content-Length : 5'], 400, 'bad_target'],
    ['a folded line', ['X: a', ' b'], 400, 'bad_target'],
    ['an unknown coding', ['Transfer-Encoding: xchunked'], 501, 'unsupported_transfer'],
  ])('%s: refused and closed', async (_what, lines, status, code) => {
    const answer = await sendHead([JSON_TYPE, ...lines], '0\r\n\r\n');
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(`"code":"${code}"`);
    expect(answer.headers.connection).toBe('close');
  });

  it('a chunk extension of a megabyte is refused', async () => {
    const answer = await sendHead([JSON_TYPE, 'Transfer-Encoding: chunked'], `5;${'x'.repeat(1_000_000)}\r\nhello\r\n`);
    expect([400, 413]).toContain(answer.status);
  });
});

describe('size', () => {
  it('of the head is bounded (H8)', async () => {
    const tooMuch = [
      daemon.raw('/api/v1/health', [`X: ${'x'.repeat(17_000)}`]),
      daemon.raw(`/${'x'.repeat(17_000)}`),
      daemon.raw(
        '/api/v1/health',
        Array.from({ length: 2_500 }, (_, n) => `X-${n}: x`),
      ),
      daemon.raw(
        '/api/v1/health',
        Array.from({ length: 120 }, () => 'X: x'),
      ),
    ];
    for (const answer of await Promise.all(tooMuch)) {
      expect({ status: answer.status, code: codeOf(answer) }).toEqual({ status: 431, code: 'headers_too_large' });
    }
  });

  it('of the body is bounded, declared or streamed (H16)', async () => {
    const body = JSON.stringify({ token: 'x'.repeat(1_048_577) });
    const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`;
    const answers = [
      await sendHead([JSON_TYPE, `Content-Length: ${body.length}`], body),
      await sendHead([JSON_TYPE, 'Content-Length: 10737418240']),
      await sendHead([JSON_TYPE, 'Transfer-Encoding: chunked'], chunk.repeat(80)),
      await sendHead([JSON_TYPE, 'Transfer-Encoding: chunked'], `${chunk.repeat(20)}0\r\n\r\n`),
    ];
    expect(answers.map(({ status }) => status)).toEqual([413, 413, 413, 413]);
  });

  it('just within the bound is read', async () => {
    const body = JSON.stringify({ token: 'x'.repeat(1_048_576 - '{"token":""}'.length) });
    expect((await sendHead([JSON_TYPE, `Content-Length: ${body.length}`], body)).status).toBe(200);
  });
});

describe('expectations', () => {
  it('of anything but 100-continue are refused (H19)', async () => {
    const answer = await sendHead(['Expect: junk', JSON_TYPE, 'Content-Length: 13'], '{"token":"x"}');
    expect({ status: answer.status, code: codeOf(answer) }).toEqual({ status: 417, code: 'expectation_failed' });
  });

  it('of 100-continue are met only for who may send', async () => {
    const lines = ['Expect: 100-continue', JSON_TYPE, 'Content-Length: 13'];
    const head = `${['POST /api/v1/verify HTTP/1.1', here(), 'Authorization: Bearer no', ...lines].join('\r\n')}\r\n\r\n`;
    expect((await sendRaw(daemon.port, head)).status).toBe(401);
    expect((await sendHead(lines, '{"token":"x"}')).text).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK/);
  });
});

describe('methods (H18)', () => {
  it.each(['TRACE', 'PROPFIND', 'PATCH'])('%s is refused with what is allowed', async (method) => {
    const answer = await daemon.raw('/api/v1/issuers', daemon.holder, method);
    expect(answer).toMatchObject({ status: 405, headers: { allow: 'GET, POST' } });
  });

  it.each(['get', 'BREW', 'GETX', 'DESCRIBE'])(
    '%s, which none of ours is anywhere, is not implemented',
    async (method) => {
      for (const path of ['/api/v1/issuers', '/issuers/default/.well-known/jwks.json', '/nothing']) {
        const answer = await daemon.raw(path, daemon.holder, method);
        expect(answer).toMatchObject({ status: 501, headers: { connection: 'close' } });
        expect(answer.headers).not.toHaveProperty('allow');
        expect(codeOf(answer)).toBe('method_not_implemented');
      }
    },
  );

  it.each(['X'.repeat(8_192), 'CONNECT'])('%.8s is no method', async (method) => {
    expect((await daemon.raw('/api/v1/issuers', daemon.holder, method)).status).toBe(400);
  });
});

it('HTTP/1.0 without a Host is refused (H2)', async () => {
  expect((await sendRaw(daemon.port, 'GET /api/v1/health HTTP/1.0\r\n\r\n')).status).toBe(400);
});

it('headers named like members of every object do no harm (H9)', async () => {
  const names = ['__proto__', 'constructor', 'hasOwnProperty', 'toString'];
  expect(
    (
      await daemon.raw(
        '/api/v1/health',
        names.flatMap((name) => [`${name}: x`, `${name}: y`]),
      )
    ).status,
  ).toBe(200);
});

it.each([
  ['a TLS ClientHello', Buffer.from('16030100c8010000c40303', 'hex')],
  ['an HTTP/2 preface', Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')],
  ['an SSH banner', Buffer.from('SSH-2.0-OpenSSH_9.9\r\n')],
  ['noise', randomBytes(1_048_576)],
])('%s is refused or cut off (H21)', async (_what, bytes) => {
  const { status } = await sendRaw(daemon.port, bytes);
  expect([null, 400, 431]).toContain(status);
});

it('answers of pipelined requests come in order (H22)', async () => {
  const targets = ['/issuers/default/.well-known/jwks.json', '/api/v1/health', '/nothing'];
  const requests = Array.from({ length: 300 }, (_, n) => `GET ${targets[n % 3]} HTTP/1.1\r\n${here()}\r\n\r\n`);
  const text = await collect((socket) => socket.write(requests.join('')), 300);
  const bodies = text.split(/HTTP\/1\.1 \d{3} [\s\S]*?\r\n\r\n/).slice(1);
  expect(bodies).toHaveLength(300);
  const begins = ['{"keys":', '{"status":"ok"', '{"type":"urn:mintmark:problem:not_found"'];
  for (const [index, body] of bodies.entries()) expect(body.startsWith(begins[index % 3] ?? '')).toBe(true);
});

it('a connection is closed to make room for another one only when it is quiet (H20)', async () => {
  const quiet = await Promise.all(Array.from({ length: 600 }, () => open()));
  expect((await daemon.raw('/api/v1/health')).status).toBe(200);
  expect(quiet.filter((socket) => socket.destroyed).length).toBeLessThan(600);
  for (const socket of quiet) socket.destroy();
});

it('every answer of every route carries the guarding headers (H25)', async () => {
  const paths = listOperationNames().map((name) => `/api/v1${OPERATIONS[name].path.replaceAll(/\{\w+\}/g, 'x')}`);
  const others = ['/', '/nothing', '/api/v1', '/api/v1/health', '/api/v1/openapi.json', '/api/v1/live', '//', '/%00'];
  for (const path of new Set([...paths, ...others])) {
    for (const lines of [daemon.holder, [], ['Host: evil.test'], ['Origin: https://evil.test'], ['Expect: x']]) {
      const { headers, status, text } = await daemon.raw(path, lines);
      const where = `${status} ${path} ${lines[0]?.slice(0, 12)}`;
      expect(headers, where).toMatchObject({
        'x-content-type-options': 'nosniff',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'cross-origin-resource-policy': 'same-origin',
        'cache-control': 'no-store',
        'content-type': expect.stringMatching(/^application\/(problem\+)?json; charset=utf-8$/),
      });
      expect(headers, where).not.toHaveProperty('access-control-allow-origin');
      expect(text).not.toContain('evil');
    }
  }
});

function open(): Promise<Socket> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port: daemon.port });
    socket.on('error', () => undefined);
    socket.once('connect', () => resolve(socket));
  });
}

async function collect(send: (socket: Socket) => void, answers: number): Promise<string> {
  const socket = await open();
  return new Promise((resolve) => {
    let text = '';
    socket.on('data', (chunk) => {
      text += String(chunk);
      if (text.split('HTTP/1.1 ').length - 1 >= answers && text.endsWith('}')) socket.end();
    });
    socket.on('close', () => resolve(text));
    send(socket);
  });
}
