import type { ServerResponse } from 'node:http';
import type { PublishedDocument } from '../../issuer/published-documents.ts';
import { PUBLIC_HEADERS } from './security-headers.ts';

/** Methods of a document that anyone may read. */
export const DOCUMENT_METHODS = 'GET, HEAD, OPTIONS';

interface PreparedAnswer {
  readonly headers: string[];
  readonly unchangedHeaders: string[];
  /** The bytes as a latin1 string: Node sends it with the head in one write, but a Buffer in a second one. */
  readonly text: string;
}

/** Made once: a document never changes, a new one takes its place. */
const prepared = new WeakMap<PublishedDocument, PreparedAnswer>();

/**
 * Answers with prepared bytes (CONTRACT §4), or with 304 when the reader has them (RFC 9110 §13.1.2), or the preflight
 * of a browser (Fetch §3.2). false for a method that a document does not have.
 */
export function servePublicDocument(
  response: ServerResponse,
  method: string,
  ifNoneMatch: string | undefined,
  document: PublishedDocument,
): boolean {
  const answer = prepareAnswer(document);
  if (method === 'GET' || method === 'HEAD') {
    if (ifNoneMatch !== undefined && matchesEtag(ifNoneMatch, document.etag)) {
      response.writeHead(304, answer.unchangedHeaders);
      response.end();
      return true;
    }
    response.writeHead(200, answer.headers);
    if (method === 'GET') response.end(answer.text, 'latin1');
    else response.end();
    return true;
  }
  if (method !== 'OPTIONS') return false;
  response.writeHead(204, PREFLIGHT);
  response.end();
  return true;
}

const PREFLIGHT = [
  ...PUBLIC_HEADERS,
  'Access-Control-Allow-Methods',
  'GET, HEAD',
  'Access-Control-Allow-Headers',
  '*',
  'Access-Control-Max-Age',
  '600',
  'Allow',
  DOCUMENT_METHODS,
  'Cache-Control',
  'no-store',
];

function prepareAnswer(document: PublishedDocument): PreparedAnswer {
  const known = prepared.get(document);
  if (known !== undefined) return known;
  const { body, contentType, cacheControl, etag } = document;
  const unchangedHeaders = [...PUBLIC_HEADERS, 'Cache-Control', cacheControl, 'ETag', etag];
  const headers = [
    ...unchangedHeaders,
    'Content-Type',
    withCharset(contentType),
    'Content-Length',
    String(body.length),
  ];
  const answer = { headers, unchangedHeaders, text: body.toString('latin1') };
  prepared.set(document, answer);
  return answer;
}

/** Weak comparison (RFC 9110 §8.8.3.2) against a list of entity tags or `*`. */
function matchesEtag(ifNoneMatch: string, etag: string): boolean {
  if (ifNoneMatch.trim() === '*') return true;
  const wanted = etag.replace(/^W\//, '');
  return ifNoneMatch.split(',').some((candidate) => candidate.trim().replace(/^W\//, '') === wanted);
}

/** A platform that names its own type exactly keeps it. */
function withCharset(contentType: string): string {
  return contentType === 'application/json' ? 'application/json; charset=utf-8' : contentType;
}
