import type { VerdictCode } from '../token/errors.ts';
import { toSentence } from './check.ts';
import type { SignatureAlgorithm, VerificationKey } from './keys.ts';

const LONGEST_KID = 256;

export type KeyChoice =
  | { readonly ok: true; readonly key: VerificationKey; readonly detail: string }
  | { readonly ok: false; readonly key: VerificationKey | null; readonly code: VerdictCode; readonly detail: string };

/**
 * Chooses the one key that a header names (RFC 7515 §4.1.4), by equality and from the given keys alone: `jwk`, `jku`,
 * `x5u` and `x5c` are never looked at. `alg` null: the algorithm is not acceptable, only a name is looked up.
 * `kidRequired`: a header without a name chooses none.
 */
export function selectKey(
  header: Readonly<Record<string, unknown>>,
  alg: SignatureAlgorithm | null,
  keys: readonly VerificationKey[],
  kidRequired = false,
): KeyChoice {
  const named = Object.hasOwn(header, 'kid');
  if (!named && kidRequired) return refuse('kid_required', 'The token has no kid, and one is required.');
  const choice = named ? selectByKid(header.kid, keys) : selectByAlgorithm(alg, keys);
  if (!choice.ok) return choice;
  const { key } = choice;
  if (key.fault !== null) return { ok: false, key, code: key.fault.code, detail: toSentence(key.fault.detail) };
  if (alg !== null && !key.algorithms.includes(alg)) {
    const detail = `The key is for ${key.algorithms.join(', ')}, the token says ${alg}.`;
    return { ok: false, key, code: 'alg_key_mismatch', detail };
  }
  return choice;
}

/** Is it a `kid` that can name a key: a non-empty string of at most 256 bytes without control characters? */
export function isUsableKid(kid: unknown): kid is string {
  return typeof kid === 'string' && kid !== '' && Buffer.byteLength(kid) <= LONGEST_KID && !/\p{Cc}/u.test(kid);
}

function selectByKid(kid: unknown, keys: readonly VerificationKey[]): KeyChoice {
  if (!isUsableKid(kid)) return refuse('kid_invalid', 'The kid is not a plain string of 1 to 256 bytes.');
  const same = keys.filter((key) => key.kid === kid);
  // An encryption key may share its name with the signature key of the same certificate.
  const [key, another] = same.length > 1 ? same.filter(isMadeToVerify) : same;
  if (another !== undefined) return refuse('kid_invalid', 'Several keys of the issuer have this kid.');
  if (key === undefined) return refuse('kid_unknown', 'The issuer publishes no key with this kid.');
  return { ok: true, key, detail: 'The kid names one key of the issuer.' };
}

function selectByAlgorithm(alg: SignatureAlgorithm | null, keys: readonly VerificationKey[]): KeyChoice {
  const fitting = keys.filter((key) => key.fault === null && (alg === null || key.algorithms.includes(alg)));
  const [key, another] = fitting;
  if (another !== undefined) {
    return refuse('kid_required', 'The token has no kid and several keys of the issuer fit its algorithm.');
  }
  if (key === undefined) return refuse('kid_unknown', 'The token has no kid and no key of the issuer fits it.');
  return { ok: true, key, detail: 'The token has no kid; one key of the issuer fits its algorithm.' };
}

function isMadeToVerify(key: VerificationKey): boolean {
  return key.fault?.code !== 'alg_key_mismatch';
}

function refuse(code: VerdictCode, detail: string): KeyChoice {
  return { ok: false, key: null, code, detail };
}
