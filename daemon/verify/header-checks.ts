import { readClaim } from '../token/read-claim.ts';
import { DEFAULT_ALGORITHMS, isRegisteredAlgorithm, isSignatureAlgorithm } from './algorithms.ts';
import { fail, pass } from './check.ts';
import type { Expectation } from './expectation.ts';
import type { SignatureAlgorithm } from './keys.ts';
import type { Check } from './verdict.ts';

type Header = Readonly<Record<string, unknown>>;

/** The header's algorithm, when it is one that may be used here; else null. */
export function acceptAlgorithm(header: Header, expect: Expectation): SignatureAlgorithm | null {
  const alg = readClaim(header, 'alg');
  const allowed: readonly string[] = expect.algorithms ?? DEFAULT_ALGORITHMS;
  return typeof alg === 'string' && isSignatureAlgorithm(alg) && allowed.includes(alg) ? alg : null;
}

/**
 * `alg` against the allow-list, with its case (RFC 8725 §3.1), then what the header demands to be understood: no
 * extension is, so that `crit` (RFC 7515 §4.1.11) is refused whatever it lists, and `b64` (RFC 7797) even without it.
 */
export function checkAlgorithm(header: Header, expect: Expectation): Check {
  const alg = readClaim(header, 'alg');
  if (typeof alg !== 'string' || !isRegisteredAlgorithm(alg)) {
    return fail('algorithm', 'alg_invalid', 'The alg of the header is no registered algorithm in its exact spelling.');
  }
  if (acceptAlgorithm(header, expect) === null) {
    const allowed = expect.algorithms ?? DEFAULT_ALGORITHMS;
    const detail = `The algorithm ${alg} is not accepted here; accepted: ${allowed.join(', ')}.`;
    return fail('algorithm', 'alg_not_allowed', detail);
  }
  if (Object.hasOwn(header, 'crit') || Object.hasOwn(header, 'b64')) {
    return fail('algorithm', 'crit', 'The header demands an extension (crit or b64); none is understood here.');
  }
  return pass('algorithm', `${alg} is accepted.`);
}

/** `typ` as a media type (RFC 7515 §4.1.9, RFC 8725 §3.11), and no token inside the token (`cty`, RFC 7519 §5.2). */
export function checkType(header: Header, expect: Expectation): Check {
  const cty = readClaim(header, 'cty');
  if (cty !== undefined && (typeof cty !== 'string' || normalizeMediaType(cty) === 'jwt')) {
    return fail(
      'type',
      'typ_mismatch',
      'The token says that it wraps another one (cty); nested tokens are not accepted.',
    );
  }
  const typ = readClaim(header, 'typ');
  if (typ === undefined) {
    if (expect.type === undefined) return pass('type', 'The token names no type, which means a JWT.');
    return fail('type', 'typ_mismatch', `The token names no type; expected ${expect.type}.`);
  }
  const expected = expect.type ?? 'JWT';
  if (typeof typ === 'string' && normalizeMediaType(typ) === normalizeMediaType(expected)) {
    return pass('type', `The type is ${expected}.`);
  }
  return fail('type', 'typ_mismatch', `The type is not the expected ${expected}.`);
}

/** `application/at+jwt`, `AT+JWT` and `at+jwt` are one type; a type with another slash stays as it is. */
function normalizeMediaType(type: string): string {
  const lower = type.toLowerCase();
  const bare = lower.startsWith('application/') ? lower.slice('application/'.length) : lower;
  return bare.includes('/') ? lower : bare;
}
