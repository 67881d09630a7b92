import { connect } from 'node:net';
import { PATIENCE_MS } from './wait.ts';

export interface RawAnswer {
  /** Status of the first answer; null when the peer closed without one. */
  status: number | null;
  /** Lower-case names; the last of equal ones. */
  headers: Record<string, string>;
  /** Everything received. */
  text: string;
}

/**
 * Sends bytes exactly as given and collects the answer until the first complete one has arrived, or the peer closes.
 * A peer that does neither fails the test.
 */
export function sendRaw(port: number, bytes: string | Buffer): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port });
    const chunks: Buffer[] = [];
    const received = (): string => Buffer.concat(chunks).toString('latin1');
    const finish = (): void => {
      socket.destroy();
      resolve(parseAnswer(received()));
    };
    socket.setTimeout(PATIENCE_MS, () => {
      socket.destroy();
      reject(new Error(`neither an answer nor an end; received: ${JSON.stringify(received())}`));
    });
    socket.on('connect', () => socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes));
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      if (isComplete(received())) finish();
    });
    socket.on('error', finish);
    socket.on('close', finish);
  });
}

/** A request head as a browser or an attacker would write it. `headers` are lines, so that they may repeat. */
export function rawRequest(target: string, headers: readonly string[], method = 'GET', body = ''): string {
  const length = body === '' ? [] : [`Content-Length: ${Buffer.byteLength(body)}`];
  return `${[`${method} ${target} HTTP/1.1`, ...headers, ...length, 'Connection: close'].join('\r\n')}\r\n\r\n${body}`;
}

function parseAnswer(text: string): RawAnswer {
  const head = text.split('\r\n\r\n', 1)[0] ?? '';
  const [first = '', ...lines] = head.split('\r\n');
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(first)?.[1];
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon > 0) headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  return { status: status === undefined ? null : Number(status), headers, text };
}

function isComplete(text: string): boolean {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return false;
  const { status, headers } = parseAnswer(text);
  // Another one follows it (RFC 9110 §15.2).
  if (status === 100) return isComplete(text.slice(end + 4));
  if (status === 101 || status === 204 || status === 304) return true;
  const length = headers['content-length'];
  return length !== undefined && text.length - end - 4 >= Number(length);
}
