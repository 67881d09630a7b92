import { constants, type KeyObject } from 'node:crypto';
import type { SigningAlgorithm } from '../protocol/resources.ts';

/** How a JWS algorithm (RFC 7518 §3.1, RFC 8037 §3.1) is done with node:crypto. */
export type AlgorithmSpec =
  | {
      readonly kty: 'RSA';
      readonly keyType: 'rsa';
      readonly digest: 'sha256';
      readonly padding: { readonly padding: number; readonly saltLength?: number };
    }
  | {
      readonly kty: 'EC';
      readonly keyType: 'ec';
      readonly digest: 'sha256' | 'sha384';
      /** Name of the curve in a JWK, and OpenSSL's name for it. */
      readonly crv: string;
      readonly namedCurve: string;
      /** Bytes of each of r and s in the signature. */
      readonly scalarBytes: number;
    }
  | { readonly kty: 'OKP'; readonly keyType: 'ed25519'; readonly digest: null; readonly crv: 'Ed25519' };

export const ALGORITHM_SPECS: Readonly<Record<SigningAlgorithm, AlgorithmSpec>> = {
  RS256: { kty: 'RSA', keyType: 'rsa', digest: 'sha256', padding: { padding: constants.RSA_PKCS1_PADDING } },
  // RFC 7518 §3.5: the salt is as long as the digest.
  PS256: {
    kty: 'RSA',
    keyType: 'rsa',
    digest: 'sha256',
    padding: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST },
  },
  ES256: { kty: 'EC', keyType: 'ec', digest: 'sha256', crv: 'P-256', namedCurve: 'prime256v1', scalarBytes: 32 },
  ES384: { kty: 'EC', keyType: 'ec', digest: 'sha384', crv: 'P-384', namedCurve: 'secp384r1', scalarBytes: 48 },
  EdDSA: { kty: 'OKP', keyType: 'ed25519', digest: null, crv: 'Ed25519' },
};

/** Can a key of this type and curve sign with `alg`? */
export function fitsAlgorithm(key: KeyObject, alg: SigningAlgorithm): boolean {
  const spec = ALGORITHM_SPECS[alg];
  if (key.asymmetricKeyType !== spec.keyType) return false;
  return spec.kty !== 'EC' || key.asymmetricKeyDetails?.namedCurve === spec.namedCurve;
}

/** Is `alg`, perhaps read from a key or a database, one that an issuer signs with? */
export function isSigningAlgorithm(alg: unknown): alg is SigningAlgorithm {
  return typeof alg === 'string' && Object.hasOwn(ALGORITHM_SPECS, alg);
}
