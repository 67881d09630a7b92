/** The few headers that decide whether a request is served, every occurrence of each. */
export interface GuardedHeaders {
  readonly host: readonly string[];
  readonly origin: readonly string[];
  readonly fetchSite: readonly string[];
  readonly transferEncoding: readonly string[];
  readonly authorization: readonly string[];
}

const NONE: readonly string[] = [];

/**
 * Reads them off the raw list (name, value, name, value…). Node's `headers` keeps only the first of duplicates, and
 * `headersDistinct` throws on a header named `__proto__` (CVE-2026-21710).
 */
export function readGuardedHeaders(rawHeaders: readonly string[]): GuardedHeaders {
  let [host, origin, fetchSite, transferEncoding, authorization] = [NONE, NONE, NONE, NONE, NONE];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const value = rawHeaders[index + 1] ?? '';
    switch (rawHeaders[index]?.toLowerCase()) {
      case 'host':
        host = [...host, value];
        break;
      case 'origin':
        origin = [...origin, value];
        break;
      case 'sec-fetch-site':
        fetchSite = [...fetchSite, value];
        break;
      case 'transfer-encoding':
        transferEncoding = [...transferEncoding, value];
        break;
      case 'authorization':
        authorization = [...authorization, value];
        break;
    }
  }
  return { host, origin, fetchSite, transferEncoding, authorization };
}
