import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';

const FIRST = 20_000;
/** Where the systems that do not say begin to give ports away by themselves, and fewer than this many below it are none. */
const FIRST_GIVEN = 32_768;
const FEWEST = 1_000;
/** Another loopback address: who listens there is in nobody's way, and in the way of the next one who wants the port. */
const KEEPER = '127.77.77.77';
const MOST_TRIES = 200;

/**
 * A port that nobody else gets as long as this process lives, however often a daemon on it ends and is started again. A
 * port that the system chose would be given to another daemon, or to a client's own end, in between.
 */
export async function reservePort(): Promise<number> {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const port = randomInt(FIRST, readFirstGiven());
    if ((await listenAt(port, KEEPER, true)) === 'EADDRINUSE') continue;
    const isFree = [await listenAt(port, '127.0.0.1'), await listenAt(port, '::1')].every(
      (code) => code !== 'EADDRINUSE',
    );
    if (isFree) return port;
  }
  throw new Error(`no free port in ${MOST_TRIES} tries`);
}

/** The first of the ports that the system gives to whoever asks for any. */
function readFirstGiven(): number {
  try {
    const first = Number.parseInt(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8'), 10);
    return first >= FIRST + FEWEST ? Math.min(first, FIRST_GIVEN) : FIRST_GIVEN;
  } catch {
    return FIRST_GIVEN;
  }
}

/** Listens there, for good when it is to be kept; resolves with the code of what is in the way. */
function listenAt(port: number, host: string, isKept = false): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? null));
    server.listen({ port, host }, () => {
      // It ends with the process, which it does not hold up.
      if (isKept) resolve(server.unref() && null);
      else server.close(() => resolve(null));
    });
  });
}
