import { constants, createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { Algorithm } from './wire.ts';

/** Signs whatever it is told to, with a key made for this run: the only way to a token that no issuer would mint. */
export interface Signer {
  alg: Algorithm;
  privateKey: KeyObject;
  publicKey: KeyObject;
  /** Header and payload are objects, or the exact text to sign. */
  token(header: object | string, payload: object | string): string;
}

export function makeSigner(alg: Algorithm): Signer {
  const { privateKey, publicKey } = makeKeyPair(alg);
  return {
    alg,
    privateKey,
    publicKey,
    token: (header, payload) => {
      const input = `${encodePart(header)}.${encodePart(payload)}`;
      return `${input}.${signBytes(alg, privateKey, Buffer.from(input)).toString('base64url')}`;
    },
  };
}

/** RFC 8725 §2.1: a token that says HMAC and is keyed with the text of a public key. */
export function confuseAlgorithm(header: object, payload: object, publicKey: KeyObject): string {
  const input = `${encodePart({ ...header, alg: 'HS256' })}.${encodePart(payload)}`;
  const pem = publicKey.export({ type: 'spki', format: 'pem' });
  return `${input}.${createHmac('sha256', pem).update(input).digest('base64url')}`;
}

/** RFC 7519 §6: a token that says it needs no signature. */
export function leaveUnsigned(header: object, payload: object, alg = 'none'): string {
  return `${encodePart({ ...header, alg })}.${encodePart(payload)}.`;
}

export function encodePart(part: object | string): string {
  return Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url');
}

function makeKeyPair(alg: Algorithm): { privateKey: KeyObject; publicKey: KeyObject } {
  switch (alg) {
    case 'RS256':
    case 'PS256':
      return generateKeyPairSync('rsa', { modulusLength: 2048 });
    case 'ES256':
      return generateKeyPairSync('ec', { namedCurve: 'P-256' });
    case 'ES384':
      return generateKeyPairSync('ec', { namedCurve: 'P-384' });
    case 'EdDSA':
      return generateKeyPairSync('ed25519');
  }
}

function signBytes(alg: Algorithm, key: KeyObject, bytes: Buffer): Buffer {
  switch (alg) {
    case 'RS256':
      return sign('sha256', bytes, key);
    case 'PS256':
      return sign('sha256', bytes, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 });
    case 'ES256':
      return sign('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' });
    case 'ES384':
      return sign('sha384', bytes, { key, dsaEncoding: 'ieee-p1363' });
    case 'EdDSA':
      return sign(null, bytes, key);
  }
}
