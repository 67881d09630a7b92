/** The few headers that decide whether a request is served, every occurrence of each. */
export interface GuardedHeaders {
  readonly host: readonly string[];
  readonly origin: readonly string[];
  readonly fetchSite: readonly string[];
  readonly transferEncoding: readonly string[];
  readonly authorization: readonly string[];
}

type Name = keyof GuardedHeaders;

const NAMES: ReadonlyMap<string, Name> = new Map([
  ['host', 'host'],
  ['origin', 'origin'],
  ['sec-fetch-site', 'fetchSite'],
  ['transfer-encoding', 'transferEncoding'],
  ['authorization', 'authorization'],
]);
const LENGTHS: ReadonlySet<number> = new Set([...NAMES.keys()].map((name) => name.length));
const NONE: readonly string[] = [];

/**
 * Reads them off the raw list (name, value, name, value…). Node's `headers` keeps only the first of duplicates, and
 * `headersDistinct` throws on a header named `__proto__` (CVE-2026-21710).
 */
export function readGuardedHeaders(rawHeaders: readonly string[]): GuardedHeaders {
  const found: Record<Name, readonly string[]> = {
    host: NONE,
    origin: NONE,
    fetchSite: NONE,
    transferEncoding: NONE,
    authorization: NONE,
  };
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const raw = rawHeaders[index] ?? '';
    if (!LENGTHS.has(raw.length)) continue;
    const name = NAMES.get(raw.toLowerCase());
    if (name === undefined) continue;
    const value = rawHeaders[index + 1] ?? '';
    found[name] = found[name] === NONE ? [value] : [...found[name], value];
  }
  return found;
}
