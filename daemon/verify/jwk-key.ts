import { createPublicKey, type JsonWebKeyInput, type KeyObject } from 'node:crypto';
import { MintmarkError } from '../problem.ts';
import { decodeBase64url } from '../token/base64url.ts';
import type { VerdictCode } from '../token/errors.ts';
import type { SignatureAlgorithm, VerificationKey } from './keys.ts';
import { findRsaWeakness } from './rsa-weakness.ts';

/** A JSON Web Key (RFC 7517 §4) of which nothing is known yet. */
export type UntrustedJwk = Readonly<Record<string, unknown>>;

type Fault = NonNullable<VerificationKey['fault']>;

const RSA_ALGORITHMS: readonly SignatureAlgorithm[] = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'];
const EC_CURVES: Readonly<Record<string, { alg: SignatureAlgorithm; octets: number }>> = {
  'P-256': { alg: 'ES256', octets: 32 },
  'P-384': { alg: 'ES384', octets: 48 },
  'P-521': { alg: 'ES512', octets: 66 },
};
const ED25519_ALGORITHMS: readonly SignatureAlgorithm[] = ['EdDSA', 'Ed25519'];

/** Private and secret members (RFC 7518 §6.2.2, §6.3.2, §6.4.1, RFC 8037 §2). */
const SECRET_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'] as const;

/**
 * Refuses a set in which any key carries private or secret members: who publishes those has lost them, and a shared
 * secret beside public keys invites the HMAC confusion of RFC 8725 §2.1.
 *
 * @throws MintmarkError `mixed_key_set`; nothing of the key is in the message.
 */
export function assertPublicSet(keys: readonly UntrustedJwk[]): void {
  for (const [index, jwk] of keys.entries()) {
    if (SECRET_MEMBERS.some((member) => Object.hasOwn(jwk, member))) {
      throw new MintmarkError('mixed_key_set', `key ${index + 1} of the set is not a public key`);
    }
  }
}

/**
 * Reads an untrusted public JWK. One that must not be used comes back with a fault: `weak_key`, or `alg_key_mismatch`
 * where it is not made for signatures or contradicts itself. Never throws; other members (`x5c`, `x5u`) are not read.
 */
export function readVerificationKey(jwk: UntrustedJwk): VerificationKey {
  const kid = typeof jwk.kid === 'string' && jwk.kid !== '' ? jwk.kid : null;
  const fault = (code: VerdictCode, detail: string): VerificationKey => ({
    kid,
    algorithms: [],
    publicKey: null,
    fault: { code, detail },
  });
  const misuse = findMisuse(jwk);
  if (misuse !== null) return fault('alg_key_mismatch', misuse);
  const possible = listPossibleAlgorithms(jwk);
  if (possible.length === 0) return fault('alg_key_mismatch', 'the key is of no type that signatures are checked with');
  const algorithms = jwk.alg === undefined ? possible : possible.filter((alg) => alg === jwk.alg);
  if (algorithms.length === 0)
    return fault('alg_key_mismatch', 'the key names an algorithm that its type does not have');
  const material = readMaterial(jwk);
  if ('code' in material) return { kid, algorithms, publicKey: null, fault: material };
  return { kid, algorithms, publicKey: material, fault: null };
}

/** RFC 7517 §4.2, §4.3: `use` and `key_ops`, where there, must allow to verify. */
function findMisuse(jwk: UntrustedJwk): string | null {
  if (jwk.use !== undefined && jwk.use !== 'sig') return 'the key is not meant for signatures (use)';
  if (jwk.key_ops === undefined) return null;
  const allowed = Array.isArray(jwk.key_ops) && jwk.key_ops.includes('verify');
  return allowed ? null : 'the key is not meant to verify (key_ops)';
}

function listPossibleAlgorithms({ kty, crv }: UntrustedJwk): readonly SignatureAlgorithm[] {
  if (kty === 'RSA') return RSA_ALGORITHMS;
  if (kty === 'OKP' && crv === 'Ed25519') return ED25519_ALGORITHMS;
  if (kty === 'EC' && typeof crv === 'string' && Object.hasOwn(EC_CURVES, crv)) {
    const curve = EC_CURVES[crv];
    return curve ? [curve.alg] : [];
  }
  return [];
}

function readMaterial(jwk: UntrustedJwk): KeyObject | Fault {
  try {
    if (jwk.kty === 'RSA') return readRsa(jwk);
    return jwk.kty === 'EC' ? readEc(jwk) : readEd25519(jwk);
  } catch {
    return { code: 'weak_key', detail: 'the key does not describe a public key of its type' };
  }
}

function readRsa(jwk: UntrustedJwk): KeyObject | Fault {
  const [n, e] = [readOctets(jwk.n), readOctets(jwk.e)];
  const weakness = findRsaWeakness(toBigInt(n), toBigInt(e));
  if (weakness !== null) return { code: 'weak_key', detail: weakness.detail };
  return importPublic({ kty: 'RSA', n: String(jwk.n), e: String(jwk.e) });
}

function readEc(jwk: UntrustedJwk): KeyObject | Fault {
  const octets = EC_CURVES[String(jwk.crv)]?.octets;
  // RFC 7518 §6.2.1.2: coordinates have the full length of the field. OpenSSL checks that the point is on the curve.
  if (readOctets(jwk.x).length !== octets || readOctets(jwk.y).length !== octets) {
    return { code: 'weak_key', detail: 'the coordinates do not have the length of their curve' };
  }
  return importPublic({ kty: 'EC', crv: String(jwk.crv), x: String(jwk.x), y: String(jwk.y) });
}

function readEd25519(jwk: UntrustedJwk): KeyObject | Fault {
  const point = readOctets(jwk.x);
  if (point.length !== 32) return { code: 'weak_key', detail: 'an Ed25519 key has 32 octets' };
  if (isSmallOrderPoint(point)) return { code: 'weak_key', detail: 'the Ed25519 key is a point of small order' };
  return importPublic({ kty: 'OKP', crv: 'Ed25519', x: String(jwk.x) });
}

/** y coordinates, little-endian, of the Edwards25519 points of order 1, 2, 4 and 8, in every encoding below 2^255. */
const SMALL_ORDER_POINTS: ReadonlySet<string> = new Set([
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
]);

/** Under a key of small order one signature fits many messages; OpenSSL does not refuse it. */
function isSmallOrderPoint(point: Uint8Array): boolean {
  const y = Uint8Array.from(point);
  y[31] = (y[31] ?? 0) & 0x7f;
  return SMALL_ORDER_POINTS.has(Buffer.from(y).toString('hex'));
}

function readOctets(value: unknown): Uint8Array {
  if (typeof value !== 'string' || value === '') throw new TypeError('a member of the key is missing');
  return decodeBase64url(value);
}

function toBigInt(octets: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(octets).toString('hex')}`);
}

function importPublic(key: JsonWebKeyInput['key']): KeyObject {
  return createPublicKey({ key, format: 'jwk' });
}
