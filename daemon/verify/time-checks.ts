import { readClaim } from '../token/read-claim.ts';
import { formatInstant, looksLikeMilliseconds, readNumericDate } from '../token/time-words.ts';
import { fail, pass, skip } from './check.ts';
import { DEFAULT_MAX_LIFETIME_SECONDS, type Expectation } from './expectation.ts';
import type { Check } from './verdict.ts';

type Claims = Readonly<Record<string, unknown>>;

/**
 * The first millisecond at which the token counts as expired, or has become valid. A claim is a NumericDate, perhaps
 * with a fraction (RFC 7519 §2): whoever compares `now >= firstMillisecond(…)` and whoever schedules agree exactly.
 */
function firstMillisecond(seconds: number): number {
  return Math.ceil(seconds * 1000);
}

/** RFC 7519 §4.1.4; a token without `exp` would be valid for ever. */
function checkExpiry(claims: Claims, expect: Expectation, nowMs: number): Check {
  const raw = readClaim(claims, 'exp');
  if (raw === undefined)
    return fail('expiry', 'exp_missing', 'The token has no exp; one that never expires is refused.');
  const exp = readNumericDate(claims, 'exp');
  if (exp === null) {
    const hint = looksLikeMilliseconds(raw) ? '; it looks like milliseconds' : '';
    return fail('expiry', 'exp_range', `The exp is not a number of seconds between 1970 and 9999${hint}.`);
  }
  if (nowMs >= firstMillisecond(exp + readLeeway(expect))) {
    return fail('expiry', 'expired', `The token expired at ${formatInstant(exp)}.`);
  }
  return pass('expiry', 'The token has not expired.');
}

/** RFC 7519 §4.1.5. */
function checkNotBefore(claims: Claims, expect: Expectation, nowMs: number): Check {
  if (readClaim(claims, 'nbf') === undefined) return skip('not-before', 'The token has no nbf.');
  const nbf = readNumericDate(claims, 'nbf');
  if (nbf === null)
    return fail('not-before', 'nbf_invalid', 'The nbf is not a number of seconds between 1970 and 9999.');
  const exp = readNumericDate(claims, 'exp');
  if (exp !== null && nbf > exp) return fail('not-before', 'nbf_invalid', 'The nbf is later than the exp.');
  if (nowMs < firstMillisecond(nbf - readEarlyLeeway(expect))) {
    return fail('not-before', 'not_yet_valid', `The token is valid from ${formatInstant(nbf)} on.`);
  }
  return pass('not-before', 'The token is valid already.');
}

/** RFC 7519 §4.1.6, and how long the token lives as a whole. */
function checkIssuedAt(claims: Claims, expect: Expectation, nowMs: number): Check {
  const exp = readNumericDate(claims, 'exp');
  if (readClaim(claims, 'iat') === undefined) {
    if (exp !== null && nowMs < firstMillisecond(exp - readMaxLifetime(expect))) return failLifetime(expect);
    return skip('issued-at', 'The token has no iat.');
  }
  const iat = readNumericDate(claims, 'iat');
  if (iat === null)
    return fail('issued-at', 'iat_invalid', 'The iat is not a number of seconds between 1970 and 9999.');
  if (exp !== null && iat > exp) return fail('issued-at', 'iat_invalid', 'The iat is later than the exp.');
  if (nowMs < firstMillisecond(iat - readEarlyLeeway(expect))) {
    return fail('issued-at', 'iat_future', `The token says that it will be issued at ${formatInstant(iat)}.`);
  }
  if (exp !== null && exp - iat > readMaxLifetime(expect)) return failLifetime(expect);
  return pass('issued-at', 'The token was issued in the past and lives no longer than accepted.');
}

function failLifetime(expect: Expectation): Check {
  return fail(
    'issued-at',
    'lifetime',
    `The token lives longer than the ${readMaxLifetime(expect)} s that are accepted.`,
  );
}

/** The checks whose outcome time alone can change (RFC 7519 §4.1.4 to §4.1.6), at `nowMs` since the epoch. */
export function checkTimes(claims: Claims, expect: Expectation, nowMs: number): readonly Check[] {
  return [
    checkExpiry(claims, expect, nowMs),
    checkNotBefore(claims, expect, nowMs),
    checkIssuedAt(claims, expect, nowMs),
  ];
}

/**
 * When time alone next changes one of these checks: the first millisecond after `nowMs` at which another code comes
 * out, found by making them at each instant that the claims name. Null when none will.
 * @param checks what `checkTimes` says at `nowMs`
 */
export function findNextChange(
  claims: Claims,
  expect: Expectation,
  nowMs: number,
  checks: readonly Check[],
): number | null {
  const earlyLeeway = readEarlyLeeway(expect);
  const exp = readNumericDate(claims, 'exp');
  const nbf = readNumericDate(claims, 'nbf');
  const iat = readNumericDate(claims, 'iat');
  const instants: number[] = [];
  const consider = (seconds: number) => {
    const at = firstMillisecond(seconds);
    if (at > nowMs) instants.push(at);
  };
  if (nbf !== null) consider(nbf - earlyLeeway);
  if (iat !== null) consider(iat - earlyLeeway);
  if (exp !== null) consider(exp + readLeeway(expect));
  if (exp !== null && iat === null) consider(exp - readMaxLifetime(expect));
  const isChange = (at: number) =>
    checkTimes(claims, expect, at).some(({ code }, index) => code !== checks[index]?.code);
  return instants.sort((a, b) => a - b).find(isChange) ?? null;
}

function readLeeway(expect: Expectation): number {
  return expect.leewaySeconds ?? 0;
}

function readEarlyLeeway(expect: Expectation): number {
  return expect.earlyLeewaySeconds ?? readLeeway(expect);
}

function readMaxLifetime(expect: Expectation): number {
  return expect.maxLifetimeSeconds ?? DEFAULT_MAX_LIFETIME_SECONDS;
}
