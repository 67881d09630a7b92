import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createConnection, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { isOwnPeer } from '../../../../daemon/cli/jobs/own-peer.ts';
import { makeTemporaryDirectory } from '../../../support/temporary-directory.ts';

/** Both ends of a connection to 127.0.0.1. */
async function connect(host: string): Promise<{ readonly near: Socket; readonly far: Socket }> {
  const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
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

/** Somebody who is at no port that is in use. */
function nameStranger({ localPort = 0 }: Socket) {
  return { remoteAddress: '127.0.0.1', remotePort: 1, localAddress: '127.0.0.1', localPort };
}

test.each(['127.0.0.1', '::ffff:127.0.0.1'])('this user’s own connection through %s is known as such', async (host) => {
  const { near } = await connect(host);
  expect(isOwnPeer(near)).toBe(true);
});

test.runIf(process.platform === 'linux')('a connection that nobody is known to have is nobody’s', async () => {
  const { near } = await connect('127.0.0.1');
  expect(isOwnPeer(nameStranger(near))).toBe(false);
});

/** A table in which this user's connection is in a state and has an inode. */
function writeTable({ remotePort = 0, localPort = 0 }: Socket, state: string, inode: number): string {
  const tables = makeTemporaryDirectory();
  const toHex = (port: number) => port.toString(16).toUpperCase().padStart(4, '0');
  const ends = `0100007F:${toHex(remotePort)} 0100007F:${toHex(localPort)}`;
  writeFileSync(
    join(tables, 'tcp'),
    `   0: ${ends} ${state} 00000000:00000000 00:00000000 00000000  ${process.getuid?.()}        0 ${inode} 1\n`,
  );
  return tables;
}

test.runIf(process.platform === 'linux').each([
  ['is held', '01', 4711, true],
  ['was orphaned', '01', 0, false],
  ['waits for our end to close (FIN_WAIT2)', '05', 0, false],
  ['was closed (TIME_WAIT)', '06', 0, false],
  ['is being closed (FIN_WAIT1)', '04', 4711, false],
])(
  'whether the other end of one that %s (state %s, inode %i) is this user’s own: %s',
  async (_, state, inode, isOwn) => {
    const { near } = await connect('127.0.0.1');
    expect(isOwnPeer(near, 'linux', writeTable(near, state, inode))).toBe(isOwn);
  },
);

test.runIf(process.platform === 'linux')('whoever hung up is nobody, not root, whose a closed socket is', async () => {
  const { near, far } = await connect('127.0.0.1');
  near.resume();
  const ended = once(near, 'end');
  far.destroy();
  await ended;
  expect(isOwnPeer(near)).toBe(false);
});

test.runIf(process.platform === 'linux')('a machine without IPv6 has one table less, which tells nothing', async () => {
  const { near } = await connect('127.0.0.1');
  const tables = makeTemporaryDirectory();
  writeFileSync(join(tables, 'tcp'), readFileSync('/proc/net/tcp'));
  expect(isOwnPeer(near, 'linux', tables)).toBe(true);
  expect(isOwnPeer(nameStranger(near), 'linux', tables)).toBe(false);
});

test('a system that does not tell turns nobody away', async () => {
  const { near } = await connect('127.0.0.1');
  expect(isOwnPeer(near, 'darwin')).toBe(true);
});
