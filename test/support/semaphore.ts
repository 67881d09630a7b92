import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it arrived. */
export interface SeenRequest {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: {
    project_id?: string;
    reference?: string;
    pipeline_file?: string;
    commit_sha?: string;
    parameters: Record<string, string>;
  };
}

/** A Semaphore organization on a socket of its own, which starts nothing and remembers what it was asked. */
export interface Semaphore {
  url: string;
  seen: SeenRequest[];
  /** What is answered next and from then on. */
  answer: { status: number; body: string; headers?: Record<string, string> };
  close(): Promise<void>;
}

export const STARTED = { workflow_id: 'workflow-1', pipeline_id: 'pipeline-1' };

export async function startSemaphore(): Promise<Semaphore> {
  const seen: SeenRequest[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      seen.push({ method, url, headers, body: JSON.parse(text || '{}') as SeenRequest['body'] });
      const { status, body, headers: more } = semaphore.answer;
      response.writeHead(status, { 'content-type': 'application/json', ...more }).end(body);
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const semaphore: Semaphore = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    answer: { status: 200, body: JSON.stringify(STARTED) },
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
  return semaphore;
}
