import type { ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** The connections of both listeners, so that many idle ones never keep a new one out. */
export interface Connections {
  /** Takes a new connection in; when the table is full another one gives way. */
  add(socket: Socket): void;
  /** A request came in on it. */
  touch(socket: Socket): void;
  /** `response` is awaited on it: until that closes, it is not ended to make room. */
  begin(socket: Socket, response: ServerResponse): void;
  /** Would bytes sent now be an answer of their own, or land within or before another one? */
  isBetweenAnswers(socket: Duplex): boolean;
  /** It became a WebSocket, which are counted elsewhere. */
  release(socket: Socket): void;
  /** Ends the quiet ones now and the busy ones with their answer. */
  drain(): void;
}

/**
 * Makes the table. A plain limit would let anyone shut everyone out by opening connections and saying nothing. Here
 * those go first that never asked anything, the oldest first; then the one whose last request is longest ago.
 */
export function createConnections(limit: number): Connections {
  const silent = new Set<Socket>();
  /** In order of their last request. */
  const quiet = new Set<Socket>();
  const busy = new Map<Socket, Set<ServerResponse>>();
  let draining = false;

  const release = (socket: Socket): void => {
    silent.delete(socket);
    quiet.delete(socket);
    busy.delete(socket);
  };

  const finish = (socket: Socket, response: ServerResponse): void => {
    const responses = busy.get(socket);
    if (responses === undefined || !responses.delete(response) || responses.size > 0) return;
    busy.delete(socket);
    if (socket.destroyed) return;
    if (draining) socket.destroySoon();
    else quiet.add(socket);
  };

  return {
    add(socket) {
      if (silent.size + quiet.size + busy.size >= limit) {
        const [leastMissed = socket] = silent.size > 0 ? silent : quiet;
        release(leastMissed);
        leastMissed.destroy();
        if (leastMissed === socket) return;
      }
      silent.add(socket);
      socket.once('close', () => release(socket));
    },
    touch(socket) {
      if (silent.delete(socket) || quiet.delete(socket)) quiet.add(socket);
    },
    begin(socket, response) {
      silent.delete(socket);
      quiet.delete(socket);
      const responses = busy.get(socket);
      if (responses === undefined) busy.set(socket, new Set([response]));
      else responses.add(response);
      response.once('close', () => finish(socket, response));
    },
    isBetweenAnswers(socket) {
      const responses = socket instanceof Socket ? busy.get(socket) : undefined;
      if (responses === undefined) return true;
      const [response] = responses;
      return responses.size === 1 && response?.headersSent === false;
    },
    release,
    drain() {
      draining = true;
      for (const socket of [...silent, ...quiet]) socket.destroySoon();
    },
  };
}
