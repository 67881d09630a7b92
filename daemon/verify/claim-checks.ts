import type { CompactToken } from '../token/compact.ts';
import { readClaim } from '../token/read-claim.ts';
import { formatMilliseconds } from '../token/time-words.ts';
import { fail, pass, skip } from './check.ts';
import type { Expectation } from './expectation.ts';
import type { KeySet, OtherName, VerificationKey } from './keys.ts';
import { showSome, showValue } from './show-value.ts';
import { identifyToken } from './token-identity.ts';
import type { Check } from './verdict.ts';

type Claims = Readonly<Record<string, unknown>>;

const LONGEST_SUBJECT = 255;
const LONGEST_JTI = 128;
const MOST_AUDIENCES = 64;

/**
 * `iss`, compared byte for byte (RFC 7519 §4.1.1, RFC 8725 §3.8). Without an expectation the keys of an issuer were
 * found by the token's own `iss`, so that the signature binds it; keys that came with the request bind nothing. Who
 * expects an issuer gets its tokens under its other names, too: its keys are what is believed.
 */
export function checkIssuer(claims: Claims, expect: Expectation, keySet: KeySet, nowMs: number): Check {
  const iss = readClaim(claims, 'iss');
  const supplied = keySet.ok && keySet.provenance === 'supplied-keys';
  if (iss === undefined) {
    if (expect.issuer === undefined && supplied)
      return skip('issuer', 'No issuer was expected and the token names none.');
    return fail('issuer', 'iss_missing', 'The token names no issuer (iss).');
  }
  if (typeof iss !== 'string') return fail('issuer', 'iss_mismatch', 'The iss is not a string.');
  if (!keySet.ok && keySet.code === 'iss_mismatch') return fail('issuer', 'iss_mismatch', keySet.detail);
  if (keySet.ok && keySet.noIssuer !== undefined) return fail('issuer', 'iss_mismatch', keySet.noIssuer);
  if (expect.issuer === undefined) {
    if (supplied) return skip('issuer', 'No issuer was expected.');
    if (!keySet.ok) return skip('issuer', 'No issuer was expected and the keys of the named one are not known.');
    return pass('issuer', 'The keys are those of the issuer that the token names.');
  }
  if (iss === expect.issuer) return pass('issuer', 'The issuer is the expected one.');
  const other = findOtherName(claims, keySet);
  if (other !== null) return judgeOtherName(other, expect.issuer, nowMs);
  return fail('issuer', 'iss_mismatch', `The issuer is not ${expect.issuer}${hintDifference(iss, expect.issuer)}.`);
}

/** Which other name of its issuer a token has; null: none. */
export function findOtherName(claims: Claims, keySet: KeySet): OtherName | null {
  const iss = readClaim(claims, 'iss');
  return (keySet.ok && keySet.otherNames?.find(({ issuer }) => issuer === iss)) || null;
}

function judgeOtherName({ notAfter }: OtherName, expected: string, nowMs: number): Check {
  if (notAfter === null) return pass('issuer', `The issuer is the real one that ${expected} stands for.`);
  const until = formatMilliseconds(notAfter);
  if (nowMs < notAfter) return pass('issuer', `The issuer is the one before of ${expected}, accepted until ${until}.`);
  return fail(
    'issuer',
    'iss_mismatch',
    `The issuer is the one before of ${expected}, which was accepted until ${until}.`,
  );
}

function hintDifference(actual: string, expected: string): string {
  if (`${actual}/` === expected || actual === `${expected}/`) return '; they differ in the slash at the end';
  return actual.toLowerCase() === expected.toLowerCase() ? '; they differ in upper and lower case' : '';
}

/** `aud` (RFC 7519 §4.1.3): a string or a list of strings, of which one must be expected. */
export function checkAudience(claims: Claims, expect: Expectation): Check {
  const aud = readClaim(claims, 'aud');
  if (aud === undefined) {
    if (expect.audience === undefined) return skip('audience', 'No audience was expected and the token names none.');
    return fail('audience', 'aud_missing', 'The token names no audience (aud).');
  }
  const named: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  if (named.length < 1 || named.length > MOST_AUDIENCES || !named.every(isFilledString)) {
    return fail('audience', 'aud_mismatch', `The aud is not a string or a list of 1 to ${MOST_AUDIENCES} strings.`);
  }
  if (expect.audience === undefined) {
    return skip('audience', 'No audience was expected: anyone the token was made for would accept it.');
  }
  const expected: readonly string[] = typeof expect.audience === 'string' ? [expect.audience] : expect.audience;
  if (expected.some((audience) => named.includes(audience)))
    return pass('audience', 'The token is made for the expected audience.');
  return fail(
    'audience',
    'aud_mismatch',
    `The token is made for ${showSome(named, expected)}, not for ${expected.join(' or ')}.`,
  );
}

/** `sub` and `jti` (RFC 7519 §4.1.2, §4.1.7) in a usable form, and the claims that the caller requires or pinned. */
export function checkClaims(claims: Claims, expect: Expectation): Check {
  const sub = readClaim(claims, 'sub');
  if (sub === undefined) return fail('claims', 'claim_missing', 'The token names no subject (sub).');
  if (!isPlainText(sub, LONGEST_SUBJECT)) {
    return fail('claims', 'claim_mismatch', `The sub is not a plain string of 1 to ${LONGEST_SUBJECT} characters.`);
  }
  const jti = readClaim(claims, 'jti');
  if (jti !== undefined && !isPlainText(jti, LONGEST_JTI)) {
    return fail('claims', 'claim_mismatch', `The jti is not a plain string of 1 to ${LONGEST_JTI} characters.`);
  }
  const required = expect.requiredClaims ?? [];
  for (const name of required) {
    const actual = readClaim(claims, name);
    if (actual === undefined) return fail('claims', 'claim_missing', `The claim ${name} is not there.`);
    if (isEmpty(actual)) return fail('claims', 'claim_missing', `The claim ${name} is empty.`);
  }
  const pinned = Object.entries(expect.claims ?? {});
  for (const [name, expected] of pinned) {
    const actual = readClaim(claims, name);
    if (actual === undefined) return fail('claims', 'claim_missing', `The claim ${name} is not there.`);
    if (!matchesPin(actual, expected)) {
      return fail(
        'claims',
        'claim_mismatch',
        `The claim ${name} is ${showValue(actual, [expected])}, not the expected value.`,
      );
    }
  }
  return pass('claims', describeFound(required.length, pinned.length));
}

function describeFound(required: number, pinned: number): string {
  if (required === 0) {
    return pinned === 0 ? 'The subject is named; no claim was pinned.' : 'Every pinned claim matches.';
  }
  const found = 'Every required claim is there';
  return pinned === 0 ? `${found}; no claim was pinned.` : `${found}, and every pinned one matches.`;
}

/**
 * Was the token revoked? Its name is its issuer's and its own (`identifyToken`). Where its `key` was revoked it is as
 * good as revoked itself, and is not said to be anything else.
 */
export function checkRevocation(token: CompactToken, keySet: KeySet, key: VerificationKey | null): Check {
  if (keySet.ok && keySet.unasked !== undefined) {
    return fail('revocation', keySet.unasked.code, keySet.unasked.detail);
  }
  if (!keySet.ok || keySet.isRevoked === null) {
    return skip('revocation', 'The source of the keys cannot know about revoked tokens.');
  }
  if (keySet.isRevoked(identifyToken(token))) return fail('revocation', 'token_revoked', 'The token was revoked.');
  if (key?.fault?.code === 'key_revoked') {
    return skip('revocation', 'The key was revoked, and with it every token that it signed; this one alone was not.');
  }
  return pass('revocation', 'The token is not revoked.');
}

function matchesPin(actual: unknown, expected: unknown): boolean {
  if (typeof expected === 'string' && (typeof actual === 'number' || typeof actual === 'boolean')) {
    return String(actual) === expected;
  }
  return equalsJson(actual, expected);
}

/** Deep equality of JSON values: objects without regard to order, lists with it. */
function equalsJson(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const members = Object.entries(one);
  return (
    members.length === Object.keys(other).length &&
    members.every(([name, value]) => {
      const twin = Object.getOwnPropertyDescriptor(other, name);
      return twin !== undefined && equalsJson(value, twin.value);
    })
  );
}

/** A value that says nothing; `false` and `0` do say something. */
function isEmpty(value: unknown): boolean {
  if (value === null || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

function isFilledString(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function isPlainText(value: unknown, longest: number): boolean {
  return typeof value === 'string' && value !== '' && value.length <= longest && !/\p{Cc}/u.test(value);
}
