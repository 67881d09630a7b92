import type { IncomingMessage, ServerResponse } from 'node:http';
import { MintmarkError } from '../../problem.ts';
import { findInexactNumber, INEXACT_NUMBER } from '../../token/exact-numbers.ts';
import type { JsonNumber } from '../../token/scan-json.ts';
import { parseStrictJson } from '../../token/strict-json.ts';
import { decodeUtf8 } from '../../token/utf8.ts';
import { nameMembers } from './name-members.ts';

const MAX_BODY_BYTES = 1024 * 1024;

/**
 * A body a little too large is read to its end, so that its sender gets to see the answer; beyond this it is cut off.
 */
const DRAINED_BYTES = 4 * MAX_BODY_BYTES;

/** RFC 8259 §8.1: JSON between systems is UTF-8. */
const JSON_TYPE = /^application\/json[ \t]*(?:;[ \t]*charset[ \t]*=[ \t]*"?utf-8"?[ \t]*)?$/i;

/**
 * Reads the JSON body of a request; undefined when it has no byte. What has none needs no type, and may have any: clients
 * say `application/json` of every request.
 *
 * @throws MintmarkError `unsupported_media_type`, `too_large`, `invalid_json`,
 *   `invalid_request`, `request_timeout` (the client went away).
 */
export async function readJsonBody(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
  const { headers } = request;
  const isChunked = headers['transfer-encoding'] !== undefined;
  const isEmpty = !isChunked && Number(headers['content-length'] ?? 0) === 0;
  const isJson = JSON_TYPE.test(headers['content-type'] ?? '');
  // How much chunks hold is known when they are read.
  if (!isJson && !isChunked && !isEmpty) throw typeUnsupported();
  const bytes = await readBodyBytes(request, response, MAX_BODY_BYTES);
  if (bytes.length === 0) return undefined;
  if (!isJson) throw typeUnsupported();
  return parseJsonBytes(bytes);
}

/**
 * Reads the body of a request, of at most `longest` bytes; empty when there is none.
 *
 * @throws MintmarkError `unsupported_media_type` (a content coding), `too_large`, `request_timeout`.
 */
export async function readBodyBytes(
  request: IncomingMessage,
  response: ServerResponse,
  longest: number,
): Promise<Uint8Array> {
  const { headers } = request;
  if (headers['content-encoding'] !== undefined) {
    throw new MintmarkError('unsupported_media_type', 'A body has no content coding');
  }
  if (Number(headers['content-length'] ?? 0) > DRAINED_BYTES) throw bodyTooLarge(longest);
  if (headers.expect !== undefined) response.writeContinue();
  return readBytes(request, longest);
}

/**
 * Parses JSON that came over a wire. Beyond the strict rules no member is called `__proto__`: schemas of records pass
 * over it, and what is not looked at must not be accepted. No number becomes another one: a claim is minted, and
 * expected, as it was asked for.
 *
 * @throws MintmarkError `invalid_json`, `invalid_request`.
 */
export function parseJsonBytes(bytes: Uint8Array): unknown {
  let value: unknown;
  let inexact: JsonNumber | null;
  try {
    const text = decodeUtf8(bytes);
    inexact = findInexactNumber(text);
    value = inexact === null ? parseStrictJson(text) : null;
  } catch (cause) {
    throw new MintmarkError('invalid_json', cause instanceof Error ? cause.message : undefined, { cause });
  }
  if (inexact !== null) {
    throw new MintmarkError('invalid_request', `${nameMembers(inexact.path) || 'the body'}: ${INEXACT_NUMBER}`);
  }
  if (hasPrototypeMember(value)) throw new MintmarkError('invalid_request', 'No member is called __proto__');
  return value;
}

/** Recursion is bounded by the depth that strict JSON allows. */
function hasPrototypeMember(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.hasOwn(value, '__proto__') || Object.values(value).some(hasPrototypeMember);
}

function readBytes(request: IncomingMessage, longest: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= longest) chunks.push(chunk);
      else chunks = [];
      if (length > DRAINED_BYTES) reject(bodyTooLarge(longest));
    });
    request.once('end', () => {
      if (length > longest) reject(bodyTooLarge(longest));
      else resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks));
    });
    request.once('error', (cause) =>
      reject(new MintmarkError('request_timeout', 'The body did not arrive', { cause })),
    );
    request.once('close', () => {
      // Every request closes: an error that nobody would see costs as much as parsing the body.
      if (!request.complete) reject(new MintmarkError('request_timeout', 'The body did not arrive'));
    });
  });
}

function typeUnsupported(): MintmarkError {
  return new MintmarkError('unsupported_media_type', 'A body is application/json in UTF-8');
}

function bodyTooLarge(longest: number): MintmarkError {
  return new MintmarkError('too_large', `A body has at most ${longest} bytes`);
}
