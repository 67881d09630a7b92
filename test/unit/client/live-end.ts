import { type WebSocket, WebSocketServer } from 'ws';
import { type FakeDaemon, type FakeDaemonOptions, openFakeDaemon } from './fake-daemon.ts';

export interface Call {
  readonly id: number;
  readonly method: string;
  readonly params: Record<string, unknown>;
}

/** The daemon's end of the live channel, as far as a test scripts it. */
export interface LiveEnd {
  readonly daemon: FakeDaemon;
  readonly calls: Call[];
  /** Credential headers of the upgrades. */
  readonly credentials: (string | undefined)[];
  /** Connections that are open now. */
  readonly sockets: ReadonlySet<WebSocket>;
  answer: (call: Call, socket: WebSocket) => void;
  /** A client has come; its end may not know yet. */
  onConnection: () => void;
  /** Cuts every connection without a word. */
  cut(): void;
  close(): Promise<void>;
}

export const reply = (socket: WebSocket, id: number, result: unknown) =>
  socket.send(JSON.stringify({ jsonrpc: '2.0', id, result }));
export const refuse = (socket: WebSocket, id: number, code: string) =>
  socket.send(JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32000, message: 'm', data: { code } } }));
export const notify = (socket: WebSocket, method: string, params: unknown) =>
  socket.send(JSON.stringify({ jsonrpc: '2.0', method, params }));

export async function openLiveEnd(options: FakeDaemonOptions = {}): Promise<LiveEnd> {
  const daemon = await openFakeDaemon(options);
  const server = new WebSocketServer({ server: daemon.server, path: '/api/v1/live' });
  const end: LiveEnd = {
    daemon,
    calls: [],
    credentials: [],
    sockets: server.clients,
    answer: (call, socket) => reply(socket, call.id, {}),
    onConnection: () => {},
    cut: () => {
      for (const socket of server.clients) socket.terminate();
    },
    close: async () => {
      end.cut();
      server.close();
      await daemon.close();
    },
  };
  server.on('connection', (socket, request) => {
    end.credentials.push(request.headers.authorization);
    socket.on('message', (data) => {
      const call = JSON.parse(data.toString()) as Call;
      end.calls.push(call);
      end.answer(call, socket);
    });
    end.onConnection();
  });
  return end;
}
