import type { Duplex } from 'node:stream';
import { MintmarkError } from '../problem.ts';
import { formatRawProblem } from './answer.ts';
import type { ReportFailure } from './failures.ts';

/** A peer that never closes its half is not waited for longer, ms. */
const LINGER_MS = 1_000;

/** Answers on a bare socket, where there is no response object, and ends it. */
export function refuseSocket(socket: Duplex, error: unknown, report: ReportFailure): void {
  socket.on('error', () => undefined);
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const { problem, headers } = report(error, { channel: 'socket' });
  socket.end(formatRawProblem(problem, headers));
  socket.resume();
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}

/** What the HTTP parser or its timers found wrong, as a problem; null when the peer is simply gone. */
export function explainUnreadable(error: NodeJS.ErrnoException): MintmarkError | null {
  switch (error.code) {
    case 'ECONNRESET':
    case 'EPIPE':
      return null;
    case 'HPE_HEADER_OVERFLOW':
      return new MintmarkError('headers_too_large');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new MintmarkError('request_timeout');
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return new MintmarkError('too_large', 'The chunk extensions are too large');
    default:
      return new MintmarkError('bad_target', 'This is not HTTP');
  }
}
