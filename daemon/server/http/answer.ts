import { type OutgoingHttpHeaders, type ServerResponse, STATUS_CODES } from 'node:http';
import { describeProblem, MintmarkError, type ProblemCode } from '../../problem.ts';
import { PRIVATE_HEADERS } from './security-headers.ts';

/** Sends JSON that nobody may cache. `extra` is a flat list of names and values. */
export function sendJson(response: ServerResponse, status: number, text: string, extra: readonly string[] = []): void {
  sendAnswer(response, status, 'application/json; charset=utf-8', text, extra);
}

/** What a failed request is answered with (RFC 9457 §3). `code` is the member to script against. */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly code: ProblemCode;
  readonly correlationId: string;
}

/** Writes a problem down. A failure inside keeps its detail to the log, where `correlationId` finds it. */
export function describeFailure(error: MintmarkError, correlationId: string): ProblemDocument {
  const { status, title } = describeProblem(error.code);
  const detail = error.code === 'internal' || error.message === title ? {} : { detail: error.message };
  return { type: `urn:mintmark:problem:${error.code}`, title, status, ...detail, code: error.code, correlationId };
}

/** An error of any kind as one with a code: what nobody foresaw is `internal`. */
export function toProblem(error: unknown): MintmarkError {
  return error instanceof MintmarkError ? error : new MintmarkError('internal', undefined, { cause: error });
}

/** Headers that belong to a code wherever it is answered. */
export function headersOfProblem(code: ProblemCode): readonly string[] {
  switch (code) {
    case 'unauthorized':
      return ['WWW-Authenticate', 'Bearer realm="mintmark"'];
    case 'too_many_requests':
      return ['Retry-After', '1'];
    case 'upgrade_required':
      return ['Upgrade', 'websocket', 'Sec-WebSocket-Version', '13', 'Connection', 'Upgrade, close'];
    case 'too_large':
    case 'headers_too_large':
    case 'request_timeout':
    case 'unsupported_transfer':
      return ['Connection', 'close'];
    default:
      return [];
  }
}

/** Sends a problem, unless the client is gone or the answer has begun. */
export function sendProblem(response: ServerResponse, problem: ProblemDocument, extra: readonly string[]): void {
  if (response.headersSent || response.destroyed) return;
  sendAnswer(response, problem.status, PROBLEM_TYPE, JSON.stringify(problem), extra);
}

/** A whole problem answer as text, for a socket that has no response object (upgrade, unreadable request). */
export function formatRawProblem(problem: ProblemDocument, extra: readonly string[]): string {
  const body = JSON.stringify(problem);
  const headers = [...PRIVATE_HEADERS, 'Content-Type', PROBLEM_TYPE, 'Content-Length', String(Buffer.byteLength(body))];
  const all = [...headers, ...extra, ...(extra.includes('Connection') ? [] : ['Connection', 'close'])];
  const lines = [`HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? 'Refused'}`];
  for (let index = 0; index + 1 < all.length; index += 2) lines.push(`${all[index]}: ${all[index + 1]}`);
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** Sends what nobody may cache and no other origin may read. `extra` is a flat list of names and values. */
export function sendAnswer(
  response: ServerResponse,
  status: number,
  type: string,
  text: string,
  extra: readonly string[],
): void {
  const length = Buffer.byteLength(text);
  const headers: OutgoingHttpHeaders | string[] = [
    ...PRIVATE_HEADERS,
    'Content-Type',
    type,
    'Content-Length',
    String(length),
    ...extra,
  ];
  response.writeHead(status, headers);
  // Text without a character beyond ASCII is the same bytes in both, and Latin-1 is written without transcoding.
  response.end(text, length === text.length ? 'latin1' : 'utf8');
}
