import { WebSocket } from 'ws';
import { MintmarkError } from '../problem.ts';
import { KEEPALIVE_MS, LIVE_SUBPROTOCOL } from '../protocol/live-channel.ts';
import type { ProvenDaemon } from './prove-daemon.ts';

const HANDSHAKE_TIMEOUT_MS = 10_000;
/** A verdict or an event is a few kilobytes; a list of the largest page stays below this. */
const MAX_PAYLOAD_BYTES = 16 * 1_048_576;

/**
 * Opens the live channel (CONTRACT §5) at the address that proved itself, with the
 * credential in the upgrade's header. It closes by itself when the daemon has not pinged
 * for two of its intervals: one that hangs keeps its connections open.
 *
 * @throws MintmarkError `unauthorized` for a wrong credential, else `daemon_unreachable`.
 */
export function openSocket(daemon: ProvenDaemon): Promise<WebSocket> {
  const { host, port, hostHeader } = daemon.address;
  const socket = new WebSocket(`ws://${host === '::1' ? '[::1]' : host}:${port}/api/v1/live`, LIVE_SUBPROTOCOL, {
    headers: { host: hostHeader, authorization: `Bearer ${daemon.file.controlToken}` },
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    maxPayload: MAX_PAYLOAD_BYTES,
    perMessageDeflate: false,
  });
  return new Promise((resolve, reject) => {
    const fail = (cause: Error) =>
      reject(new MintmarkError('daemon_unreachable', 'the live channel cannot be opened', { cause }));
    socket.once('error', fail);
    socket.once('unexpected-response', (request, response) => {
      request.destroy();
      if (response.statusCode === 401) reject(new MintmarkError('unauthorized'));
      else fail(new Error(`the upgrade was answered with ${response.statusCode}`));
    });
    socket.once('open', () => {
      socket.off('error', fail);
      // What goes wrong from here on ends in 'close'.
      socket.on('error', () => {});
      endWhenSilent(socket);
      resolve(socket);
    });
  });
}

function endWhenSilent(socket: WebSocket): void {
  const silence = setTimeout(() => socket.terminate(), 2 * KEEPALIVE_MS);
  socket.on('ping', () => silence.refresh());
  socket.once('close', () => clearTimeout(silence));
}
