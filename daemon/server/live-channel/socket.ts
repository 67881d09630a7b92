import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { MintmarkError } from '../../problem.ts';
import { KEEPALIVE_MS, LIVE_SUBPROTOCOL } from '../../protocol/live-channel.ts';
import type { ReportFailure } from '../http/failures.ts';
import { refuseSocket } from '../listen/socket-refusal.ts';
import { CLOSE, type LiveConnection, type LiveConnectionOptions, serveLiveConnection } from './connection.ts';

const MAX_CONNECTIONS = 64;

/** Explicit, since the defaults can be made to hold a hundred megabytes a client (CVE-2026-48779 and after it). */
const FRAME_LIMITS = { maxPayload: 256 * 1024, maxFragments: 32, perMessageDeflate: false } as const;

export interface LiveSocket {
  /** Finishes an upgrade that every guard has let through. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  readonly size: () => number;
  /** Ends every connection with 1001. */
  close(): void;
}

/** The live channel (CONTRACT §5). */
export function createLiveSocket(options: LiveConnectionOptions & { readonly report: ReportFailure }): LiveSocket {
  const connections = new Map<WebSocket, LiveConnection>();
  const quiet = new WeakSet<WebSocket>();
  const server = new WebSocketServer({
    ...FRAME_LIMITS,
    noServer: true,
    clientTracking: false,
    // The protocol that carries the credential is never said back.
    handleProtocols: (offered) => (offered.has(LIVE_SUBPROTOCOL) ? LIVE_SUBPROTOCOL : false),
  });
  server.on('wsClientError', (cause, socket) => {
    refuseSocket(socket, new MintmarkError('upgrade_required', cause.message), options.report);
  });

  /** Whoever did not answer the ping before this one is gone. */
  const keepAlive = setInterval(() => {
    for (const socket of connections.keys()) {
      if (quiet.has(socket)) {
        socket.terminate();
        continue;
      }
      quiet.add(socket);
      socket.ping();
    }
  }, KEEPALIVE_MS);
  keepAlive.unref();

  return {
    accept(request, socket, head) {
      if (connections.size >= MAX_CONNECTIONS) {
        const full = new MintmarkError('too_many_requests', `At most ${MAX_CONNECTIONS} live connections`);
        refuseSocket(socket, full, options.report);
        return;
      }
      server.handleUpgrade(request, socket, head, (live) => {
        connections.set(live, serveLiveConnection(live, options));
        live.on('pong', () => quiet.delete(live));
        live.once('close', () => connections.delete(live));
      });
    },
    size: () => connections.size,
    close() {
      clearInterval(keepAlive);
      for (const connection of connections.values()) connection.close(CLOSE.goingAway, 'the daemon stops');
    },
  };
}
