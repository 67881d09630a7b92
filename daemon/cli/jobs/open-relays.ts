import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import type { ProvenDaemon } from '../../client/prove-daemon.ts';
import { loadRequest, toConnection } from '../../client/send-request.ts';
import { MintmarkError } from '../../problem.ts';
import type { RunRelay } from '../../protocol/jobs.ts';
import { isOwnPeer } from './own-peer.ts';

export interface OpenRelays {
  /** Of the job, with the addresses in them. */
  readonly variables: Readonly<Record<string, string>>;
  close(): void;
}

type FindDaemon = () => Promise<ProvenDaemon>;

/** Headers that belong to one connection (RFC 9110 §7.6.1), and those that we set. */
const NOT_PASSED_ON: ReadonlySet<string> = new Set([
  'connection',
  'host',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * Opens the doors that a job goes through without a credential. Each is for this user's processes alone: a socket in
 * the run's own directory, or a free port of 127.0.0.1 that turns others away. What comes in goes on to the daemon that
 * `find` proves, with the headers of the run.
 */
export async function openRelays(
  directory: string,
  relays: readonly RunRelay[],
  find: FindDaemon,
): Promise<OpenRelays> {
  const servers: Server[] = [];
  const variables: Record<string, string> = {};
  const close = () => {
    for (const server of servers) {
      server.close();
      server.closeAllConnections();
    }
  };
  try {
    for (const relay of relays) {
      const server = createRelay(relay, find);
      servers.push(server);
      const address = await listen(server, relay, directory);
      for (const [name, value] of Object.entries(relay.variables)) {
        variables[name] = value.replaceAll('{address}', address);
      }
    }
  } catch (error) {
    close();
    throw error;
  }
  return { variables, close };
}

function createRelay(relay: RunRelay, find: FindDaemon): Server {
  const server = createServer((asked, answer) => {
    const fault = relay.kind === 'tcp' ? findForeigner(asked, server) : null;
    if (fault === null) void passOn(asked, answer, relay, find);
    else answer.writeHead(403, { 'content-type': 'text/plain' }).end(fault);
  });
  if (relay.kind === 'tcp') {
    server.on('connection', (socket) => {
      if (!isOwnPeer(socket)) socket.destroy();
    });
  }
  return server;
}

/** A page in a browser can make it call this port, under a name of its own (DNS rebinding) or from elsewhere. */
function findForeigner({ headers }: IncomingMessage, server: Server): string | null {
  const place = server.address();
  const port = typeof place === 'object' && place !== null ? place.port : 0;
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  if (!hosts.includes(headers.host?.toLowerCase() ?? '')) return 'This Host is not served';
  const isPage = headers.origin !== undefined || headers['sec-fetch-site'] !== undefined;
  return isPage ? 'A page may not call what is for jobs' : null;
}

/**
 * Each request has a connection of its own, and the daemon proves itself for each: it may
 * have been stopped, and whoever has its port then must not get the headers of the run,
 * nor must the job be cut off from one that is at another port.
 */
async function passOn(
  asked: IncomingMessage,
  answer: ServerResponse,
  relay: RunRelay,
  find: FindDaemon,
): Promise<void> {
  const path = asked.url ?? '';
  if (!path.startsWith('/')) {
    answer.writeHead(400).end();
    return;
  }
  const daemon = await find().catch(() => null);
  const request = daemon === null ? null : await loadRequest(daemon.address);
  if (answer.destroyed) return;
  if (daemon === null || request === null) {
    tellAway(answer);
    return;
  }
  const { hostHeader } = daemon.address;
  const passed = request(
    {
      ...toConnection(daemon.address),
      agent: false,
      method: asked.method ?? 'GET',
      path: new URL(relay.target).pathname.replace(/\/$/, '') + path,
      headers: { ...pickHeaders(asked.headers), ...relay.headers, host: hostHeader },
    },
    (answered) => {
      answer.writeHead(answered.statusCode ?? 500, pickHeaders(answered.headers));
      // Where the daemon goes away in the middle, so does the answer.
      pipeline(answered, answer, () => {});
    },
  );
  passed.on('error', () => tellAway(answer));
  // Nor is the daemon kept waiting for a job that has gone, and this process for both.
  answer.once('close', () => passed.destroy());
  asked.pipe(passed);
}

/** Not as a gateway would (502 to 504): clients would ask again and again. */
function tellAway(answer: ServerResponse): void {
  if (!answer.headersSent) answer.writeHead(500, { 'content-type': 'text/plain' });
  answer.end('The daemon does not answer');
}

function pickHeaders(headers: IncomingMessage['headers']): IncomingMessage['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !NOT_PASSED_ON.has(name)));
}

/** unix(7); macOS has four bytes fewer. */
const LONGEST_SOCKET_BYTES = process.platform === 'darwin' ? 103 : 107;

async function listen(server: Server, { kind, path }: RunRelay, directory: string): Promise<string> {
  const socket = kind === 'unix' ? join(directory, path ?? 'relay.sock') : null;
  if (socket !== null && process.platform !== 'win32' && Buffer.byteLength(socket) > LONGEST_SOCKET_BYTES) {
    const mend = 'set XDG_RUNTIME_DIR or TMPDIR to a directory with a shorter name';
    throw new MintmarkError(
      'usage',
      `the socket of the job would have a path of more than ${LONGEST_SOCKET_BYTES} bytes: ${mend}`,
    );
  }
  return new Promise((resolve, reject) => {
    server.once('error', (cause) =>
      reject(new MintmarkError('internal', `a relay of the job cannot be opened: ${cause.message}`, { cause })),
    );
    const tell = () => {
      const place = server.address();
      resolve(socket ?? (typeof place === 'object' && place !== null ? `127.0.0.1:${place.port}` : ''));
    };
    if (socket === null) server.listen(0, '127.0.0.1', tell);
    else server.listen(socket, tell);
  });
}
