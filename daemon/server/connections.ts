import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** The connections of both listeners, so that many idle ones never keep a new one out. */
export interface Connections {
  /** Takes a new connection in; when the table is full the one that was quiet longest gives way. */
  add(socket: Socket): void;
  /** A request came in on it. */
  touch(socket: Socket): void;
  /** Runs while a request on it is being answered: it is not closed to make room until `finish` is called as often. */
  begin(socket: Socket): void;
  finish(socket: Socket): void;
  /** Is a request on it being answered? */
  isBusy(socket: Duplex): boolean;
  /** It became a WebSocket, which are counted elsewhere. */
  release(socket: Socket): void;
  /** Ends the quiet ones now and the busy ones with their answer. */
  drain(): void;
  readonly size: () => number;
}

/**
 * Makes the table. A plain limit would let anyone shut everyone out by opening connections and saying nothing; here
 * the silent ones are the first to go.
 */
export function createConnections(limit: number): Connections {
  /** In order of their last request, the longest quiet first. */
  const quiet = new Set<Socket>();
  const busy = new Map<Socket, number>();
  let draining = false;

  const release = (socket: Socket): void => {
    quiet.delete(socket);
    busy.delete(socket);
  };

  return {
    add(socket) {
      if (quiet.size + busy.size >= limit) {
        const [oldest = socket] = quiet;
        release(oldest);
        oldest.destroy();
        if (oldest === socket) return;
      }
      quiet.add(socket);
      socket.once('close', () => release(socket));
    },
    touch(socket) {
      if (quiet.delete(socket)) quiet.add(socket);
    },
    begin(socket) {
      if (quiet.delete(socket)) busy.set(socket, 1);
      else busy.set(socket, (busy.get(socket) ?? 0) + 1);
    },
    finish(socket) {
      const left = (busy.get(socket) ?? 0) - 1;
      if (left > 0) {
        busy.set(socket, left);
        return;
      }
      if (!busy.delete(socket) || socket.destroyed) return;
      if (draining) socket.destroySoon();
      else quiet.add(socket);
    },
    isBusy: (socket) => socket instanceof Socket && busy.has(socket),
    release,
    drain() {
      draining = true;
      for (const socket of quiet) socket.destroySoon();
    },
    size: () => quiet.size + busy.size,
  };
}
