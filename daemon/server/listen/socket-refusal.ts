import type { Duplex } from 'node:stream';
import { MintmarkError } from '../../problem.ts';
import { formatRawProblem } from '../http/answer.ts';
import type { ReportFailure } from '../http/failures.ts';

/** A peer that never closes its half is not waited for longer, ms. */
const LINGER_MS = 1_000;

/** RFC 9112 §3, with a method of a length that somebody may have meant. */
const REQUEST_LINE = /^[\w!#$%&'*+.^`|~-]{1,32} \/[!-~]* HTTP\/1\.[01]\r?\n/;

/** What the parser says of `DESCRIBE` and others that it knows from RTSP. */
const RTSP_METHOD = 'Invalid method for HTTP/x.x request';

/** Answers on a bare socket, where there is no response object, and ends it. `path` is for the log. */
export function refuseSocket(socket: Duplex, error: unknown, report: ReportFailure, path?: string): void {
  socket.on('error', () => undefined);
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const { problem, headers } = report(error, { channel: 'socket', path });
  socket.end(formatRawProblem(problem, headers));
  socket.resume();
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}

/** What Node hands over with its parser's error. */
export interface UnreadableRequest extends NodeJS.ErrnoException {
  readonly rawPacket?: Buffer;
  readonly reason?: string;
}

/** What the HTTP parser or its timers found wrong, as a problem; null when the peer is simply gone. */
export function explainUnreadable(error: UnreadableRequest): MintmarkError | null {
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
    case 'HPE_UNEXPECTED_CONTENT_LENGTH':
    case 'HPE_INVALID_CONTENT_LENGTH':
    case 'HPE_INVALID_TRANSFER_ENCODING':
      return new MintmarkError('invalid_request', 'The body has one length, or chunks');
    case 'HPE_INVALID_METHOD':
      return isRequest(error.rawPacket) ? new MintmarkError('method_not_implemented') : notHttp();
    case 'HPE_INVALID_CONSTANT':
      return error.reason === RTSP_METHOD ? new MintmarkError('method_not_implemented') : notHttp();
    default:
      return notHttp();
  }
}

const notHttp = (): MintmarkError => new MintmarkError('bad_target', 'This is not HTTP');

function isRequest(packet: Buffer | undefined): boolean {
  return REQUEST_LINE.test(packet?.subarray(0, 16 * 1024).toString('latin1') ?? '');
}
