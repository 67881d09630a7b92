import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { MintmarkError } from '../problem.ts';
import type { SigningAlgorithm } from '../protocol/resources.ts';

/**
 * Members that a published key may have (RFC 7517 §4, RFC 7518 §6, RFC 8037 §2), in the order in which they are shown.
 */
const PUBLIC_MEMBERS = ['kty', 'use', 'alg', 'kid', 'crv', 'x', 'y', 'n', 'e'] as const;

export type PublicJwk = Readonly<Record<string, unknown>>;

/**
 * The public half of a key as a JWK with `use`, `alg` and `kid`. Takes a private key too, and leaves its secret out.
 */
export function toPublicJwk(key: KeyObject, alg: SigningAlgorithm, kid: string): PublicJwk {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  return pickPublicMembers({ ...publicKey.export({ format: 'jwk' }), use: 'sig', alg, kid });
}

/** Only public members are ever published, whatever the record holds. */
export function pickPublicMembers(jwk: Readonly<Record<string, unknown>>): PublicJwk {
  return Object.fromEntries(PUBLIC_MEMBERS.flatMap((name) => (jwk[name] === undefined ? [] : [[name, jwk[name]]])));
}

/** @throws MintmarkError `database_corrupt` when a stored public key cannot be read. */
export function readStoredPublicKey(jwk: PublicJwk): KeyObject {
  const key: JsonWebKey = {};
  for (const name of ['kty', 'crv', 'x', 'y', 'n', 'e'] as const) {
    const value = jwk[name];
    if (typeof value === 'string') key[name] = value;
  }
  try {
    return createPublicKey({ key, format: 'jwk' });
  } catch (cause) {
    throw new MintmarkError('database_corrupt', 'A stored public key cannot be read', { cause });
  }
}
