import { type IncomingMessage, request } from 'node:http';
import { MintmarkError } from '../problem.ts';

/** A loopback address to connect to, and the Host that the daemon there answers to. */
export interface DaemonAddress {
  readonly host: '127.0.0.1' | '::1';
  readonly port: number;
  readonly hostHeader: string;
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
export function sendRequest(address: DaemonAddress, outgoing: OutgoingRequest): Promise<IncomingAnswer> {
  return new Promise((resolve, reject) => {
    const fail = (cause: Error) =>
      reject(new MintmarkError('daemon_unreachable', `nothing answers at ${address.hostHeader}`, { cause }));
    const outgoingBody = outgoing.body === undefined ? null : Buffer.from(outgoing.body);
    const sent = request(
      {
        host: address.host,
        port: address.port,
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
