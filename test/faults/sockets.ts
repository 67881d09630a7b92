import { connect, type Socket } from 'node:net';
import { PATIENCE_MS } from '../support/wait.ts';

/** An open connection; errors on it are the daemon's right and no failure of the test. */
export function openConnection(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.on('error', () => {});
      resolve(socket);
    });
    socket.once('error', reject);
  });
}

/** As many connections as asked for, or as the daemon takes. */
export async function openConnections(port: number, count: number): Promise<Socket[]> {
  const opened = await Promise.allSettled(Array.from({ length: count }, () => openConnection(port)));
  return opened.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

/** Resolves when the peer has ended the connection. */
export function waitForClose(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.destroyed) resolve();
    socket.resume();
    socket.once('close', () => resolve());
  });
}

/**
 * Sends `bytes`, says that no more will come, and hands back all that was answered until the peer closed; null when it
 * did neither answer nor close within `patienceMs`.
 */
export function exchange(port: number, bytes: Buffer, patienceMs = PATIENCE_MS): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const chunks: Buffer[] = [];
    const answer = (): string => Buffer.concat(chunks).toString('latin1');
    socket.setTimeout(patienceMs, () => {
      socket.destroy();
      resolve(chunks.length > 0 ? answer() : null);
    });
    socket.on('connect', () => socket.end(bytes));
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer()));
  });
}
