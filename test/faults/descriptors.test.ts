import { connect, type Socket } from 'node:net';
import { describe, it } from 'vitest';
import { startDaemon } from '../support/daemon.ts';
import { waitFor } from '../support/wait.ts';
import { expectAlive, expectServed } from './served.ts';

const LIMIT = 64;
const CONNECTIONS = 200;

describe.skipIf(process.platform === 'win32')('a daemon that runs out of file descriptors', () => {
  it('stays, and serves again when the connections are gone', async () => {
    const daemon = await startDaemon({ shell: `ulimit -n ${LIMIT}` });
    const sockets: Socket[] = [];
    try {
      for (let count = 0; count < CONNECTIONS; count += 1) {
        const socket = connect(daemon.port, '127.0.0.1');
        socket.on('error', () => {});
        sockets.push(socket);
      }
      await waitFor('the system to have taken every connection', () => sockets.every(({ connecting }) => !connecting));
      expectAlive(daemon);
      for (const socket of sockets) socket.destroy();
      await waitFor('a served request', () =>
        daemon
          .publicGet('/api/v1/health')
          .then(({ status }) => status === 200)
          .catch(() => false),
      );
      await expectServed(daemon);
    } finally {
      for (const socket of sockets) socket.destroy();
      await daemon.stop();
    }
  });
});
