import { constants, createHmac, generateKeyPairSync, type KeyObject, type SignKeyObjectInput, sign } from 'node:crypto';
import type { SignatureAlgorithm, VerificationKey } from '../../daemon/verify/keys.ts';

/** A key pair made at run time. */
export interface ForgeKey {
  readonly alg: SignatureAlgorithm;
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** Public, with `kid`, `alg` and `use`. */
  readonly jwk: Readonly<Record<string, unknown>>;
}

/** Raw parts of a token: objects are printed as JSON, strings and bytes are taken as they are. */
export type RawPart = object | string | Uint8Array;

/** Makes a key pair for `alg`; an RSA key has 2048 bits. */
export function makeKey(alg: SignatureAlgorithm = 'ES256', kid = 'key-1'): ForgeKey {
  const { privateKey, publicKey } = generatePair(alg);
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' };
  return { alg, kid, privateKey, publicKey, jwk };
}

function generatePair(alg: SignatureAlgorithm) {
  switch (alg) {
    case 'ES256':
      return generateKeyPairSync('ec', { namedCurve: 'P-256' });
    case 'ES384':
      return generateKeyPairSync('ec', { namedCurve: 'P-384' });
    case 'ES512':
      return generateKeyPairSync('ec', { namedCurve: 'P-521' });
    case 'EdDSA':
    case 'Ed25519':
      return generateKeyPairSync('ed25519');
    default:
      return generateKeyPairSync('rsa', { modulusLength: 2048 });
  }
}

/** The verifier's view of a forged key. */
export function asVerificationKey(key: ForgeKey, change: Partial<VerificationKey> = {}): VerificationKey {
  return { kid: key.kid, algorithms: [key.alg], publicKey: key.publicKey, fault: null, ...change };
}

/** base64url of a raw part. */
export function encodePart(part: RawPart): string {
  if (part instanceof Uint8Array) return Buffer.from(part).toString('base64url');
  return Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url');
}

/** Signs with a key as its algorithm wants, or with deliberately other PSS parameters. */
export function signBytes(
  key: ForgeKey,
  input: string,
  alg: SignatureAlgorithm = key.alg,
  pss: Partial<SignKeyObjectInput> = {},
): Buffer {
  const data = Buffer.from(input);
  const hash = alg.startsWith('Ed') ? null : `sha${alg.slice(2)}`;
  if (alg.startsWith('PS')) {
    const padding = constants.RSA_PKCS1_PSS_PADDING;
    return sign(hash, data, {
      key: key.privateKey,
      padding,
      saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
      ...pss,
    });
  }
  return sign(hash, data, { key: key.privateKey, dsaEncoding: 'ieee-p1363' });
}

/**
 * A token of any header and payload, really signed by `key`. `kid` and `alg` are the key's unless the header says so.
 */
export function forgeToken(key: ForgeKey, payload: RawPart, header: RawPart = {}): string {
  const full =
    typeof header === 'string' || header instanceof Uint8Array
      ? header
      : { alg: key.alg, kid: key.kid, typ: 'JWT', ...header };
  const input = `${encodePart(full)}.${encodePart(payload)}`;
  return `${input}.${signBytes(key, input).toString('base64url')}`;
}

/** A token with whatever signature is given; empty by default, as `alg: none` has it. */
export function forgeUnsigned(header: RawPart, payload: RawPart, signature: Uint8Array = new Uint8Array()): string {
  return `${encodePart(header)}.${encodePart(payload)}.${encodePart(signature)}`;
}

/** The RS-to-HS confusion of CVE-2015-9235: HMAC keyed with something that everyone knows. */
export function forgeHmac(secret: Uint8Array | string, payload: RawPart, header: object = {}): string {
  const input = `${encodePart({ alg: 'HS256', typ: 'JWT', ...header })}.${encodePart(payload)}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

/** Every shape in which a public key could be mistaken for an HMAC secret, by name. */
export function listConfusableSecrets(key: ForgeKey): [name: string, secret: Uint8Array | string][] {
  const pem = key.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const shapes: [string, Uint8Array | string][] = [
    ['SPKI PEM', pem],
    ['PEM without its last newline', pem.trimEnd()],
    ['PEM behind a space', ` ${pem}`],
    ['PEM with CRLF', pem.replaceAll('\n', '\r\n')],
    ['SPKI DER', key.publicKey.export({ type: 'spki', format: 'der' })],
    ['JWK text', JSON.stringify(key.jwk)],
  ];
  if (key.publicKey.asymmetricKeyType === 'rsa') {
    shapes.push(['PKCS#1 PEM', key.publicKey.export({ type: 'pkcs1', format: 'pem' }).toString()]);
    shapes.push(['modulus', Buffer.from(String(key.jwk.n), 'base64url')]);
  }
  return shapes;
}

/** Replaces one segment (0 header, 1 payload, 2 signature) by text of the caller's choice. */
export function replaceSegment(token: string, index: 0 | 1 | 2, change: (segment: string) => string): string {
  return token
    .split('.')
    .map((segment, at) => (at === index ? change(segment) : segment))
    .join('.');
}
