import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface LoadPlan {
  readonly port: number;
  readonly connections: number;
  /** Whole HTTP/1.1 requests, sent in turn. */
  readonly requests: readonly string[];
  /** Open loop at this rate; null: each connection sends as soon as it was answered. */
  readonly perSecond: number | null;
  readonly warmUpMs: number;
  readonly measureMs: number;
}

export interface LoadResult {
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Answers other than 2xx. */
  readonly failures: number;
}

/** Node's note that a `.ts` file without a package `type` is read as a module says nothing about a measurement. */
export const NODE_FLAGS = ['--disable-warning=MODULE_TYPELESS_PACKAGE_JSON'];

/** @throws Error when the client breaks or when any answer was not 2xx: such a rate would mean nothing. */
export async function driveLoad(plan: LoadPlan): Promise<LoadResult> {
  const worker = fork(fileURLToPath(new URL('load-worker.ts', import.meta.url)), { execArgv: NODE_FLAGS });
  const answer = new Promise<LoadResult>((resolve, reject) => {
    worker.once('message', (message) => resolve(message as LoadResult));
    worker.once('exit', (code) => reject(new Error(`the load client ended with ${code}`)));
  });
  worker.send(plan);
  const result = await answer;
  if (result.failures > 0) throw new Error(`${result.failures} answers were not 2xx`);
  return result;
}

/** The text of one request. `headers` without Host, Content-Length. */
export function writeRequest(
  port: number,
  method: string,
  path: string,
  options: { readonly headers?: Readonly<Record<string, string>>; readonly body?: string } = {},
): string {
  const headers: Record<string, string> = { host: `localhost:${port}`, ...options.headers };
  if (options.body !== undefined) headers['content-length'] = String(Buffer.byteLength(options.body));
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${options.body ?? ''}`;
}
