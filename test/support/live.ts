import { WebSocket } from 'ws';
import type { Daemon } from './daemon.ts';
import { waitFor } from './wait.ts';
import type { Expectation, LogEvent, Verdict } from './wire.ts';

/** A daemon whose address and control token are known, whoever started it. */
type Reached = Pick<Daemon, 'baseUrl' | 'controlToken'>;

interface RpcError {
  code: number;
  message: string;
  data?: { code?: string };
}

interface Message {
  jsonrpc: '2.0';
  id?: string | number | null;
  method?: string;
  params?: unknown;
  result?: unknown;
  error?: RpcError;
}

export interface LiveOptions {
  headers?: Record<string, string>;
  protocols?: string[];
  /** Send the control token in the Authorization header; true unless said otherwise. */
  authorize?: boolean;
}

export interface Live {
  readonly socket: WebSocket;
  readonly protocol: string;
  /** Every message that came, in order. */
  readonly messages: readonly Message[];
  /** Every raw frame that came. */
  readonly frames: readonly string[];
  request<T>(method: string, params?: unknown): Promise<T>;
  /** The error of a request that must fail. */
  requestError(method: string, params?: unknown): Promise<RpcError>;
  /** Verdicts that arrived for a watch, in order. */
  verdicts(watchId: string): Verdict[];
  nextVerdict(watchId: string, alreadySeen: number): Promise<Verdict>;
  events(): LogEvent[];
  closed: Promise<{ code: number; reason: string }>;
  close(): Promise<void>;
}

/** The status with which an upgrade was refused. Throws when it was not. */
export function refusedUpgrade(daemon: Reached, path = '/api/v1/live', options: LiveOptions = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = open(daemon, path, options);
    socket.on('open', () => {
      socket.terminate();
      reject(new Error('the upgrade was accepted'));
    });
    socket.on('unexpected-response', (request, response) => {
      resolve(response.statusCode ?? 0);
      request.destroy();
    });
    socket.on('error', reject);
  });
}

/** Connects to the live channel; rejects with the status of a refusal. */
export function connectLive(daemon: Reached, options: LiveOptions = {}): Promise<Live> {
  return new Promise((resolve, reject) => {
    const socket = open(daemon, '/api/v1/live', options);
    const messages: Message[] = [];
    const frames: string[] = [];
    let lastId = 0;
    socket.on('message', (data) => {
      const text = String(data);
      frames.push(text);
      messages.push(JSON.parse(text) as Message);
    });
    const closed = new Promise<{ code: number; reason: string }>((ended) =>
      socket.on('close', (code, reason) => ended({ code, reason: String(reason) })),
    );
    socket.on('unexpected-response', (_request, response) => reject(new Error(`refused with ${response.statusCode}`)));
    socket.on('error', reject);

    const answerTo = async (method: string, params: unknown): Promise<Message> => {
      lastId += 1;
      const id = lastId;
      socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, ...(params === undefined ? {} : { params }) }));
      return waitFor(`the answer to ${method}`, () => messages.find((message) => message.id === id));
    };
    const verdicts = (watchId: string): Verdict[] =>
      messages
        .filter((message) => message.method === 'verify.verdict')
        .map((message) => message.params as { watchId: string; verdict: Verdict })
        .filter((params) => params.watchId === watchId)
        .map((params) => params.verdict);

    socket.on('open', () =>
      resolve({
        socket,
        protocol: socket.protocol,
        messages,
        frames,
        request: async <T>(method: string, params?: unknown) => {
          const answer = await answerTo(method, params);
          if (answer.error) throw new Error(`${method}: ${JSON.stringify(answer.error)}`);
          return answer.result as T;
        },
        requestError: async (method, params) => {
          const answer = await answerTo(method, params);
          if (!answer.error) throw new Error(`${method} was answered`);
          return answer.error;
        },
        verdicts,
        nextVerdict: (watchId, alreadySeen) =>
          waitFor(`verdict ${alreadySeen + 1} of watch ${watchId}`, () => verdicts(watchId)[alreadySeen]),
        events: () => messages.filter((m) => m.method === 'event').map((m) => m.params as LogEvent),
        closed,
        close: async () => {
          socket.close();
          await closed;
        },
      }),
    );
  });
}

/** Opens a watch and hands back its id and first verdict. */
export function watchToken(
  live: Live,
  token: string,
  expect: Expectation = {},
): Promise<{ watchId: string; verdict: Verdict }> {
  return live.request('verify.watch', { token, expect });
}

function open(
  daemon: Reached,
  path: string,
  { headers = {}, protocols = [], authorize = true }: LiveOptions,
): WebSocket {
  return new WebSocket(`${daemon.baseUrl.replace('http', 'ws')}${path}`, protocols, {
    headers: { ...(authorize ? { authorization: `Bearer ${daemon.controlToken}` } : {}), ...headers },
  });
}
