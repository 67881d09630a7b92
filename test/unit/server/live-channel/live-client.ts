import { WebSocket } from 'ws';
import { waitFor } from '../../../support/wait.ts';
import type { TestDaemon } from '../setup.ts';

/** As much of a message as the tests look at. */
export interface Message {
  readonly id?: string | number | null;
  readonly method?: string;
  readonly params?: {
    watchId?: string;
    verdict?: { status: string; reason: string | null };
    name?: string;
    seq?: number;
  };
  readonly result?: unknown;
  readonly error?: { code: number; data: { code: string } };
}

export interface Client {
  readonly socket: WebSocket;
  readonly messages: Message[];
  readonly closed: Promise<number>;
  send(message: unknown): void;
  ask<T>(method: string, params?: unknown): Promise<T>;
  refusal(method: string, params?: unknown): Promise<string>;
  reasons(watchId: string): (string | null | undefined)[];
}

/** How to ask for the live channel; with the credential and nothing else unless said. */
export interface Upgrade {
  readonly headers?: Record<string, string>;
  readonly protocols?: string[];
  readonly path?: string;
}

/** The header of whoever holds the credential. */
export const bearer = (daemon: TestDaemon) => ({ authorization: `Bearer ${daemon.file.controlToken}` });

function openSocket(daemon: TestDaemon, { headers = bearer(daemon), protocols = [], path = '/api/v1/live' }: Upgrade) {
  return new WebSocket(`ws://127.0.0.1:${daemon.port}${path}`, protocols, { headers });
}

/** Connects; rejects with the status of a refusal. */
export async function openClient(daemon: TestDaemon, upgrade: Upgrade = {}): Promise<Client> {
  const socket = openSocket(daemon, upgrade);
  const messages: Message[] = [];
  let lastId = 0;
  socket.on('message', (data) => messages.push(JSON.parse(String(data)) as Message));
  socket.on('error', () => undefined);
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('unexpected-response', (_request, response) => reject(new Error(String(response.statusCode))));
  });
  const answerTo = (method: string, params: unknown): Promise<Message> => {
    lastId += 1;
    const id = lastId;
    socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, ...(params === undefined ? {} : { params }) }));
    return waitFor(`the answer to ${method}`, () => messages.find((message) => message.id === id));
  };
  return {
    socket,
    messages,
    closed,
    send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    ask: async <T>(method: string, params?: unknown) => {
      const { result, error } = await answerTo(method, params);
      if (error !== undefined) throw new Error(error.data.code);
      return result as T;
    },
    refusal: async (method, params) => (await answerTo(method, params)).error?.data.code ?? 'none',
    reasons: (watchId) =>
      messages
        .filter(({ method, params }) => method === 'verify.verdict' && params?.watchId === watchId)
        .map(({ params }) => params?.verdict?.reason),
  };
}

/** The status with which an upgrade was refused. */
export function refusalOf(daemon: TestDaemon, upgrade: Upgrade): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = openSocket(daemon, upgrade);
    socket.on('unexpected-response', (request, response) => {
      resolve(response.statusCode ?? 0);
      request.destroy();
    });
    socket.on('open', () => reject(new Error('the upgrade was accepted')));
    socket.on('error', () => undefined);
  });
}
