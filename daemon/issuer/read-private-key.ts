import { createPrivateKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { MintmarkError } from '../problem.ts';
import { decodeBase64url } from '../token/base64url.ts';
import { findRsaWeakness } from '../verify/rsa-weakness.ts';

export type PrivateJwk = Readonly<Record<string, unknown>>;

/**
 * Members of a private JWK that make the key (RFC 7518 §6.2.2, §6.3.2, RFC 8037 §2); everything else is left behind.
 */
const MATERIAL = {
  RSA: ['n', 'e', 'd', 'p', 'q', 'dp', 'dq', 'qi'],
  EC: ['crv', 'x', 'y', 'd'],
  OKP: ['crv', 'x', 'd'],
} as const;

const PEM_TYPES = { 'RSA PRIVATE KEY': 'pkcs1', 'PRIVATE KEY': 'pkcs8' } as const;

/**
 * Reads one unencrypted private key in PEM: PKCS#1 (RFC 8017 A.1.2), PKCS#8 (RFC 5208),
 * or the bare seed of an Ed25519 one.
 * @throws MintmarkError `key_material`, `weak_key`, `key_too_large`
 */
export function readPrivatePem(pem: string): KeyObject {
  const labels = [...pem.matchAll(/-----BEGIN ([A-Z0-9 ]{1,40})-----/g)].map((match) => match[1] ?? '');
  const label = labels[0];
  if (label === undefined || labels.length > 1) throw refuse('the PEM must hold exactly one private key');
  if (label === 'ENCRYPTED PRIVATE KEY' || pem.includes('Proc-Type: 4,ENCRYPTED')) {
    throw refuse('the key is encrypted: decrypt it first, `openssl pkcs8 -topk8 -nocrypt`');
  }
  if (label.endsWith('PUBLIC KEY') || label.endsWith('CERTIFICATE')) throw refuse('this is only the public half');
  if (label !== 'RSA PRIVATE KEY' && label !== 'PRIVATE KEY') {
    throw refuse('the PEM must be PKCS#1 or PKCS#8: `openssl pkcs8 -topk8 -nocrypt` converts it');
  }
  const seed = readRawSeed(pem);
  if (seed !== null) return openKey(() => createPrivateKey({ key: seed, format: 'der', type: 'pkcs8' }));
  return assertStrong(openKey(() => createPrivateKey({ key: pem, format: 'pem', type: PEM_TYPES[label] })));
}

const ED25519_SEED_BYTES = 32;
/** What comes before the 32 bytes of an Ed25519 key in PKCS#8 (RFC 8410 §7). */
const ED25519_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

/** Old Miren clusters wrote the 32 bytes alone, without PKCS#8; no key of another kind is that short. */
function readRawSeed(pem: string): Buffer | null {
  const body = /-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\s]{0,128})-----END PRIVATE KEY-----/.exec(pem)?.[1];
  const seed = Buffer.from(body ?? '', 'base64');
  return seed.length === ED25519_SEED_BYTES ? Buffer.concat([ED25519_PREFIX, seed]) : null;
}

/**
 * Reads a private JWK (RFC 7517). Its public members must be those of its private ones.
 * @throws MintmarkError `key_material`, `weak_key`, `key_too_large`
 */
export function readPrivateJwk(jwk: PrivateJwk): KeyObject {
  const { kty } = jwk;
  if (kty !== 'RSA' && kty !== 'EC' && kty !== 'OKP') throw refuse('kty must be RSA, EC or OKP');
  if (jwk.d === undefined) throw refuse('this is only the public half');
  if (jwk.oth !== undefined) throw refuse('RSA keys of more than two primes are not supported');
  if (jwk.use !== undefined && jwk.use !== 'sig') throw refuse('use: the key is not for signatures');
  if (jwk.key_ops !== undefined && !(Array.isArray(jwk.key_ops) && jwk.key_ops.includes('sign'))) {
    throw refuse('key_ops: the key is not for signing');
  }
  const key: JsonWebKey = { kty };
  for (const name of MATERIAL[kty]) key[name] = readMember(jwk, name);
  if (kty === 'RSA') assertStrongRsa(key);
  const opened = openKey(() => createPrivateKey({ key, format: 'jwk' }));
  const actual: Readonly<Record<string, unknown>> = { ...opened.export({ format: 'jwk' }) };
  if (MATERIAL[kty].some((name) => actual[name] !== key[name])) throw refuse('its members do not belong together');
  return opened;
}

function readMember(jwk: PrivateJwk, name: string): string {
  const value = jwk[name];
  if (typeof value !== 'string' || value === '') throw refuse(`${name} is missing`);
  if (name === 'crv') return value;
  try {
    decodeBase64url(value);
    return value;
  } catch (cause) {
    throw refuse(`${name} is not base64url`, cause);
  }
}

function openKey(open: () => KeyObject): KeyObject {
  try {
    return open();
  } catch (cause) {
    throw refuse('it does not describe a private key', cause);
  }
}

function assertStrong(key: KeyObject): KeyObject {
  if (key.asymmetricKeyType === 'rsa') assertStrongRsa(key.export({ format: 'jwk' }));
  return key;
}

/** RFC 8017 §3.2. OpenSSL signs on with the other members when some are wrong, so that no signature shows it. */
function assertStrongRsa(jwk: JsonWebKey): void {
  const [n, e, d, p, q] = [toBigInt(jwk.n), toBigInt(jwk.e), toBigInt(jwk.d), toBigInt(jwk.p), toBigInt(jwk.q)];
  const weakness = findRsaWeakness(n, e);
  if (weakness !== null) throw new MintmarkError(weakness.code, weakness.detail);
  const isWhole =
    p > 1n &&
    q > 1n &&
    p * q === n &&
    (e * d) % (p - 1n) === 1n &&
    (e * d) % (q - 1n) === 1n &&
    toBigInt(jwk.dp) === d % (p - 1n) &&
    toBigInt(jwk.dq) === d % (q - 1n) &&
    (toBigInt(jwk.qi) * q) % p === 1n;
  if (!isWhole) throw refuse('its members do not belong together');
}

function toBigInt(member: string | undefined): bigint {
  return BigInt(`0x${Buffer.from(member ?? '', 'base64url').toString('hex') || '0'}`);
}

function refuse(reason: string, cause?: unknown): MintmarkError {
  return new MintmarkError('key_material', `The key cannot be used: ${reason}`, { cause });
}
