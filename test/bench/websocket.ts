import { WebSocket } from 'ws';
import type { Mintmark } from './servers.ts';

/** A connection to the live channel. */
export interface Live {
  readonly socket: WebSocket;
  call(method: string, params: unknown): Promise<Record<string, unknown>>;
  /** Called with each text that is no answer to `call`. */
  onPush(listen: (text: string) => void): void;
  close(): void;
}

interface Answer {
  id: number;
  result?: Record<string, unknown>;
  error?: { message: string };
}

export async function openSocket(url: string, headers: Readonly<Record<string, string>> = {}): Promise<WebSocket> {
  const socket = new WebSocket(url, { headers, perMessageDeflate: false });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  return socket;
}

export async function openLive(server: Mintmark): Promise<Live> {
  const socket = await openSocket(`${server.baseUrl.replace('http', 'ws')}/api/v1/live`, {
    authorization: String(server.headers.authorization),
  });
  const waiting = new Map<number, (answer: Answer) => void>();
  let push: (text: string) => void = () => {};
  let lastId = 0;
  socket.on('message', (data) => {
    const text = data.toString();
    // Pushes are recognised without parsing them: their cost is the server's to show, not the client's.
    if (text.includes('"method"')) {
      push(text);
      return;
    }
    const message = JSON.parse(text) as Answer;
    waiting.get(message.id)?.(message);
    waiting.delete(message.id);
  });
  return {
    socket,
    call: (method, params) =>
      new Promise((resolve, reject) => {
        lastId += 1;
        waiting.set(lastId, ({ result, error }) => (error ? reject(new Error(error.message)) : resolve(result ?? {})));
        socket.send(JSON.stringify({ jsonrpc: '2.0', id: lastId, method, params }));
      }),
    onPush: (listen) => {
      push = listen;
    },
    close: () => socket.terminate(),
  };
}
