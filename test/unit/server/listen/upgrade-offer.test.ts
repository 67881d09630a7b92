import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { connect as connectSecurely } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestDaemon, type TestDaemon } from '../setup.ts';

const H2C = ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQAAP__'];
const WEBSOCKET = ['Connection: Upgrade', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', 'Sec-WebSocket-Version: 13'];
const KEYS = '/issuers/default/.well-known/jwks.json';

describe.each([{ https: false }, { https: true }])('with https: $https', ({ https }) => {
  let daemon: TestDaemon;
  beforeAll(async () => {
    daemon = await startTestDaemon({ https });
  });
  afterAll(() => daemon.stop());

  const open = (): Socket =>
    https
      ? connectSecurely({ port: daemon.port, ca: readFileSync(join(daemon.home, 'ca.pem')), servername: 'localhost' })
      : connect({ host: '127.0.0.1', port: daemon.port });

  const write = (line: string, headers: readonly string[], body = '') =>
    `${[line, `Host: localhost:${daemon.port}`, ...daemon.holder, ...headers].join('\r\n')}\r\n\r\n${body}`;

  /** The answers of one connection to requests that are each sent when the one before was answered. */
  const converse = (...requests: readonly string[]): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = open();
      let text = '';
      let sent = 0;
      const sendNext = (): void => {
        if (sent < requests.length) socket.write(requests[sent] ?? '');
        else socket.destroy();
        sent += 1;
      };
      socket.on('data', (chunk) => {
        text += chunk;
        if (statusesOf(text).length === sent) sendNext();
      });
      socket.on('error', reject);
      socket.on('close', () => resolve(text));
      sendNext();
    });

  it('who offers HTTP/2 is answered in HTTP/1.1, and keeps the connection', async () => {
    const text = await converse(
      write(`GET ${KEYS} HTTP/1.1`, H2C),
      write(`HEAD ${KEYS} HTTP/1.1`, H2C),
      write('GET /api/v1/status HTTP/1.1', H2C),
      write(`GET ${KEYS} HTTP/1.1`, []),
    );
    expect(statusesOf(text)).toEqual([200, 200, 200, 200]);
    expect(text).toContain('"keys":');
  });

  it('who offers it with a body is read, whether that has a length or comes in chunks', async () => {
    const type = 'Content-Type: application/json';
    const body = '{"audience":"with-an-offer"}';
    const chunk = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
    const line = 'POST /api/v1/issuers/default/tokens HTTP/1.1';
    const text = await converse(
      write(line, [...H2C, type, `Content-Length: ${body.length}`], body),
      write(line, [...H2C, type, 'Transfer-Encoding: chunked'], chunk),
      write(`GET ${KEYS} HTTP/1.1`, []),
    );
    expect(statusesOf(text)).toEqual([201, 201, 200]);
    expect(text.match(/"aud":"with-an-offer"/g)).toHaveLength(2);
  });

  it.each(['websocket', 'WebSocket'])('%s is taken', async (protocol) => {
    const text = await converse(write('GET /api/v1/live HTTP/1.1', [`Upgrade: ${protocol}`, ...WEBSOCKET]));
    expect(statusesOf(text)).toEqual([101]);
  });

  it('WebSocket among other protocols, in HTTP/1.0, or without saying so of the connection is no offer', async () => {
    const refused = await Promise.all([
      converse(write('GET /api/v1/live HTTP/1.1', ['Upgrade: h2c, websocket', ...WEBSOCKET])),
      converse(write('GET /api/v1/live HTTP/1.0', ['Upgrade: websocket', ...WEBSOCKET])),
      converse(write('GET /api/v1/live HTTP/1.1', ['Upgrade: websocket', ...WEBSOCKET.slice(1)])),
    ]);
    expect(refused.map(statusesOf)).toEqual([[426], [426], [426]]);
  });

  it('CONNECT is refused and closed', async () => {
    expect(statusesOf(await converse(write('CONNECT evil.test:443 HTTP/1.1', [])))).toEqual([400]);
  });
});

const statusesOf = (text: string): number[] =>
  [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, code]) => Number(code));
