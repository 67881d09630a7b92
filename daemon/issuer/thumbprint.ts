import { createHash, type KeyObject } from 'node:crypto';

/** The members that identify a key, in the order that RFC 7638 §3.2 and RFC 8037 §2 give them. */
const THUMBPRINT_MEMBERS: Readonly<Record<string, readonly string[]>> = {
  EC: ['crv', 'kty', 'x', 'y'],
  OKP: ['crv', 'kty', 'x'],
  RSA: ['e', 'kty', 'n'],
};

/** The JWK thumbprint (RFC 7638 §3) of a public JWK, SHA-256, base64url: 43 characters. */
export function computeJwkThumbprint(jwk: Readonly<Record<string, unknown>>): string {
  const names = THUMBPRINT_MEMBERS[String(jwk.kty)] ?? [];
  const canonical = JSON.stringify(Object.fromEntries(names.map((name) => [name, jwk[name]])));
  return createHash('sha256').update(canonical).digest('base64url');
}

/** The default `kid`: RFC 7638 §3. */
export function computeThumbprintKid(publicKey: KeyObject): string {
  return computeJwkThumbprint(publicKey.export({ format: 'jwk' }));
}

/**
 * Names a set of keys whatever their order: SHA-256 of their sorted `kid`s, a line each, base64url (as Miren has it).
 */
export function computeKeySetFingerprint(kids: readonly string[]): string {
  return createHash('sha256').update(kids.toSorted().join('\n')).digest('base64url');
}

/** SHA-256 of the SubjectPublicKeyInfo in DER, base64url: the `kid` of SuperPlane, and of Miren's RSA keys. */
export function computeSpkiKid(publicKey: KeyObject): string {
  return digestSpki(publicKey).toString('base64url');
}

/** The beginning of the same digest in hex, so many digits: where a platform's key ids have that form. */
export function computeHexKid(publicKey: KeyObject, digits: number): string {
  return digestSpki(publicKey).toString('hex').slice(0, digits);
}

/** A UUID of that version made of the same digest (RFC 9562 §4): where a platform's key ids have that form. */
export function computeUuidKid(publicKey: KeyObject, version: 4 | 5): string {
  const bytes = digestSpki(publicKey).subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | (version << 4), 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function digestSpki(publicKey: KeyObject): Buffer {
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest();
}
