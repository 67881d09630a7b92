import type { SignatureAlgorithm } from './keys.ts';

/** How `node:crypto` checks one JWS algorithm (RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2.2). */
export interface AlgorithmFacts {
  readonly scheme: 'rsa' | 'rsa-pss' | 'ecdsa' | 'eddsa';
  /** null: the scheme hashes by itself. */
  readonly hash: 'sha256' | 'sha384' | 'sha512' | null;
  /** JWK `crv`; null for RSA. */
  readonly curve: 'P-256' | 'P-384' | 'P-521' | 'Ed25519' | null;
  /** Octets of a signature; null for RSA, where the modulus says it. */
  readonly signatureLength: number | null;
}

export const ALGORITHM_FACTS: Readonly<Record<SignatureAlgorithm, AlgorithmFacts>> = {
  RS256: { scheme: 'rsa', hash: 'sha256', curve: null, signatureLength: null },
  RS384: { scheme: 'rsa', hash: 'sha384', curve: null, signatureLength: null },
  RS512: { scheme: 'rsa', hash: 'sha512', curve: null, signatureLength: null },
  PS256: { scheme: 'rsa-pss', hash: 'sha256', curve: null, signatureLength: null },
  PS384: { scheme: 'rsa-pss', hash: 'sha384', curve: null, signatureLength: null },
  PS512: { scheme: 'rsa-pss', hash: 'sha512', curve: null, signatureLength: null },
  ES256: { scheme: 'ecdsa', hash: 'sha256', curve: 'P-256', signatureLength: 64 },
  ES384: { scheme: 'ecdsa', hash: 'sha384', curve: 'P-384', signatureLength: 96 },
  ES512: { scheme: 'ecdsa', hash: 'sha512', curve: 'P-521', signatureLength: 132 },
  EdDSA: { scheme: 'eddsa', hash: null, curve: 'Ed25519', signatureLength: 64 },
  Ed25519: { scheme: 'eddsa', hash: null, curve: 'Ed25519', signatureLength: 64 },
};

/** Accepted when the caller names no algorithms: what Mintmark's own issuers sign with. */
export const DEFAULT_ALGORITHMS: readonly SignatureAlgorithm[] = [
  'RS256',
  'PS256',
  'ES256',
  'ES384',
  'EdDSA',
  'Ed25519',
];

/** Registered JWS algorithms that exist but that no signature is ever checked with. */
const NEVER_ACCEPTED: ReadonlySet<string> = new Set([
  'none',
  'HS256',
  'HS384',
  'HS512',
  'ES256K',
  'Ed448',
  'ML-DSA-44',
  'ML-DSA-65',
  'ML-DSA-87',
]);

/** Is `name`, compared with its case (RFC 7515 §4.1.1), an algorithm that signatures are checked with? */
export function isSignatureAlgorithm(name: string): name is SignatureAlgorithm {
  return Object.hasOwn(ALGORITHM_FACTS, name);
}

/** Is `name` spelt like an algorithm of the IANA registry, accepted here or not? */
export function isRegisteredAlgorithm(name: string): boolean {
  return isSignatureAlgorithm(name) || NEVER_ACCEPTED.has(name);
}
