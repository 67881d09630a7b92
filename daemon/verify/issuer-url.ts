import { LOOPBACK_NAMES } from '../token/loopback-names.ts';

/** Every name and address that never leaves a machine (RFC 6761 §6.3, RFC 1122 §3.2.1.3, RFC 4291 §2.5.3). */
const ANY_LOOPBACK = /^(?:(?:.+\.)?localhost\.?|127(?:\.\d+){3}|\[::1\]|\[::ffff:7f[\da-f]{2}:[\da-f]+\])$/;

/**
 * Why a text is no acceptable issuer URL (OIDC Discovery 1.0 §3), or null: https anywhere, http on this machine only,
 * without user, query and fragment.
 */
export function findIssuerUrlFault(issuer: string): string | null {
  const url = parseUrl(issuer);
  if (url === null) return 'the issuer is not an absolute URL';
  if (issuer.includes('?') || issuer.includes('#')) return 'an issuer URL has no query and no fragment';
  return findUrlFault(url, isLoopbackHttp(url));
}

/**
 * Why `uri` cannot be the `jwks_uri` of `issuer`, or null: http only where both lie on this machine, and an issuer
 * elsewhere cannot make anyone ask a service of this machine.
 */
export function findJwksUriFault(uri: string, issuer: string): string | null {
  const url = parseUrl(uri);
  if (url === null) return 'the jwks_uri is not an absolute URL';
  const home = parseUrl(issuer);
  if (ANY_LOOPBACK.test(url.hostname) && (home === null || !ANY_LOOPBACK.test(home.hostname))) {
    return 'the jwks_uri leads to this machine, and the issuer is elsewhere';
  }
  return findUrlFault(url, isLoopbackHttp(url) && home !== null && isLoopbackHttp(home));
}

/**
 * Does a URL lie where `baseUrl` is: at the same scheme and port, by the same name or another one of this machine? As
 * any URL parser reads it: what only looks different leads there too.
 */
export function liesAt(url: string, baseUrl: string): boolean {
  if (!URL.canParse(url) || !URL.canParse(baseUrl)) return false;
  const [asked, base] = [new URL(url), new URL(baseUrl)];
  if (asked.origin === base.origin) return true;
  const isLoopback = LOOPBACK_NAMES.has(asked.hostname) && LOOPBACK_NAMES.has(base.hostname);
  return isLoopback && asked.protocol === base.protocol && asked.port === base.port;
}

function findUrlFault(url: URL, httpAllowed: boolean): string | null {
  if (url.username !== '' || url.password !== '') return 'the URL names a user';
  if (url.protocol === 'https:' || (url.protocol === 'http:' && httpAllowed)) return null;
  return 'the URL is not https, and http is for this machine only';
}

function isLoopbackHttp(url: URL): boolean {
  return url.protocol === 'http:' && LOOPBACK_NAMES.has(url.hostname);
}

/** The URL parser trims and repairs; what it had to repair is no URL here. */
function parseUrl(text: string): URL | null {
  if (!/^https?:\/\/[^\s\\]+$/i.test(text)) return null;
  return URL.canParse(text) ? new URL(text) : null;
}
