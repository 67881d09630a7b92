import { MintmarkError } from '../problem.ts';
import { isJsonObject, parseStrictJson } from '../token/strict-json.ts';
import { decodeUtf8 } from '../token/utf8.ts';
import { assertPublicSet, readVerificationKey, type UntrustedJwk } from './jwk-key.ts';
import type { KeySet, VerificationKey } from './keys.ts';

/** Most keys of one set. */
const MAX_KEYS = 256;

/**
 * Reads a parsed JWK Set (RFC 7517 §5). Keys of unknown types stay in it with their fault.
 *
 * @throws MintmarkError `key_material` where it is no JWK Set or has more than 256 keys, `mixed_key_set`.
 */
export function readJwkSet(document: unknown): VerificationKey[] {
  const members = isJsonObject(document) ? document.keys : undefined;
  if (!Array.isArray(members)) throw new MintmarkError('key_material', 'a JWK Set has a list of keys');
  if (members.length > MAX_KEYS) throw new MintmarkError('key_material', `a JWK Set has at most ${MAX_KEYS} keys`);
  const keys = members.map((member: unknown): UntrustedJwk => {
    if (!isJsonObject(member)) throw new MintmarkError('key_material', 'a member of the JWK Set is not a key');
    return member;
  });
  assertPublicSet(keys);
  return keys.map(readVerificationKey);
}

/**
 * Reads the bytes of a JWK Set document, in strict JSON.
 *
 * @throws TokenError where it is not strict JSON; MintmarkError as `readJwkSet`.
 */
export function readJwkSetDocument(body: Uint8Array): VerificationKey[] {
  return readJwkSet(parseStrictJson(decodeUtf8(body)));
}

/**
 * Keys that the caller brings with the token, as a key source. By themselves they tell nothing about revocation.
 *
 * @throws MintmarkError as `readJwkSet`.
 */
export function readSuppliedKeys(document: unknown): Extract<KeySet, { ok: true }> {
  return { ok: true, provenance: 'supplied-keys', keys: readJwkSet(document), isRevoked: null };
}
