import type { ServerResponse } from 'node:http';
import type { PublishedDocument } from '../issuer/published-documents.ts';
import { PUBLIC_HEADERS } from './security-headers.ts';

/** Methods of a document that anyone may read. */
export const DOCUMENT_METHODS = 'GET, HEAD, OPTIONS';

/** What `writeHead` gets for a document is made once: a document never changes, a new one takes its place. */
const headersOf = new WeakMap<PublishedDocument, { readonly full: string[]; readonly unchanged: string[] }>();

/**
 * Answers with prepared bytes (CONTRACT §4), or with 304 when the reader has them (RFC 9110 §13.1.2), or the preflight of
 * a browser (Fetch §3.2). false for a method that a document does not have.
 */
export function servePublicDocument(
  response: ServerResponse,
  method: string,
  ifNoneMatch: string | undefined,
  document: PublishedDocument,
): boolean {
  const headers = prepareHeaders(document);
  if (method === 'GET' || method === 'HEAD') {
    if (ifNoneMatch !== undefined && matchesEtag(ifNoneMatch, document.etag)) {
      response.writeHead(304, headers.unchanged);
      response.end();
      return true;
    }
    response.writeHead(200, headers.full);
    if (method === 'GET') response.end(document.body);
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

function prepareHeaders(document: PublishedDocument): { readonly full: string[]; readonly unchanged: string[] } {
  const known = headersOf.get(document);
  if (known !== undefined) return known;
  const unchanged = [
    ...PUBLIC_HEADERS,
    'Access-Control-Expose-Headers',
    'ETag',
    'Cache-Control',
    document.cacheControl,
    'ETag',
    document.etag,
  ];
  const full = [
    ...unchanged,
    'Content-Type',
    withCharset(document.contentType),
    'Content-Length',
    String(document.body.length),
  ];
  const prepared = { full, unchanged };
  headersOf.set(document, prepared);
  return prepared;
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
