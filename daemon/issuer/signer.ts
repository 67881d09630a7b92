import { type KeyObject, sign } from 'node:crypto';
import type { SigningAlgorithm } from '../protocol/resources.ts';
import { ALGORITHM_SPECS, type AlgorithmSpec } from './algorithms.ts';
import { joseFromDer } from './der-signature.ts';

/** The active key, ready to sign. */
export interface Signer {
  readonly keyId: number;
  readonly kid: string;
  readonly alg: SigningAlgorithm;
  /** The JOSE header of a token without header parameters of its own, and the same as base64url. */
  readonly header: Readonly<Record<string, unknown>>;
  readonly encodedHeader: string;
  /** Characters of every signature, encoded. */
  readonly signatureLength: number;
  /** Signs a JWS signing input (RFC 7515 §5.1) on the thread pool; base64url. */
  readonly sign: (signingInput: string) => Promise<string>;
}

/** base64url of a JSON text (RFC 7515 §2). */
export function encodeSegment(json: string): string {
  return Buffer.from(json).toString('base64url');
}

/** Prepares a key for signing once, so that a token costs no more than its signature. */
export function createSigner(
  keyId: number,
  kid: string,
  alg: SigningAlgorithm,
  privateKey: KeyObject,
  header: Signer['header'] = { alg, kid, typ: 'JWT' },
): Signer {
  const spec = ALGORITHM_SPECS[alg];
  const key = spec.kty === 'RSA' ? { key: privateKey, ...spec.padding } : privateKey;
  const toJose = (signature: Buffer): Uint8Array =>
    spec.kty === 'EC' ? joseFromDer(signature, spec.scalarBytes) : signature;

  return {
    keyId,
    kid,
    alg,
    header,
    encodedHeader: encodeSegment(JSON.stringify(header)),
    signatureLength: Math.ceil((countSignatureBytes(spec, privateKey) * 4) / 3),
    sign: (signingInput) =>
      new Promise((resolve, reject) => {
        sign(spec.digest, Buffer.from(signingInput, 'latin1'), key, (error, signature) => {
          if (error) reject(error);
          else resolve(Buffer.from(toJose(signature)).toString('base64url'));
        });
      }),
  };
}

function countSignatureBytes(spec: AlgorithmSpec, key: KeyObject): number {
  switch (spec.kty) {
    case 'RSA':
      return Math.ceil((key.asymmetricKeyDetails?.modulusLength ?? 0) / 8);
    case 'EC':
      return 2 * spec.scalarBytes;
    case 'OKP':
      return 64;
  }
}
