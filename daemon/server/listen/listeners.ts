import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { MintmarkError } from '../../problem.ts';
import { findPortHolder } from './port-holder.ts';
import type { TlsIdentity } from './tls-identity.ts';
import { UpgradableRequest } from './upgrade-offer.ts';

/** th-D14: what one client may keep busy. */
const LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 30_000,
  connectionsCheckingInterval: 1_000,
  maxHeaderSize: 16 * 1024,
  // The guard looks for Host itself: Node would answer without our headers, and not at all for HTTP/1.0.
  requireHostHeader: false,
  IncomingMessage: UpgradableRequest,
} as const satisfies ServerOptions;

/** A free port must be free for both families; so often another one is tried. */
const PORT_ATTEMPTS = 20;

export interface ListenerHooks {
  readonly onRequest: RequestListener;
  /** `Expect` with anything but `100-continue`. */
  readonly onExpectation: RequestListener;
  readonly onUpgrade: (request: Parameters<RequestListener>[0], socket: Duplex, head: Buffer) => void;
  /** A request that cannot be read, or CONNECT. */
  readonly onUnreadable: (error: NodeJS.ErrnoException, socket: Duplex) => void;
  readonly onConnection: (socket: Socket) => void;
  /** A connection that could not be accepted, such as for want of file descriptors. */
  readonly onAcceptError: (error: Error) => void;
}

export interface Listeners {
  readonly port: number;
  /** No new connections; idle ones end now, the others have `graceMs`, then they are cut. */
  close(graceMs: number): Promise<void>;
}

/**
 * Listens on 127.0.0.1 and, where the machine has it, on ::1, never anywhere else, with the same port on both; 0 finds
 * a free one. With `tls` it speaks nothing else.
 *
 * @throws MintmarkError `port_busy`, which names the holder; `config_invalid` for a port that needs privileges.
 */
export async function openListeners(port: number, hooks: ListenerHooks, tls?: TlsIdentity): Promise<Listeners> {
  for (let attempt = 1; ; attempt += 1) {
    const first = await prepareServer(hooks, tls);
    const taken = await listenOn(first, '127.0.0.1', port, hooks);
    const second = await prepareServer(hooks, tls);
    try {
      await listenOn(second, '::1', taken, hooks);
      return { port: taken, close: (graceMs) => closeAll([first, second], graceMs) };
    } catch (error) {
      if (isFamilyMissing(error)) return { port: taken, close: (graceMs) => closeAll([first], graceMs) };
      await closeAll([first], 0);
      const isTaken = error instanceof MintmarkError && error.code === 'port_busy';
      if (port !== 0 || !isTaken || attempt === PORT_ATTEMPTS) throw error;
    }
  }
}

async function prepareServer(hooks: ListenerHooks, tls: TlsIdentity | undefined): Promise<Server> {
  const server = tls === undefined ? createServer(LIMITS) : await createTlsServer(tls);
  // Fields beyond such a count would be dropped unseen; the guard counts them instead.
  server.maxHeadersCount = 0;
  server.on('request', hooks.onRequest);
  server.on('checkContinue', hooks.onRequest);
  server.on('checkExpectation', hooks.onExpectation);
  server.on('upgrade', hooks.onUpgrade);
  server.on(tls === undefined ? 'connection' : 'secureConnection', hooks.onConnection);
  server.on('clientError', hooks.onUnreadable);
  server.on('connect', (_request, socket) => hooks.onUnreadable(new Error('CONNECT'), socket));
  return server;
}

/** TLS is most of what a start would load, and few want it. */
async function createTlsServer(tls: TlsIdentity): Promise<Server> {
  const { createServer: createSecure } = await import('node:https');
  return createSecure({ ...LIMITS, ...tls, minVersion: 'TLSv1.2', handshakeTimeout: LIMITS.headersTimeout });
}

function listenOn(server: Server, host: string, port: number, hooks: ListenerHooks): Promise<number> {
  return new Promise((resolve, reject) => {
    const refuse = (error: NodeJS.ErrnoException): void => reject(describeListenError(error, port));
    server.once('error', refuse);
    server.listen({ host, port }, () => {
      server.off('error', refuse);
      server.on('error', hooks.onAcceptError);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

function describeListenError(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code === 'EADDRINUSE') return describeBusyPort(port, error);
  if (error.code !== 'EACCES') return error;
  return new MintmarkError(
    'config_invalid',
    `Port ${port} needs more privileges than this user has: take one from 1024 on`,
    { cause: error },
  );
}

function describeBusyPort(port: number, cause: unknown): MintmarkError {
  const holder = findPortHolder(port);
  const who = holder === null ? 'taken by another program' : `taken by ${holder}`;
  return new MintmarkError('port_busy', `Port ${port} is ${who}`, { cause });
}

function isFamilyMissing(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT';
}

async function closeAll(servers: readonly Server[], graceMs: number): Promise<void> {
  const cut = setTimeout(() => {
    for (const server of servers) server.closeAllConnections();
  }, graceMs);
  await Promise.all(servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve()))));
  clearTimeout(cut);
}
