import { createHmac, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DaemonFile } from '../../../daemon/client/daemon-file.ts';

export interface FakeDaemon {
  readonly file: DaemonFile;
  readonly server: Server;
  /** Every request that came, in order. */
  readonly requests: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[];
  close(): Promise<void>;
}

export interface FakeDaemonOptions {
  readonly host?: string;
  readonly proofToken?: string;
  readonly answer?: (response: ServerResponse) => void;
  /** Instead of reading a request and its answer. */
  readonly take?: (request: IncomingMessage, response: ServerResponse) => void;
  /** Instead of the proof. */
  readonly onHealth?: (response: ServerResponse) => void;
}

/**
 * A listener on a loopback port that proves itself as a daemon does, with the token of its file or another one, and
 * answers everything else with `answer`.
 */
export async function openFakeDaemon(options: FakeDaemonOptions = {}): Promise<FakeDaemon> {
  const controlToken = randomBytes(32).toString('base64url');
  const requests: FakeDaemon['requests'] = [];
  const server = createServer(async (request, response) => {
    if (options.take !== undefined && request.url !== '/api/v1/health') return options.take(request, response);
    let body = '';
    for await (const chunk of request) body += chunk;
    requests.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
    if (request.url !== '/api/v1/health') return options.answer?.(response);
    if (options.onHealth !== undefined) return options.onHealth(response);
    const proof = createHmac('sha256', options.proofToken ?? controlToken)
      .update(`mintmark daemon proof\n${file.baseUrl}\n${request.headers['mintmark-nonce']}`)
      .digest('base64url');
    response.end(JSON.stringify({ status: 'ok', baseUrl: file.baseUrl, proof }));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, options.host ?? '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const file: DaemonFile = {
    pid: process.pid,
    baseUrl: `http://localhost:${port}`,
    controlToken,
    instance: 'i',
    version: '0.0.0',
    startedAt: '2026-11-22T15:00:00Z',
  };
  return {
    file,
    server,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
