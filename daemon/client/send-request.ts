import { type IncomingMessage, request } from 'node:http';
import { MintmarkError } from '../problem.ts';

/** A loopback address to connect to, and the Host that the daemon there answers to. */
export interface DaemonAddress {
  readonly host: '127.0.0.1' | '::1';
  readonly port: number;
  readonly hostHeader: string;
  /** Of a coordinator that speaks TLS alone: our own daemon has a port without it for this machine. */
  readonly tls?: true;
}

export interface OutgoingRequest {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMs: number;
}

export interface IncomingAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

const MAX_ANSWER_BYTES = 16 * 1_048_576;

/**
 * Sends one request over a connection of its own.
 *
 * @throws MintmarkError `daemon_unreachable`; its `cause` is the socket's error.
 */
export async function sendRequest(address: DaemonAddress, outgoing: OutgoingRequest): Promise<IncomingAnswer> {
  const open = await loadRequest(address);
  return await new Promise((resolve, reject) => {
    const fail = (cause: Error) =>
      reject(new MintmarkError('daemon_unreachable', `nothing answers at ${address.hostHeader}`, { cause }));
    const outgoingBody = outgoing.body === undefined ? null : Buffer.from(outgoing.body);
    const sent = open(
      {
        ...toConnection(address),
        method: outgoing.method,
        path: outgoing.path,
        agent: false,
        signal: AbortSignal.timeout(outgoing.timeoutMs),
        headers: {
          host: address.hostHeader,
          ...outgoing.headers,
          ...(outgoingBody && { 'content-type': 'application/json', 'content-length': outgoingBody.length }),
        },
      },
      (answer) => readAnswer(answer).then(resolve, fail),
    );
    sent.on('error', fail);
    sent.end(outgoingBody);
  });
}

/** What opens a connection there: TLS is a good part of what a command would load, and few speak it. */
export async function loadRequest({ tls }: DaemonAddress): Promise<typeof request> {
  return tls === true ? (await import('node:https')).request : request;
}

/** Where a request goes, to this very address; by TLS only to who may call himself `localhost` (RFC 9525). */
export function toConnection({ host, port, tls }: DaemonAddress): { host: string; port: number; servername?: string } {
  return { host, port, ...(tls === true && { servername: 'localhost' }) };
}

async function readAnswer(answer: IncomingMessage): Promise<IncomingAnswer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES) throw new Error('the answer is too long');
    chunks.push(chunk);
  }
  return {
    status: answer.statusCode ?? 0,
    contentType: answer.headers['content-type'] ?? '',
    text: Buffer.concat(chunks).toString('utf8'),
  };
}
