import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createConnection, createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { isOwnPeer } from '../../../../daemon/cli/jobs/own-peer.ts';

/** Both ends of a connection to 127.0.0.1. */
async function connect(host: string): Promise<{ readonly near: Socket; readonly far: Socket }> {
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const far = createConnection((server.address() as AddressInfo).port, host);
  const [near] = (await once(server, 'connection')) as [Socket];
  onTestFinished(() => {
    near.destroy();
    far.destroy();
  });
  return { near, far };
}

test.each(['127.0.0.1', '::ffff:127.0.0.1'])('this user’s own connection through %s is known as such', async (host) => {
  const { near } = await connect(host);
  expect(isOwnPeer(near)).toBe(true);
});

test.runIf(process.platform === 'linux')('a connection that nobody is known to have is nobody’s', async () => {
  const { near } = await connect('127.0.0.1');
  const stranger = {
    remoteAddress: '127.0.0.1',
    remotePort: 1,
    localAddress: '127.0.0.1',
    localPort: near.localPort ?? 0,
  };
  expect(isOwnPeer(stranger)).toBe(false);
});

test('a system that does not tell turns nobody away', async () => {
  const { near } = await connect('127.0.0.1');
  expect(isOwnPeer(near, 'darwin')).toBe(true);
});
