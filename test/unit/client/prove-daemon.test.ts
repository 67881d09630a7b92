import { createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { callDaemon } from '../../../daemon/client/call-daemon.ts';
import { proveDaemon } from '../../../daemon/client/prove-daemon.ts';
import { type FakeDaemon, openFakeDaemon } from './fake-daemon.ts';

const open: FakeDaemon[] = [];
afterEach(async () => {
  for (const daemon of open.splice(0)) await daemon.close();
});

async function openDaemon(options?: Parameters<typeof openFakeDaemon>[0]): Promise<FakeDaemon> {
  const daemon = await openFakeDaemon(options);
  open.push(daemon);
  return daemon;
}

describe('before a credential is sent', () => {
  test('a daemon that knows its token is proven, with a fresh nonce each time', async () => {
    const daemon = await openDaemon();
    expect(await proveDaemon(daemon.file)).toMatchObject({ file: daemon.file, address: { host: '127.0.0.1' } });
    await proveDaemon(daemon.file);
    const [first, second] = daemon.requests.map(({ headers }) => headers['mintmark-nonce']);
    expect(first).toMatch(/^[\w-]{43}$/);
    expect(second).not.toBe(first);
  });

  test('one that listens on ::1 alone is found there', async (context) => {
    const daemon = await openDaemon({ host: '::1' }).catch(() => context.skip('no IPv6 on this machine'));
    expect(await proveDaemon(daemon.file)).toMatchObject({ address: { host: '::1' } });
  });

  test('a stranger on its port is refused and has learnt no credential', async () => {
    const stranger = await openDaemon({ proofToken: 'guessed' });
    await expect(proveDaemon(stranger.file)).rejects.toMatchObject({ code: 'daemon_unproven' });
    expect(JSON.stringify(stranger.requests)).not.toContain(stranger.file.controlToken);
  });

  test.each([
    ['no proof', (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}'), 'daemon_unproven'],
    ['no JSON', (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi'), 'daemon_unproven'],
    ['no HTTP', (socket: Socket) => socket.end('220 smtp ready\r\n'), 'daemon_unreachable'],
    ['nothing', (socket: Socket) => socket.end(), 'daemon_unreachable'],
  ])('a listener that answers with %s is refused', async (_, answer, code) => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => answer(socket));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const { file } = await openDaemon();
    await expect(proveDaemon({ ...file, baseUrl: `http://localhost:${port}` })).rejects.toMatchObject({ code });
    await new Promise((resolve) => server.close(resolve));
  });

  test('a daemon that is gone is unreachable', async () => {
    const daemon = await openFakeDaemon();
    await daemon.close();
    await expect(proveDaemon(daemon.file)).rejects.toMatchObject({ code: 'daemon_unreachable' });
  });

  test.each(['http://10.0.0.1:6468', 'http://localhost.example:6468', 'https://localhost:1', 'ftp://localhost', 'x'])(
    'a file that points to %s is believed nothing',
    async (baseUrl) => {
      const { file } = await openDaemon();
      await expect(proveDaemon({ ...file, baseUrl })).rejects.toMatchObject({ code: 'daemon_unproven' });
    },
  );

  test('a daemon behind a public URL is asked at its local port', async () => {
    const daemon = await openDaemon();
    const localPort = Number(new URL(daemon.file.baseUrl).port);
    const proven = await proveDaemon({ ...daemon.file, localPort });
    expect(proven.address).toEqual({ host: '127.0.0.1', port: localPort, hostHeader: `localhost:${localPort}` });
  });
});

describe('a call', () => {
  test('carries the credential in its header and its input as JSON', async () => {
    const daemon = await openDaemon({ answer: (response) => response.end('{"stopping":true}') });
    const proven = await proveDaemon(daemon.file);
    expect(await callDaemon(proven, 'daemon.stop', {})).toEqual({ stopping: true });
    expect(daemon.requests[1]).toMatchObject({
      method: 'POST',
      url: '/api/v1/stop',
      headers: {
        authorization: `Bearer ${daemon.file.controlToken}`,
        'content-type': 'application/json',
        host: new URL(daemon.file.baseUrl).host,
      },
      body: '{}',
    });
  });

  test.each([
    [409, '{"code":"key_active","detail":"why"}', 'key_active', 'why'],
    [500, '{"code":"nobody_knows"}', 'internal', 'the daemon answered 500'],
    [502, 'not JSON', 'internal', 'the daemon answered 502'],
    [
      500,
      '{"code":"internal","correlationId":"7d0c"}',
      'internal',
      'something went wrong inside the daemon: its daemon.log has it under 7d0c',
    ],
  ])('that is refused with %i %s fails with its code', async (status, body, code, message) => {
    const daemon = await openDaemon({ answer: (response) => response.writeHead(status).end(body) });
    const proven = await proveDaemon(daemon.file);
    await expect(callDaemon(proven, 'status', {})).rejects.toMatchObject({ code, message });
  });
});
