import { MintmarkError } from '../../problem.ts';
import { type GuardedHeaders, readGuardedHeaders } from './guarded-headers.ts';
import { readTarget, type Target } from './request-target.ts';

/** Below this path everything needs the control credential, but for two open documents. */
export const CONTROL_PREFIX = '/api/v1';

/** More fields than any client of ours sends; the bytes are bounded by the HTTP parser. */
const MAX_HEADER_FIELDS = 100;

export interface GuardRules {
  /** Lower-case `host[:port]` values under which this daemon is reached. */
  readonly hosts: ReadonlySet<string>;
  /** Origins that may speak to it from a browser; none unless configured. */
  readonly origins: ReadonlySet<string>;
  /** Is this path one of the documents that anyone may read from anywhere? */
  readonly isPublic: (path: string) => boolean;
}

export interface IncomingFacts {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly rawHeaders: readonly string[];
}

/** A request that may be routed. */
export interface AdmittedRequest extends Target {
  readonly method: string;
  /** Values of every `Authorization` header. */
  readonly authorization: readonly string[];
}

/**
 * Decides, before any routing, whether a request is served at all: a listener on loopback is no proof of who calls,
 * since any web page can make a browser call it. Proxy headers (`Forwarded`, `X-Forwarded-*`) are never read.
 *
 * @throws MintmarkError `forbidden_host`, `forbidden_origin`, `bad_target`, `invalid_request`, `headers_too_large`,
 *   `unsupported_transfer`.
 */
export function admitRequest(request: IncomingFacts, rules: GuardRules): AdmittedRequest {
  if (request.rawHeaders.length > 2 * MAX_HEADER_FIELDS) {
    throw new MintmarkError('headers_too_large', `A request has at most ${MAX_HEADER_FIELDS} header fields`);
  }
  const headers = readGuardedHeaders(request.rawHeaders);
  refuseForeignHost(headers, rules);
  const url = request.url ?? '';
  // What is the path of a document as it stands needs no further look at its spelling.
  const target = rules.isPublic(url) ? { path: url, query: '' } : readTarget(url);
  if (!rules.isPublic(target.path)) refuseForeignOrigin(headers, rules, target.path);
  refuseTransferCoding(headers);
  return {
    path: target.path,
    query: target.query,
    method: request.method ?? '',
    authorization: headers.authorization,
  };
}

/** RFC 9112 §3.2: exactly one Host. Ours are compared whole, so that no spelling of another address passes. */
function refuseForeignHost({ host }: GuardedHeaders, rules: GuardRules): void {
  const [value] = host;
  if (value === undefined || host.length !== 1) {
    throw new MintmarkError('invalid_request', 'A request names exactly one Host');
  }
  if (!rules.hosts.has(value) && !rules.hosts.has(value.toLowerCase())) throw new MintmarkError('forbidden_host');
}

function refuseForeignOrigin({ origin, fetchSite }: GuardedHeaders, rules: GuardRules, path: string): void {
  if (origin.length > 0) {
    if (origin.length > 1 || !rules.origins.has(origin[0] ?? '')) throw new MintmarkError('forbidden_origin');
    return;
  }
  const isControl = path === CONTROL_PREFIX || path.startsWith(`${CONTROL_PREFIX}/`);
  if (isControl && fetchSite.some((site) => site.toLowerCase() === 'cross-site')) {
    throw new MintmarkError('forbidden_origin', 'Another site may not call the control API');
  }
}

/** Node hands unknown transfer codings to the application as if there were no body (RFC 9112 §6.1: 501). */
function refuseTransferCoding({ transferEncoding }: GuardedHeaders): void {
  if (transferEncoding.length === 0) return;
  if (transferEncoding.length > 1 || transferEncoding[0]?.toLowerCase() !== 'chunked') {
    throw new MintmarkError('unsupported_transfer');
  }
}
