import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';

/** A request as it arrived, read whole. */
export interface Seen {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface StubAnswer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A service on a socket of its own that remembers what it was asked. */
export interface Stub {
  readonly url: string;
  /** Everything since it was last emptied. */
  readonly seen: Seen[];
  close(): Promise<void>;
}

type Answer = (request: Seen) => StubAnswer | Promise<StubAnswer>;

export const json = (status: number, content: unknown): StubAnswer => ({
  status,
  body: JSON.stringify(content),
  headers: { 'content-type': 'application/json' },
});

/** What `answer` throws is the caller's credential being refused. @param tls serves https with this certificate */
export async function startStub(answer: Answer, tls?: ServerOptions): Promise<Stub> {
  const seen: Seen[] = [];
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      const { method = '', url = '', headers } = request;
      const asked = { method, url, headers, body: Buffer.concat(chunks) };
      seen.push(asked);
      const answered = await Promise.resolve(asked)
        .then(answer)
        .catch((fault: unknown) => json(401, { message: String(fault) }));
      response.writeHead(answered.status, answered.headers).end(answered.body);
    });
  };
  const server: Server = tls === undefined ? createServer(listener) : createSecureServer(tls, listener);
  // A client that takes its time between two requests finds its connection as it left it.
  server.keepAliveTimeout = 0;
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return {
    url: tls === undefined ? `http://127.0.0.1:${port}` : `https://localhost:${port}`,
    seen,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
