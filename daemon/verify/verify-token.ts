import { type CompactToken, parseCompact } from '../token/compact.ts';
import { TokenError, UNDECIDED_CODES } from '../token/errors.ts';
import { readClaim } from '../token/read-claim.ts';
import { formatInstant, formatMilliseconds, readNumericDate } from '../token/time-words.ts';
import { fail, pass, skip, toSentence } from './check.ts';
import { checkAudience, checkClaims, checkIssuer, checkRevocation, findOtherName } from './claim-checks.ts';
import type { Expectation } from './expectation.ts';
import { acceptAlgorithm, checkAlgorithm, checkType } from './header-checks.ts';
import type { KeySet, SignatureAlgorithm } from './keys.ts';
import { isUsableKid, type KeyChoice, selectKey } from './select-key.ts';
import { verifySignature } from './signature.ts';
import { checkTimes, findNextChange } from './time-checks.ts';
import { CHECK_NAMES, type Check, type Verdict } from './verdict.ts';

/** A token as it was read once: judged again and again without the text. */
export type ReadToken =
  | { readonly ok: true; readonly token: CompactToken }
  | { readonly ok: false; readonly error: TokenError };

/** Reads a token strictly (see `parseCompact`); what is wrong with it comes back as a value. */
export function readToken(text: string): ReadToken {
  try {
    return { ok: true, token: parseCompact(text) };
  } catch (error) {
    if (error instanceof TokenError) return { ok: false, error };
    throw error;
  }
}

/** What a key source needs to know of a token to find its keys: data of the token, not truth. */
export function findKeyHint(read: ReadToken): { issuer: string | null; kid: string | null } {
  if (!read.ok) return { issuer: null, kid: null };
  const iss = readClaim(read.token.claims, 'iss');
  const kid = readClaim(read.token.header, 'kid');
  return { issuer: typeof iss === 'string' ? iss : null, kid: isUsableKid(kid) ? kid : null };
}

/**
 * Judges a token by every check of CONTRACT §6, in order; later ones run where they still can. Pure and synchronous.
 * `keySet` is what the issuer's key source answered, `nowMs` milliseconds since the epoch.
 */
export function judgeToken(read: ReadToken, keySet: KeySet, expect: Expectation, nowMs: number): Verdict {
  if (!read.ok) return judgeUnreadable(read.error);
  const { token } = read;
  const { header, claims } = token;
  const alg = acceptAlgorithm(header, expect);
  const choice =
    keySet.ok && (alg !== null || Object.hasOwn(header, 'kid'))
      ? selectKey(header, alg, keySet.keys, expect.kidRequired)
      : null;
  const times = checkTimes(claims, expect, nowMs);
  const checks = [
    pass('format', 'The token is a well-formed signed JWT.'),
    checkAlgorithm(header, expect),
    checkKey(choice, keySet),
    checkSignature(token, alg, choice),
    checkIssuer(claims, expect, keySet, nowMs),
    checkAudience(claims, expect),
    checkType(header, expect),
    ...times,
    checkClaims(claims, expect),
    checkRevocation(token, keySet, choice?.key ?? null),
  ];
  const notAfter = expect.issuer === undefined ? null : (findOtherName(claims, keySet)?.notAfter ?? null);
  const next = findEarlier(findNextChange(claims, expect, nowMs, times), notAfter, nowMs);
  const exp = readNumericDate(claims, 'exp');
  const hint = findKeyHint(read);
  const jti = readClaim(claims, 'jti');
  return {
    ...conclude(checks),
    provenance: keySet.ok && choice?.key ? keySet.provenance : 'none',
    checks,
    header,
    claims,
    issuer: hint.issuer,
    kid: hint.kid,
    jti: typeof jti === 'string' ? jti : null,
    expiresAt: exp === null ? null : formatInstant(exp),
    changesAt: next === null ? null : formatMilliseconds(next),
  };
}

/** The next of two instants, ms, where the second may be over. */
function findEarlier(next: number | null, other: number | null, nowMs: number): number | null {
  if (other === null || other <= nowMs) return next;
  return next === null ? other : Math.min(next, other);
}

function conclude(checks: readonly Check[]): Pick<Verdict, 'status' | 'reason'> {
  const reason = checks.find((check) => check.outcome === 'fail')?.code ?? null;
  if (reason === null) return { status: 'accepted', reason };
  return { status: UNDECIDED_CODES.has(reason) ? 'undecided' : 'refused', reason };
}

function judgeUnreadable(error: TokenError): Verdict {
  const [, ...later] = CHECK_NAMES;
  return {
    status: 'refused',
    reason: error.code,
    provenance: 'none',
    checks: [
      fail('format', error.code, toSentence(error.message)),
      ...later.map((name) => skip(name, 'Not checked: the token cannot be read.')),
    ],
    header: null,
    claims: null,
    issuer: null,
    kid: null,
    jti: null,
    expiresAt: null,
    changesAt: null,
  };
}

function checkKey(choice: KeyChoice | null, keySet: KeySet): Check {
  if (!keySet.ok) {
    if (keySet.code === 'iss_mismatch')
      return skip('key', 'No key was looked for: the issuer is not the expected one.');
    return fail('key', keySet.code, keySet.detail);
  }
  if (choice === null) return skip('key', 'Not checked: the algorithm is not accepted and no kid names a key.');
  return choice.ok ? pass('key', choice.detail) : fail('key', choice.code, choice.detail);
}

/** Runs for a retired or revoked key too: whether it was that key's own signature is worth knowing. */
function checkSignature(token: CompactToken, alg: SignatureAlgorithm | null, choice: KeyChoice | null): Check {
  const key = choice?.key;
  if (alg === null || !key?.publicKey || !key.algorithms.includes(alg)) {
    return skip('signature', 'Not checked: there is no usable key for an accepted algorithm.');
  }
  if (verifySignature(alg, key.publicKey, token.signingInput, token.signature)) {
    return pass('signature', 'The signature is right.');
  }
  return fail('signature', 'signature_invalid', 'The signature does not match the token and the key.');
}
