import type { RawData, WebSocket } from 'ws';
import { MintmarkError } from '../../problem.ts';
import type { ReportFailure } from '../http/failures.ts';
import { findRpcId, formatRpcError, formatRpcResult, type RpcId, readRpcRequest } from './json-rpc.ts';
import { createMessageRate } from './message-rate.ts';

/** RFC 6455 §7.4.1, and 1013 of its registry. */
export const CLOSE = { goingAway: 1001, policy: 1008, tryAgainLater: 1013 } as const;

const MAX_MALFORMED = 3;
/** Beyond this the client does not read what it asked for. */
const MAX_BUFFERED_BYTES = 1024 * 1024;
/** Beyond this a source that can wait does. */
const CONGESTED_BYTES = 256 * 1024;
/** Requests under way; more wait in the socket. */
const MAX_IN_FLIGHT = 128;
/** How long a closing handshake may take. */
const CLOSE_MS = 2_000;

/** What one client's requests reach. */
export interface LiveSession {
  /** @throws MintmarkError, which is told to the client. */
  handle(method: string, params: Readonly<Record<string, unknown>>): Promise<unknown>;
  /** The client is gone. */
  end(): void;
}

export interface LiveConnection {
  /** Sends text, or gives the client up when it does not read. */
  send(text: string): void;
  /** While much of what was sent is still here: settles when it has left, or the client has. */
  congestion(): Promise<void> | undefined;
  close(code: number, reason: string): void;
}

export interface LiveConnectionOptions {
  readonly openSession: (connection: LiveConnection) => LiveSession;
  readonly report: ReportFailure;
  readonly monotonicMs: () => number;
}

/** Speaks JSON-RPC 2.0 over one WebSocket until it ends. */
export function serveLiveConnection(socket: WebSocket, options: LiveConnectionOptions): LiveConnection {
  const { report } = options;
  const withinRate = createMessageRate(options.monotonicMs);
  let malformed = 0;
  let inFlight = 0;

  let waiting: (() => void)[] = [];

  const isCongested = (): boolean => socket.readyState === socket.OPEN && socket.bufferedAmount > CONGESTED_BYTES;

  const onSent = (): void => {
    if (waiting.length === 0 || isCongested()) return;
    const released = waiting;
    waiting = [];
    for (const release of released) release();
  };

  const connection: LiveConnection = {
    send(text) {
      if (socket.readyState !== socket.OPEN) return;
      if (socket.bufferedAmount > MAX_BUFFERED_BYTES) {
        connection.close(CLOSE.tryAgainLater, 'what was sent is not read');
      } else socket.send(text, onSent);
    },
    congestion() {
      return isCongested() ? new Promise((resolve) => waiting.push(resolve)) : undefined;
    },
    close(code, reason) {
      if (socket.readyState !== socket.OPEN) return;
      socket.close(code, reason);
      setTimeout(() => socket.terminate(), CLOSE_MS).unref();
    },
  };
  const session = options.openSession(connection);

  const refuse = (id: RpcId, error: unknown): void => {
    connection.send(formatRpcError(id, report(error, { channel: 'live' }).problem));
  };

  const refuseMalformed = (error: unknown): void => {
    refuse(null, error);
    malformed += 1;
    if (malformed >= MAX_MALFORMED) connection.close(CLOSE.policy, 'too many malformed messages');
  };

  const isWelcome = (): boolean => {
    if (socket.readyState !== socket.OPEN) return false;
    if (withinRate()) return true;
    connection.close(CLOSE.policy, 'too many messages');
    return false;
  };

  const run = async (id: RpcId, method: string, params: Readonly<Record<string, unknown>>): Promise<void> => {
    inFlight += 1;
    if (inFlight >= MAX_IN_FLIGHT) socket.pause();
    try {
      connection.send(formatRpcResult(id, await session.handle(method, params)));
    } catch (error) {
      refuse(id, error);
    } finally {
      inFlight -= 1;
      if (socket.isPaused && inFlight < MAX_IN_FLIGHT) socket.resume();
    }
  };

  socket.on('message', (data: RawData, isBinary) => {
    if (!isWelcome()) return;
    if (isBinary || !Buffer.isBuffer(data)) {
      refuseMalformed(new MintmarkError('invalid_message', 'A message is text'));
      return;
    }
    try {
      const { id, method, params } = readRpcRequest(data);
      void run(id, method, params);
    } catch (error) {
      const id = findRpcId(data);
      if (id === null) refuseMalformed(error);
      else refuse(id, error);
    }
  });
  socket.on('ping', isWelcome);
  // A protocol error closes the socket by itself, with the code that RFC 6455 names.
  socket.on('error', () => undefined);
  socket.once('close', () => {
    onSent();
    session.end();
  });
  return connection;
}
